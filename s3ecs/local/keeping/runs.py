"""Executions in the journal, before their first step and after their last; and ended ones made small."""

from __future__ import annotations

import base64
import itertools
import json
import logging
import os
import zlib
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from moto.stepfunctions.parser.api import ExecutionStatus
from moto.stepfunctions.parser.backend.execution import Execution

from s3ecs.local import request, seams
from s3ecs.local.backends import ERRORS, InternalError, Place
from s3ecs.local.keeping.ledger import RUNS_KEPT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3ecs.local.keeping.journal import Journal
    from s3ecs.local.keeping.ledger import Run

_log = logging.getLogger(__name__)
_SLACK = 100  # executions that end between two looks at how many there are
ENDED_ERROR = "EmbeddedAWS.Ended"
ENDED_CAUSE = "the embedded AWS ended while it ran; it was not started again"


class PastWork:
    """What stands in for the worker of an execution that has ended: its history, and nothing that still runs."""

    def __init__(self, history: str) -> None:
        self.history = history
        self.env = SimpleNamespace(
            event_manager=SimpleNamespace(get_event_history=self._events),
            map_run_record_pool_manager=SimpleNamespace(get=lambda _: None, get_all=list),
        )

    def _events(self) -> list[dict[str, Any]]:
        events: list[dict[str, Any]] = json.loads(zlib.decompress(base64.b64decode(self.history)))
        return events


class Runs:
    """Writes executions into the journal, and puts them back."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._closed = False
        self._ended = itertools.count(1)

    def install(self) -> None:
        """Forget the executions of a machine that is deleted."""

        def delete_machine(states: Any, arn: str) -> None:
            seams.original("states.delete_machine")(states, arn)
            self._journal.note({"do": "gone", "machine": arn})  # AWS: a machine's executions go with it

        seams.replace("states.delete_machine", delete_machine)

    def close(self) -> None:
        """The server ends: what its end does to executions is not their end."""
        self._closed = True

    def begin(self, execution: Any) -> None:
        """The execution is about to start: from here on a kill does not lose it."""
        line = {
            "do": "begun",
            "arn": execution.exec_arn,
            "machine": execution.state_machine.arn,
            "name": execution.name,
            "input": execution.execution_input,
            "start": execution.start_date.timestamp(),
        }
        if cause := request.delivering.get():
            event, rule, target = cause
            line |= {"event": event, "target": [rule, target]}
        try:
            self._journal.write(line)
        except OSError as error:
            _machine(execution.state_machine.arn).executions.remove(execution)
            reason = error.strerror or os.strerror(error.errno or 0)
            _log.error("%s cannot be kept: %s; it was not started, make room on the disk", execution.exec_arn, reason)
            raise InternalError(f"the execution cannot be kept: {reason}") from error

    def ran(self, execution: str, task: str) -> None:
        """A program of the execution is about to start; raises OSError where that cannot be kept, and it must not."""
        self._journal.write({"do": "ran", "arn": execution, "task": task})

    def ended(self, execution: Any) -> None:
        """The execution has its last status: keep it, drop what only a running one needs, and what is too old."""
        if self._closed:
            return
        history = _history(execution)
        self._journal.note(_ended_line(execution, history))
        worker = execution.exec_worker
        if worker.env is not None and not worker.env.map_run_record_pool_manager.get_all():
            execution.exec_worker = PastWork(history)
        if next(self._ended) % _SLACK == 0:
            _prune(execution.state_machine.arn)

    def stopped(self, execution: Any) -> None:
        """The execution was aborted; it is still to come to its end."""
        if not self._closed:
            self._journal.note(_ended_line(execution, _history(execution)))

    def put_back(self, run: Run) -> None:
        """List a run again as it ended; one that had run no program is begun again, one that had is told as failed."""
        machine = _machine(run.begun["machine"])
        if machine is None or any(one.exec_arn == run.begun["arn"] for one in machine.executions):
            return  # its stack could not be brought back; or this was done before
        execution = _execution(machine, run.begun)
        if run.ended is None and run.ran is None and _only_runs_tasks(machine.definition):
            machine.executions.append(execution)
            seams.original("states.begin")(execution)
            return
        ended = run.ended or {
            "status": "FAILED",
            "error": ENDED_ERROR,
            "cause": ENDED_CAUSE,
            "stop": datetime.now(UTC).timestamp(),
        }
        execution.exec_status = ExecutionStatus(ended["status"])
        execution.stop_date = datetime.fromtimestamp(ended["stop"], UTC)
        execution.error, execution.cause = ended.get("error"), ended.get("cause")
        execution.output = ended.get("output")
        execution.exec_worker = PastWork(ended.get("history") or _packed([_began(execution), _failed(execution)]))
        if run.ended is None:
            self._journal.note(_ended_line(execution, execution.exec_worker.history))
        machine.executions.append(execution)


def _execution(machine: Any, begun: dict[str, Any]) -> Any:
    place = Place.of_arn(machine.arn)
    return Execution(
        name=begun["name"],
        sm_type=machine.sm_type,
        role_arn=machine.roleArn,
        exec_arn=begun["arn"],
        account_id=place.account,
        region_name=place.region,
        state_machine=machine,
        start_date=datetime.fromtimestamp(begun["start"], UTC),
        cloud_watch_logging_session=None,
        activity_store={},
        input_data=begun["input"],
    )


def _ended_line(execution: Any, history: str) -> dict[str, Any]:
    line = {"do": "ended", "arn": execution.exec_arn, "status": execution.status, "history": history}
    line["stop"] = execution.stop_date.timestamp()
    if execution.status == "SUCCEEDED":
        line["output"] = json.loads(json.dumps(execution.output, default=_text))
    return line | {name: value for name in ("error", "cause") if (value := getattr(execution, name)) is not None}


def _history(execution: Any) -> str:
    env = execution.exec_worker.env
    return _packed([] if env is None else env.event_manager.get_event_history())


def _packed(events: list[Any]) -> str:
    return base64.b64encode(zlib.compress(json.dumps(events, default=_text).encode())).decode()


def _began(execution: Any) -> dict[str, Any]:
    details = {"input": execution.execution_input, "roleArn": execution.role_arn}
    return _event(1, "ExecutionStarted", execution.start_date, executionStartedEventDetails=details)


def _failed(execution: Any) -> dict[str, Any]:
    details = {"error": execution.error, "cause": execution.cause}
    return _event(2, "ExecutionFailed", execution.stop_date, executionFailedEventDetails=details)


def _event(number: int, kind: str, moment: datetime, **details: Any) -> dict[str, Any]:
    told = {"id": number, "previousEventId": number - 1, "type": kind, "timestamp": moment.isoformat()}
    return told | details


def _prune(arn: str) -> None:
    """Drop the oldest ended executions of every machine in the place of this one."""
    for machine in list(Place.of_arn(arn).states.state_machines):
        ended = [one for one in list(machine.executions) if one.stop_date is not None]
        for one in ended[:-RUNS_KEPT]:
            machine.executions.remove(one)


def _machine(arn: str) -> Any:
    try:
        return Place.of_arn(arn).states.describe_state_machine(arn)
    except ERRORS:
        return None


def _only_runs_tasks(definition: str) -> bool:
    """Whether a machine that ran no program has done nothing at all, so that it can be begun again."""
    resources = [state.get("Resource", "") for state in _states(json.loads(definition)) if state.get("Type") == "Task"]
    return all(":ecs:runTask" in resource for resource in resources)


def _states(machine: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for state in machine.get("States", {}).values():
        yield state
        inner = [state.get("Iterator"), state.get("ItemProcessor"), *state.get("Branches", ())]
        for each in filter(None, inner):
            yield from _states(each)


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
