"""Ctrl-C as something that is noted: nothing is broken off between two lines."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def noted(press: Callable[[], None]) -> Iterator[None]:
    """Have Ctrl-C call ``press`` instead of raising KeyboardInterrupt wherever the main thread happens to be.

    ``press`` may be called in the midst of anything, also of itself. Where Ctrl-C is ignored or has a meaning of
    somebody else's, or where this is not the main thread, everything stays as it is.
    """
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or before is not signal.default_int_handler:
        yield
        return
    signal.signal(signal.SIGINT, lambda _signal, _frame: press())
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
