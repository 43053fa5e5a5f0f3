"""``python -m benchmarks.calls FILE WORDS...``: run ``s3ecs WORDS...`` and note what it asks of AWS, for ``loop``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore import xform_name

from s3ecs.aws import trace
from s3ecs.cli import main

if TYPE_CHECKING:
    from collections.abc import Mapping

noted: list[tuple[str, str, str]] = []


def listen(events: Any) -> None:
    """Stands in for the trace's: notes each call's service, operation and parameters."""

    def note(params: Mapping[str, Any], model: Any, **_: Any) -> None:
        noted.append((model.service_model.service_name, xform_name(model.name), json.dumps(params)))

    events.register("before-parameter-build.*.*", note)


if __name__ == "__main__":
    trace.listen = listen
    try:
        main(sys.argv[2:])
    finally:
        Path(sys.argv[1]).write_text(json.dumps(noted), encoding="utf-8")
