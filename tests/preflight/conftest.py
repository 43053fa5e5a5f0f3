"""The account that is looked at."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.connected import connected

from .looking import REGION

if TYPE_CHECKING:
    from s3ecs.aws.session import Aws
    from s3ecs.local.control import Server


@pytest.fixture(scope="module")
def aws(embedded: Server) -> Aws:
    """An account as any other: that it is embedded is not said."""
    made = connected(embedded, REGION)
    made.environment = replace(made.environment, local=False)
    return made
