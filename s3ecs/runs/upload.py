"""What a test upload is: which content under which key, and which jobs would take it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING

from s3ecs.errors import UsageError
from s3ecs.spec.ends import ends
from s3ecs.spec.filter import Filter
from s3ecs.spec.limits import MAX_KEY_BYTES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from s3ecs.spec.model import Job, Spec

IN_PARTS = 8 * 2**20  # bytes; from here on the SDK uploads in parts, and S3 gives another reason
LINES = b"".join(b"line %d of a test upload\n" % number for number in (1, 2, 3))


@dataclass(frozen=True)
class Upload:
    """``source`` is the file to send, None for generated lines; ``jobs`` are those that take the object."""

    key: str
    size: int
    source: Path | None
    jobs: tuple[Job, ...]
    refusals: tuple[str, ...]
    """For each job that does not take it: the clause that fails, in words."""

    def open(self) -> IO[bytes]:
        """The content, to be read and closed."""
        return Generated(self.size) if self.source is None else self.source.open("rb")


class Generated(io.BytesIO):
    """Three lines, and behind them as many dots as ``size`` wants; however many, they are never all in memory."""

    def __init__(self, size: int) -> None:
        super().__init__(LINES)
        self._dots = size - len(LINES)

    def read(self, size: int | None = -1, /) -> bytes:
        found = super().read(size)
        wanted = self._dots if size is None or size < 0 else min(size - len(found), self._dots)
        self._dots -= wanted
        return found + b"." * wanted

    def seekable(self) -> bool:
        """It is read once, from its beginning."""
        return False


def choose(spec: Spec, file: str | None, key: str | None, job: str | None) -> Upload:
    """Decide what to upload from what was typed.

    A ``file`` that does not exist and looks like a key is the key, unchanged. For one that exists the key is ``file``
    itself where that lies under a job's prefix, else the job's prefix and the base name. Without a file the key is the
    job's prefix, ``test`` and its suffix. Raises UsageError where the job has to be named, there is no such file, or no
    object can have the key.
    """
    chosen = named(spec, job)
    source = None if file is None else Path(file)
    if file is not None and source is not None and not source.is_file():
        if key is not None or not _looks_like_a_key(spec, file):
            raise UsageError(f"there is no file {file!r}", hint="name a file, or a key such as target/test.csv")
        source, key = None, file
    if key is None:
        key = _key_for(spec, source, chosen)
    _check(key)
    jobs = [chosen] if chosen else list(spec.jobs)
    size = source.stat().st_size if source is not None else _generated_size(key, jobs)
    taking = tuple(each for each in jobs if mismatch(each, key, size) is None)
    refusals = tuple(f"{each.name}: {clause}" for each in jobs if (clause := mismatch(each, key, size)) is not None)
    return Upload(key, size, source, taking, refusals)


def mismatch(job: Job, key: str, size: int) -> str | None:
    """Say which clause of ``job`` an upload of ``size`` bytes under ``key`` fails; None where the job takes it."""
    return Filter(job).mismatch(key, size, "CompleteMultipartUpload" if size >= IN_PARTS else "PutObject")


def only(jobs: Sequence[Job]) -> Job:
    """The one job that is meant. Raises UsageError where it has to be named."""
    if len(jobs) > 1:
        names = ", ".join(job.name for job in jobs)
        raise UsageError(f"which of the jobs {names}?", hint=f"name one: --job {jobs[0].name}; or a key: --key KEY")
    return jobs[0]


def named(spec: Spec, name: str | None) -> Job | None:
    """The job of this name, None without one. Raises UsageError where there is none."""
    if name is None:
        return None
    for job in spec.jobs:
        if job.name == name:
            return job
    raise UsageError(f"there is no job {name!r}", hint=f"the jobs are {', '.join(job.name for job in spec.jobs)}")


def _looks_like_a_key(spec: Spec, text: str) -> bool:
    """It has folders as keys have, or a job would take it; a path of this machine begins otherwise."""
    if text.startswith(("/", "./", "../", "~")):
        return False
    return "/" in text or any(Filter(job).mismatch(text) is None for job in spec.jobs)


def _key_for(spec: Spec, source: Path | None, chosen: Job | None) -> str:
    if source is not None:
        path = str(PurePosixPath(source))
        heads = [head for job in spec.jobs if chosen in (None, job) for head, _ in ends(job)]
        if any(head and path.startswith(head) for head in heads):
            return path
    head, tail = ends(chosen or only(spec.jobs))[0]
    return f"{head}{source.name}" if source is not None else f"{head}test{tail}"


def _check(key: str) -> None:
    """Raise UsageError for what S3 takes for no key."""
    try:
        size = len(key.encode())
    except UnicodeEncodeError:  # bytes of the command line that are no UTF-8
        raise UsageError(f"{key!a} is no key: it is not UTF-8", hint="name another one with --key KEY") from None
    if not 1 <= size <= MAX_KEY_BYTES:
        raise UsageError(
            f"a key has 1 to {MAX_KEY_BYTES} bytes, this one has {size}", hint="name another one with --key KEY"
        )


def _generated_size(key: str, jobs: Sequence[Job]) -> int:
    """Three lines, or as much as the jobs that the key decides for want."""
    wanted = (job.min_size for job in jobs if mismatch(job, key, job.min_size) is None)
    return max((len(LINES), *wanted))
