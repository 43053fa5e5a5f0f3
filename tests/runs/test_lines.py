"""Lines as they arrive in a log stream, and dead letters as they lie in a queue."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from s3ecs.runs.dead_letters import DeadLetter, peek
from s3ecs.runs.lines import Lines

from .fakes import refusal


class Log:
    """A log stream that answers two lines a page, as CloudWatch does: the end is where the token stays the same."""

    def __init__(self, *lines: str) -> None:
        self.lines: list[str] | None = list(lines)
        self.asked = 0

    def get_log_events(self, **request: Any) -> dict[str, Any]:
        assert (request["logGroupName"], request["logStreamName"], request["startFromHead"]) == ("g", "p/c/id", True)
        self.asked += 1
        if self.lines is None:
            raise refusal("ResourceNotFoundException")
        begin = int(request.get("nextToken", "f/0").removeprefix("f/"))
        page = self.lines[begin : begin + 2]
        return {"events": [{"message": line} for line in page], "nextForwardToken": f"f/{begin + len(page)}"}


def lines_of(log: Log) -> Lines:
    aws: Any = SimpleNamespace(logs=log)
    return Lines(aws, "g", "p/c/id")


def test_all_pages_are_read_and_each_line_once() -> None:
    log = Log("1", "2", "3", "4", "5")
    lines = lines_of(log)
    assert list(lines.new()) == ["1", "2", "3", "4", "5"]
    assert list(lines.new()) == []
    assert log.lines is not None
    log.lines += ["6", "7", "8"]
    assert list(lines.new()) == ["6", "7", "8"]


def test_nothing_new_costs_one_call() -> None:
    log = Log("1")
    lines = lines_of(log)
    list(lines.new())
    log.asked = 0
    list(lines.new())
    assert log.asked == 1


def test_no_stream_yet_means_no_lines_yet() -> None:
    log = Log()
    log.lines = None
    lines = lines_of(log)
    assert list(lines.new()) == []
    log.lines = ["1"]
    assert list(lines.new()) == ["1"]


def letters(*answers: Any) -> list[DeadLetter]:
    """What is seen where SQS answers so, look by look."""
    looks = iter(answers)

    def receive(**request: Any) -> dict[str, Any]:
        assert request["VisibilityTimeout"] == 0  # they are left where they are
        answer: Any = next(looks, [])
        if isinstance(answer, Exception):
            raise answer
        return {"Messages": answer} if answer else {}

    aws: Any = SimpleNamespace(sqs=SimpleNamespace(receive_message=receive))
    return list(peek(aws, "url"))


def message(number: int, body: str, **attributes: str) -> dict[str, Any]:
    noted = {name: {"StringValue": text} for name, text in attributes.items()}
    return {"MessageId": str(number), "Body": body} | ({"MessageAttributes": noted} if noted else {})


FULL = message(
    1,
    json.dumps({"detail": {"object": {"key": "in/x"}}}),
    RULE_ARN="arn:aws:events:us-east-1:1:rule/a-b",
    ERROR_CODE="NO_PERMISSIONS",
    ERROR_MESSAGE="may not",
)
LETTER = DeadLetter(rule="a-b", key="in/x", code="NO_PERMISSIONS", message="may not")


def test_dead_letter_names_rule_key_and_reason() -> None:
    assert letters([FULL]) == [LETTER]


def test_a_look_that_finds_nothing_is_not_the_last_and_no_letter_is_seen_twice() -> None:
    assert letters([], [FULL], [FULL]) == [LETTER]


@pytest.mark.parametrize("body", ["", "no JSON", "[]", "{}", '{"detail": 1}'])
def test_what_others_have_put_there_is_told_without_a_key(body: str) -> None:
    assert letters([message(2, body)]) == [DeadLetter("", "", "", "")]


def test_an_absent_queue_holds_nothing() -> None:
    absent = refusal("AWS.SimpleQueueService.NonExistentQueue")
    assert letters(absent, absent, absent) == []
