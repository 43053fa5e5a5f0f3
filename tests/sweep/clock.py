"""A clock that runs faster: what is slept and waited for takes a fraction of its time, what is worked on all of it."""

from __future__ import annotations

import threading
import time
from typing import Any

from botocore.retries import bucket


def hurry(factor: float) -> None:
    """Have every second of waiting in this process take ``1 / factor`` of one."""
    sleep, monotonic, wait = time.sleep, time.monotonic, threading.Condition.wait
    begin = time.time()
    time.sleep = lambda seconds: sleep(float(seconds) / factor)
    time.monotonic = lambda: monotonic() * factor

    def short_wait(self: threading.Condition, timeout: float | None = None) -> Any:
        return wait(self, None if timeout is None else timeout / factor)

    threading.Condition.wait = short_wait  # type: ignore[method-assign]
    # botocore: the adaptive retries measure how often they call.
    bucket.Clock.current_time = lambda _: begin + (time.time() - begin) * factor
