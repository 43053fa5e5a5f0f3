"""The reference, made wrong in all ways of a person or a bad disk: always problems with their place."""

from __future__ import annotations

from tests.sweep.specs import misspelt, mistyped, sweep


def test_mutations_of_the_reference_are_specs_or_problems() -> None:
    figures = sweep(1_500)
    assert figures.clean > 1_000
    assert figures.clean + figures.good == figures.mutated


def test_a_misspelt_key_is_named_with_line_and_column() -> None:
    found = misspelt()
    assert len(found) > 40
    assert [place for *place, exact in found if not exact] == []


def test_a_value_that_no_key_takes_is_named_with_its_line() -> None:
    found = mistyped()
    assert len(found) > 30
    assert [place for *place, exact in found if not exact] == []
