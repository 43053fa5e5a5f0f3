"""What a program finds in its container: its variables, its limits, the embedded AWS; and what others can see of it."""

from __future__ import annotations

import json
import re
import socket
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.engines import BOTH

from .chain import shell
from .elsewhere import ELSEWHERE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3ecs.local.control import Server

    from .chain import Chain

pytestmark = pytest.mark.containers

HARDENED: Final[dict[str, Any]] = {
    "readonlyRootFilesystem": True,
    "linuxParameters": {
        "capabilities": {"drop": ["ALL"]},
        "initProcessEnabled": True,
        "tmpfs": [{"containerPath": "/tmp", "size": 8, "mountOptions": ["mode=1777", "nodev", "nosuid"]}],  # noqa: S108
    },
}
ASK: Final = (
    'wget -q -O - --header "X-S3ecs-Key: $AWS_ACCESS_KEY_ID" --header "X-Amz-Security-Token: $AWS_SESSION_TOKEN" '
    '"$AWS_ENDPOINT_URL/_s3ecs/health"'
)
STAY: Final = "trap 'exit 0' TERM; echo up; while :; do sleep 0.1; done"


def variables(**values: str) -> dict[str, Any]:
    return {"environment": [{"name": name, "value": value} for name, value in values.items()]}


@BOTH
def test_variables_are_what_the_task_says_whatever_is_in_them(chain: Chain) -> None:
    values = {
        "PLAIN": "a b",
        "EMPTY": "",
        "LINES": "one\ntwo\n",
        "SSH_PRIVATE_KEY": "-----BEGIN\nx\n",  # no CLI heeds this or the next three
        "GOOGLE_CREDENTIALS": '{\n "type": "x"\n}\n',
        "DOCKER_KEY": "a\nb",
        "STORAGE_KEY": "a\r\nb",
        "QUOTED": '"it\'s" $HOME `x` \\n',
        "PATH": "/bin:/mine",  # this and the next the CLI would heed itself
        "HTTP_PROXY": "http://me:secret@127.0.0.1:1",
        "DOCKER_HOST": " # tcp://nowhere ",
    }
    script = 'for name; do eval "printf %s \\"\\$$name\\"" | od -An -v -tx1 | tr -d " \\n"; echo; done'
    chain.define(main=shell(script, command=list(values), **variables(**values)))
    task = chain.stopped(chain.run_task()["taskArn"])
    assert task["containers"][0]["exitCode"] == 0
    # AWS: an empty line is no event
    assert chain.lines(task["taskArn"]) == [value.encode().hex() for value in values.values() if value]


@BOTH
def test_nothing_of_the_server_s_own_variables_is_in_it(chain: Chain) -> None:
    _, lines = chain.ran("env | cut -d= -f1 | sort")
    ours = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}
    ours |= {"AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL", "AWS_REGION"}
    theirs = {"HOME", "HOSTNAME", "PATH", "PWD", "SHLVL", "TERM", "container"}  # the engine's and the shell's
    assert set(lines) - theirs == ours


@BOTH
def test_a_secret_and_a_key_of_aws_are_in_nobody_s_argv(chain: Chain) -> None:
    chain.clients("ssm").put_parameter(Name=f"/{chain.name}", Value="quite-secret", Type="SecureString")
    secrets = {"secrets": [{"name": "WORD", "valueFrom": f"/{chain.name}"}]}
    script = f"echo $WORD; {STAY}"
    arn = chain.begun(main=shell(script, **secrets, **variables(OPEN="plain-value", PATH="/bin:/odd-value")))
    everything = "\n".join(_command_lines())
    variables_inside = chain.engine("exec", f"s3ecs-{arn.rpartition('/')[2]}-main", "env").splitlines()
    inside = dict(line.split("=", 1) for line in variables_inside)
    keys = [inside[name] for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")]
    assert chain.lines(arn)[0] == "quite-secret"
    assert arn.rpartition("/")[2] in everything  # the CLI's is among them
    assert not [word for word in ("quite-secret", "plain-value", "odd-value", *keys) if word in everything]
    chain.ecs.stop_task(cluster=chain.name, task=arn)
    chain.stopped(arn)


def _command_lines() -> Iterator[str]:
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield file.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue


@BOTH
def test_it_reaches_the_embedded_aws_where_its_variables_say(chain: Chain) -> None:
    _, lines = chain.ran(ASK)
    assert "pid" in json.loads(lines[0])


def test_an_engine_in_a_virtual_machine_reaches_it_by_its_own_name(chain: Chain, embedded: Server) -> None:
    cli = chain.folder / "podman"
    cli.write_text(ELSEWHERE, encoding="utf-8")
    cli.chmod(0o755)
    chain.engine = replace(chain.engine, path=str(cli))
    _, lines = chain.ran(f"{ASK}; echo; env")
    assert json.loads(lines[0])["pid"] == embedded.pid
    port = embedded.endpoint.rpartition(":")[2]
    assert f"AWS_ENDPOINT_URL=http://host.containers.internal:{port}" in lines


@BOTH
def test_a_hardened_one_can_write_to_tmp_and_nowhere_else(chain: Chain) -> None:
    script = (
        "touch /x 2>/dev/null || echo refused; touch /var/x 2>/dev/null || echo refused; echo ok > /tmp/x; cat /tmp/x; "
        "grep CapEff /proc/self/status; id -u; head -c 9000000 /dev/zero > /tmp/y 2>/dev/null || echo full"
    )
    _, lines = chain.ran(script, user="1234:1234", workingDirectory="/tmp", **HARDENED)  # noqa: S108
    assert lines == ["refused", "refused", "ok", "CapEff:\t0000000000000000", "1234", "full"]


@BOTH
def test_it_may_take_what_its_task_has_or_less_if_it_says_so(chain: Chain) -> None:
    arn = chain.begun(main=shell(STAY), side=shell(STAY, memory=64))
    task = arn.rpartition("/")[2]
    limits = {
        name: json.loads(chain.engine("inspect", "--format", "{{json .HostConfig}}", f"s3ecs-{task}-{name}"))
        for name in ("main", "side")
    }
    assert {name: found["Memory"] // 2**20 for name, found in limits.items()} == {"main": 1024, "side": 64}
    assert {name: found["NanoCpus"] / 10**9 for name, found in limits.items()} == {"main": 0.5, "side": 0.5}
    chain.ecs.stop_task(cluster=chain.name, task=arn)
    chain.stopped(arn)


def test_the_containers_of_a_task_have_one_address_together(chain: Chain) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    chain.define(
        main=shell(f"while ! nc 127.0.0.1 {port} < /dev/null 2> /dev/null; do sleep 0.1; done"),
        side=shell(f"echo hello | nc -l -p {port}", essential=False),
    )
    task = chain.stopped(chain.run_task()["taskArn"])
    assert chain.lines(task["taskArn"]) == ["hello"]


def test_a_variable_that_no_cli_can_pass_on_is_refused(chain: Chain) -> None:
    task, _ = chain.ran("true", **variables(PATH="/a\n/b"))
    assert task["stoppedReason"] == "CannotStartContainerError: the value of PATH cannot have several lines"


@BOTH
def test_no_task_definition_gives_it_more_than_the_engine_does(chain: Chain) -> None:
    script = "grep CapEff /proc/self/status"
    _, usual = chain.ran(script)
    _, asking = chain.ran(script, linuxParameters={"capabilities": {"add": ["SYS_ADMIN", "MKNOD"]}})
    assert usual == asking


def test_only_what_a_spec_allows_is_run(chain: Chain) -> None:
    chain.define(main=shell("echo main"))
    chain.ecs.register_task_definition(
        family=chain.name,
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        cpu="512",
        memory="1024",
        containerDefinitions=[{"name": "other", "image": "localhost/s3ecs-tests/busybox:1"}],
    )
    task = chain.stopped(chain.run_task()["taskArn"])
    assert re.match("CannotPullContainerError: no program stands in", task["stoppedReason"])
