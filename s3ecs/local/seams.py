"""Every place where we reach into moto, with one check each; nothing else in the project changes a part of moto.

moto promises none of these names, so its version is pinned (``moto~=5.2.5``) and each seam is looked at before the
server starts: does the function exist, and does it take the parameters that our replacement takes? An incompatible moto
is then one clear error and not a task that never runs.
"""

from __future__ import annotations

import inspect
import sys
from importlib import import_module, metadata
from typing import TYPE_CHECKING, Any

from s3ecs.errors import LocalError
from s3ecs.local.seam_table import ASL, PARSER, SEAMS

if TYPE_CHECKING:
    from collections.abc import Callable

VERSIONS = ("5.2.5", "5.3")  # from the first, below the second
HINT = "pip install 's3ecs[local]'"

_originals: dict[str, Any] = {}


def check_version() -> None:
    """Raise LocalError when moto is absent or of another version."""
    try:
        version = metadata.version("moto")
        import_module("moto.server")
    except ImportError as error:  # PackageNotFoundError is one too
        raise LocalError(f"the embedded AWS needs moto's server, which is not installed: {error}", hint=HINT) from error
    if not _numbers(VERSIONS[0]) <= _numbers(version) < _numbers(VERSIONS[1]):
        raise LocalError(
            f"the embedded AWS needs moto {VERSIONS[0]} or newer below {VERSIONS[1]}, not {version}", hint=HINT
        )


def check() -> None:
    """Raise LocalError when moto is not what a seam expects."""
    problems = [problem for seam in SEAMS.values() if (problem := seam.problem())]
    environment = import_module(f"{ASL}.eval.environment").Environment
    if "program_state_event" not in environment.__annotations__:  # run_task_state puts its own there
        problems.append("an execution's environment has no program_state_event")
    if problems:
        raise LocalError(f"moto is not what the embedded AWS extends: {'; '.join(problems)}", hint=HINT)


def replace(name: str, replacement: Callable[..., Any]) -> None:
    """Put ``replacement`` where moto's own function is; ``original`` still gives that one."""
    holder, attribute = SEAMS[name].holder()
    own = inspect.getattr_static(holder, attribute)
    _originals.setdefault(name, getattr(holder, attribute))
    setattr(holder, attribute, staticmethod(replacement) if isinstance(own, staticmethod) else replacement)


def replace_everywhere(name: str, replacement: Callable[..., Any]) -> None:
    """Like ``replace``, also in every module that imported the function by name."""
    replace(name, replacement)
    attribute, own = SEAMS[name].path, _originals[name]
    package = SEAMS[name].module.partition(".")[0]
    for module in [module for path, module in sys.modules.items() if path.partition(".")[0] == package]:
        if getattr(module, attribute, None) is own:
            setattr(module, attribute, replacement)


def extend(name: str, *operations: Callable[..., Any]) -> None:
    """Give a class of moto's what it lacks, under the names of the functions."""
    holder, attribute = SEAMS[name].holder()
    for each in operations:
        setattr(getattr(holder, attribute), each.__name__, each)


def original(name: str) -> Any:
    """Moto's own function behind a replaced seam."""
    return _originals[name]


def current(name: str) -> Any:
    """What is in a seam now."""
    holder, attribute = SEAMS[name].holder()
    return getattr(holder, attribute)


def name_errors() -> None:
    """Give the interpreter's errors their code: moto keeps it where its own base class does not look."""
    api = import_module(f"{PARSER}.api")
    base: Any = api.ServiceException
    errors: list[Any] = [one for one in vars(api).values() if isinstance(one, type) and base in one.__mro__[1:]]
    for error in errors:
        error.TYPE = error.TYPE or error.__name__


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())
