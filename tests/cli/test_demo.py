"""What the project is for, typed as a reader of the first screen would type it, with the smallest sample."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import MakeTerminal
    from .terminal import Ran, Terminal

SPEC = Path(__file__).resolve().parents[2] / "config" / "s3ecs.yaml"
BUCKET = "123456789012-go-batch-uploads"

Typed = dict[str, "Ran"]


@pytest.fixture(scope="module")
def demo(make_terminal: MakeTerminal) -> Terminal:
    return make_terminal()


@pytest.fixture(scope="module")
def typed(demo: Terminal) -> Typed:
    """Every command of the demo, one after the other."""
    at = ("--local", "-f", str(SPEC))
    return {
        "validate": demo("validate", "-f", str(SPEC)),
        "up": demo(*at, "up", "--yes"),
        "second up": demo(*at, "up", "--yes"),
        "too early": demo(*at, "test-upload", "hoge/test.csv", "--expect-none"),
        "test-upload": demo(*at, "test-upload", "target/test.csv"),
        "expect-none": demo(*at, "test-upload", "hoge/test.csv", "--expect-none", "--wait", "1"),
        "status": demo(*at, "status"),
        "down": demo(*at, "down", "--yes"),
        "down with data": demo(*at, "down", "--delete-data", "--confirm", "go-batch"),
    }


def test_every_command_ends_as_documented(typed: Typed) -> None:
    assert {name: ran.code for name, ran in typed.items()} == dict.fromkeys(typed, 0) | {"too early": 1}


def test_only_results_are_on_standard_output(typed: Typed) -> None:
    reporting = {"validate", "test-upload", "status"}
    assert {name for name, ran in typed.items() if ran.out} == reporting


def test_the_program_gets_the_key_as_its_one_argument_and_the_environment_of_the_spec(typed: Typed) -> None:
    first, env, *_, last = typed["test-upload"].out.splitlines()
    assert (first, env) == ("argument 1: 'target/test.csv'", "ENV: 'dev'")
    assert last == "object: 72 bytes, 3 lines"
    assert "the run succeeded, exit code 0" in typed["test-upload"].err


def test_up_ends_by_saying_what_to_do_next(typed: Typed) -> None:
    assert typed["up"].err.endswith(f"go-batch is up\nnext: s3ecs --local -f {SPEC} test-upload\n")


def test_second_up_has_nothing_to_do(typed: Typed) -> None:
    assert "nothing to do: everything is as it should be" in typed["second up"].err


def test_that_nothing_starts_is_no_news_without_proof_that_the_bucket_delivers(typed: Typed) -> None:
    ran = typed["too early"]
    assert ran.errors == [
        f"nothing shows yet that {BUCKET} delivers its events, so that nothing starts would prove nothing"
    ]
    assert ran.hint == f"first run: s3ecs --local -f {SPEC} test-upload"
    assert "uploading" not in ran.err


def test_with_proof_nothing_starts_for_another_folder(typed: Typed) -> None:
    assert 'not for convert: key "hoge/test.csv" does not begin with "target/"' in typed["expect-none"].err
    assert "nothing started within 1 s, as expected" in typed["expect-none"].err


def test_status_has_every_hop_and_the_one_run(typed: Typed) -> None:
    lines = [line.strip() for line in typed["status"].out.splitlines()]
    assert lines[0] == "go-batch in the embedded AWS, us-east-1"
    for hop in (
        f"bucket {BUCKET}",
        "rule go-batch-convert",
        "target go-batch-convert",
        "state machine go-batch-convert",
    ):
        assert f"ok {hop}" in lines
    assert "0 dead letters" in lines
    (run,) = (line for line in lines if line.startswith("succeeded"))
    assert "target/test.csv" in run


def test_down_keeps_what_holds_data_and_says_why(typed: Typed) -> None:
    said = typed["down"].err
    assert f"= bucket {BUCKET} (kept: it holds objects)" in said
    assert "= log group /s3ecs/go-batch/convert (kept: it holds log lines)" in said
    assert said.endswith(f"what was kept goes with: s3ecs --local -f {SPEC} down --delete-data --confirm go-batch\n")


def test_down_with_data_leaves_nothing(typed: Typed, clients: Callable[..., Any]) -> None:
    assert "(kept: " not in typed["down with data"].err
    assert BUCKET not in str(clients("s3", region="us-east-1").list_buckets()["Buckets"])
    assert (
        clients("logs", region="us-east-1").describe_log_groups(logGroupNamePrefix="/s3ecs/go-batch")["logGroups"] == []
    )
