"""The state machine of a job: run the container for one object, and try again where that can help.

The input is S3's event "Object Created", whatever starts the run. The document is JSONPath without variables; what it
counts stands in ``$.tries``.

    Begin -> [Wanted?] -> [Version?] -> Run -> done
                                            | error
                                            v
                     Failed -> Read the cause -> Whose fault? -> Choose a pause -> Pause -> Longer? -> Run
                       |  |                        |    |               ^
                       |  +---- (timed out) -------|----+-- Count ------+
                       |  +---- (no capacity) -----|--------------------+
                       +------> Give up <----------+

A job on spot may go from Longer?, and in place of giving up, through On demand to Run; spot.py says when.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from s3ecs.resources.task_definition import CONTAINER
from s3ecs.spec.filter import excluded_later
from s3ecs.stack import expressions, spot
from s3ecs.stack.states import FAILED, INTERRUPTED, PROVIDER, TRIES, WAITED, State, both, either, is_text, less_than

if TYPE_CHECKING:
    from s3ecs.spec.model import Job

FIRST_PAUSE: Final = 15  # seconds, as are all below
LONGEST_PAUSE: Final = 300
LONGER_BY: Final = 57  # five times, from the first to the longest

# AWS: what ecs:runTask answers with for capacity, quota and throttling: the SDK's class names behind ``ECS.``.
WAITED_OUT: Final = (
    "ECS.AmazonECSException",
    "AmazonECS.Unknown",
    "ECS.ServerException",
    "ECS.ThrottlingException",
    "ECS.LimitExceededException",
)
# AWS: how StoppedReason words it when a task could not start for want of capacity or network.
START_TROUBLE: Final = (
    "*Capacity is unavailable*",
    "*Timeout waiting for network interface provisioning*",
    "*network interface*",
    "*i/o timeout*",
    "*connection refused*",
    "*Rate exceeded*",
    "*toomanyrequests*",
    "*InternalError*",
)
ERROR: Final = "$.failure.Error"
CAUSE: Final = "$.failure.Cause"
STOP_CODE: Final = "$.stopped.task.StopCode"
STOPPED_REASON: Final = "$.stopped.task.StoppedReason"


@dataclass(frozen=True)
class Where:
    """Where a job's tasks run: ``run_task`` is the integration's ARN, in the words of the partition."""

    run_task: str
    cluster: str
    family: str
    public_ip: bool


def definition(job: Job, where: Where, subnets: Any, security_groups: Any) -> dict[str, Any]:
    """The document of ``job``; ``subnets`` and ``security_groups`` are ids, or unknown so far."""
    before = _wanted(job) | _version(job)
    return {
        "Comment": f"Runs the container of job {job.name} for one object; the input is S3's event Object Created.",
        "StartAt": "Begin",
        "States": {
            "Begin": {
                "Type": "Pass",
                "Result": {"failed": 0, "waited": 0, "last": 0, "pause": FIRST_PAUSE, **spot.counted(job)},
                "ResultPath": TRIES,
                "Next": next(iter(before), "Run"),
            },
            **before,
            "Run": _run(job, where, subnets, security_groups),
            **_after_a_failure(job),
        },
    }


def _wanted(job: Job) -> dict[str, State]:
    """What the rule's pattern cannot leave out is left out here, before any task."""
    key, size = expressions.PATHS["key"], "$.detail.object.size"
    # AWS: StringMatches knows * and its escapes as a pattern's wildcard does.
    left_out: list[State] = [{"Variable": key, "StringMatches": glob} for glob in excluded_later(job)]
    if job.min_size > 1:
        left_out.append({"Variable": size, "NumericLessThan": job.min_size})
    if job.max_size is not None:
        left_out.append({"Variable": size, "NumericGreaterThan": job.max_size})
    if not left_out:
        return {}
    choices = [each | {"Next": "Not wanted"} for each in left_out]
    return {
        "Wanted?": {"Type": "Choice", "Choices": choices, "Default": next(iter(_version(job)), "Run")},
        "Not wanted": {"Type": "Succeed"},
    }


def _version(job: Job) -> dict[str, State]:
    """AWS: version-id is absent on unversioned buckets, and a path that is absent fails the run."""
    if not any("version_id" in each.words for each in (*job.command, *job.environment.values())):
        return {}
    path = expressions.PATHS["version_id"]
    return {
        "Version?": {
            "Type": "Choice",
            "Choices": [{"Variable": path, "IsPresent": True, "Next": "Run"}],
            "Default": "No version",
        },
        "No version": {"Type": "Pass", "Result": "", "ResultPath": path, "Next": "Run"},
    }


def _run(job: Job, where: Where, subnets: Any, security_groups: Any) -> State:
    parameters: dict[str, Any] = {
        "Cluster": where.cluster,
        "TaskDefinition": where.family,
        **spot.capacity(job),
        "PlatformVersion": "LATEST",
        "NetworkConfiguration": {
            "AwsvpcConfiguration": {
                "Subnets": subnets,
                "SecurityGroups": security_groups,
                "AssignPublicIp": "ENABLED" if where.public_ip else "DISABLED",
            }
        },
    }
    if override := _override(job):
        parameters["Overrides"] = {"ContainerOverrides": [{"Name": CONTAINER, **override}]}
    return {
        "Type": "Task",
        "Resource": where.run_task,
        "TimeoutSeconds": job.timeout,
        "Parameters": parameters,
        "ResultPath": None,
        "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.failure", "Next": "Failed"}],
        "End": True,
    }


def _override(job: Job) -> dict[str, Any]:
    """What differs from run to run; what does not is part of the task definition."""
    environment = [
        {"Name": name, "Value.$": expressions.expression(template)}
        for name, template in sorted(job.environment.items())
        if template.literal is None
    ]
    return expressions.command(job.command) | ({"Environment": environment} if environment else {})


def _after_a_failure(job: Job) -> dict[str, State]:
    may_fail_again = less_than(FAILED, job.retries)
    may_wait_longer = less_than(WAITED, job.queue_for)
    no_answer = either(*(is_text(ERROR, code) for code in WAITED_OUT))
    interrupted = is_text(STOP_CODE, "SpotInterruption")
    trouble = either(interrupted, _could_not_start())
    exited = both(is_text(STOP_CODE, "EssentialContainerExited"), may_fail_again)
    counting = [both(interrupted, may_wait_longer) | {"Next": "Count interruption"}] if job.spot else []
    return {
        "Failed": {
            "Type": "Choice",
            "Choices": [
                both(no_answer, may_wait_longer) | {"Next": "Choose a pause"},
                *spot.instead_of_giving_up(job, no_answer),
                both(is_text(ERROR, "States.Timeout"), may_fail_again) | {"Next": "Count"},
                {"Variable": CAUSE, "IsPresent": False, "Next": "Give up without a cause"},
                # AWS: States.TaskFailed means many things; its cause is the stopped task as JSON.
                both(is_text(ERROR, "States.TaskFailed"), {"Variable": CAUSE, "StringMatches": "{*}"})
                | {"Next": "Read the cause"},
            ],
            "Default": "Give up",
        },
        "Read the cause": {
            "Type": "Pass",
            "Parameters": {"task.$": f"States.StringToJson({CAUSE})"},
            "ResultPath": "$.stopped",
            "Next": "Whose fault?",
        },
        "Whose fault?": {
            "Type": "Choice",
            "Choices": [
                *counting,
                both(trouble, may_wait_longer) | {"Next": "Choose a pause"},
                *spot.instead_of_giving_up(job, trouble),
                exited | {"Next": "Count"},
            ],
            "Default": "Give up",
        },
        "Count": _tries(job, failed=f"States.MathAdd({FAILED}, 1)") | {"Next": "Choose a pause"},
        "Choose a pause": _tries(
            job, waited=f"States.MathAdd({WAITED}, {TRIES}.last)", last=f"States.MathRandom(1, {TRIES}.pause)"
        )
        | {"Next": "Pause"},
        "Pause": {"Type": "Wait", "SecondsPath": f"{TRIES}.last", "Next": "Longer?"},
        "Longer?": {
            "Type": "Choice",
            "Choices": [*spot.enough(job), less_than(f"{TRIES}.pause", LONGEST_PAUSE) | {"Next": "Longer"}],
            "Default": "Run",
        },
        "Longer": _tries(job, pause=f"States.MathAdd({TRIES}.pause, {LONGER_BY})") | {"Next": "Run"},
        **(_off_spot(job) if job.spot else {}),
        "Give up": {"Type": "Fail", "ErrorPath": ERROR, "CausePath": CAUSE},
        "Give up without a cause": {"Type": "Fail", "ErrorPath": ERROR},
    }


def _off_spot(job: Job) -> dict[str, State]:
    on_demand = {"Type": "Pass", "Result": spot.ON_DEMAND, "ResultPath": PROVIDER, "Next": "Run"}
    interrupted = _tries(job, interrupted=f"States.MathAdd({INTERRUPTED}, 1)")
    return {"Count interruption": interrupted | {"Next": "Choose a pause"}, "On demand": on_demand}


def _could_not_start() -> State:
    reasons = either(*({"Variable": STOPPED_REASON, "StringMatches": words} for words in START_TROUBLE))
    present = {"Variable": STOPPED_REASON, "IsPresent": True}
    return {"And": [*is_text(STOP_CODE, "TaskFailedToStart")["And"], present, reasons]}


def _tries(job: Job, **new: str) -> State:
    """A state that writes ``$.tries`` anew: a Pass replaces what stands at its ResultPath whole."""
    former = {name: f"{TRIES}.{name}" for name in ("failed", "waited", "last", "pause", *spot.counted(job))}
    parameters = {f"{name}.$": value for name, value in (former | new).items()}
    return {"Type": "Pass", "Parameters": parameters, "ResultPath": TRIES}
