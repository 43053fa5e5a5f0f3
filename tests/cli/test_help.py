"""``--help``: there for every command, and cheap."""

from __future__ import annotations

import subprocess
import sys

import pytest

from s3ecs.cli import COMMANDS

LOADED = """
import sys
from s3ecs.cli import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    assert not end.code, end.code
print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""
DEAR = {"boto3", "botocore", "moto", "rich", "yaml", "flask", "werkzeug"}


@pytest.mark.parametrize("words", [[], *([name] for name in COMMANDS)], ids=lambda words: " ".join(words) or "s3ecs")
def test_help_imports_nothing_that_costs_time(words: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *words, "--help"], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.startswith("Usage: ")
    assert DEAR & set(done.stderr.split()) == set()


def test_validate_does_not_load_the_sdk(tmp_path_factory: pytest.TempPathFactory) -> None:
    spec = tmp_path_factory.mktemp("spec") / "s3ecs.yaml"
    spec.write_text("name: a\nbucket: a-bucket\njobs: {convert: {image: a/b}}\n")
    words = ["validate", "-f", str(spec)]
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *words], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.endswith("the stack a with 1 job is in order\n")
    assert (DEAR - {"yaml"}) & set(done.stderr.split()) == set()
