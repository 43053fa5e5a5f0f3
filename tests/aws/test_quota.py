"""What AWS says of a used up quota is told at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from s3ecs.aws.faults import ClientError, code_of
from tests.cli.wire import Refusal
from tests.connected import connected
from tests.sweep.bad_days import refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from s3ecs.local.control import Server

FULL = Refusal(400, "LimitExceededException", "The requested resource exceeds the maximum number allowed.")
CALLS: dict[str, Callable[[Any], Any]] = {
    "events": lambda client: client.put_rule(Name="full", EventPattern='{"source": ["x"]}'),
    "logs": lambda client: client.create_log_group(logGroupName="full"),
}


@pytest.mark.parametrize("service", CALLS)
def test_a_call_without_room_is_made_once(service: str, embedded: Server) -> None:
    aws = connected(embedded, "eu-west-2")
    client = getattr(aws, service)
    sent: list[str] = []

    def full(request: Any, **_: Any) -> Any:
        sent.append(request.url)
        return refused(FULL, request.url, service)

    client.meta.events.register("before-send", full)
    with pytest.raises(ClientError) as failure:
        CALLS[service](client)
    assert code_of(failure.value) == FULL.code
    assert len(sent) == 1
