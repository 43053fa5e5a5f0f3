"""A test upload: sent again until a run of its own appears, proof that a bucket delivers."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from s3ecs.errors import UsageError
from s3ecs.runs import trial
from s3ecs.runs.trial import AGAIN_AFTER, Trial, delivers
from s3ecs.runs.upload import LINES, Upload

from .fakes import Account

if TYPE_CHECKING:
    from s3ecs.runs.run import Run

MACHINES = ("arn:aws:states:us-east-1:123456789012:stateMachine:a-b",)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[Account]:
    """The clock of the account that is put in it."""
    accounts: list[Account] = []
    monkeypatch.setattr("s3ecs.runs.trial.time", SimpleNamespace(monotonic=lambda: accounts[0].now))
    return accounts


def begun(account: Account, clock: list[Account]) -> Trial:
    """A trial of which nothing has been sent yet."""
    clock.append(account)
    aws: Any = account
    return Trial(aws, "b", MACHINES, Upload("in/x", len(LINES), None, (), ()))


def tried(account: Account, clock: list[Account], seconds: float, *, again: bool = True) -> Run | None:
    one = begun(account, clock)
    one.send()
    return one.run(seconds, (lambda: None) if again else None)


def test_run_of_the_upload_is_found(clock: list[Account]) -> None:
    account = Account()
    found = tried(account, clock, 10)
    assert found is not None
    assert (found.key, found.etag, found.bucket, found.by_event) == ("in/x", "etag", "b", True)
    assert account.sent == [(0.0, "in/x", LINES)]


def test_object_is_sent_again_at_intervals_until_a_run_appears(clock: list[Account]) -> None:
    account = Account(after=4)
    assert tried(account, clock, 420) is not None
    times = [when for when, *_ in account.sent]
    assert times == [AGAIN_AFTER * number for number in range(4)]


def test_waiting_ends_when_its_time_has_come(clock: list[Account]) -> None:
    account = Account(after=None)
    assert tried(account, clock, 150) is None
    assert len(account.sent) == 3
    assert account.now <= 150 + 2 * 2


def test_what_must_start_nothing_is_sent_once(clock: list[Account]) -> None:
    account = Account(after=None)
    assert tried(account, clock, 150, again=False) is None
    assert len(account.sent) == 1


def test_runs_of_former_uploads_of_the_same_object_do_not_count(clock: list[Account]) -> None:
    account = Account(after=None)
    account.start("in/x")
    assert tried(account, clock, 5) is None
    assert account.described == []


def test_runs_of_other_objects_are_looked_at_once(clock: list[Account]) -> None:
    account = Account(after=None)

    def send(*_: Any, **__: Any) -> None:
        account.start("in/other")
        account.start("in/x", etag="of somebody else's upload")

    account.s3.upload_fileobj = send
    assert tried(account, clock, 20, again=False) is None
    assert len(account.described) == 2


def test_nothing_is_sent_where_there_is_no_machine(clock: list[Account]) -> None:
    account = Account(machine=False)
    with pytest.raises(UsageError, match="there is no state machine a-b: the stack is not up") as caught:
        tried(account, clock, 5)
    assert caught.value.hint == "make it first: s3ecs up"
    assert account.sent == []


def delivered(account: Account) -> bool:
    aws: Any = account
    return delivers(aws, "b", MACHINES)


def test_a_run_that_an_event_started_proves_that_the_bucket_delivers() -> None:
    account = Account()
    assert not delivered(account)
    account.start("x", bucket="another")
    account.start("x", source="s3ecs.backfill")
    assert not delivered(account)
    account.start("x")
    assert delivered(account)


def test_proof_is_looked_for_among_the_newest_first() -> None:
    account = Account()
    for _ in range(50):
        account.start("x")
    assert delivered(account)
    assert len(account.described) == trial.AT_A_TIME


def test_runs_started_with_anything_at_all_prove_nothing() -> None:
    account = Account()
    for text in ("[]", "{}", '{"detail": []}', '{"source": "aws.s3", "detail": {"bucket": "b", "object": 1}}', "null"):
        account.runs.append({"arn": f"arn:{text}", "input": text})
    assert not delivered(account)


def test_what_goes_on_for_who_breaks_it_off(clock: list[Account]) -> None:
    account = Account()
    one = begun(account, clock)
    assert one.goes_on == ""

    send = account.s3.upload_fileobj

    def broken_off(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    account.s3.upload_fileobj = broken_off
    with pytest.raises(KeyboardInterrupt):
        one.send()
    assert one.goes_on == "'in/x' may be uploaded, and then start a run"

    account.s3.upload_fileobj = send
    one.send()
    assert one.goes_on == "'in/x' is uploaded, and a run of it may still start"
    one.run(10, None)
    assert one.goes_on == "the run of 'in/x' goes on"
