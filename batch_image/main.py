"""A sample batch program: prints what it was given, then reads the object named by its last argument.

Exit codes: 0 done, 1 the object could not be read, 2 no argument or no ENV, 143 stopped by SIGTERM.

    ENV     needed, its value is printed
    BUCKET  the bucket of the object; without it nothing is read

Only the standard library is needed. The object is read at AWS_ENDPOINT_URL if that is set.
Of other variables only the names are printed, as their values may be secret.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING, NoReturn

import s3

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import FrameType

STOPPED = 128 + signal.SIGTERM
CHUNK = 1024 * 1024


def main(arguments: list[str]) -> int:
    """Run the program; returns its exit code."""
    if not arguments:
        return fail(2, "no argument: the key of an object is needed")
    if "ENV" not in os.environ:
        return fail(2, "the variable ENV is not set")
    for number, argument in enumerate(arguments, start=1):
        say(f"argument {number}: {argument!a}")
    say(f"ENV: {os.environ['ENV']!a}")
    say(f"other variables: {' '.join(ascii(name)[1:-1] for name in sorted(os.environ) if name != 'ENV')}")
    return read(os.environ.get("BUCKET", ""), arguments[-1])


def read(bucket: str, key: str) -> int:
    """Print the object's size and lines where that is possible; returns 1 where it should have been and was not."""
    if not bucket:
        say("object: not read, the variable BUCKET is not set")
        return 0
    try:
        with s3.opened(bucket, key) as body:
            size, lines = measure(iter(lambda: body.read(CHUNK), b""))
    except Exception as error:  # noqa: BLE001  whatever the reason, it is the program's outcome and is told
        return fail(1, f"cannot read {key!a} from {bucket!a}: {type(error).__name__}: {str(error)!a}")
    say(f"object: {size} bytes, {lines} lines")
    return 0


def measure(chunks: Iterable[bytes]) -> tuple[int, int]:
    """Return the bytes and the lines in ``chunks``; a last line without its newline counts."""
    size = lines = 0
    last = b"\n"
    for chunk in chunks:
        size += len(chunk)
        lines += chunk.count(b"\n")
        last = chunk[-1:] or last
    return size, lines + (last != b"\n")


def say(line: str) -> None:
    """Print a line at once, so that whoever follows the program sees it before it ends."""
    print(line, flush=True)


def fail(code: int, reason: str) -> int:
    """Say why on stderr, in one line; returns ``code``."""
    print(f"error: {reason}", file=sys.stderr, flush=True)
    return code


def stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    """End with the exit code of a stopped container."""
    fail(STOPPED, "stopped by SIGTERM")
    raise SystemExit(STOPPED)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, stop)
    sys.exit(main(sys.argv[1:]))
