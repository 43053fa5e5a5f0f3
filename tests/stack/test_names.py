"""Names are computed, fit into what each service takes, and are each their own."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from s3ecs.spec import limits
from s3ecs.stack.names import StackNames, fitted

from .jobs import HERE

NAMES = st.from_regex(rf"\A{limits.NAME}\Z").filter(lambda name: len(name) <= limits.MAX_NAME)
LONG = st.text("ab-", min_size=1, max_size=90)
REGIONS = st.sampled_from(["us-east-1", limits.LONGEST_REGION, "us-gov-west-1"])


@given(LONG, st.integers(20, 80))
def test_a_fitted_name_fits(name: str, limit: int) -> None:
    assert len(fitted(name, limit)) <= limit


@given(LONG)
def test_a_name_that_fits_stays_as_it_is(name: str) -> None:
    assert fitted(name, len(name)) == name


@given(LONG, LONG)
def test_names_cut_at_the_same_place_stay_different(one: str, other: str) -> None:
    same = fitted(f"{'x' * 64}{one}", 64) == fitted(f"{'x' * 64}{other}", 64)
    assert same == (one == other)


def test_a_cut_never_leaves_two_hyphens_before_the_hash() -> None:
    assert re.fullmatch(r"a{50}-[0-9a-f]{8}", fitted("a" * 50 + "-" * 10 + "b" * 10, 64))


@given(NAMES, NAMES, REGIONS)
def test_every_name_is_one_that_its_service_takes(stack: str, job: str, region: str) -> None:
    names = StackNames(stack, region)
    one = names.job(job)
    # AWS: alphabets and lengths of ECS, EC2, SQS, EventBridge, Step Functions (with logging), IAM and CloudWatch Logs.
    for name, form in (
        (names.cluster, r"[A-Za-z0-9_-]{1,255}"),
        (names.security_group, r"(?!sg-)[A-Za-z0-9._:/()#,@\[\]+=&;{}!$* -]{1,255}"),
        (names.dead_letters, r"[A-Za-z0-9_-]{1,80}"),
        (names.events_role, r"[\w+=,.@-]{1,64}"),
        (names.machine_log_group, r"(?!aws/)[.\-_/#A-Za-z0-9]{1,512}"),
        (one.rule, r"[.\-_A-Za-z0-9]{1,64}"),
        (one.machine, r"[0-9A-Za-z_-]{1,80}"),
        (one.family, r"[A-Za-z0-9_-]{1,255}"),
        (one.log_group, r"(?!aws/)[.\-_/#A-Za-z0-9]{1,512}"),
        *((one.role(purpose), r"[\w+=,.@-]{1,64}") for purpose in ("task", "execution", "machine")),
    ):
        assert re.fullmatch(form, name), name


@given(NAMES, NAMES)
def test_rules_and_machines_begin_with_what_stands_for_all_of_the_stacks(stack: str, job: str) -> None:
    names = StackNames(stack, "us-east-1")
    assert names.rules == f"{stack}-*"
    assert names.job(job).rule.startswith(f"{stack}-")
    assert names.job(job).machine.startswith(f"{stack}-")


@given(NAMES, st.sets(NAMES, min_size=2, max_size=5), REGIONS)
def test_no_two_roles_of_a_stack_have_one_name(stack: str, jobs: set[str], region: str) -> None:
    names = StackNames(stack, region)
    roles = [names.job(job).role(purpose) for job in jobs for purpose in ("task", "execution", "machine")]
    everything = [*roles, names.events_role]
    assert len({name.lower() for name in everything}) == len(everything)


@given(NAMES, NAMES, st.sets(REGIONS, min_size=2))
def test_roles_carry_the_region(stack: str, job: str, regions: set[str]) -> None:
    made = {StackNames(stack, region).job(job).role("task") for region in regions}
    assert len(made) == len(regions)


def test_short_names_are_readable() -> None:
    names = StackNames("go-batch", HERE.region)
    assert names.job("convert").role("task") == "go-batch-convert-task-us-east-1"
    assert names.job("convert").rule == names.job("convert").machine == "go-batch-convert"


def test_a_security_group_never_begins_as_an_id_does() -> None:
    assert [StackNames(stack, "us-east-1").security_group for stack in ("sg", "sg-a", "sga")] == [
        "s3ecs-sg-tasks",
        "s3ecs-sg-a-tasks",
        "sga-tasks",
    ]


@given(NAMES, NAMES, st.none() | NAMES)
def test_a_repository_has_a_name_that_ecr_takes(stack: str, job: str, sidecar: str | None) -> None:
    name = StackNames(stack, "us-east-1").job(job).repository(sidecar)
    assert re.fullmatch(r"(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*", name)
    assert 2 <= len(name) <= 256


def test_repositories_whose_names_lose_hyphens_stay_different() -> None:
    names = [StackNames("a", "us-east-1").job(job).repository() for job in ("b--c", "b---c", "b-c")]
    assert len(set(names)) == 3
    assert names[2] == "a/b-c"
