"""``ecs:runTask`` and ``ecs:runTask.sync`` in a state machine: a task is really started and its end waited for.

moto's own state calls ECS over HTTP with parameters that botocore refuses (https://github.com/getmoto/moto/issues/10076),
asks every second whether the task has ended, and takes every ended task for a success.
"""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

from botocore.session import get_session
from moto.stepfunctions.parser.api import HistoryEventType, TaskFailedEventDetails
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails

from s3ecs.local import backends, seams
from s3ecs.local.backends import Place
from s3ecs.local.pipeline import rounds
from s3ecs.local.pipeline.task import from_pascal

if TYPE_CHECKING:
    from collections.abc import Callable

    from s3ecs.local.pipeline.run_task import Launcher
    from s3ecs.local.pipeline.runner import Runner
    from s3ecs.local.pipeline.task import Task

_PARAMETERS = {
    *(
        "CapacityProviderStrategy",
        "Cluster",
        "Count",
        "EnableECSManagedTags",
        "EnableExecuteCommand",
        "Group",
        "LaunchType",
    ),
    *("NetworkConfiguration", "Overrides", "PlacementConstraints", "PlacementStrategy", "PlatformVersion"),
    *("PropagateTags", "ReferenceId", "StartedBy", "Tags", "TaskDefinition"),
}


class _Bell(threading.Event):
    """What moto sets when an execution's state changes; it wakes whoever waits for the task.

    Thousands of executions may wait for their task's turn, so none of them may look again and again.
    """

    def __init__(self, woken: threading.Event) -> None:
        super().__init__()
        self._woken = woken

    def set(self) -> None:
        """The execution was stopped, timed out or failed elsewhere."""
        super().set()
        self._woken.set()


def install(launcher: Launcher, runner: Runner) -> None:
    """Let state machines start tasks through ``launcher`` and end them through ``runner``."""
    modelled = _modelled_errors()

    def start(
        state: Any, env: Any, resource_runtime_part: Any, normalised_parameters: Any, state_credentials: Any
    ) -> None:
        del state_credentials
        place = Place(resource_runtime_part.account, resource_runtime_part.region)
        execution = env.states.context_object.context_object_data["Execution"]["Name"]
        before = rounds.here.set(rounds.of_execution(execution))
        try:
            execution = env.states.context_object.context_object_data["Execution"]["Id"]
            tasks, failures = launcher.run(place, from_pascal(normalised_parameters), execution)
        except backends.ERRORS as error:
            code, message = backends.code_of(error), backends.message_of(error)
            # AWS: names come from the first Java SDK, whose class for an error that the model lacks is this one.
            name = code if code in modelled else "AmazonECSException"
            cause = f"{message} (Service: AmazonECS; Status Code: 400; Error Code: {code}; Proxy: null)"
            raise _failed(state, env, f"ECS.{name}", cause) from error
        finally:
            rounds.here.reset(before)
        if failures:
            raise _failed(state, env, "AmazonECS.Unknown", json.dumps(failures))
        env.stack.append({"Tasks": [task.as_states() for task in tasks], "Failures": []})
        env.heap["s3ecs-task"] = tasks[0]

    def resolver(
        state: Any, env: Any, resource_runtime_part: Any, normalised_parameters: Any, state_credentials: Any
    ) -> Callable[[], dict[str, Any] | None]:
        del resource_runtime_part, normalised_parameters, state_credentials
        env.stack.pop()
        task: Task = env.heap["s3ecs-task"]

        def wait_for_task() -> dict[str, Any] | None:
            woken = threading.Event()
            env.program_state_event = _Bell(woken)
            task.when_stopped(woken.set)
            while env.is_running() and not task.stopped.is_set():
                woken.wait()
                woken.clear()
            if not task.stopped.is_set():  # the execution was stopped, or the state's time is up
                runner.stop(task, "UserInitiated", "Task stopped by AWS Step Functions")
                return None
            if task.has_succeeded:
                return task.as_states()
            raise _failed(state, env, "States.TaskFailed", json.dumps(task.as_states(), ensure_ascii=False))

        return wait_for_task

    def wait(  # noqa: PLR0917  (moto's own parameters)
        state: Any,
        env: Any,
        sync_resolver: Callable[[], Any],
        timeout_seconds: Any,
        callback_endpoint: Any,
        heartbeat_endpoint: Any,
    ) -> Any:
        del state, env, timeout_seconds, callback_endpoint, heartbeat_endpoint
        return sync_resolver()  # it blocks, so there is nothing to poll and no second thread to wait in

    seams.replace("run_task.parameters", lambda state: _PARAMETERS if _is_run_task(state) else None)
    seams.replace("run_task.start", start)
    seams.replace("run_task.resolver", resolver)
    seams.replace("run_task.wait", wait)


def _is_run_task(state: Any) -> bool:
    return bool(state.resource.api_action.lower() == "runtask")


def _failed(state: Any, env: Any, error: str, cause: str) -> Exception:
    name = (
        StatesErrorName(typ=StatesErrorNameType.StatesTaskFailed)
        if error == "States.TaskFailed"
        else CustomErrorName(error)
    )
    details = TaskFailedEventDetails(
        resource=state._get_sfn_resource(),  # noqa: SLF001
        resourceType=state._get_sfn_resource_type(),  # noqa: SLF001
        error=error,
        cause=cause,
    )
    event = FailureEvent(
        env=env,
        error_name=name,
        event_type=HistoryEventType.TaskFailed,
        event_details=EventDetails(taskFailedEventDetails=details),
    )
    failure: Exception = FailureEventException(event)
    return failure


def _modelled_errors() -> set[str]:
    """The errors that ECS's API model names."""
    model = get_session().get_service_model("ecs")
    return {shape.name for shape in model.error_shapes}
