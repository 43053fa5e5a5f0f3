"""The rules over several keys, at their edges."""

from __future__ import annotations

from pathlib import Path

import pytest

from s3ecs.errors import SpecError
from s3ecs.spec import limits
from s3ecs.spec.loading import load_bytes

HEAD = "name: go\nbucket: go-uploads\n"


def problems(text: str) -> list[str]:
    """Return the problems of a spec as ``path: message``."""
    try:
        load_bytes(text.encode(), file="s3ecs.yaml", folder=Path())
    except SpecError as error:
        return [f"{problem.path}: {problem.message}" for problem in error.problems]
    return []


def job(*lines: str, head: str = HEAD) -> str:
    return f"{head}jobs:\n  convert:\n    image: repo\n" + "".join(f"    {line}\n" for line in lines)


def jobs(count: int, filters: str) -> str:
    entries = (f"  j{n}: {{image: repo, {filters.replace('N', f'{n:03}')}}}\n" for n in range(count))
    return f"{HEAD}jobs:\n{''.join(entries)}"


@pytest.mark.parametrize(("cpu", "memory"), [(cpu, memory) for cpu, sizes in limits.MEMORY.items() for memory in sizes])
def test_every_size_of_fargate_is_taken(cpu: int, memory: int) -> None:
    assert problems(job(f"cpu: {cpu}", f"memory: {memory}")) == []


@pytest.mark.parametrize(("cpu", "memory"), [(256, 4096), (512, 512), (1024, 2049), (8192, 20000), (16384, 122879)])
def test_no_other_size_is_taken_and_the_proposed_one_is(cpu: int, memory: int) -> None:
    (problem,) = problems(job(f"cpu: {cpu}", f"memory: {memory}"))
    proposed = problem.rpartition("write ")[2].split(",")[0]
    assert problems(job(f"cpu: {cpu}", f"memory: {proposed}")) == []


def test_a_bus_is_filled_to_the_last_rule_and_no_further() -> None:
    assert problems(jobs(300, "prefix: aN/")) == []
    assert len(problems(jobs(301, "prefix: aN/"))) == 1
    assert problems(jobs(30, "prefix: aN/, suffix: .csv")) == []
    assert len(problems(jobs(31, "prefix: aN/, suffix: .csv"))) == 1


def test_literals_may_fill_what_the_longest_key_leaves() -> None:
    entry = 'command: ["{key}", %s]'
    room = limits.MAX_LITERALS - 2 * len('"",')
    assert problems(job(entry % ("x" * room))) == []
    assert len(problems(job(entry % ("x" * (room + 1))))) == 1
    # A quote is two characters in JSON, a character beyond ASCII six.
    assert len(problems(job(entry % f"'{'日' * (room // 6 + 1)}'"))) == 1


def test_every_use_of_the_key_counts_towards_the_overrides() -> None:
    uses = ", ".join(['"{key}"'] * 7)
    assert problems(job(f"command: [{uses}]")) == []
    (problem,) = problems(job(f"command: [{uses}]", "environment: {A: 's3://{bucket}/{key}'}"))
    assert "give the key fewer times" in problem


def test_a_variable_counts_towards_the_overrides_only_with_a_word_in_it() -> None:
    assert problems(job(f"environment: {{A: '{'x' * 3000}'}}")) == []
    (problem,) = problems(job(f"environment: {{A: '{'x' * 3000}{{key}}'}}"))
    assert problem.startswith("jobs.convert.environment: command and the variables with words")


def test_variables_must_fit_into_the_task_definition() -> None:
    (problem,) = problems(job(f"environment: {{A: '{'x' * 60_000}'}}"))
    assert problem.startswith("jobs.convert.environment: has 60")
    assert problems(job(f"environment: {{A: '{'x' * 59_000}'}}")) == []


def test_a_policy_must_fit_into_a_role() -> None:
    statement = "policy: [{Action: 's3:GetObject', Resource: 'arn:aws:s3:::%s'}]"
    assert problems(job(statement % ("x" * 8900))) == []
    (problem,) = problems(job(statement % ("x" * 9000)))
    assert problem.startswith("jobs.convert.policy: has 90")


def test_the_longest_region_counts_in_a_buckets_name_unless_the_spec_names_one() -> None:
    bucket = f"bucket: ${{region}}-{'x' * 50}\n"
    assert len(problems(job(head=f"name: go\n{bucket}"))) == 1
    assert problems(job(head=f"name: go\nregion: eu-west-1\n{bucket}")) == []


@pytest.mark.parametrize("region", ["us-east-1", "us-gov-west-1", "eusc-de-east-1", "us-isob-east-1", "ap-southeast-7"])
def test_every_partitions_regions_are_regions(region: str) -> None:
    assert problems(job(head=f"{HEAD}region: {region}\n")) == []


def test_rules_look_at_what_is_known_beside_other_problems() -> None:
    found = problems(job("retries: many", "cpu: 256", "memory: 8192"))
    assert [problem.split(":")[0] for problem in found] == ["jobs.convert.retries", "jobs.convert.memory"]
