"""Two policies that mean the same have one normal form."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from s3ecs.resources import policy

if TYPE_CHECKING:
    from collections.abc import Callable

WORDS = st.sampled_from(["a", "b", "c", "d"])
SETS = st.sets(WORDS, min_size=1, max_size=3).map(sorted)


@st.composite
def statements(draw: Callable[[st.SearchStrategy[Any]], Any]) -> dict[str, Any]:
    form = {"Effect": draw(st.sampled_from(["Allow", "Deny"])), "Action": draw(SETS), "Resource": draw(SETS)}
    if draw(st.booleans()):
        form["Principal"] = draw(st.one_of(st.just("*"), st.dictionaries(WORDS, SETS, min_size=1, max_size=2)))
    if draw(st.booleans()):
        form["Condition"] = draw(
            st.dictionaries(WORDS, st.dictionaries(WORDS, SETS, min_size=1), min_size=1, max_size=2)
        )
    return form


DOCUMENTS = st.lists(statements(), max_size=4)


def _otherwise(value: Any, draw: Callable[[st.SearchStrategy[Any]], Any], *, in_list: bool = False) -> Any:
    """The same as a service might give it back: keys and sets in another order, sets of one as plain values."""
    if isinstance(value, dict):
        keys = draw(st.permutations(sorted(value)))
        return {key: _otherwise(value[key], draw) for key in keys}
    if isinstance(value, list):
        shuffled = [_otherwise(each, draw, in_list=True) for each in draw(st.permutations(value))]
        return shuffled[0] if len(shuffled) == 1 and not in_list and draw(st.booleans()) else shuffled
    return value


@settings(max_examples=40)
@given(DOCUMENTS, st.data())
def test_order_and_lists_of_one_mean_nothing(listed: list[dict[str, Any]], data: st.DataObject) -> None:
    one = {"Version": policy.VERSION, "Statement": listed}
    other = _otherwise(one, data.draw)
    assert policy.normal(one) == policy.normal(other) == policy.normal(json.dumps(other))


@settings(max_examples=40)
@given(DOCUMENTS)
def test_the_normal_form_is_its_own(listed: list[dict[str, Any]]) -> None:
    form = policy.document(listed)
    assert policy.normal(form) == policy.normal(policy.text(form)) == form


@given(statements(), statements())
def test_statements_that_differ_stay_different(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert (policy.document([one]) == policy.document([other])) == (one == other)


def test_truth_values_are_words() -> None:
    condition = {"Bool": {"aws:SecureTransport": False}}
    assert policy.statement({"Condition": condition}) == {"Condition": {"Bool": {"aws:SecureTransport": ["false"]}}}


def test_no_policy_is_one_without_statements() -> None:
    assert policy.normal("{}") == policy.document([])


def test_sets_are_sorted_and_name_each_thing_once() -> None:
    words = [f"s3:{letter}" for letter in "qwertyuiopasdf"]
    assert policy.statement({"Action": words * 2}) == {"Action": sorted(words)}
