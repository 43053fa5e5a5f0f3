"""A mistake of s3ecs's own: one line for a person, and the traceback in a file for whoever mends it."""

from __future__ import annotations

from functools import cache

from s3ecs.errors import S3ecsError


def bug(error: BaseException) -> S3ecsError:
    """``error`` as one of ours, whose hint names the file with the traceback, which only this user can read."""
    return S3ecsError(
        f"{type(error).__name__}: this is a bug in s3ecs", hint=f"please report it with the file {_file(error)}"
    )


@cache  # an error is told as it comes and once more at the end
def _file(error: BaseException) -> str:
    import tempfile  # noqa: PLC0415  (costs what only a bug is worth)
    import traceback  # noqa: PLC0415

    with tempfile.NamedTemporaryFile("w", prefix="s3ecs-", suffix=".txt", delete=False, encoding="utf-8") as file:
        file.writelines(traceback.format_exception(error))
    return file.name
