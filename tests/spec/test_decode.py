"""What a good spec means, key by key."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from s3ecs.errors import SpecError
from s3ecs.spec import load
from s3ecs.spec.loading import load_bytes
from s3ecs.spec.model import Bucket, Job, ManagedNetwork, Network, Spec
from s3ecs.spec.words import Template, Word

GOOD = Path(__file__).parent / "good"


def job(**keys: str) -> Job:
    lines = "".join(f"    {key}: {value}\n" for key, value in {"image": "repo", **keys}.items())
    text = f"name: go\nbucket: go-uploads\njobs:\n  convert:\n{lines}"
    return load_bytes(text.encode(), file="s3ecs.yaml", folder=Path()).jobs[0]


def test_a_job_that_says_only_its_image_has_the_defaults() -> None:
    assert job() == Job("convert", "repo")


def test_the_defaults_are_the_documented_ones() -> None:
    spec = Spec("go", Bucket("b"), (), Path())
    assert (spec.log_retention_days, spec.network, spec.account, spec.region) == (30, Network(), None, None)
    expected = {"cpu": 512, "memory": 1024, "timeout": 3600, "retries": 0, "queue_for": 86400, "min_size": 1}
    assert {field.name: field.default for field in fields(Job) if field.name in expected} == expected


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("90", 90), ("90s", 90), ("30m", 1800), ("1h", 3600), ("7d", 604800), ('"45"', 45), ("365d", 31536000)],
)
def test_a_duration_is_seconds_or_has_a_unit(written: str, seconds: int) -> None:
    assert job(timeout=written).timeout == seconds


@pytest.mark.parametrize("written", ["0", "366d", "1:30", "010", "1.5h", "-1", "99999999999d", "~", "[1h]"])
def test_a_timeout_is_from_a_second_to_a_year(written: str) -> None:
    with pytest.raises(SpecError, match=r"jobs\.convert\.timeout: must be"):
        job(timeout=written)


def test_waiting_may_be_switched_off() -> None:
    assert job(queue_for="0").queue_for == 0


def test_command_and_environment_are_templates() -> None:
    read = job(command='["{key}", --n, 007, 8, 1.50]'.replace("007, ", ""), environment='{ENV: dev, URI: "{uri}"}')
    assert read.command == (Template((Word("key"),)), Template(("--n",)), Template(("8",)), Template(("1.50",)))
    assert read.environment == {"ENV": Template(("dev",)), "URI": Template((Word("uri"),))}


def test_numbers_keep_their_text_and_quotes_make_text() -> None:
    spec = load(GOOD / "quoting.yaml")
    assert (spec.name, spec.account, spec.tags) == (
        "on",
        "012345671234",
        {"yes": "no", "cost-center": "42", "empty": ""},
    )
    (only,) = spec.jobs
    assert (only.name, only.prefix, only.suffix) == ("off", ("0777",), ("1",))
    assert [template.literal for template in only.command] == ["1", "2.50", "on", "1:30"]
    assert only.environment["D"].literal == "10000000000000000000000000000.10"


def test_an_alias_is_written_out() -> None:
    a, b = load(GOOD / "aliases.yaml").jobs
    assert (a.image, a.environment) == (b.image, b.environment)


def test_a_network_of_ones_own_is_kept() -> None:
    network = load(GOOD / "network.yaml").network
    assert network == Network(
        ("subnet-0123456789abcdef0", "subnet-01234567"), ("sg-0123456789abcdef0",), public_ip=False
    )


def test_a_managed_network_has_defaults_and_may_say_otherwise() -> None:
    text = "name: go\nbucket: go-uploads\nnetwork: {}\njobs: {{a: {{image: repo}}}}\n"
    for written in ("managed", "{managed: {}}"):
        spec = load_bytes(text.format(written).encode(), file="s3ecs.yaml", folder=Path())
        assert spec.network == Network(managed=ManagedNetwork("10.42.0.0/16", 1))
    found = load(GOOD / "network_managed.yaml").network
    assert found == Network(managed=ManagedNetwork("192.168.7.64/26", 2))


def test_a_statement_is_filled_in_and_its_lists_are_lists() -> None:
    statement = "[{Action: 's3:GetObject', Resource: 'arn:aws:s3:::${account}-x/${aws:username}/*'}]"
    assert job(policy=statement).policy == (
        {
            "Effect": "Allow",
            "Action": ["s3:GetObject"],
            "Resource": ["arn:aws:s3:::${account}-x/${aws:username}/*"],
        },
    )


@pytest.mark.parametrize(
    "image",
    ["repo", "team/repo", "repo:v1", "nginx", "public.ecr.aws/a/b:1.2-x", "localhost:5000/a", "./x Y", "/x", ".."],
)
def test_an_image_is_kept_as_it_is_written(image: str) -> None:
    assert job(image=f'"{image}"').image == image


@pytest.mark.parametrize("image", ["Repo", "a b", "repo:", "repo@sha256:12", "http://host/a", "-x", "a//b", "x" * 256])
def test_what_no_registry_can_hold_is_refused(image: str) -> None:
    with pytest.raises(SpecError, match=r"jobs\.convert\.image: "):
        job(image=f'"{image}"')


def test_an_existing_folder_is_an_image_under_any_name(tmp_path: Path) -> None:
    (tmp_path / "My Image").mkdir()
    text = 'name: go\nbucket: go-uploads\njobs: {a: {image: "My Image"}}\n'
    assert load_bytes(text.encode(), file="x", folder=tmp_path).jobs[0].image == "My Image"
