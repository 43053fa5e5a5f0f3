"""What holds of every pattern: matchers against slow and obvious ones, and bounds on what they cost."""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s3ecs.pattern import QUOTA, Field, InvalidPattern, Pattern, field_of, parse, size
from s3ecs.pattern.complexity import at_once
from s3ecs.pattern.wildcard import pieces

LETTERS = 'ab*\\\n"'
WORDS = st.lists(st.sampled_from(["*", "a", "b", "\\*", "\\\\", "\n", '"', "ab"]), max_size=6)


def accepts(entry: Any, value: Any) -> bool:
    return field_of(parse({"f": [entry]}), ["f"]).accepts(value)


def most_at_once(*entries: list[str]) -> int:
    return at_once([[pieces(text, "") for text in texts] for texts in entries], enough=100)


def beginnings(wildcard: str, value: str) -> int:
    """How many beginnings of a wildcard match the whole of a value; quotes around both."""
    forms = [".*" if character == "*" else character for character in f'"{wildcard}"']
    return sum(re.fullmatch("".join(forms[:length]), value) is not None for length in range(1, len(forms) + 1))


def too_complex(*wildcards: str) -> bool:
    try:
        parse({"f": [{"wildcard": one} for one in wildcards]})
    except InvalidPattern:
        return True
    return False


@given(WORDS, st.text(LETTERS, max_size=8))
def test_a_wildcard_takes_what_a_regular_expression_takes(words: list[str], text: str) -> None:
    words = [word for word, after in itertools.pairwise([*words, ""]) if not word == after == "*"]
    form = "".join(".*" if word == "*" else re.escape(re.sub(r"\\(.)", r"\1", word)) for word in words)
    assert accepts({"wildcard": "".join(words)}, text) == (re.fullmatch(form, text, re.DOTALL) is not None)


@given(st.text(LETTERS, max_size=3), st.text(LETTERS, max_size=3), st.text(LETTERS, max_size=8))
def test_a_star_between_two_texts_is_prefix_and_suffix_without_overlap(prefix: str, suffix: str, text: str) -> None:
    wildcard = "*".join(part.replace("\\", "\\\\").replace("*", "\\*") for part in (prefix, suffix))
    both = accepts({"prefix": prefix}, text) and accepts({"suffix": suffix}, text)
    assert accepts({"wildcard": wildcard}, text) == (both and len(text) >= len(prefix) + len(suffix))


@given(st.text(LETTERS, max_size=3), st.text(LETTERS, max_size=5) | st.none() | st.integers())
def test_anything_but_is_the_opposite_for_a_value_that_is_there(text: str, value: Any) -> None:
    for operator in ("prefix", "suffix", "equals-ignore-case"):
        if text or operator == "equals-ignore-case":
            assert accepts({"anything-but": {operator: text}}, value) != accepts({operator: text}, value)
    assert accepts({"anything-but": text}, value) != accepts(text, value)


@given(
    st.lists(
        st.sampled_from(["a", "b", 1, None, {"prefix": "a"}, {"prefix": "b"}, {"suffix": "a"}, {"wildcard": "b*a"}]),
        min_size=1,
        max_size=5,
    ),
    st.text("ab", max_size=4) | st.none() | st.just(1),
)
def test_an_array_accepts_what_one_of_its_entries_accepts(entries: list[Any], value: Any) -> None:
    field = field_of(parse({"f": entries}), ["f"])
    assert field.accepts(value) == any(accepts(entry, value) for entry in entries)


@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.integers(0, 1), max_size=3), max_size=4))
def test_of_an_array_of_objects_one_answers_for_all_fields(elements: list[dict[str, int]]) -> None:
    pattern = parse({"e": {"a": [1], "b": [1], "c": [{"exists": False}, 0]}})
    expected = any(one.get("a") == one.get("b") == 1 and one.get("c", 0) == 0 for one in elements)
    assert pattern.matches({"e": elements}) == expected


def test_a_long_key_made_to_send_a_wildcard_back_costs_no_more_than_its_length() -> None:
    # A regular expression would look at some 1,024 over 5 places here, which is ten million million.
    wildcard = "*a*aa*a*b*c"
    assert not accepts({"wildcard": wildcard}, "a" * 1023 + "c")
    assert accepts({"wildcard": wildcard}, "a" * 1021 + "bc")
    assert not accepts({"anything-but": {"wildcard": wildcard}}, "a" * 1021 + "bc")


def test_choices_of_elements_do_not_multiply_over_arrays() -> None:
    looks = []

    def accepts(value: Any) -> bool:
        looks.append(value)
        return True

    field = Field(accepts, absent=False, denial="")
    pattern = Pattern(({f"{array}.{name}": field for array in "abcd" for name in "xy"},))
    assert pattern.matches(dict.fromkeys("abcd", [{"x": 1, "y": 2}] * 30))
    assert len(looks) < 4 * 30 * 4  # of 30 to the fourth power of combinations


@pytest.mark.parametrize(
    ("wildcards", "refused"),
    [
        (["*:*:*:*:*:event-bus/*"], True),  # AWS's own example
        (["arn:aws:events:eu-west-1:*:event-bus/*"], False),  # and what it says to write instead
        (["/Users/*/dir/dir/dir/dir/dir/doc.txt"], False),
        (["*:*:*:*:event-bus/*"], False),
        (["target/*.csv"], False),
        ([f"{name}/*.csv" for name in "abcdefghij"], False),
        ([f"{name}/*.csv" for name in "abcdefghijk"], True),
        ([f"in/*.{name}" for name in "abcde"], False),
        ([f"in/*.{name}" for name in "abcdef"], True),
        (["a" * 1000 + "*"], False),
        (["*" + "a" * 10], True),
        (["*" + "a" * 9], False),
    ],
)
def test_wildcards_of_which_too_many_beginnings_match_at_once_are_refused(wildcards: list[str], refused: bool) -> None:
    assert too_complex(*wildcards) == refused


@settings(deadline=None, max_examples=40)
@given(st.lists(st.sampled_from(["*a", "*b", "*ab", "a", "b"]), min_size=1, max_size=3))
def test_the_most_beginnings_are_those_that_some_value_has(parts: list[str]) -> None:
    wildcard = "".join(parts)
    values = ["".join(letters) for length in range(9) for letters in itertools.product("ab", repeat=length)]
    longest = [beginnings(wildcard, one) for value in values for one in (f'"{value}', f'"{value}"')]
    assert most_at_once([wildcard]) == max(longest)


def test_wildcards_that_are_left_out_together_share_their_beginnings() -> None:
    texts = [f"in/*.{number}" for number in range(20)]
    assert most_at_once(texts) == 21  # after in/. the star that all share, and each one's own point
    assert most_at_once(*([text] for text in texts)) == 40
    assert most_at_once(["in/*", "in/*"]) == most_at_once(["in/*"]) == 2


def test_long_wildcards_of_few_repetitions_are_not_too_complex() -> None:
    letters = "".join(map(chr, range(0x4E00, 0x4E00 + 600)))
    assert not too_complex(f"*{letters}*{letters[::-1]}", f"*{letters[300:]}*{letters[:300]}")


def test_one_thousand_combinations_are_the_most() -> None:
    ten = [{f"f{number}": [1]} for number in range(10)]
    thousand: dict[str, Any] = {"a": {"$or": ten}, "b": {"$or": ten}, "c": {"$or": ten}}
    assert len(parse(thousand).alternatives) == 1000
    with pytest.raises(InvalidPattern, match=r"^d\.\$or: .* more than 1000 combinations"):
        parse(thousand | {"d": {"$or": ten[:2]}})


def test_a_field_that_or_asks_different_things_of_cannot_be_tried_alone() -> None:
    pattern = parse({"a": ["x"], "$or": [{"b": ["y"]}, {"c": ["z"]}]})
    assert field_of(pattern, ["a"]).accepts("x")
    assert field_of(pattern, ["elsewhere"]).accepts("anything")
    assert field_of(pattern, ["elsewhere"]).absent
    with pytest.raises(LookupError, match="different things of b"):
        field_of(pattern, ["b"])


def test_a_patterns_size_is_that_of_its_shortest_json() -> None:
    assert size({"é": ["a", 1]}) == len('{"é":["a",1]}')
    assert QUOTA == 2048


def test_patterns_of_one_document_are_alike_and_stay_as_they_are() -> None:
    document = {"a": [{"prefix": "x"}]}
    pattern: Pattern = parse(document)
    document["a"].append({"prefix": "y"})
    assert not pattern.matches({"a": "y"})
