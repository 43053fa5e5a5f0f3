"""``s3ecs graph``: the stack as a picture, whatever its texts hold, and each hop's health in words."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from s3ecs.cli.graph import drawn
from s3ecs.report import dot, mermaid, text
from s3ecs.report.picture import LONGEST
from s3ecs.spec.model import Bucket, Job, Spec

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import MakeTerminal
    from .terminal import Terminal

REGION = "sa-east-1"
LABEL = re.compile(r'"(?P<text>[^"]*)"')
HARMLESS = re.compile(r"(\w|[ ./(){}=,+-]|\$\{|<br/>|#[0-9]+;)*")


def labels(lines: list[str]) -> list[str]:
    """What Mermaid shows of a picture's labels."""
    found = [match["text"] for line in lines for match in LABEL.finditer(line)]
    assert [label for label in found if not HARMLESS.fullmatch(label)] == []
    return [re.sub(r"#([0-9]+);", lambda code: chr(int(code[1])), label) for label in found]


def with_prefix(prefix: str) -> Spec:
    return Spec(
        "end", Bucket("end-bucket"), (Job("graph", "repo", prefix=(prefix,) if prefix else ()),), Path("/nowhere")
    )


@pytest.fixture(scope="module")
def stack(make_terminal: MakeTerminal) -> Terminal:
    terminal = make_terminal()
    terminal.stack("drawn", region=REGION, bucket="${account}-drawn")
    return terminal


def test_picture_is_drawn_offline_and_leaves_open_what_only_the_account_could_say(stack: Terminal) -> None:
    ran = stack("graph", S3ECS_LOCAL_DIR=str(stack.folder / "never"), AWS_REGION="eu-west-1")
    assert (ran.code, ran.err) == (0, "")
    assert not (stack.folder / "never").exists()
    shown = labels(ran.out.splitlines())
    assert "bucket<br/>${account}-drawn" in shown
    assert "rule<br/>drawn-convert<br/>key begins with target/<br/>size is not 0" in shown


def test_way_leads_from_the_bucket_to_the_task_and_failures_leave_it(stack: Terminal) -> None:
    ran = stack("graph")
    ids = dict(re.findall(r"^ +(n\d+)\W+([a-z ]+)<br/>", ran.out, re.MULTILINE))
    arrows = re.findall(r'(n\d+) (-->|-\.->)\|"([^"]*)"\| (n\d+)', ran.out)
    assert [(ids[start], words, ids[end]) for start, _, words, end in arrows] == [
        ("bucket", "object created", "rule"),
        ("rule", "starts", "state machine"),
        ("rule", "cannot start", "queue"),
        ("state machine", "runs", "task definition"),
        ("state machine", "errors", "log group"),
        ("task definition", "lines", "log group"),
    ]


@pytest.mark.parametrize(
    ("filters", "shown"),
    [
        ({"prefix": ("a/", "b/")}, ["key begins with a/ or begins with b/", "size is not 0"]),
        ({"exclude": ("*.tmp",), "min_size": 0}, ["key is not what is like *.tmp"]),
        (
            {"events": ("CopyObject",), "suffix": (".csv",)},
            ["key ends with .csv", "size is not 0", "reason is CopyObject"],
        ),
        ({"pattern": {"object": {"size": [{"numeric": [">", 5]}]}}, "min_size": 0}, ["size numeric > 5"]),
        ({"pattern": {"$or": [{"reason": ["a"]}, {"x": [None]}]}, "min_size": 0}, ["$or reason a or x null"]),
        ({"min_size": 0}, []),
    ],
)
def test_rule_says_which_objects_it_takes(filters: dict[str, Any], shown: list[str]) -> None:
    spec = Spec("end", Bucket("end-bucket"), (Job("graph", "repo", **filters),), Path("/nowhere"))
    (rule,) = (label for label in labels(list(mermaid.lines(drawn(spec)))) if label.startswith("rule<br/>"))
    assert rule.split("<br/>")[2:] == shown


@given(st.text(st.characters(codec="utf-8"), max_size=30))
@example('%%{init: {"a": 1}}%%')
@example('"]; end\n<b>&quot;#quot;')
@example("$$x$$ `a` *b* _c_ ~~~ @{ a: b }")
@example("style:#a;")
@example("${account}\\n|}}{{")
def test_no_text_of_a_spec_is_taken_for_mermaid(prefix: str) -> None:
    lines = list(mermaid.lines(drawn(with_prefix(prefix))))
    (rule,) = (label for label in labels(lines) if label.startswith("rule<br/>"))
    shown = f"key begins with {text.visible(prefix)}"
    wanted = shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 3]}..."
    assert rule == "<br/>".join(["rule", "end-graph", *([wanted] if prefix else []), "size is not 0"])
    assert all(line.isprintable() for line in lines)


@given(st.text(st.characters(codec="utf-8"), max_size=30))
@example('"]\\')
@example("&lt;\n")
def test_no_text_of_a_spec_is_taken_for_graphviz(prefix: str) -> None:
    for line in dot.lines(drawn(with_prefix(prefix))):
        rest = re.sub(r'"([^"\\]|\\.)*"', "", line)
        assert re.fullmatch(r"[\w {}\[\],;=>-]*", rest), line


def test_two_jobs_share_the_bucket_and_have_their_own_frames(stack: Terminal, tmp_path: Path) -> None:
    jobs: dict[str, dict[str, Any]] = {
        "convert": {"image": "a", "prefix": "a/"},
        "report": {"image": "a", "prefix": "b/", "suffix": ".json", "min_size": 0},
    }
    file = tmp_path / "two.yaml"
    file.write_text(json.dumps({"name": "two", "bucket": "two-bucket", "jobs": jobs}))
    shown = labels(stack("graph", "-f", str(file)).out.splitlines())
    assert [each for each in shown if each.startswith("job ")] == ["job convert", "job report"]
    assert "rule<br/>two-report<br/>key is like b/*.json" in shown
    assert shown.count("object created") == 2
    assert len([each for each in shown if each.startswith("bucket<br/>")]) == 1


def test_health_is_told_in_words_at_every_hop(stack: Terminal, clients: Callable[..., Any]) -> None:
    before = labels(stack("--local", "graph", "--health").out.splitlines())
    assert "state machine<br/>drawn-convert<br/>missing" in before
    assert stack("--local", "up", "--yes").code == 0
    ran = stack("--local", "graph", "--health")
    resources = [each for each in labels(ran.out.splitlines()) if each.count("<br/>") and "drawn" in each]
    assert [each for each in resources if not each.endswith("<br/>ok")] == []
    assert "starts<br/>ok" in labels(ran.out.splitlines())
    assert re.search(r"^  class n0,n1,n2,n3,n4,n5,n6 ok$", ran.out, re.MULTILINE)
    assert "bad" not in ran.out

    clients("events", region=REGION).disable_rule(Name="drawn-convert")
    role = f"drawn-convert-machine-{REGION}"
    (policy,) = clients("iam").list_role_policies(RoleName=role)["PolicyNames"]
    clients("iam").delete_role_policy(RoleName=role, PolicyName=policy)
    ran = stack("--local", "graph", "--health")
    shown = labels(ran.out.splitlines())
    assert "rule<br/>drawn-convert<br/>key begins with target/<br/>size is not 0<br/>drifted" in shown
    assert f"state machine<br/>drawn-convert<br/>ok<br/>role {role}: drifted" in shown
    assert re.search(r"^  class n1,n2 bad$", ran.out, re.MULTILINE)
    assert stack("--local", "down", "--yes").code == 0


def program(folder: Path, name: str, lines: str) -> None:
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text(f"#!/bin/sh\n{lines}\n")
    file.chmod(0o755)


@pytest.mark.parametrize(("name", "begins"), [("dot", "digraph {"), ("mmdc", "flowchart LR")])
def test_svg_is_what_the_renderer_that_is_installed_makes_of_the_picture(
    stack: Terminal, name: str, begins: str, tmp_path: Path
) -> None:
    program(tmp_path, name, "echo '<svg>'; exec /bin/cat")
    ran = stack("graph", "--format", "svg", PATH=str(tmp_path))
    assert ran.code == 0
    assert ran.out.startswith(f"<svg>\n{begins}\n")


def test_without_a_renderer_it_says_which_are_meant(stack: Terminal, tmp_path: Path) -> None:
    ran = stack("graph", "--format", "svg", PATH=str(tmp_path))
    assert (ran.code, ran.out) == (2, "")
    assert ran.errors == ["an SVG wants dot or mmdc, and neither is installed"]
    assert ran.hint == "leave out --format svg: what is printed then is drawn wherever Mermaid is"


def test_renderer_that_fails_is_quoted(stack: Terminal, tmp_path: Path) -> None:
    program(tmp_path, "dot", "echo 'no fonts' >&2; exit 3")
    ran = stack("graph", "--format", "svg", PATH=str(tmp_path))
    assert (ran.code, ran.out) == (1, "")
    assert ran.errors == ["dot ended with 3: no fonts"]
