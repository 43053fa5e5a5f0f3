"""Executions as Step Functions has them where moto's interpreter differs: names, ends, times, history."""

from __future__ import annotations

import json
import threading
import time
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult
from moto.stepfunctions.parser.api import ExecutionStatus
from moto.stepfunctions.parser.utils import TMP_THREADS

from s3ecs.local import faults, seams
from s3ecs.local.backends import InvalidExecutionInput

if TYPE_CHECKING:
    from collections.abc import Callable

    from s3ecs.local.home import Home
    from s3ecs.local.keeping.runs import Runs

_ENDED = {"SUCCEEDED", "FAILED", "ABORTED", "TIMED_OUT"}
_ending = threading.Lock()  # an execution ends once: by itself or because it is stopped
_BEGIN = 10.0  # seconds for the thread of an execution to get going


def install(home: Home, changed: Callable[[Any], None], runs: Runs) -> None:
    """Mend what a run of ours would meet.

    ``home`` has the failures that are asked for; ``changed`` is told of each execution that begins or ends, and
    ``runs`` keeps it.
    """

    def start_unless_faulty(
        states: Any,
        state_machine_arn: str,
        name: str | None = None,
        execution_input: str | None = None,
        trace_header: Any = None,
    ) -> Any:
        if fault := faults.take(home, state_machine_arn):
            raise JsonRESTError(fault["error"], fault.get("message", fault["error"]))
        return start(states, state_machine_arn, name, execution_input, trace_header)

    def begin(execution: Any) -> None:
        execution.exec_status = ExecutionStatus.RUNNING  # it is listed already
        runs.begin(execution)
        changed(execution)
        seams.original("states.begin")(execution)

    def stop_and_tell(execution: Any, stop_date: datetime, error: str | None, cause: str | None) -> None:
        if stop(execution, stop_date, error, cause):
            runs.stopped(execution)
            changed(execution)

    def end_and_tell(communication: Any) -> None:
        if ended(communication):
            changed(communication.execution)
        runs.ended(communication.execution)

    seams.replace("states.start", start_unless_faulty)
    seams.replace("states.begin", begin)
    seams.replace("states.details", details)
    seams.replace("states.stop", stop_and_tell)
    seams.replace("states.ended", end_and_tell)
    seams.replace("states.http_stop", http_stop)
    seams.replace("states.http_describe", http_describe)
    seams.replace("states.http_list", http_list)
    seams.replace("states.http_history", http_history)


def start(
    states: Any,
    state_machine_arn: str,
    name: str | None = None,
    execution_input: str | None = None,
    trace_header: Any = None,
) -> Any:
    """AWS: an execution without a name gets a UUID; input that is no JSON is InvalidExecutionInput."""
    TMP_THREADS.clear()  # moto keeps every thread that it ever started
    try:
        json.loads(execution_input or "{}")
    except ValueError as error:
        raise InvalidExecutionInput(f"Invalid State Machine Execution Input: '{error}'") from error
    name = name or str(uuid.uuid4())
    return seams.original("states.start")(states, state_machine_arn, name, execution_input, trace_header)


def details(execution: Any) -> Any:
    """AWS: ``$$.Execution.StartTime`` is text; a time object cannot be part of an output."""
    found = seams.original("states.details")(execution)
    found.start_time = execution.start_date.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    return found


def stop(execution: Any, stop_date: datetime, error: str | None, cause: str | None) -> bool:
    """The execution is ABORTED at once, whatever its current state still waits for; error and cause are kept.

    False where it has ended already.
    """
    if execution.status not in _ENDED:
        _wait_until_begun(execution)
    with _ending:
        if execution.status in _ENDED:
            return False
        execution.exec_status = ExecutionStatus.ABORTED
        execution.stop_date = stop_date
        execution.error, execution.cause = error or None, cause or None
    execution.exec_worker.stop(stop_date=stop_date, error=error, cause=cause)
    return True


def _wait_until_begun(execution: Any) -> None:
    """moto's own stop is lost, or fails, in the milliseconds before the execution's thread has its first state."""
    end = time.monotonic() + _BEGIN
    while (worker := execution.exec_worker) is None or worker.env is None or worker.env.program_state() is None:
        if time.monotonic() > end:
            raise TimeoutError(f"{execution.exec_arn} did not begin within {_BEGIN:g} s")
        time.sleep(0.001)


def ended(communication: Any) -> bool:
    """An execution that was stopped stays as it was stopped; False where it was."""
    with _ending:
        if communication.execution.status in _ENDED:
            return False
        seams.original("states.ended")(communication)
        return True


def http_stop(http: Any) -> Any:
    """StopExecution with its error and cause, which moto drops."""
    execution = http.stepfunction_backend.describe_execution(http._get_param("executionArn"))  # noqa: SLF001
    now = datetime.now(UTC)
    execution.stop(stop_date=now, error=http._get_param("error"), cause=http._get_param("cause"))  # noqa: SLF001
    return ActionResult({"stopDate": execution.stop_date or now})


def http_describe(http: Any) -> Any:
    """DescribeExecution; moto fails on times in an output and has no end for TIMED_OUT."""
    execution = http.stepfunction_backend.describe_execution(http._get_param("executionArn"))  # noqa: SLF001
    told = _listed(execution) | {"input": execution.execution_input, "inputDetails": {"included": True}}
    if execution.status == "SUCCEEDED":
        told["output"] = output_of(execution)
        told["outputDetails"] = {"included": True}
    told |= {name: value for name in ("error", "cause") if (value := getattr(execution, name)) is not None}
    return ActionResult(told)


def output_of(execution: Any) -> str | None:
    """The output as text; None unless the execution has succeeded."""
    if execution.status != "SUCCEEDED":
        return None
    return json.dumps(execution.output, separators=(",", ":"), ensure_ascii=False, default=_text)


def http_list(http: Any) -> Any:
    """ListExecutions; moto leaves the end of TIMED_OUT executions out."""
    found, token = http.stepfunction_backend.list_executions(
        http._get_param("stateMachineArn"),  # noqa: SLF001
        status_filter=http._get_param("statusFilter"),  # noqa: SLF001
        max_results=http._get_int_param("maxResults"),  # noqa: SLF001
        next_token=http._get_param("nextToken"),  # noqa: SLF001
    )
    return ActionResult({"executions": [_listed(execution) for execution in found], "nextToken": token})


def http_history(http: Any) -> Any:
    """GetExecutionHistory with ``reverseOrder`` and ``maxResults``, which moto ignores."""
    arn = http._get_param("executionArn")  # noqa: SLF001
    execution = http.stepfunction_backend.describe_execution(arn)
    events = list(execution.to_history_output()["events"]) if execution.exec_worker else []  # it is about to begin
    if http._get_param("reverseOrder"):  # noqa: SLF001
        events.reverse()
    first = int(http._get_param("nextToken") or 0)  # noqa: SLF001
    last = first + (http._get_int_param("maxResults") or 1000)  # noqa: SLF001
    return ActionResult({"events": events[first:last], "nextToken": str(last) if last < len(events) else None})


def _listed(execution: Any) -> dict[str, Any]:
    told = {
        "executionArn": execution.execution_arn,
        "name": execution.name,
        "startDate": execution.start_date,
        "stateMachineArn": execution.state_machine_arn,
        "status": execution.status,
    }
    return told | ({"stopDate": execution.stop_date} if execution.status in _ENDED else {})


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
