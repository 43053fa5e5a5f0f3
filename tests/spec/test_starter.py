"""The first spec: whatever is answered either stands in it exactly, or is told to be wrong."""

from __future__ import annotations

from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from s3ecs.spec import starter
from s3ecs.spec.loading import load_bytes
from s3ecs.spec.starter import Answers

FOLDER = Path("/nowhere")
ANY_TEXT = st.text(max_size=60) | st.text(st.sampled_from("on:# '\"{}[]\\&*!|>%@`~-0\n\t"), max_size=6)


@given(ANY_TEXT)
@example("on")
@example("~")
@example("1:30")
@example("a: b # c")
@example('"\\\n')
@example("\ud800")
@example("日本/")
@example("%(name)s")
def test_a_prefix_is_kept_as_it_is_or_told_to_be_wrong(prefix: str) -> None:
    answers = Answers("photos", "${account}-photos", prefix)
    wrong = starter.wrong(answers, FOLDER)
    if wrong:
        assert wrong.keys() == {"prefix"}
        assert any("\ud800" <= char <= "\udfff" for char in prefix)
    else:
        kept = (prefix,) if prefix else ()
        assert load_bytes(starter.text(answers).encode(), file="", folder=FOLDER).jobs[0].prefix == kept
    assert len(starter.text(answers).splitlines()) == 15 or not prefix.isprintable()


@given(ANY_TEXT, ANY_TEXT)
def test_what_is_wrong_is_told_of_the_answer_that_is_wrong(name: str, bucket: str) -> None:
    wrong = starter.wrong(Answers(name, bucket, "incoming/"), FOLDER)
    assert wrong.keys() <= {"name", "bucket"}
    if not wrong:
        spec = load_bytes(starter.text(Answers(name, bucket, "incoming/")).encode(), file="", folder=FOLDER)
        assert (spec.name, spec.bucket.name) == (name, bucket)


@given(st.text(st.characters(exclude_characters="/\0"), max_size=80))
@example("42")
@example("My Photos (2)")
@example("x" * 39 + "-y")
def test_what_is_offered_in_any_folder_is_a_good_spec(folder: str) -> None:
    place = FOLDER / folder
    assert starter.wrong(starter.completed(place, None, None, None), place) == {}
