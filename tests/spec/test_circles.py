"""Jobs that start each other: each takes what another may write."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s3ecs.errors import SpecError
from s3ecs.spec import globs
from s3ecs.spec.filter import Filter
from s3ecs.spec.loading import load_bytes
from s3ecs.spec.model import Job

BUCKET = "arn:aws:s3:::go-uploads"
ADVICE = "write under another prefix, or add a statement with Effect: Deny for s3:PutObject there"
LINE = "\n    "
PIECE = st.text("ab", max_size=2)
PATTERN = st.text("ab*?", min_size=1, max_size=3)
WILDCARD = st.text("ab*", min_size=1, max_size=3).filter(lambda text: "**" not in text)
KEYS = ["".join(each) for length in range(1, 9) for each in itertools.product("ab", repeat=length)]
"""Whatever two filters and a pattern of so many letters have in common, one of these shows."""


class Wrote(NamedTuple):
    """A job as the tests write it: keys of its filter, and statements that each begin with Allow or Deny."""

    name: str
    takes: str
    statements: tuple[str, ...]


def job(name: str, takes: str, *writes: str) -> Wrote:
    """A job that may write these keys, or, after an exclamation mark, may not."""
    return Wrote(name, takes, tuple(_statement(each) for each in writes))


def _statement(written: str) -> str:
    effect, key = ("Deny", written[1:]) if written.startswith("!") else ("Allow", written)
    resource = key if key.startswith("arn:") else f"{BUCKET}/{key}"
    return f"{{Effect: {effect}, Action: 's3:PutObject', Resource: '{resource}'}}"


def text(*jobs: Wrote) -> str:
    entries = "".join(
        f"  {each.name}:\n    image: repo\n    overlap: true\n    {each.takes.replace('; ', LINE)}\n"
        + ("    policy:\n" if each.statements else "")
        + "".join(f"      - {statement}\n" for statement in each.statements)
        for each in jobs
    )
    return f"name: go\nbucket: go-uploads\njobs:\n{entries}"


def problems(*jobs: Wrote) -> list[str]:
    try:
        load_bytes(text(*jobs).encode(), file="s3ecs.yaml", folder=Path())
    except SpecError as error:
        found = [str(problem) for problem in error.problems]
    else:
        found = []
    assert all(": a loop: " in each for each in found), found
    return found


def test_two_jobs_that_feed_each_other_are_told_once_with_their_place() -> None:
    (problem,) = problems(job("one", "prefix: in/", "mid/*"), job("two", "prefix: mid/", "in/*"))
    assert problem == (
        "s3ecs.yaml:9:59: jobs.one.policy[0].Resource: a loop: "
        'this lets the job write "go-uploads/mid/*", which starts two, '
        f'which may write "go-uploads/in/*", which starts it again: {ADVICE}'
    )


def test_a_circle_of_any_length_is_told_and_what_leads_into_it_or_away_is_no_part() -> None:
    (problem,) = problems(
        job("before", "prefix: before/", "in/*"),
        job("one", "prefix: in/", "out/*", "b/*"),
        job("two", "prefix: b/", "c/*"),
        job("after", "prefix: out/", "end/*"),
        job("three", "prefix: c/", "in/x.csv"),
    )
    assert problem.startswith("s3ecs.yaml:16:59: jobs.one.policy[1].Resource: a loop: ")
    assert (
        'write "go-uploads/b/*", which starts two, which may write "go-uploads/c/*", which starts three, '
        'which may write "go-uploads/in/*", which starts it again: '
    ) in problem


def test_a_long_circle_is_told_by_its_beginning_and_its_end_in_one_line() -> None:
    long = "j" * 38
    ring = [job(f"{long}{n:02}", f"prefix: {'p' * 30}{n:02}/", f"{'p' * 30}{(n + 1) % 40:02}/*") for n in range(40)]
    (problem,) = problems(*ring)
    assert f"which starts {long}02, which may write" in problem
    assert f"which starts {long}03 and so on to {long}39, which may write" in problem
    assert problem.endswith(f"which starts it again: {ADVICE}")


def test_the_longest_circle_that_is_told_whole_is_not_cut() -> None:
    long = "j" * 38
    ring = [job(f"{long}{n:02}", f"prefix: {'p' * 30}{n:02}/", f"{'p' * 30}{(n + 1) % 5:02}/*") for n in range(5)]
    (problem,) = problems(*ring)
    assert all(f"which starts {long}{n:02}, " in problem for n in range(1, 5))
    assert problem.endswith(f"which starts it again: {ADVICE}")


def test_every_statement_that_closes_a_circle_is_told_of() -> None:
    told = problems(
        job("one", "prefix: in/", "mid/*", "mid/a/*", "in/*"),
        job("two", "prefix: mid/", "in/*"),
        job("other", "prefix: x/", "x/*"),
    )
    assert [line.split(": ")[1] for line in told] == [
        "jobs.one.policy[0].Resource",
        "jobs.one.policy[1].Resource",
        "jobs.one.policy[2].Resource",
        "jobs.other.policy[0].Resource",
    ]
    assert [line.count(", which starts ") for line in told] == [2, 2, 1, 1]


def test_a_job_beside_one_that_cannot_be_relied_on_is_still_told() -> None:
    jobs = (job("bad", "prefix: 7", "in/*"), job("one", "prefix: in/", "mid/*"), job("two", "prefix: mid/", "in/*"))
    with pytest.raises(SpecError) as caught:
        load_bytes(text(*jobs).encode(), file="s3ecs.yaml", folder=Path())
    assert ["a loop" in problem.message for problem in caught.value.problems] == [False, True]


CIRCLES = {
    "less of the prefix": (job("one", "prefix: in/", "mid*"), job("two", "prefix: mid/", "in/*")),
    "a folder deeper": (job("one", "prefix: in/", "mid/a/*"), job("two", "prefix: mid/", "in/*")),
    "suffixes": (job("one", "suffix: .csv", "*.gz"), job("two", "suffix: .csv.gz", "a.csv")),
    "one of several": (job("one", "prefix: [x/, in/]", "mid/a"), job("two", "prefix: [y/, mid/]", "in/*")),
    "any bucket": (job("one", "prefix: in/", "arn:aws:s3:::go-*", "!in/*"), job("two", "prefix: mid/", "in/*")),
    "some of it denied": (job("one", "prefix: in/", "mid/*"), job("two", "prefix: mid/", "in/*", "!in/a/*")),
    "denied to the other": (job("one", "prefix: in/", "mid/*", "!in/*"), job("two", "prefix: mid/", "in/*", "!mid/*")),
    "some excluded": (job("one", "prefix: in/", "mid/*"), job("two", "prefix: mid/; exclude: mid/tmp/*", "in/*")),
    "a raw pattern": (
        job("one", "prefix: in/", "mid/*"),
        job("two", "pattern: {detail: {object: {key: [{wildcard: 'mid/*.csv'}]}}}", "in/*"),
    ),
}
NO_CIRCLES = {
    "begins alike": (job("one", "prefix: in/", "middle/*"), job("two", "prefix: mid/", "in/*")),
    "comes back nearly": (job("one", "prefix: in/", "mid/*"), job("two", "prefix: mid/", "into/*")),
    "another suffix": (job("one", "prefix: in/", "mid/*.gz"), job("two", "prefix: mid/; suffix: .csv", "in/*")),
    "another bucket": (
        job("one", "prefix: in/", "arn:aws:s3:::go-uploads-2/mid/*"),
        job("two", "prefix: mid/", "in/*"),
    ),
    "excluded": (job("one", "prefix: in/", "mid/tmp/*"), job("two", "prefix: mid/; exclude: mid/tmp/*", "in/*")),
    "excluded where both meet": (
        job("one", "prefix: in/", "mid/*"),
        job("two", "suffix: .csv; exclude: mid/*.csv", "in/*.gz"),
    ),
    "left out by a raw pattern": (
        job("one", "prefix: in/", "out/*"),
        job("two", "pattern: {detail: {object: {key: [{anything-but: {prefix: [in/, out/]}}]}}}", "in/*"),
    ),
    "one key left out by a raw pattern": (
        job("one", "prefix: in/", "done"),
        job("two", "pattern: {detail: {object: {key: [{anything-but: [in/done, done]}]}}}", "in/done"),
    ),
    "its one key excluded": (
        job("one", "prefix: in/", "mid/state.json"),
        job("two", "prefix: mid/; exclude: '*/state.json'", "in/*"),
    ),
    "denied": (job("one", "prefix: in/", "*", "!in/*", "!mid/*"), job("two", "prefix: mid/", "in/*")),
    "denied where both meet": (
        job("one", "prefix: in/", "mid/*", "!mid/*.csv"),
        job("two", "suffix: .csv", "in/*", "!*.csv"),
    ),
    "writes nothing": (job("one", "prefix: in/", "mid/*"), job("two", "prefix: mid/")),
    "writes elsewhere": (job("one", "prefix: in/", "mid/*"), job("two", "prefix: mid/", "arn:aws:sqs:*:*:in")),
}


@pytest.mark.parametrize(("one", "two"), CIRCLES.values(), ids=CIRCLES)
def test_two_jobs_in_a_circle_are_told_whichever_stands_first(one: Wrote, two: Wrote) -> None:
    (problem,) = problems(one, two)
    assert ", which starts two, " in problem
    (problem,) = problems(two, one)
    assert ", which starts one, " in problem


@pytest.mark.parametrize(("one", "two"), NO_CIRCLES.values(), ids=NO_CIRCLES)
def test_two_jobs_that_nearly_go_in_a_circle_do_not(one: Wrote, two: Wrote) -> None:
    assert problems(one, two) == []


def test_what_one_filter_of_a_raw_pattern_leaves_out_another_may_take() -> None:
    left_out, taken = "anything-but: {prefix: mid/}", "prefix: mid/a"
    keys = "pattern: {detail: {object: {key: [%s]}}}"
    assert problems(job("one", keys % left_out, "mid/*")) == []
    assert len(problems(job("one", keys % f"{left_out}, {taken}", "mid/*"))) == 1


@pytest.mark.parametrize(
    ("side", "told"),
    [
        ("exclude: 'in/*'", 0),
        ("exclude: 'in/tmp/*'", 1),
        ("exclude: 'mid/*'", 1),
    ],
)
def test_an_exclusion_counts_for_who_takes_and_not_for_who_writes(side: str, told: int) -> None:
    one = job("one", f"prefix: in/; {side}", "mid/*")
    assert len(problems(one, job("two", "prefix: mid/", "in/*"))) == told


@pytest.mark.parametrize(("denied", "told"), [("!mid/*", 0), ("!in/*", 1), ("!mid/a/*", 1)])
def test_a_denial_counts_for_who_writes_and_not_for_who_takes(denied: str, told: int) -> None:
    one = job("one", "prefix: in/", "mid/*", denied)
    assert len(problems(one, job("two", "prefix: mid/", "in/*"))) == told


A_JOB = st.tuples(PIECE, PIECE, st.lists(WILDCARD, max_size=1), st.lists(PATTERN, max_size=2))
DENIED = st.lists(PATTERN, max_size=1)


def wrote(at: int, drawn: tuple[str, str, list[str], list[str]], denied: list[str]) -> Wrote:
    prefix, suffix, exclude, allowed = drawn
    takes = [f"prefix: '{prefix}'", f"suffix: '{suffix}'", *(f"exclude: '{each}'" for each in exclude)]
    return job(f"j{at}", "; ".join(takes), *allowed, *(f"!{each}" for each in denied))


def goes_round(jobs: list[tuple[str, str, list[str], list[str]]], denied: list[list[str]]) -> bool:
    """Whether some job is started by what comes of it, as keys that are tried out show."""
    takers = [
        Filter(
            Job(f"j{at}", "repo", (prefix,) if prefix else (), (suffix,) if suffix else (), tuple(exclude))
        ).of_keys()
        for at, (prefix, suffix, exclude, _) in enumerate(jobs)
    ]
    reached = {
        (writer, taker)
        for writer, (*_, allowed) in enumerate(jobs)
        for taker, takes in enumerate(takers)
        if any(
            takes(key)
            and any(globs.matches(pattern, key) for pattern in allowed)
            and not any(globs.matches(pattern, key) for pattern in denied[writer])
            for key in KEYS
        )
    }
    for _ in jobs:
        reached |= {(a, d) for (a, b), (c, d) in itertools.product(reached, repeat=2) if b == c}
    return any(a == b for a, b in reached)


@settings(max_examples=60)
@given(st.lists(st.tuples(A_JOB, DENIED), min_size=2, max_size=3))
def test_what_goes_round_by_keys_that_are_tried_out_is_told(
    drawn: list[tuple[tuple[str, str, list[str], list[str]], list[str]]],
) -> None:
    jobs, denied = [each for each, _ in drawn], [each for _, each in drawn]
    if goes_round(jobs, denied):
        assert problems(*(wrote(at, each, no) for at, (each, no) in enumerate(drawn)))


@settings(max_examples=60)
@given(st.lists(st.tuples(PIECE, PIECE, st.just([]), st.lists(PATTERN, max_size=2)), min_size=2, max_size=3))
def test_where_nothing_is_left_out_or_denied_no_more_is_told_than_goes_round(
    jobs: list[tuple[str, str, list[str], list[str]]],
) -> None:
    told = problems(*(wrote(at, each, []) for at, each in enumerate(jobs)))
    assert bool(told) == goes_round(jobs, [[] for _ in jobs])


def test_a_row_of_a_hundred_jobs_is_no_circle_until_the_last_starts_the_first() -> None:
    row = [
        job(f"j{n}", f"prefix: [p{n:03}/, out/]; exclude: out/*", f"p{n + 1:03}/*", "out/*", "!p*/tmp/*")
        for n in range(100)
    ]
    assert problems(*row) == []
    (problem,) = problems(*row[:-1], job("j99", "prefix: p099/", "p000/x/*"))
    assert problem.endswith(f"which starts it again: {ADVICE}")
