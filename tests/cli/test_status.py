"""What a status says where something that the stack only uses is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .terminal import JOB, Terminal

if TYPE_CHECKING:
    from .conftest import MakeTerminal

REGION = "ap-northeast-2"
CLUSTER = f"there is no cluster gone in {REGION}"
SECRETS = ("TOKEN", "WORD")


@pytest.fixture(scope="module")
def lacking(make_terminal: MakeTerminal) -> Terminal:
    """A stack that uses a cluster and two secrets, none of which is there."""
    terminal = make_terminal(S3ECS_LOCAL="1")
    secrets = {name: {"parameter": f"/gone/{name}"} for name in SECRETS}
    job = {**JOB, "prefix": "in/", "secrets": secrets}
    cluster = {"existing": "gone"}
    terminal.spec(name="lacking", bucket="lacking-bucket", region=REGION, cluster=cluster, jobs={"convert": job})
    return terminal


def test_status_names_each_beside_all_the_others(lacking: Terminal) -> None:
    status = lacking("status", "--json")
    assert status.code == 0
    told = {f"{hop['kind']} {hop['name']}": hop for hop in status.json["hops"]}
    unusable = {name: hop["changes"] for name, hop in told.items() if hop["health"] == "not usable"}
    assert unusable["cluster gone"] == [CLUSTER]
    assert all(unusable[f"parameter /gone/{name}"] for name in SECRETS)
    assert told["rule lacking-convert"]["health"] == "missing"
    assert lacking("status", "--exit-code").code == 3


def test_plan_refuses_with_all_of_them(lacking: Terminal) -> None:
    planned = lacking("plan")
    assert planned.code == 4
    assert CLUSTER in planned.errors
    assert all(any(f"/gone/{name}" in line for line in planned.errors) for name in SECRETS)


def test_what_a_job_taken_out_left_behind_is_kept_and_well(make_terminal: MakeTerminal) -> None:
    terminal = make_terminal(S3ECS_LOCAL="1")
    jobs = {name: {**JOB, "prefix": f"{name}/"} for name in ("one", "two")}
    stack = {"name": "keeps", "bucket": "keeps-bucket", "region": REGION}
    terminal.spec(**stack, jobs=jobs)
    assert terminal("up", "--yes").code == 0
    assert terminal("test-upload", "two/x.csv").code == 0
    terminal.spec(**stack, jobs={"one": jobs["one"]})
    assert terminal("up", "--yes").code == 0
    status = terminal("status", "--json", "--exit-code")
    unlike = {f"{hop['kind']} {hop['name']}": hop["health"] for hop in status.json["hops"] if hop["health"] != "ok"}
    assert unlike == {"log-group /s3ecs/keeps/two": "kept"}
    assert status.code == 0
    assert terminal("down", "--yes", "--delete-data", "--confirm", "keeps").code == 0
