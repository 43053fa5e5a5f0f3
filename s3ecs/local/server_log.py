"""What the server notes: its log, line by line."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3ecs.local.home import Home

_POLL = 0.2  # seconds between two looks for further lines


def read(home: Home, last: int, *, follow: bool = False) -> Iterator[str]:
    """The ``last`` lines of the log without their ends, and with ``follow`` every further one, without end."""
    home.make()
    home.log.touch(mode=0o600)
    with home.log.open(encoding="utf-8", errors="replace", newline="\n") as log:
        yield from (line.removesuffix("\n") for line in deque(log, last))
        while follow:
            rest = ""
            while not rest.endswith("\n"):
                rest += log.readline()
                if not rest.endswith("\n"):
                    time.sleep(_POLL)
            yield rest.removesuffix("\n")
