"""The state machine as data: which states there are, and when."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statelint.linter import Linter

from s3ecs.spec import limits
from s3ecs.stack.definition import LONGEST_PAUSE, Where, definition

from .jobs import job

WHERE = Where("arn:aws:states:::ecs:runTask.sync", "arn:aws:ecs:us-east-1:123456789012:cluster/a", "a-convert", True)
FAILING = {
    "Failed",
    "Read the cause",
    "Whose fault?",
    "Count",
    "Choose a pause",
    "Pause",
    "Longer?",
    "Longer",
    "Give up",
    "Give up without a cause",
}
ALWAYS = {"Begin", "Run"} | FAILING


def document(**fields: Any) -> dict[str, Any]:
    return definition(job(**fields), WHERE, ["subnet-1"], ["sg-1"])


def states(**fields: Any) -> dict[str, Any]:
    return dict(document(**fields)["States"])


def nexts(value: Any) -> set[str]:
    """Every state that another one names."""
    if isinstance(value, dict):
        own = {value[key] for key in ("Next", "Default") if isinstance(value.get(key), str)}
        return own.union(*map(nexts, value.values()))
    return set().union(*map(nexts, value)) if isinstance(value, list) else set()


@pytest.mark.parametrize(
    ("fields", "more"),
    [
        ({}, set()),
        ({"min_size": 0}, set()),
        ({"spot": True}, {"Count interruption", "On demand"}),
        ({"min_size": 2}, {"Wanted?", "Not wanted"}),
        ({"command": ("{version_id}",)}, {"Version?", "No version"}),
        ({"environment": {"V": "v{version_id}"}}, {"Version?", "No version"}),
        (
            {"min_size": 2, "command": ("{version_id}",)},
            {"Wanted?", "Not wanted", "Version?", "No version"},
        ),
    ],
)
def test_states_are_there_when_they_are_needed(fields: dict[str, Any], more: set[str]) -> None:
    found = states(**fields)
    assert found.keys() == ALWAYS | more
    assert nexts(found) | {"Begin"} == found.keys()


@pytest.mark.parametrize("min_size", [1, 2])
@pytest.mark.parametrize("word", ["key", "version_id"])
def test_the_way_to_the_task_goes_through_every_question(min_size: int, word: str) -> None:
    found = states(min_size=min_size, command=(f"{{{word}}}",))
    way = [found["Begin"]["Next"]]
    while way[-1] != "Run":
        state = found[way[-1]]
        way.append(state["Choices"][0]["Next"] if way[-1] == "Version?" else state["Default"])
    asked = [*(["Wanted?"] if min_size > 1 else []), *(["Version?"] if word == "version_id" else [])]
    assert way == [*asked, "Run"]


def test_an_object_that_is_too_small_is_no_failure() -> None:
    found = states(min_size=6 * 10**9)
    assert found["Wanted?"]["Choices"] == [
        {"Variable": "$.detail.object.size", "NumericLessThan": 6 * 10**9, "Next": "Not wanted"}
    ]
    assert found["Not wanted"] == {"Type": "Succeed"}


def test_an_absent_version_becomes_an_empty_text() -> None:
    assert states(command=("{version_id}",))["No version"] == {
        "Type": "Pass",
        "Result": "",
        "ResultPath": "$.detail.object['version-id']",
        "Next": "Run",
    }


def test_the_timeout_is_the_tasks_and_never_the_machines() -> None:
    found = document(timeout=60)
    assert "TimeoutSeconds" not in found
    assert found["States"]["Run"]["TimeoutSeconds"] == 60


def test_the_commands_one_argument_is_the_key() -> None:
    (override,) = states()["Run"]["Parameters"]["Overrides"]["ContainerOverrides"]
    assert override == {"Name": "worker", "Command.$": "States.Array($.detail.object.key)"}


def test_what_is_the_same_in_every_run_is_no_override() -> None:
    assert "Overrides" not in states(command=(), environment={"ENV": "dev"})["Run"]["Parameters"]


def test_a_command_without_words_is_plain() -> None:
    (override,) = states(command=("--all", "{{}}"))["Run"]["Parameters"]["Overrides"]["ContainerOverrides"]
    assert override == {"Name": "worker", "Command": ["--all", "{}"]}


def test_variables_with_words_are_overrides_in_the_order_of_their_names() -> None:
    environment = {"Z": "{key}", "A": "{size}", "ENV": "dev"}
    (override,) = states(environment=environment)["Run"]["Parameters"]["Overrides"]["ContainerOverrides"]
    assert override["Environment"] == [
        {"Name": "A", "Value.$": "States.Format('{}', $.detail.object.size)"},
        {"Name": "Z", "Value.$": "$.detail.object.key"},
    ]


def test_without_a_public_ip_none_is_assigned() -> None:
    where = Where(WHERE.run_task, WHERE.cluster, WHERE.family, public_ip=False)
    network = definition(job(), where, [], [])["States"]["Run"]["Parameters"]["NetworkConfiguration"]
    assert network["AwsvpcConfiguration"]["AssignPublicIp"] == "DISABLED"


def test_a_task_on_spot_is_asked_for_by_a_strategy_and_no_launch_type() -> None:
    found = states(spot=True)
    parameters = found["Run"]["Parameters"]
    assert parameters["CapacityProviderStrategy"] == [{"CapacityProvider.$": "$.tries.provider", "Weight": 1}]
    assert "LaunchType" not in parameters
    assert found["Begin"]["Result"]["provider"] == "FARGATE_SPOT"
    assert states()["Run"]["Parameters"]["LaunchType"] == "FARGATE"


def test_what_a_run_counts_is_never_lost() -> None:
    found = states(spot=True, retries=2)
    counted = set(found["Begin"]["Result"])
    writing = [state for state in found.values() if state.get("ResultPath") == "$.tries" and "Parameters" in state]
    assert len(writing) == 4
    assert all({name.removesuffix(".$") for name in state["Parameters"]} == counted for state in writing)


def test_only_a_run_that_is_still_on_spot_leaves_it() -> None:
    found = states(spot=True)
    leaving = [each for state in found.values() for each in state.get("Choices", ()) if each["Next"] == "On demand"]
    assert len(leaving) == 3
    assert all({"Variable": "$.tries.provider", "StringEquals": "FARGATE_SPOT"} in each["And"] for each in leaving)
    assert found["On demand"]["Result"] == "FARGATE"


def test_retries_are_counted_for_time_outs_and_exits_only() -> None:
    found = states(retries=3)
    limit = {"Variable": "$.tries.failed", "NumericLessThan": 3}
    (timed_out,) = (each for each in found["Failed"]["Choices"] if each["Next"] == "Count")
    (exited,) = (each for each in found["Whose fault?"]["Choices"] if each["Next"] == "Count")
    assert limit in timed_out["And"]
    assert limit in exited["And"]


def test_a_presence_is_asked_before_what_may_be_absent() -> None:
    found = states()["Whose fault?"]["Choices"]
    compared = [each for each in _leaves(found) if "IsPresent" not in each]
    asked = {each["Variable"] for each in _leaves(found) if "IsPresent" in each}
    assert {each["Variable"] for each in compared} - asked == {"$.tries.waited", "$.tries.failed"}


def _leaves(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, list):
        return [leaf for each in value for leaf in _leaves(each)]
    inner = [leaf for key in ("And", "Or") if key in value for leaf in _leaves(value[key])]
    return inner or [value]


def test_the_longest_wait_fits_into_a_runs_history() -> None:
    # AWS: 25,000 events; a round is some eighteen, and its pause half of the longest on average.
    assert limits.MAX_QUEUE / (LONGEST_PAUSE / 2) * 18 < 25_000 - limits.MAX_RETRIES * 22


@given(
    st.integers(0, 100),
    st.integers(0, limits.MAX_QUEUE),
    st.integers(0, 10**13),
    st.sampled_from(["key", "version_id"]),
)
def test_every_state_leads_somewhere(retries: int, queue_for: int, min_size: int, word: str) -> None:
    found = document(retries=retries, queue_for=queue_for, min_size=min_size, command=(f"{{{word}}}",))
    assert nexts(found["States"]) <= found["States"].keys()
    for state in found["States"].values():
        assert ("Next" in state) + ("Default" in state) + state.get("End", False) + (
            state["Type"] in ("Fail", "Succeed")
        ) == 1


@pytest.mark.parametrize(
    "fields", [{}, {"spot": True}, {"min_size": 2, "retries": 2, "command": ("{size}", "it's {{}}", "{version_id}")}]
)
def test_the_language_allows_it(fields: dict[str, Any]) -> None:
    # The linter knows a path in brackets only from its root on; AWS takes one anywhere.
    known = "State Machine.States.No version.ResultPath is"
    assert [problem for problem in Linter.validate(document(**fields)) if not problem.startswith(known)] == []
