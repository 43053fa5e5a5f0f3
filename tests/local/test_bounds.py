"""What the embedded AWS remembers of runs and tasks has an end."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest
from moto.logs.models import LogGroup, LogStream
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from s3ecs.local.keeping import runs
from s3ecs.local.pipeline import log_bounds, run_task
from s3ecs.local.pipeline.log_bounds import LogBounds
from s3ecs.local.pipeline.run_task import Snapshots


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


def test_the_oldest_stopped_tasks_are_forgotten_and_none_that_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_task, "_STOPPED", 150)
    tasks: Any = Snapshots()
    for number in range(400):
        stopped = threading.Event()
        if number != 3:
            stopped.set()
        tasks[str(number)] = SimpleNamespace(stopped=stopped)
        tasks.prune()
    assert len(tasks) <= 250
    assert {"3", "399"} <= tasks.keys()
    assert "4" not in tasks


def test_the_oldest_ended_runs_are_forgotten_and_none_that_is_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "RUNS_KEPT", 2)
    states = stepfunctions_parser_backends["123456789012"]["us-west-2"]
    arn = "arn:aws:states:us-west-2:123456789012:stateMachine:m"
    executions = [SimpleNamespace(name=number, stop_date=None if number == 0 else "ended") for number in range(5)]
    monkeypatch.setattr(states, "state_machines", [SimpleNamespace(arn=arn, executions=executions)])
    runs._prune(arn)
    assert [one.name for one in executions] == [0, 3, 4]
