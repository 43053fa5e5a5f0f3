"""What is uploaded from what was typed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from s3ecs.errors import UsageError
from s3ecs.runs.upload import LINES, Generated, choose
from s3ecs.spec.model import Bucket, Job, Spec

if TYPE_CHECKING:
    from collections.abc import Sequence

A = Job("a", "i", prefix=("target/",), suffix=(".csv",))
B = Job("b", "i", prefix=("reports/",))
ANY = Job("any", "i")
RAW = Job("raw", "i", pattern={"object": {"key": [{"suffix": ".raw"}], "size": [{"numeric": [">", 5]}]}})
LARGE = Job("large", "i", prefix=("large/",), min_size=10_000)
HERE = "there.csv"  # a file of nine bytes, as is the next
UNDER = "target/there.csv"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "target").mkdir()
    for name in (HERE, UNDER):
        (tmp_path / name).write_text("nine byte")


def spec(*jobs: Job) -> Spec:
    return Spec("s", Bucket("b"), jobs, Path())


# what is typed: FILE, --key, --job · the key, whether FILE is sent, the jobs that take it
TABLE: dict[str, tuple[Sequence[Job], tuple[str | None, str | None, str | None], tuple[str, bool, str]]] = {
    "nothing": ([A], (None, None, None), ("target/test.csv", False, "a")),
    "nothing, for a job named": ([A, B], (None, None, "b"), ("reports/test", False, "b")),
    "nothing, for a job without a filter": ([ANY], (None, None, None), ("test", False, "any")),
    "no file, but a key": ([A], ("target/no.csv", None, None), ("target/no.csv", False, "a")),
    "no file, but a key that no job takes": ([A], ("hoge/test.csv", None, None), ("hoge/test.csv", False, "")),
    "no file, but a key without a folder that a job takes": ([ANY], ("no.csv", None, None), ("no.csv", False, "any")),
    "no file, but a key that a pattern takes": ([RAW], ("no.raw", None, None), ("no.raw", False, "raw")),
    "a key decides the job": ([A, B], ("reports/x", None, None), ("reports/x", False, "b")),
    "a key is not touched": ([A], (None, "./a//b/../c ", None), ("./a//b/../c ", False, "")),
    "a file under a job's prefix": ([A, B], (UNDER, None, None), (UNDER, True, "a")),
    "a file under a job's prefix, said in full": ([A], (f"./{UNDER}", None, None), (UNDER, True, "a")),
    "a file elsewhere": ([A], (HERE, None, None), (f"target/{HERE}", True, "a")),
    "a file elsewhere, for a job named": ([A, B], (HERE, None, "b"), (f"reports/{HERE}", True, "b")),
    "a file under another job's prefix": ([A, B], (UNDER, None, "b"), (f"reports/{HERE}", True, "b")),
    "a file in a folder, for a job without a prefix": ([ANY], (UNDER, None, None), (HERE, True, "any")),
    "a file under a key": ([A, B], (HERE, "reports/k", None), ("reports/k", True, "b")),
    "a key that another job takes": ([A, B], (None, "reports/k", "a"), ("reports/k", False, "")),
    "a key that two jobs take": ([A, ANY], (None, UNDER, None), (UNDER, False, "a any")),
    "a file too small": ([LARGE], (HERE, None, None), (f"large/{HERE}", True, "")),
    "the longest key": ([ANY], (None, "k" * 1024, None), ("k" * 1024, False, "any")),
}


@pytest.mark.parametrize("name", TABLE)
def test_rule(name: str) -> None:
    jobs, typed, (key, from_file, takers) = TABLE[name]
    upload = choose(spec(*jobs), *typed)
    assert upload.key == key
    assert (upload.source is not None) == from_file
    assert " ".join(job.name for job in upload.jobs) == takers
    with upload.open() as content:
        assert len(content.read()) == upload.size


@pytest.mark.parametrize(
    ("jobs", "typed", "told"),
    [
        ([A, B], (None, None, None), "which of the jobs a, b?"),
        ([A, B], (HERE, None, None), "which of the jobs a, b?"),
        ([A], (None, None, "c"), "there is no job 'c'"),
        ([A], ("./no.csv", None, None), "there is no file './no.csv'"),
        ([A], ("no.csv", None, None), "there is no file 'no.csv'"),
        ([A], ("target", None, None), "there is no file 'target'"),
        ([A], ("no/file", "target/k", None), "there is no file 'no/file'"),
        ([A], (None, "", None), "a key has 1 to 1024 bytes, this one has 0"),
        ([A], (None, "\u3042" * 342, None), "a key has 1 to 1024 bytes, this one has 1026"),
        ([A], (None, "a\udcff", None), r"'a\udcff' is no key: it is not UTF-8"),
    ],
)
def test_what_cannot_be_uploaded_is_told_with_a_hint(
    jobs: Sequence[Job], typed: tuple[str | None, str | None, str | None], told: str
) -> None:
    with pytest.raises(UsageError) as caught:
        choose(spec(*jobs), *typed)
    assert str(caught.value) == told
    assert caught.value.hint


def test_each_job_that_does_not_take_it_is_named_with_the_clause() -> None:
    upload = choose(spec(A, B, ANY), "target/x.json", None, None)
    assert upload.refusals == (
        'a: key "target/x.json" does not match "target/*.csv"',
        'b: key "target/x.json" does not begin with "reports/"',
    )


def test_generated_content_is_three_lines_or_what_the_job_that_takes_it_wants() -> None:
    assert choose(spec(A, LARGE), "target/x.csv", None, None).size == len(LINES)
    assert LINES.count(b"\n") == 3
    upload = choose(spec(A, LARGE), "large/x", None, None)
    assert upload.size == 10_000
    assert upload.jobs == (LARGE,)


@pytest.mark.parametrize("part", [1, 7, len(LINES), 1000, -1, None])
def test_generated_content_is_the_same_however_it_is_read(part: int | None) -> None:
    content = Generated(500)
    parts = []
    while read := content.read(part):
        assert part is None or part < 0 or len(read) <= part
        parts.append(read)
    assert b"".join(parts) == LINES + b"." * (500 - len(LINES))


def test_generated_content_of_any_size_is_never_all_in_memory() -> None:
    content = Generated(50 * 10**12)
    assert len(content.read(1000)) == 1000
    assert not content.seekable()
