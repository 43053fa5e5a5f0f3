"""Whether object events are delivered twice, as AWS now and then does: to develop against duplicates.

The wish stands in the server's folder and holds until it is withdrawn, also for a server that is started later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3ecs.local.home import write_private

if TYPE_CHECKING:
    from s3ecs.local.home import Home


def ask(home: Home, *, twice: bool) -> None:
    """From now on every object event is delivered twice, or once."""
    home.make()
    if twice:
        write_private(home.twice, {"twice": True})
    else:
        home.twice.unlink(missing_ok=True)


def wanted(home: Home) -> bool:
    """Whether every object event is delivered twice."""
    return home.twice.exists()
