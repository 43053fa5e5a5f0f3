"""What is wrong with a state machine's definition; moto's parser looks at each state alone and not where it leads.

A definition that moto cannot parse is refused by moto itself.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from moto.core.exceptions import JsonRESTError

if TYPE_CHECKING:
    from collections.abc import Iterator

_TYPES = {"Task", "Pass", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map"}
_ENDS = {"Succeed", "Fail"}


def check(definition: str) -> None:
    """Raise InvalidDefinition with everything that is wrong."""
    try:
        document = json.loads(definition)
    except ValueError as error:
        raise invalid([f"INVALID_JSON_DESCRIPTION: {error}"]) from error
    if not isinstance(document, dict):
        raise invalid(["INVALID_JSON_DESCRIPTION: the definition is not a JSON object"])
    if found := list(_faults(document, "")):
        raise invalid(found)


def invalid(found: list[str]) -> JsonRESTError:
    """AWS's error for these faults."""
    return JsonRESTError("InvalidDefinition", f"Invalid State Machine Definition: '{', '.join(found)}'")


def _faults(machine: dict[str, Any], place: str) -> Iterator[str]:
    """The faults of a machine, or of a branch or processor inside one."""
    lacking = [
        field for field, kind in (("StartAt", str), ("States", dict)) if not isinstance(machine.get(field), kind)
    ]
    if lacking:
        for field in lacking:
            yield f"SCHEMA_VALIDATION_FAILED: The field '{field}' is required but was missing at {place or '/'}"
        return
    states: dict[str, Any] = machine["States"]
    known = {name: state for name, state in states.items() if isinstance(state, dict) and state.get("Type") in _TYPES}
    for name in states.keys() - known.keys():
        yield f"SCHEMA_VALIDATION_FAILED: Value is not a valid state type at {place}/States/{name}/Type"
    for name, state in known.items():
        yield from _of_state(state, f"{place}/States/{name}")
    targets = {"/StartAt": machine["StartAt"]} | {
        f"/States/{name}/{field}": target for name, state in known.items() for field, target in _targets(state)
    }
    for field, target in targets.items():
        if target not in states:
            yield f"MISSING_TRANSITION_TARGET: Missing 'Next' target: {target} at {place}{field}"
    for name in known.keys() - targets.values():
        yield f'MISSING_TRANSITION_TARGET: State "{name}" is not reachable. at {place}/States/{name}'


def _of_state(state: dict[str, Any], place: str) -> Iterator[str]:
    kind = state["Type"]
    ways = ("Next" in state) + (state.get("End") is True)
    if kind not in _ENDS | {"Choice"} and ways != 1:
        yield f"SCHEMA_VALIDATION_FAILED: These fields are mutually exclusive, and one is needed: Next, End at {place}"
    if kind == "Choice" and not state.get("Choices"):
        yield f"SCHEMA_VALIDATION_FAILED: The field 'Choices' is required but was missing at {place}"
    if kind == "Task" and not isinstance(state.get("Resource"), str):
        yield f"SCHEMA_VALIDATION_FAILED: The field 'Resource' is required but was missing at {place}"
    for field, inner in _inner(state):
        yield from _faults(inner, f"{place}/{field}")


def _targets(state: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for field in ("Next", "Default"):
        if field in state:
            yield field, state[field]
    for field in ("Choices", "Catch"):
        for number, rule in enumerate(state.get(field) or []):
            if isinstance(rule, dict) and "Next" in rule:
                yield f"{field}[{number}]/Next", rule["Next"]


def _inner(state: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, branch in enumerate(state.get("Branches") or []):
        yield f"Branches[{number}]", branch
    for field in ("ItemProcessor", "Iterator"):
        if field in state:
            yield field, state[field]
