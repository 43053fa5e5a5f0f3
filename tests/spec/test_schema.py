"""The shipped JSON Schema: it takes what the readers take, and refuses what it can tell to be wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from s3ecs.errors import SpecError
from s3ecs.spec import tree, words
from s3ecs.spec.decode import TOP
from s3ecs.spec.schema import DIALECT, shipped

HERE = Path(__file__).parent
SAMPLES = [*sorted((HERE.parents[1] / "config").glob("*.yaml")), *sorted((HERE / "good").glob("*.yaml"))]
SCHEMA = json.loads(shipped())
VALIDATOR = Draft202012Validator(SCHEMA)

NOT_OF_SHAPE = {
    # Wrong only together with other keys, or with what is on the disk.
    "bucket_existing_settings",
    "cpu_and_memory",
    "cpu_and_memory_beyond",
    "image_alphabet",
    "loop",
    "loop_account",
    "loop_of_three",
    "network_managed_and_more",
    "network_private_default",
    "overlapping_jobs",
    "policy_sids",
    "role_and_policy",
    "secret_and_environment",
    "sidecars_too_large",
    "rules",
    "tags_alike",
    "wildcards",
    # Wrong in what a name becomes, or in the size of the whole.
    "bucket_alphabet",
    "bucket_filled_in_too_long",
    "bucket_ip",
    "bucket_long_form",
    "bucket_reserved",
    "job_tags_too_many",
    "key_too_often",
    "bucket_variable",
    "literals_too_long",
    "network_managed_cidr_public",
    "network_managed_cidr_size",
    "network_managed_cidr_small",
    "pattern_too_complex",
    "pattern_too_long",
    "prefix_too_long",
    "secrets_too_many",
    "sidecar_environment_too_long",
    "wildcards_too_complex",
    # Wrong in how it is written, which is gone when a schema sees the value.
    "account_too_short",
    "duplicate_key",
    "flag",
    "merge_key",
    "sexagesimal_duration",
}


def parsed() -> dict[str, Any]:
    """The bad specs that are YAML, and what YAML takes them for."""
    found = {}
    for path in sorted((HERE / "bad").glob("*.yaml")):
        try:
            text = path.read_text(encoding="utf-8")
            tree.parse(text, path.name)
            found[path.stem] = yaml.safe_load(text)
        except (SpecError, UnicodeDecodeError, yaml.YAMLError):
            continue
    return found


BAD = parsed()


def test_the_schema_is_a_schema() -> None:
    assert SCHEMA["$schema"] == DIALECT
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: str(path.stem))
def test_schema_takes_what_loads(path: Path) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(yaml.safe_load(path.read_text(encoding="utf-8")))] == []


@pytest.mark.parametrize("name", sorted(BAD.keys() - NOT_OF_SHAPE))
def test_schema_refuses_what_is_wrong_by_shape(name: str) -> None:
    assert not VALIDATOR.is_valid(BAD[name])


@pytest.mark.parametrize("name", sorted(NOT_OF_SHAPE))
def test_schema_is_not_asked_for_more_than_it_can_tell(name: str) -> None:
    assert VALIDATOR.is_valid(BAD[name]), "the schema can tell: take it out of NOT_OF_SHAPE"


@given(
    st.text(st.sampled_from("{}akey \n") | st.characters(codec="utf-8")) | st.sampled_from(["{key}", "{keys}", "{{}}"])
)
def test_schema_knows_the_words_as_their_reader_does(text: str) -> None:
    try:
        words.parse(text)
        good = True
    except ValueError:
        good = False
    assert Draft202012Validator({"pattern": words.PATTERN}).is_valid(text) == good


@pytest.mark.parametrize("key", sorted(TOP.schema()["properties"]))
def test_every_key_says_to_editors_what_it_means(key: str) -> None:
    assert SCHEMA["properties"][key]["description"]


def test_every_key_of_a_job_says_to_editors_what_it_means_and_its_default() -> None:
    job = SCHEMA["properties"]["jobs"]["additionalProperties"]
    assert [key for key, told in job["properties"].items() if "description" not in told] == []
    defaults = {key: told["default"] for key, told in job["properties"].items() if "default" in told}
    assert defaults["cpu"] == 512
    assert defaults["overlap"] is False
    assert defaults["architecture"] in job["properties"]["architecture"]["enum"]
    assert job["required"] == ["image"]
    assert Draft202012Validator(job).is_valid({"image": "a", **defaults})
