"""What goes wrong before anything is done: one line a problem, a hint, the documented exit code, nothing written."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from s3ecs.aws.hints import LEAVE, NOT_AWS

from .terminal import JOB, Terminal
from .wire import Refusal, laid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from s3ecs.local.control import Server
    from s3ecs.local.home import Home

    from .terminal import Ran

REGION = "eu-west-2"
SPEC: dict[str, Any] = {"name": "bad", "bucket": "bad-bucket", "region": REGION, "jobs": {"convert": JOB}}
FOLDER = {"jobs": {"convert": JOB | {"image": "./image"}}}
HERE = Path(__file__).resolve().parent
SAMPLE = HERE.parents[1] / "batch_image"


def _built(folder: Path) -> dict[str, Any]:
    return {"jobs": {"convert": JOB | {"image": str(folder)}}}


NO_PROGRAM = {"jobs": {"convert": {key: value for key, value in JOB.items() if key != "local"}}}
CREDENTIALS = "set AWS_PROFILE, or run the same command with --local to try it without an account"
SIGN_IN = "sign in anew: aws sso login, aws login, or fresh keys in your profile"


@dataclass(frozen=True)
class Case:
    """What is typed where, and what comes of it; ``error`` is how the one line begins and ``but`` how AWS answers."""

    code: int
    error: str
    hint: str
    command: tuple[str, ...] = ("up", "--yes")
    spec: dict[str, Any] = field(default_factory=dict)
    lacks: tuple[str, ...] = ()
    env: dict[str, str] = field(default_factory=dict)
    but: dict[str, Refusal] = field(default_factory=dict)


KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
CASES = {
    "no credentials": Case(2, "no AWS credentials found (", CREDENTIALS, lacks=KEYS),
    "half of the credentials": Case(2, "the AWS credentials are incomplete (", CREDENTIALS, lacks=KEYS[1:]),
    "expired credentials": Case(
        2,
        "the AWS credentials have expired (ExpiredToken)",
        SIGN_IN,
        but={"sts GetCallerIdentity": Refusal(403, "ExpiredToken", "The security token is expired")},
    ),
    "no region": Case(2, "no AWS region is set (", "set AWS_REGION, or region: in the spec", spec={"region": None}),
    "no region's name": Case(
        2,
        "the AWS region is not a region's name (",
        "set AWS_REGION, or region: in the spec",
        ("plan", "--region", "a b"),
    ),
    "unknown profile": Case(
        2,
        "there is no such AWS profile (",
        "aws configure list-profiles shows those that there are",
        ("plan", "--profile", "nobody"),
    ),
    "another account than the spec's": Case(
        2,
        "this is account 123456789012, the spec is for 210987654321",
        "choose the profile of that account with AWS_PROFILE, or mend account: in the spec",
        spec={"account": "210987654321"},
    ),
    "a denied read": Case(
        1,
        "reading state machine bad-convert: DescribeStateMachine: AccessDeniedException: User: me is not authorized to "
        "perform: states:Describe",
        LEAVE,
        but={
            "states DescribeStateMachine": Refusal(
                400, "AccessDeniedException", "User: me is not authorized to perform: states:Describe"
            )
        },
    ),
    "another account's bucket": Case(
        4,
        "bucket bad-bucket belongs to another account, or may not be read",
        "name a bucket of this account in the spec; a name with ${account} in it is hardly anybody else's",
        but={"s3 HEAD": Refusal(403, "403", "Forbidden")},
    ),
    "a folder as image that is not there": Case(
        2,
        "there is no folder ",
        "mend image: in the spec",
        spec=FOLDER,
    ),
    "a folder without a Dockerfile": Case(
        2,
        f"{HERE} holds no Dockerfile",
        "write one there, or name it: image: {build: FOLDER, dockerfile: NAME}",
        spec=_built(HERE),
    ),
    "no container CLI": Case(
        2,
        "there is no container CLI to build with",
        "install one of docker, podman, finch, or name another one in S3ECS_CONTAINER_CLI",
        spec=_built(SAMPLE),
        env={"PATH": "/nowhere"},
    ),
    "a container engine that does not run": Case(
        2,
        "the container engine does not answer (docker: exit code 1)",
        "start it, or name another container CLI in S3ECS_CONTAINER_CLI",
        spec=_built(SAMPLE),
        env={"S3ECS_CONTAINER_CLI": "/bin/false"},
    ),
    "no program for --local": Case(
        2,
        "--local cannot run jobs.convert: there is no local: command, and processes were asked for",
        'start a container engine, or add local: to the job, such as local: ["python3", "main.py"]',
        ("--local", "up", "--yes"),
        spec=NO_PROGRAM,
    ),
    "an endpoint that is no URL": Case(
        2,
        "the AWS configuration is wrong (Invalid endpoint: nonsense)",
        "look at AWS_ENDPOINT_URL and the other AWS_ variables, and at ~/.aws/config",
        env={"AWS_ENDPOINT_URL": "nonsense"},
    ),
    "a runner on AWS": Case(
        2,
        "--runner is for --local: on AWS jobs run on Fargate",
        "leave it out, or pass --local",
        ("up", "--yes", "--runner", "process"),
    ),
    "no such spec": Case(
        2,
        "cannot read the spec nowhere.yaml: No such file or directory",
        "name a readable file with -f FILE",
        ("-f", "nowhere.yaml", "up", "--yes"),
    ),
    "a folder as spec": Case(2, ". is a folder, not a spec", "name the file in it: -f s3ecs.yaml", ("-f", ".", "plan")),
    "unknown option": Case(2, "No such option '--foo'", "s3ecs plan --help shows what there is", ("plan", "--foo")),
    "no time to wait": Case(
        2,
        "Invalid value for '--wait': 'soon' is not a valid integer range",
        "s3ecs test-upload --help shows what there is",
        ("test-upload", "--wait", "soon"),
    ),
    "nobody to ask": Case(2, "Go ahead? Nobody can be asked here.", "pass --yes to go ahead", ("up",)),
    "not up yet": Case(
        2,
        "there is no state machine bad-convert: the stack is not up",
        "make it first: s3ecs up",
        ("test-upload", "--wait", "1"),
    ),
}


@dataclass(frozen=True)
class End:
    """How a case ended, and the calls that came of it."""

    ran: Ran
    calls: list[str]


@pytest.fixture(scope="module")
def ends(embedded: Server, home: Home, tmp_path_factory: pytest.TempPathFactory) -> dict[str, End]:
    """All cases, two at a time."""

    def end(name: str) -> End:
        case = CASES[name]
        terminal = Terminal(tmp_path_factory.mktemp("bad"), {"S3ECS_LOCAL_DIR": str(home.folder)})
        spec = {key: value for key, value in (SPEC | case.spec).items() if value is not None}
        terminal.spec(**spec)
        with laid(embedded) as wire:
            wire.refusals |= case.but
            env = {key: value for key, value in wire.env.items() if key not in case.lacks}
            ran = terminal(*case.command, **env | case.env)
        return End(ran, wire.seen)

    with ThreadPoolExecutor(2) as pool:
        return dict(zip(CASES, pool.map(end, CASES), strict=True))


@pytest.mark.parametrize("name", CASES)
def test_it_is_told_in_one_line_with_a_hint_and_the_documented_exit_code(name: str, ends: dict[str, End]) -> None:
    case, ran = CASES[name], ends[name].ran
    (error,) = ran.errors
    assert error.startswith(case.error)
    assert (ran.hint, ran.code) == (case.hint, case.code)
    assert ran.out == ""


@pytest.mark.parametrize("name", CASES)
def test_nothing_is_written(name: str, ends: dict[str, End]) -> None:
    reads = ("Get", "List", "Describe", "HEAD", "GET")
    assert [call for call in ends[name].calls if not call.split()[1].startswith(reads)] == []


@pytest.mark.parametrize("name", ["no region", "unknown profile", "no such spec", "no credentials", "unknown option"])
def test_nothing_is_sent_where_it_could_not_be_answered(name: str, ends: dict[str, End]) -> None:
    assert ends[name].calls == []


def test_an_endpoint_where_nobody_listens_is_told(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and never listens
        port = taken.getsockname()[1]
        terminal = Terminal(tmp_path, dict.fromkeys(KEYS, "x") | {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}"})
        terminal.spec(**SPEC)
        ran = terminal("plan")
    assert ran.code == 1
    cause = f'Could not connect to the endpoint URL: "http://127.0.0.1:{port}/"'
    assert ran.errors == [f"GetCallerIdentity: AWS cannot be reached ({cause})"]
    assert ran.hint == "check the network, and the region's name"


PAGES = [
    ("sts GetCallerIdentity", "<!DOCTYPE html>\n<html><body><p>Sign in<br></body></html>"),
    ("sts GetCallerIdentity", '<?xml version="1.0"?><!-- a portal -->\n<html><p>Sign in</p></html>'),
    ("sts GetCallerIdentity", "Sign in"),
    ("tagging GetResources", "<html><p>Sign in</p></html>"),
    ("tagging GetResources", "Sign in"),
]


@pytest.mark.parametrize(("call", "page"), PAGES)
def test_a_page_in_place_of_an_answer_is_told(call: str, page: str, embedded: Server, tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal.spec(**SPEC | {"name": "portal"})
    with laid(embedded) as wire:
        wire.behind[call] = lambda _: page.encode()
        ran = terminal("plan", **wire.env)
    (error,) = ran.errors
    assert f"{call.split()[1]}: what answered is not AWS (" in error
    assert (ran.code, ran.hint) == (1, NOT_AWS)
    assert "Sign in" not in ran.err


def test_every_problem_of_a_spec_is_told_on_a_line_of_its_own(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    (tmp_path / "s3ecs.yaml").write_text("name: Bad\nbucket: b\njobs:\n  convert:\n    image: a/b\n    memroy: 1\n")
    ran = terminal("validate")
    assert ran.code == 2
    assert [error.split(": ")[:2] for error in ran.errors] == [
        ["s3ecs.yaml:1:7", "name"],
        ["s3ecs.yaml:2:9", "bucket"],
        ["s3ecs.yaml:6:5", "jobs.convert.memroy"],
    ]


@pytest.fixture
def strangers(clients: Callable[..., Any]) -> Iterator[None]:
    """Things with the stack's names that somebody else has made."""
    sqs, ecs = clients("sqs", region=REGION), clients("ecs", region=REGION)
    url = sqs.create_queue(QueueName="strange-dead-letters")["QueueUrl"]
    ecs.create_cluster(clusterName="strange")
    yield
    sqs.delete_queue(QueueUrl=url)
    ecs.delete_cluster(cluster="strange")


@pytest.mark.usefixtures("strangers")
def test_what_others_made_under_our_names_is_refused_and_all_of_it_named(embedded: Server, tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal.spec(**SPEC | {"name": "strange"})
    with laid(embedded) as wire:
        ran = terminal("up", "--yes", **wire.env)
    assert ran.code == 4
    assert ran.errors == ["not made by the stack strange: cluster/strange, queue/strange-dead-letters"]
    assert ran.hint == "choose another name in the spec, remove what is in the way, or take it over with up --adopt"
    assert not [call for call in wire.seen if call.split()[1].startswith(("Create", "Put", "Set", "PUT", "Register"))]


def test_a_denied_write_names_resource_and_call_and_the_next_up_goes_on(embedded: Server, tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal.spec(**SPEC | {"name": "denied", "bucket": "denied-bucket"})
    words = "User: me is not authorized to perform: states:CreateStateMachine"
    with laid(embedded) as wire:
        wire.refusals["states CreateStateMachine"] = Refusal(400, "AccessDeniedException", words)
        first = terminal("up", "--yes", **wire.env)
        wire.refusals.clear()
        second = terminal("up", "--yes", "--json", **wire.env)
        terminal("down", "--yes", **wire.env)
    assert first.code == 1
    assert first.errors == [
        f"creating state machine denied-convert: CreateStateMachine: AccessDeniedException: {words}",
        "2 steps behind that not begun",
    ]
    assert first.hint == LEAVE
    assert second.code == 0
    assert [event["kind"] for event in second.events if event["event"] == "done"] == [
        "state-machine",
        "target",
        "applied-spec",
    ]
