"""The whole desired stack of the smallest sample spec, and the network of the one with its own, a file a resource.

``S3ECS_RENEW_GOLDEN=1 pytest tests/stack/test_golden.py`` writes the files anew; read the difference.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from s3ecs import spec
from s3ecs.aws.environment import Environment
from s3ecs.engine.resource import Given, Ids, Observed
from s3ecs.stack.build import build

if TYPE_CHECKING:
    from s3ecs.engine.resource import Props

ROOT: Final = Path(__file__).resolve().parents[2]
GOLDEN: Final = Path(__file__).parent / "golden"
RENEW: Final = bool(os.environ.get("S3ECS_RENEW_GOLDEN"))
LOCAL: Final = Environment("123456789012", "us-east-1", local=True)


def desired(sample: str) -> dict[str, Props]:
    """By file name what is desired of each resource; what only AWS can name stands in angle brackets."""
    stack = build(spec.load(ROOT / "config" / sample), LOCAL)
    network = next(each for each in stack.resources if isinstance(each, Given))
    given = {"vpc": "<vpc>", "subnets": ["<subnet 1>", "<subnet 2>"], "a": "<zone 1>", "b": "<zone 2>"}
    ids = Ids({network.key: Observed("<vpc>", given, None)})
    found: dict[str, Props] = {}
    for resource in stack.resources:
        if resource is not network:
            props = found[resource.key.replace("/", "-").replace("--", "-") + ".json"] = resource.desired(ids)
            ids.learn(resource, f"<{resource.key}>", props)
    return found


NETWORK: Final = re.compile(
    "(vpc|subnet|internet-gateway|elastic-ip|nat-gateway|route-table|vpc-endpoint|security-group|state-machine)-"
)
DESIRED: Final = {
    **desired("s3ecs.yaml"),
    **{file: props for file, props in desired("managed-network.yaml").items() if NETWORK.match(file)},
}


@pytest.mark.parametrize("file", DESIRED)
def test_the_samples_make_this(file: str) -> None:
    path = GOLDEN / file
    if RENEW:
        path.write_text(json.dumps(DESIRED[file], indent=2) + "\n", encoding="utf-8")
    assert DESIRED[file] == json.loads(path.read_text(encoding="utf-8"))


def test_it_makes_nothing_else() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == set(DESIRED)


def test_the_task_definition_is_what_it_is_known_as() -> None:
    golden: dict[str, Any] = json.loads((GOLDEN / "task-definition-go-batch-convert.json").read_text(encoding="utf-8"))
    (container,) = golden["containerDefinitions"]
    assert golden["requiresCompatibilities"] == ["FARGATE"]
    assert (golden["networkMode"], golden["cpu"], golden["memory"]) == ("awsvpc", "512", "1024")
    assert container["environment"] == {"ENV": "dev"}
    assert container["logConfiguration"] == {
        "logDriver": "awslogs",
        "options": {
            "awslogs-group": "/s3ecs/go-batch/convert",
            "awslogs-region": "us-east-1",
            "awslogs-stream-prefix": "convert",
        },
    }
