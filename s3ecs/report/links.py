"""Links to the AWS console, which a terminal shows behind a word."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING
from urllib.parse import quote

from s3ecs.report.text import is_rich_terminal

if TYPE_CHECKING:
    from s3ecs.aws.environment import Environment

CONSOLES = {
    "aws": "{region}.console.aws.amazon.com",
    "aws-cn": "{region}.console.amazonaws.cn",
    "aws-us-gov": "{region}.console.amazonaws-us-gov.com",
}
"""By partition; the isolated ones' are not public."""


def of_run(environment: Environment, arn: str) -> str | None:
    """Where the console shows a run; None where there is no console."""
    return _states(environment, f"v2/executions/details/{quote(arn, safe=':')}")


def of_machine(environment: Environment, arn: str) -> str | None:
    """Where the console shows a state machine with its runs; None where there is no console."""
    return _states(environment, f"statemachines/view/{quote(arn, safe=':')}")


def shown(words: str, url: str | None) -> str:
    """``words`` with the link behind them where standard error is a terminal that can; else the link stands beside."""
    if url is None:
        return words
    if not is_rich_terminal(sys.stderr):
        return f"{words}: {url}"
    return f"\033]8;;{url}\033\\{words}\033]8;;\033\\"


def _states(environment: Environment, page: str) -> str | None:
    if environment.local or environment.partition not in CONSOLES:
        return None
    host = CONSOLES[environment.partition].format(region=environment.region)
    return f"https://{host}/states/home?region={environment.region}#/{page}"
