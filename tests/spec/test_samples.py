"""The specs in config/: they load, have ``local``, and full.yaml is the reference."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from s3ecs.spec import load
from s3ecs.spec.image import build_of
from s3ecs.spec.model import Bucket, Build, Cluster, Job, ManagedNetwork, Network, Sidecar, Spec
from s3ecs.spec.words import WORDS, Template, Word

CONFIG = Path(__file__).parents[2] / "config"
SAMPLES = sorted(CONFIG.glob("*.yaml"))
OTHERS = {"task_role", "execution_role", "secrets"}  # what the reference's account would need
COMPUTED = {"folder"}  # known from the file's place


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: str(path.name))
def test_sample_loads_and_every_job_runs_without_a_container_engine(path: Path) -> None:
    spec = load(path)
    for job in spec.jobs:
        build = build_of(job.image, spec.folder)
        assert build is not None
        assert (build.folder / build.dockerfile).is_file()
        assert (spec.folder / job.local[-1]).is_file()
        assert "ENV" in job.environment
        assert job.command[-1] == Template((Word("key"),))


def test_the_smallest_spec_leaves_everything_else_to_the_defaults() -> None:
    spec = load(CONFIG / "s3ecs.yaml")
    (job,) = spec.jobs
    assert (spec.name, spec.bucket.name, job.name, job.prefix) == (
        "go-batch",
        "${account}-go-batch-uploads",
        "convert",
        ("target/",),
    )
    assert job.command == (Template((Word("key"),)),)
    assert (job.cpu, job.memory, spec.network) == (512, 1024, Network())


def test_the_reference_mentions_every_key_with_a_comment_above_it() -> None:
    text = (CONFIG / "full.yaml").read_text(encoding="utf-8")
    kinds = (Spec, Bucket, Build, Cluster, Job, Network, ManagedNetwork, Sidecar)
    names = {field.metadata.get("key", field.name) for kind in kinds for field in fields(kind)} - {*COMPUTED}
    for name in names:
        # A job's name is its key in the mapping, and the stack's name is a key of the file.
        assert re.search(rf"^ *#[^\n]*\n *(# )?{name}:", text, re.MULTILINE), name


def test_the_reference_uses_every_word() -> None:
    (job,) = load(CONFIG / "full.yaml").jobs
    used = {word for template in (*job.command, *job.environment.values()) for word in template.words}
    assert used == set(WORDS)


def test_no_sample_is_the_default_all_over_again() -> None:
    (job,) = load(CONFIG / "full.yaml").jobs
    plain = Job(job.name, job.image)
    same = {field.name for field in fields(Job) if getattr(job, field.name) == getattr(plain, field.name)}
    assert same == {"name", "image", "architecture", "pattern", *OTHERS}
