"""The constructs of the States Language that our definitions use, in the embedded interpreter."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from s3ecs.local import faults

from .chain import ROLE, wait_for

if TYPE_CHECKING:
    from s3ecs.local.control import Server

    from .chain import Pipeline

EVENT = {"detail": {"object": {"key": "a'b{}\\é\n", "size": 5, "etag": "e"}, "bucket": {"name": "b"}}}


def test_an_execution_without_a_name_gets_a_uuid(pipeline: Pipeline) -> None:
    arn = pipeline.machine({"Done": {"Type": "Succeed"}})
    names = {pipeline.execute(arn).rpartition(":")[2] for _ in range(2)}
    assert len(names) == 2
    assert all(re.fullmatch(r"[0-9a-f-]{36}", name) for name in names)


def test_input_that_is_no_json_is_refused(pipeline: Pipeline) -> None:
    arn = pipeline.machine({"Done": {"Type": "Succeed"}})
    with pytest.raises(ClientError) as refused:
        pipeline.states.start_execution(stateMachineArn=arn, input="{")
    assert refused.value.response["Error"]["Code"] == "InvalidExecutionInput"


def test_a_definition_that_is_wrong_is_refused(pipeline: Pipeline) -> None:
    with pytest.raises(ClientError) as refused:
        pipeline.machine({"Run": {"Type": "Nonsense"}})
    assert refused.value.response["Error"]["Code"] == "InvalidDefinition"


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("States.Array($.detail.object.key)", ["a'b{}\\é\n"]),
        ("States.Array('--key', $.detail.object.key, 'x')", ["--key", "a'b{}\\é\n", "x"]),
        ("States.Array('a\\'b\\{c\\}d\\\\e')", ["a'b{c}d\\e"]),
        ("States.Array('日本 é', 'line\nbreak', 'tab\tq\"uote')", ["日本 é", "line\nbreak", 'tab\tq"uote']),
        (
            "States.Array('', 'a,b', '(c)', '$.x', '$$', 'States.Array()')",
            ["", "a,b", "(c)", "$.x", "$$", "States.Array()"],
        ),
        ("States.Array(States.Format('{}', $.detail.object.size))", ["5"]),
        ("States.Format('s3://{}/{}', $.detail.bucket.name, $.detail.object.key)", "s3://b/a'b{}\\é\n"),
        ("States.Format('\\{\"k\": \\'{}\\'\\}', $.detail.object.etag)", "{\"k\": 'e'}"),
        ("States.Format('é日本\\\\{}\n', $.detail.object.etag)", "é日本\\e\n"),
        ("States.Format('a')", "a"),
        ("States.StringToJson('\\{\"a\": 1\\}')", {"a": 1}),
        ("States.JsonToString($.detail.bucket)", '{"name":"b"}'),
        ("States.MathAdd($.detail.object.size, -2)", 3),
        ("States.Array($.detail.object['etag'])", ["e"]),
    ],
)
def test_an_intrinsic_function(pipeline: Pipeline, expression: str, value: Any) -> None:
    states = {"P": {"Type": "Pass", "Parameters": {"x.$": expression}, "End": True}}
    assert pipeline.result(states, EVENT) == {"x": value}


def test_math_random_stays_within_its_bounds(pipeline: Pipeline) -> None:
    states = {"P": {"Type": "Pass", "Parameters": {"x.$": "States.MathRandom(3, $.most)"}, "End": True}}
    assert {pipeline.result(states, {"most": 6})["x"] for _ in range(12)} <= {3, 4, 5}


def test_pass_merges_its_result_where_result_path_says(pipeline: Pipeline) -> None:
    states = {
        "A": {"Type": "Pass", "Result": {"tries": 0}, "ResultPath": "$.s3ecs", "Next": "B"},
        "B": {
            "Type": "Pass",
            "Parameters": {"tries.$": "States.MathAdd($.s3ecs.tries, 1)", "fixed": [1, {"a": None}]},
            "ResultPath": "$.s3ecs",
            "Next": "C",
        },
        "C": {"Type": "Pass", "Result": 1, "ResultPath": None, "End": True},
    }
    assert pipeline.result(states, {"k": 1}) == {"k": 1, "s3ecs": {"tries": 1, "fixed": [1, {"a": None}]}}


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        ({"Variable": "$.s", "IsPresent": True}, True),
        ({"Variable": "$.none.deep", "IsPresent": True}, False),
        ({"Variable": "$.none", "IsPresent": False}, True),
        ({"Variable": "$.s", "StringEquals": "in/a.csv"}, True),
        ({"Variable": "$.s", "StringMatches": "in/*.csv"}, True),
        ({"Variable": "$.s", "StringMatches": "*x*"}, False),
        ({"Variable": "$.star", "StringMatches": "a\\*b"}, True),
        ({"Variable": "$.lines", "StringMatches": "*CannotPull*"}, True),
        ({"Variable": "$.n", "NumericLessThan": 6}, True),
        ({"Variable": "$.n", "NumericLessThanPath": "$.m"}, False),
        ({"Variable": "$.n", "NumericGreaterThanEqualsPath": "$.m"}, True),
        ({"Variable": "$.n", "NumericGreaterThanEquals": 6}, False),
        ({"Variable": "$.s", "IsString": True}, True),
        ({"Variable": "$.null", "IsNull": True}, True),
        ({"Not": {"Variable": "$.none", "IsPresent": True}}, True),
        ({"And": [{"Variable": "$.s", "IsPresent": True}, {"Variable": "$.n", "NumericEquals": 5}]}, True),
        ({"And": [{"Variable": "$.none", "IsPresent": True}, {"Variable": "$.none", "NumericEquals": 5}]}, False),
        ({"Or": [{"Variable": "$.none", "IsPresent": True}, {"Variable": "$.b", "BooleanEquals": True}]}, True),
        (
            {
                "And": [
                    {"Or": [{"Variable": "$.n", "NumericEquals": 5}]},
                    {"Not": {"Variable": "$.b", "BooleanEquals": False}},
                ]
            },
            True,
        ),
    ],
)
def test_a_choice_rule(pipeline: Pipeline, rule: dict[str, Any], holds: bool) -> None:
    value = {"s": "in/a.csv", "star": "a*b", "lines": "x\nCannotPull\ny", "n": 5, "m": 5, "b": True, "null": None}
    states = {
        "C": {"Type": "Choice", "Choices": [{**rule, "Next": "Y"}], "Default": "N"},
        "Y": {"Type": "Pass", "Result": True, "End": True},
        "N": {"Type": "Pass", "Result": False, "End": True},
    }
    assert pipeline.result(states, value, "C") is holds


def test_wait_takes_its_seconds_from_a_path(pipeline: Pipeline) -> None:
    states = {"W": {"Type": "Wait", "SecondsPath": "$.s", "Next": "D"}, "D": {"Type": "Succeed"}}
    began = time.monotonic()
    pipeline.result(states, {"s": 1})
    assert time.monotonic() - began >= 1


def test_fail_takes_error_and_cause_from_paths(pipeline: Pipeline) -> None:
    states = {"F": {"Type": "Fail", "ErrorPath": "$.e", "CausePath": "$.c"}}
    assert pipeline.failure(states, {"e": "My.Error", "c": "why 日本\n"}) == ("My.Error", "why 日本\n")


def test_fail_formats_its_cause(pipeline: Pipeline) -> None:
    states = {"F": {"Type": "Fail", "Error": "E", "CausePath": "States.Format('{}!', $.c)"}}
    assert pipeline.failure(states, {"c": "why"}) == ("E", "why!")


def test_a_loop_counts_and_ends(pipeline: Pipeline) -> None:
    states = {
        "Zero": {"Type": "Pass", "Result": 0, "ResultPath": "$.n", "Next": "Add"},
        "Add": {
            "Type": "Pass",
            "Parameters": {"n.$": "States.MathAdd($.n, 1)", "m.$": "$.m"},
            "Next": "Enough",
        },
        "Enough": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.n", "NumericLessThanPath": "$.m", "Next": "Add"}],
            "Default": "Done",
        },
        "Done": {"Type": "Succeed"},
    }
    assert pipeline.result(states, {"m": 20}, "Zero") == {"n": 20, "m": 20}


def failing(pipeline: Pipeline, *planned: dict[str, str], **fields: Any) -> dict[str, Any]:
    """The task's state, whose first tries meet these faults."""
    pipeline.program()
    faults.plan(pipeline.home, {pipeline.name: planned})
    return pipeline.task_state(**fields)


@pytest.mark.parametrize(
    ("fault", "name"),
    [
        ({"error": "ThrottlingException", "message": "Rate exceeded"}, "ECS.AmazonECSException"),
        ({"error": "ServerException", "message": "x"}, "ECS.ServerException"),
        ({"error": "ClientException", "message": "x"}, "ECS.ClientException"),
        ({"error": "AccessDeniedException", "message": "x"}, "ECS.AccessDeniedException"),
        ({"reason": "RESOURCE:CPU"}, "AmazonECS.Unknown"),
        ({"stopCode": "SpotInterruption", "stoppedReason": "Your Spot Task was interrupted."}, "States.TaskFailed"),
    ],
)
def test_a_failure_of_ecs_has_the_name_that_aws_gives_it(pipeline: Pipeline, fault: dict[str, str], name: str) -> None:
    error, cause = pipeline.failure({"Run": failing(pipeline, fault)})
    assert error == name
    assert fault.get("message", fault.get("stoppedReason", "RESOURCE")) in cause


@pytest.mark.parametrize("named", ["States.ALL", "States.TaskFailed", "ECS.AmazonECSException"])
def test_a_failed_call_is_caught_by_its_name_and_by_the_wildcards(pipeline: Pipeline, named: str) -> None:
    catch = [{"ErrorEquals": [named], "ResultPath": "$.error", "Next": "Caught"}]
    run = failing(pipeline, {"error": "CapacityError", "message": "Capacity is unavailable at this time."}, Catch=catch)
    found = pipeline.result({"Run": run, "Caught": {"Type": "Pass", "End": True}})
    assert found["error"]["Error"] == "ECS.AmazonECSException"
    assert "Capacity is unavailable" in found["error"]["Cause"]
    assert found["detail"]["object"]["key"] == "k"


def test_retry_tries_again_with_backoff_and_jitter(pipeline: Pipeline) -> None:
    retry = [
        {
            "ErrorEquals": ["ECS.AmazonECSException", "AmazonECS.Unknown"],
            "IntervalSeconds": 1,
            "BackoffRate": 2,
            "MaxDelaySeconds": 2,
            "MaxAttempts": 5,
            "JitterStrategy": "FULL",
        }
    ]
    run = failing(pipeline, {"error": "ThrottlingException"}, {"reason": "RESOURCE:MEMORY"}, Retry=retry)
    assert pipeline.result({"Run": run})["StopCode"] == "EssentialContainerExited"


def test_retry_gives_up_after_its_attempts(pipeline: Pipeline) -> None:
    retry = [{"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 1, "MaxAttempts": 1, "BackoffRate": 1}]
    pipeline.program(environment=[{"name": "CODE", "value": "3"}])
    arn = pipeline.machine({"Run": pipeline.task_state(Retry=retry)})
    assert pipeline.ended(pipeline.execute(arn))["error"] == "States.TaskFailed"
    assert len(pipeline.ecs.list_tasks(cluster=pipeline.name, desiredStatus="STOPPED")["taskArns"]) == 2


def test_the_cause_of_a_failed_task_can_be_parsed_in_the_machine(pipeline: Pipeline) -> None:
    pipeline.program(environment=[{"name": "CODE", "value": "3"}])
    catch = [{"ErrorEquals": ["States.TaskFailed"], "ResultPath": "$.error", "Next": "Parse"}]
    parse = {
        "Type": "Pass",
        "Parameters": {"Error.$": "$.error.Error", "Task.$": "States.StringToJson($.error.Cause)"},
        "ResultPath": "$.failed",
        "Next": "Which",
    }
    choice = {
        "Type": "Choice",
        "Choices": [
            {
                "And": [
                    {"Variable": "$.failed.Task.Containers[0].ExitCode", "IsPresent": True},
                    {"Variable": "$.failed.Task.StopCode", "StringEquals": "EssentialContainerExited"},
                ],
                "Next": "Exited",
            }
        ],
        "Default": "Other",
    }
    states = {
        "Run": pipeline.task_state(Catch=catch),
        "Parse": parse,
        "Which": choice,
        "Exited": {"Type": "Fail", "ErrorPath": "$.error.Error", "CausePath": "$.error.Cause"},
        "Other": {"Type": "Succeed"},
    }
    error, cause = pipeline.failure(states)
    assert error == "States.TaskFailed", cause
    assert json.loads(cause)["Containers"][0]["ExitCode"] == 3


def test_a_missing_cluster_and_a_missing_definition_have_their_names(pipeline: Pipeline) -> None:
    run = pipeline.task_state()
    error, cause = pipeline.failure({"Run": run})
    assert error == "ECS.ClientException"
    assert "TaskDefinition not found" in cause
    run["Parameters"]["Cluster"] = "missing"
    assert pipeline.failure({"Run": run})[0] == "ECS.ClusterNotFoundException"


def test_a_missing_path_in_parameters_is_a_runtime_error_that_nothing_catches(pipeline: Pipeline) -> None:
    pipeline.program()
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]
    run = pipeline.task_state(Catch=catch)
    error, cause = pipeline.failure({"Run": run, "Caught": {"Type": "Succeed"}}, {"detail": {}})
    assert error == "States.Runtime"
    assert "$.detail.object.key" in cause


def test_a_timeout_is_no_task_failure_and_ends_the_task(pipeline: Pipeline) -> None:
    pipeline.program("import time; print('up'); time.sleep(60)")
    catch = [
        {"ErrorEquals": ["States.TaskFailed"], "Next": "Wrong"},
        {"ErrorEquals": ["States.Timeout"], "ResultPath": "$.error", "Next": "Right"},
    ]
    states = {
        "Run": pipeline.task_state(TimeoutSeconds=1, Catch=catch),
        "Wrong": {"Type": "Fail"},
        "Right": {"Type": "Pass", "End": True},
    }
    assert pipeline.result(states)["error"]["Error"] == "States.Timeout"
    [task] = wait_for(lambda: pipeline.ecs.list_tasks(cluster=pipeline.name, desiredStatus="STOPPED")["taskArns"])
    stopped = pipeline.stopped(task)
    assert stopped["stopCode"] == "UserInitiated"
    assert stopped["containers"][0]["exitCode"] == 143


def test_stopping_an_execution_ends_its_task_and_keeps_error_and_cause(pipeline: Pipeline) -> None:
    pipeline.program("import time; print('up'); time.sleep(60)")
    execution = pipeline.execute(pipeline.machine())
    [task] = wait_for(lambda: pipeline.ecs.list_tasks(cluster=pipeline.name)["taskArns"])
    wait_for(lambda: pipeline.task(task)["lastStatus"] == "RUNNING")
    pipeline.states.stop_execution(executionArn=execution, error="Mine", cause="because")
    found = pipeline.states.describe_execution(executionArn=execution)
    assert (found["status"], found["error"], found["cause"]) == ("ABORTED", "Mine", "because")
    assert pipeline.stopped(task)["containers"][0]["exitCode"] == 143


def test_stopping_an_execution_that_waits_for_a_retry_is_immediate(pipeline: Pipeline) -> None:
    retry = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 60, "MaxAttempts": 3}]
    arn = pipeline.machine({"Run": failing(pipeline, {"error": "ServerException"}, Retry=retry)})
    execution = pipeline.execute(arn)
    wait_for(lambda: "TaskFailed" in [event["type"] for event in history(pipeline, execution)])
    stop = pipeline.states.stop_execution(executionArn=execution)["stopDate"]
    found = pipeline.states.describe_execution(executionArn=execution)
    assert (found["status"], found["stopDate"]) == ("ABORTED", stop)


def history(pipeline: Pipeline, execution: str, **fields: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pipeline.states.get_execution_history(executionArn=execution, **fields)["events"]
    return found


def test_history_can_be_read_backwards_and_in_pages(pipeline: Pipeline) -> None:
    execution = pipeline.execute(pipeline.machine({"P": {"Type": "Pass", "Next": "D"}, "D": {"Type": "Succeed"}}))
    pipeline.ended(execution)
    forwards = [event["id"] for event in history(pipeline, execution)]
    assert [event["id"] for event in history(pipeline, execution, reverseOrder=True)] == forwards[::-1]
    pages = pipeline.states.get_paginator("get_execution_history").paginate(
        executionArn=execution, PaginationConfig={"PageSize": 2}
    )
    assert [event["id"] for page in pages for event in page["events"]] == forwards


def test_a_machine_that_timed_out_has_an_end(pipeline: Pipeline) -> None:
    definition = {"StartAt": "W", "TimeoutSeconds": 1, "States": {"W": {"Type": "Wait", "Seconds": 30, "End": True}}}
    arn = pipeline.states.create_state_machine(
        name=f"{pipeline.name}-t", roleArn=ROLE, definition=json.dumps(definition)
    )["stateMachineArn"]
    found = pipeline.ended(pipeline.execute(arn))
    assert found["status"] == "TIMED_OUT"
    assert found["stopDate"] > found["startDate"]
    assert pipeline.executions(arn)[0]["stopDate"] == found["stopDate"]


def test_times_of_the_context_are_text(pipeline: Pipeline) -> None:
    names = {"start.$": "$$.Execution.StartTime", "entered.$": "$$.State.EnteredTime", "id.$": "$$.Execution.Id"}
    found = pipeline.result({"P": {"Type": "Pass", "Parameters": names, "End": True}})
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", found["start"])
    assert found["entered"].startswith(found["start"][:10])
    assert ":execution:" in found["id"]


def test_a_call_to_another_service_passes_the_guard(pipeline: Pipeline) -> None:
    queue = pipeline.clients("sqs").create_queue(QueueName=pipeline.name)["QueueUrl"]
    send = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage",
        "Parameters": {"QueueUrl": queue, "MessageBody.$": "$.detail.object.key"},
        "End": True,
    }
    pipeline.result({"S": send})
    assert [message["Body"] for message in pipeline.messages(queue)] == ["k"]


def test_a_map_runs_a_task_for_every_item(pipeline: Pipeline) -> None:
    pipeline.program()
    one = {"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 2, "End": True}
    one["ItemProcessor"] = {
        "StartAt": "Run",
        "States": {"Run": pipeline.task_state(ResultSelector={"Code.$": "$.Containers[0].ExitCode"})},
    }
    items = [{"detail": {"object": {"key": str(number)}}} for number in range(3)]
    assert pipeline.result({"M": one}, {"items": items}) == [{"Code": 0}] * 3


def test_a_run_that_waits_holds_one_thread(pipeline: Pipeline, embedded: Server) -> None:
    def threads() -> int:
        status = Path(f"/proc/{embedded.pid}/status").read_text(encoding="utf-8")
        return int(re.findall(r"Threads:\s+(\d+)", status)[0])

    arn = pipeline.machine({"Long": {"Type": "Wait", "Seconds": 600, "End": True}})
    before = threads()
    runs = [pipeline.execute(arn) for _ in range(40)]
    wait_for(lambda: 30 <= threads() - before <= 60)
    for run in runs:
        pipeline.states.stop_execution(executionArn=run)
    assert {pipeline.ended(run)["status"] for run in runs} == {"ABORTED"}
