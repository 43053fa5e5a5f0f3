"""Kills an embedded AWS at a moment that a test names, from outside: by what it asks of the operating system.

``install`` writes a ``sitecustomize`` that Python imports before everything else. It looks at the calls through which
files and processes come about, and sends SIGKILL to its own process at the one that is armed.
"""

from __future__ import annotations

import json
import os
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from .terminal import Terminal

SITE = """
import functools, json, os, signal, sys

ARMED = os.environ.get("KILL_ARMED", "")
_write, _replace, _kill = os.write, os.replace, os.kill

def _at(when, call, text):
    if not os.path.exists(ARMED) or "s3ecs.local.server" not in sys.orig_argv:
        return
    with open(ARMED) as file:
        wanted = json.load(file)
    if wanted[:2] == [when, call] and wanted[2] in text:
        os.unlink(ARMED)
        _kill(os.getpid(), signal.SIGKILL)

def write(handle, data):
    text = bytes(data).decode(errors="replace")
    _at("before", "write", text)
    done = _write(handle, data)
    _at("after", "write", text)
    return done

def replace(source, target, **more):
    _at("before", "replace", os.fspath(target))
    _replace(source, target, **more)
    _at("after", "replace", os.fspath(target))

os.write, os.replace = write, replace
"""


@dataclass(frozen=True)
class Moment:
    """Before or after a call, ``write`` or ``replace``, whose data or target holds ``text``."""

    when: str
    call: str
    text: str


class Kills:
    """For the embedded AWS of one terminal."""

    def __init__(self, folder: Path) -> None:
        self._armed = folder / "armed"
        site = folder / "site"
        site.mkdir()
        (site / "sitecustomize.py").write_text(SITE, encoding="utf-8")
        paths = os.pathsep.join(filter(None, (str(site), os.environ.get("PYTHONPATH"))))
        self.env = {"PYTHONPATH": paths, "KILL_ARMED": str(self._armed)}

    def arm(self, moment: Moment) -> None:
        """The next time that this happens the server is killed."""
        self._armed.write_text(json.dumps([moment.when, moment.call, moment.text]), encoding="utf-8")

    @property
    def is_armed(self) -> bool:
        """Whether it has not happened yet."""
        return self._armed.exists()


def kill(terminal: Terminal) -> None:
    """Kill the server now."""
    os.kill(terminal("local", "status", "--json").json["pid"], signal.SIGKILL)
