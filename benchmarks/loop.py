"""``python -m benchmarks.loop FILE``: make the calls that ``calls`` noted, from as many threads as s3ecs has."""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from benchmarks.clients import CONNECTIONS, SERVICES, make


def main() -> None:
    """Prints how many seconds the calls took, without imports and clients."""
    calls = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    clients = make(*SERVICES)

    def ask(call: tuple[str, str, str]) -> Any:
        service, operation, params = call
        with suppress(ClientError):
            getattr(clients[service], operation)(**json.loads(params))

    begin = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(ask, calls))
    print(time.perf_counter() - begin)


if __name__ == "__main__":
    main()
