"""Tasks that really run: states, arguments, environment, output, ends."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from s3ecs.local import faults, programs

from .chain import ECHO, wait_for

if TYPE_CHECKING:
    from s3ecs.local.control import Server

    from .chain import Pipeline

CHILD = "import subprocess, sys;print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']).pid)"
SLEEP = "import time; print('up'); time.sleep(60)"


def command(*words: str) -> dict[str, Any]:
    return {"overrides": {"containerOverrides": [{"name": "main", "command": list(words)}]}}


def test_a_task_goes_through_its_states_and_ends_as_aws_writes_it(pipeline: Pipeline) -> None:
    pipeline.program("input_ = open('/dev/stdin').read(); print(repr(input_))")
    begun = pipeline.run_task(startedBy="me", tags=[{"key": "a", "value": "b"}])
    assert begun["lastStatus"] in {"PROVISIONING", "PENDING", "RUNNING"}
    assert begun["desiredStatus"] == "RUNNING"
    task = pipeline.stopped(begun["taskArn"])
    assert task["stopCode"] == "EssentialContainerExited"
    assert task["stoppedReason"] == "Essential container in task exited"
    assert task["desiredStatus"] == "STOPPED"
    assert task["createdAt"] <= task["startedAt"] <= task["stoppedAt"]
    assert (task["startedBy"], task["group"], task["launchType"]) == ("me", f"family:{pipeline.name}", "FARGATE")
    assert (task["cpu"], task["memory"]) == ("512", "1024")
    assert task["tags"] == [{"key": "a", "value": "b"}]
    assert task["clusterArn"].endswith(f":cluster/{pipeline.name}")
    assert f":task/{pipeline.name}/" in task["taskArn"]
    [container] = task["containers"]
    assert (container["name"], container["exitCode"], container["lastStatus"]) == ("main", 0, "STOPPED")
    assert pipeline.lines(task["taskArn"]) == ["''"]


def test_the_container_s_own_command_is_used_unless_overridden(pipeline: Pipeline) -> None:
    pipeline.program(command=["of", "definition"])
    assert pipeline.lines(pipeline.stopped(pipeline.run_task()["taskArn"])["taskArn"])[0] == "'of' 'definition'"
    words = ["--key", "a b", "$HOME", "`x`", "'\"", "", "日本\n", "*"]
    task = pipeline.stopped(pipeline.run_task(**command(*words))["taskArn"])
    assert pipeline.lines(task["taskArn"])[0] == " ".join(map(ascii, words))


def test_the_environment_is_the_container_s_with_overrides_and_the_way_back(
    pipeline: Pipeline, embedded: Server
) -> None:
    source = "import json, os; print(json.dumps(dict(os.environ)))"
    pipeline.program(source, environment=[{"name": "ENV", "value": "local"}, {"name": "B", "value": "1"}])
    override = {"name": "main", "environment": [{"name": "B", "value": "two é"}]}
    task = pipeline.stopped(pipeline.run_task(overrides={"containerOverrides": [override]})["taskArn"])
    found = json.loads(pipeline.lines(task["taskArn"])[0])
    found.pop("LC_CTYPE", None)  # Python sets it itself where the locale is C
    keys = {name: found.pop(name) for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")}
    assert not {embedded.access_key, embedded.secret_key} & set(keys.values())
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    assert found == inherited | {
        "ENV": "local",
        "B": "two é",
        "AWS_ENDPOINT_URL": embedded.endpoint,
        "AWS_REGION": "eu-central-1",
        "AWS_DEFAULT_REGION": "eu-central-1",
    }


def test_a_region_that_the_definition_says_is_the_one_that_the_program_has(pipeline: Pipeline) -> None:
    source = "import os; print(os.environ['AWS_REGION'], os.environ['AWS_DEFAULT_REGION'])"
    pipeline.program(source, environment=[{"name": "AWS_REGION", "value": "eu-west-3"}])
    task = pipeline.stopped(pipeline.run_task()["taskArn"])
    assert pipeline.lines(task["taskArn"]) == ["eu-west-3 eu-central-1"]


def test_a_program_reads_its_object_back_and_runs_in_its_folder(pipeline: Pipeline) -> None:
    bucket = pipeline.bucket()
    pipeline.s3.put_object(Bucket=bucket, Key="k", Body=b"the content")
    source = (
        "import os, sys, boto3; print(os.getcwd());"
        "print(boto3.client('s3').get_object(Bucket=sys.argv[1], Key=sys.argv[2])['Body'].read())"
    )
    pipeline.program(source)
    task = pipeline.stopped(pipeline.run_task(**command(bucket, "k"))["taskArn"])
    assert pipeline.lines(task["taskArn"]) == [str(pipeline.folder), "b'the content'"]


def test_lines_arrive_while_the_program_runs(pipeline: Pipeline) -> None:
    pipeline.program("import sys, time; print('out'); print('err', file=sys.stderr); time.sleep(60)")
    task = pipeline.run_task()["taskArn"]
    wait_for(lambda: pipeline.task(task)["lastStatus"] == "RUNNING")
    wait_for(lambda: pipeline.lines(task) == ["out", "err"])
    pipeline.ecs.stop_task(cluster=pipeline.name, task=task)


def test_output_that_is_no_text_or_has_no_end_of_line_arrives(pipeline: Pipeline) -> None:
    source = r"import os; os.write(1, b'\xff\xfe\n\n' + b'x' * 300000 + b'\nlast')"
    pipeline.program(source)
    lines = pipeline.lines(pipeline.stopped(pipeline.run_task()["taskArn"])["taskArn"])
    assert lines[0] == "\ufffd\ufffd"
    assert "".join(lines[1:-1]) == "x" * 300000
    assert lines[-1] == "last"


@pytest.mark.parametrize(("source", "code"), [("raise SystemExit(7)", 7), ("import os; os.kill(os.getpid(), 9)", 137)])
def test_the_exit_code_is_told(pipeline: Pipeline, source: str, code: int) -> None:
    pipeline.program(source)
    assert pipeline.stopped(pipeline.run_task()["taskArn"])["containers"][0]["exitCode"] == code


def test_a_family_without_a_program_runs_nothing(pipeline: Pipeline) -> None:
    pipeline.program(None, command=["touch", str(pipeline.folder / "ran")], entryPoint=["/bin/sh", "-c"])
    task = pipeline.stopped(pipeline.run_task(**command("touch", str(pipeline.folder / "ran")))["taskArn"])
    assert task["stopCode"] == "TaskFailedToStart"
    assert task["stoppedReason"].startswith("CannotPullContainerError: ")
    assert "exitCode" not in task["containers"][0]
    assert "startedAt" not in task
    assert not (pipeline.folder / "ran").exists()


def test_a_forgotten_program_is_not_run(pipeline: Pipeline) -> None:
    pipeline.program()
    programs.forget(pipeline.home, pipeline.name)
    task = pipeline.stopped(pipeline.run_task()["taskArn"])
    assert task["stoppedReason"].startswith("CannotPullContainerError: ")


def test_a_program_that_is_not_there_fails_to_start(pipeline: Pipeline) -> None:
    pipeline.program()
    missing = programs.Program(("not-there",), str(pipeline.folder))
    programs.save(pipeline.home, pipeline.name, {pipeline.name: {"main": missing}})
    task = pipeline.stopped(pipeline.run_task()["taskArn"])
    assert task["stopCode"] == "TaskFailedToStart"
    assert "CannotStartContainerError" in task["stoppedReason"]
    assert "not-there" in task["stoppedReason"]


def test_a_missing_log_group_keeps_the_task_from_starting(pipeline: Pipeline) -> None:
    pipeline.program()
    pipeline.logs.delete_log_group(logGroupName=f"/{pipeline.name}")
    task = pipeline.stopped(pipeline.run_task()["taskArn"])
    assert task["stopCode"] == "TaskFailedToStart"
    assert task["stoppedReason"].startswith("ResourceInitializationError: ")
    assert "exitCode" not in task["containers"][0]


def test_stop_task_ends_the_whole_process_tree(pipeline: Pipeline) -> None:
    pipeline.program(f"{CHILD}; import time; time.sleep(60)")
    task = pipeline.run_task()["taskArn"]
    [pid] = wait_for(lambda: pipeline.task(task)["lastStatus"] == "RUNNING" and pipeline.lines(task))
    pipeline.ecs.stop_task(cluster=pipeline.name, task=task, reason="enough")
    found = pipeline.stopped(task)
    assert (found["stopCode"], found["stoppedReason"]) == ("UserInitiated", "enough")
    assert found["containers"][0]["exitCode"] == 143
    wait_for(lambda: _is_gone(pid))


def _is_gone(pid: str) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] == "Z"


def test_a_program_that_ignores_sigterm_is_killed_after_its_stop_timeout(pipeline: Pipeline) -> None:
    pipeline.program(
        "import signal, time; signal.signal(15, signal.SIG_IGN); print('up'); time.sleep(60)", stopTimeout=1
    )
    task = pipeline.run_task()["taskArn"]
    wait_for(lambda: pipeline.task(task)["lastStatus"] == "RUNNING" and pipeline.lines(task))
    began = time.monotonic()
    pipeline.ecs.stop_task(cluster=pipeline.name, task=task)
    assert pipeline.stopped(task)["containers"][0]["exitCode"] == 137
    assert time.monotonic() - began >= 1


def test_what_a_program_leaves_running_ends_with_it(pipeline: Pipeline) -> None:
    pipeline.program(CHILD)
    task = pipeline.stopped(pipeline.run_task()["taskArn"])
    wait_for(lambda: _is_gone(pipeline.lines(task["taskArn"])[0]))


def test_tasks_beyond_the_limit_wait_and_can_be_stopped_while_they_wait(pipeline: Pipeline) -> None:
    pipeline.program(SLEEP)
    limit = os.cpu_count() or 1
    tasks = [pipeline.run_task()["taskArn"] for _ in range(limit + 2)]
    wait_for(lambda: [pipeline.task(task)["lastStatus"] for task in tasks].count("RUNNING") == limit)
    assert [pipeline.task(task)["lastStatus"] for task in tasks[limit:]] == ["PENDING"] * 2
    pipeline.ecs.stop_task(cluster=pipeline.name, task=tasks[-1], reason="before it began")
    waiting = pipeline.task(tasks[-1])
    assert (waiting["lastStatus"], waiting["stoppedReason"]) == ("STOPPED", "before it began")
    assert "exitCode" not in waiting["containers"][0]
    pipeline.ecs.stop_task(cluster=pipeline.name, task=tasks[0])
    wait_for(lambda: pipeline.task(tasks[limit])["lastStatus"] == "RUNNING")
    for task in tasks:
        pipeline.ecs.stop_task(cluster=pipeline.name, task=task)
        pipeline.stopped(task)


def test_tasks_are_listed_by_status_family_and_starter(pipeline: Pipeline) -> None:
    pipeline.program(SLEEP)
    running = pipeline.run_task(startedBy="one")["taskArn"]
    other = pipeline.run_task(startedBy="two")["taskArn"]
    pipeline.ecs.stop_task(cluster=pipeline.name, task=other)

    def listed(**fields: Any) -> list[str]:
        found: list[str] = pipeline.ecs.list_tasks(cluster=pipeline.name, **fields)["taskArns"]
        return found

    assert listed() == [running]
    assert listed(desiredStatus="STOPPED") == [other]
    assert listed(family=pipeline.name) == [running]
    assert listed(family="other") == []
    assert listed(startedBy="one") == [running]
    assert listed(startedBy="two") == []
    with pytest.raises(ClientError, match="Tasks are active"):
        pipeline.ecs.delete_cluster(cluster=pipeline.name)
    pipeline.ecs.stop_task(cluster=pipeline.name, task=running)
    pipeline.stopped(running)
    pipeline.ecs.delete_cluster(cluster=pipeline.name)


def test_a_task_that_does_not_exist_is_missing(pipeline: Pipeline) -> None:
    arn = f"arn:aws:ecs:eu-central-1:123456789012:task/{pipeline.name}/{'0' * 32}"
    answer = pipeline.ecs.describe_tasks(cluster=pipeline.name, tasks=[arn])
    assert (answer["tasks"], answer["failures"]) == ([], [{"arn": arn, "reason": "MISSING"}])
    with pytest.raises(ClientError, match="not found"):
        pipeline.ecs.stop_task(cluster=pipeline.name, task=arn)


@pytest.mark.parametrize(
    ("fields", "code", "message"),
    [
        ({"cluster": "missing"}, "ClusterNotFoundException", "Cluster not found"),
        ({"taskDefinition": "missing"}, "ClientException", "TaskDefinition not found"),
        ({"networkConfiguration": {}}, "InvalidParameterException", "Network Configuration must be provided"),
        (
            {"networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-0"]}}},
            "InvalidParameterException",
            "'subnet-0' does not exist",
        ),
        ({"overrides": {"containerOverrides": [{"name": "x"}]}}, "InvalidParameterException", "container named x"),
        (command("x" * 8200), "InvalidParameterException", "at most 8192"),
    ],
)
def test_run_task_refuses_what_aws_refuses(pipeline: Pipeline, fields: dict[str, Any], code: str, message: str) -> None:
    pipeline.program()
    call = {
        "cluster": pipeline.name,
        "taskDefinition": pipeline.name,
        "launchType": "FARGATE",
        "networkConfiguration": pipeline.network,
    }
    with pytest.raises(ClientError, match=message) as refused:
        pipeline.ecs.run_task(**call | fields)
    assert refused.value.response["Error"]["Code"] == code


def test_an_inactive_definition_does_not_run(pipeline: Pipeline) -> None:
    pipeline.program()
    pipeline.program(ECHO)
    pipeline.ecs.deregister_task_definition(taskDefinition=f"{pipeline.name}:2")
    assert pipeline.run_task()["taskDefinitionArn"].endswith(f"/{pipeline.name}:1")
    with pytest.raises(ClientError, match="inactive"):
        pipeline.ecs.run_task(
            cluster=pipeline.name,
            taskDefinition=f"{pipeline.name}:2",
            launchType="FARGATE",
            networkConfiguration=pipeline.network,
        )


def test_a_machine_s_task_is_tagged_and_started_as_asked(pipeline: Pipeline) -> None:
    pipeline.program()
    state = pipeline.task_state()
    state["Parameters"] |= {"PropagateTags": "TASK_DEFINITION", "EnableECSManagedTags": True}
    revision = pipeline.ecs.describe_task_definition(taskDefinition=pipeline.name)["taskDefinition"][
        "taskDefinitionArn"
    ]
    pipeline.ecs.tag_resource(resourceArn=revision, tags=[{"key": "s3ecs:stack", "value": "x"}])
    found = pipeline.result({"Run": state})
    task = pipeline.task(found["TaskArn"])
    assert task["startedBy"] == "AWS Step Functions"
    tags = {tag["key"]: tag["value"] for tag in task["tags"]}
    assert tags == {"s3ecs:stack": "x", "aws:ecs:clusterName": pipeline.name}
    assert found["StopCode"] == "EssentialContainerExited"
    assert found["Containers"][0]["ExitCode"] == 0
    assert found["StoppedAt"] == int(task["stoppedAt"].timestamp() * 1000)
    assert found["Overrides"]["ContainerOverrides"][0] == {"Name": "main", "Command": ["k"]}


def test_run_task_without_sync_does_not_wait(pipeline: Pipeline) -> None:
    pipeline.program(SLEEP)
    state = pipeline.task_state(Resource="arn:aws:states:::ecs:runTask")
    found = pipeline.result({"Run": state})
    assert found["Failures"] == []
    task = found["Tasks"][0]["TaskArn"]
    assert pipeline.task(task)["desiredStatus"] == "RUNNING"
    pipeline.ecs.stop_task(cluster=pipeline.name, task=task)


def test_planned_faults_are_used_up_in_order(pipeline: Pipeline) -> None:
    pipeline.program()
    spot = {"stopCode": "SpotInterruption", "stoppedReason": "Your Spot Task was interrupted."}
    faults.plan(pipeline.home, {pipeline.name: [{"error": "ThrottlingException", "message": "Rate exceeded"}, spot]})
    with pytest.raises(ClientError, match="Rate exceeded"):
        pipeline.run_task()
    task = pipeline.stopped(pipeline.run_task()["taskArn"])
    assert (task["stopCode"], task["stoppedReason"]) == (spot["stopCode"], spot["stoppedReason"])
    assert pipeline.stopped(pipeline.run_task()["taskArn"])["containers"][0]["exitCode"] == 0
