"""Answers to reads, kept so that a later read is given the answer from before."""

from __future__ import annotations

import base64
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.awsrequest import AWSResponse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Raw(io.BytesIO):
    """A body as botocore reads it."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        """All at once."""
        yield self.read()


@dataclass(frozen=True)
class Tape:
    """The last answer to each call, by its name."""

    answers: Mapping[str, dict[str, Any]]

    @classmethod
    def load(cls, path: str) -> Tape:
        """Read what ``keep`` wrote."""
        lines = [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]
        return cls({line["call"]: line for line in lines})

    def of(self, call: str) -> dict[str, Any] | None:
        """The kept answer to a call, None where it was never made."""
        return self.answers.get(call)


def kept(call: str, response: Mapping[str, Any]) -> dict[str, Any]:
    """An answer as botocore has it before it is parsed, to be kept."""
    body = response["body"]
    return {
        "call": call,
        "status": response["status_code"],
        "headers": dict(response["headers"].items()),
        "body": base64.b64encode(body if isinstance(body, bytes) else b"").decode(),
    }


def keep(path: str, answered: Mapping[str, Any]) -> None:
    """Put an answer on a tape."""
    with Path(path).open("a", encoding="utf-8") as file:
        file.write(json.dumps(answered) + "\n")


def answer(answered: Mapping[str, Any], url: str) -> AWSResponse:
    """A kept answer, given once more."""
    return AWSResponse(url, answered["status"], answered["headers"], Raw(base64.b64decode(answered["body"])))
