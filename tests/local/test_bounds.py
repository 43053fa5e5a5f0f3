"""What the embedded AWS remembers of tasks has an end."""

from __future__ import annotations

import pytest
from moto.logs.models import LogGroup, LogStream

from s3ecs.local.pipeline import log_bounds
from s3ecs.local.pipeline.log_bounds import LogBounds


@pytest.fixture
def group(monkeypatch: pytest.MonkeyPatch) -> LogGroup:
    monkeypatch.setattr(log_bounds, "STREAMS", 3)
    monkeypatch.setattr(log_bounds, "LINES", 10)
    return LogGroup("123456789012", "eu-central-1", "/group")


def printed(group: LogGroup, bounds: LogBounds, name: str, lines: int) -> LogStream:
    group.create_log_stream(name)
    stream = group.streams[name]
    for number in range(lines):
        stream.put_log_events([{"timestamp": number, "message": str(number)}])
        bounds.written(stream)
    return stream


def test_streams_of_ended_tasks_are_forgotten_from_the_oldest(group: LogGroup) -> None:
    bounds = LogBounds()
    printed(group, bounds, "of a task that runs", 2)
    for number in range(5):
        printed(group, bounds, f"ended {number}", 2)
        bounds.ended(group, f"ended {number}")
    assert list(group.streams) == ["of a task that runs", "ended 2", "ended 3", "ended 4"]


def test_many_lines_push_older_streams_out_but_the_newest_stays(group: LogGroup) -> None:
    bounds = LogBounds()
    for name, lines in (("quiet", 1), ("loud", 11)):
        printed(group, bounds, name, lines)
        bounds.ended(group, name)
    assert list(group.streams) == ["loud"]


def test_a_task_that_prints_on_and_on_keeps_its_last_lines(group: LogGroup) -> None:
    stream = printed(group, LogBounds(), "endless", 100)
    assert len(stream.events) <= 11
    assert stream.events[-1].message == "99"
