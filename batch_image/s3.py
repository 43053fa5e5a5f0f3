"""Reading an object of S3 with the standard library alone, so that the image needs nothing from anywhere.

AWS: a task's credentials are its role's, from the address that ECS gives it; with ``AWS_ACCESS_KEY_ID`` and its like
in the environment they are those. A request is signed with them (Signature Version 4).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

EMPTY = hashlib.sha256(b"").hexdigest()
OF_THE_TASK = "http://169.254.170.2"
TIMEOUT = 60.0  # seconds that an answer may take


@dataclass(frozen=True)
class Keys:
    """What a request is signed with; keys of a role have a token."""

    access: str
    secret: str
    token: str = ""

    @classmethod
    def find(cls) -> Keys:
        """Those of the environment, else the task's. Raises OSError where there are none."""
        if "AWS_ACCESS_KEY_ID" in os.environ:
            token = os.environ.get("AWS_SESSION_TOKEN", "")
            return cls(os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"], token)
        path = os.environ.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
        if path is None:
            raise OSError("there are no credentials of AWS here")
        with urllib.request.urlopen(OF_THE_TASK + path, timeout=TIMEOUT) as answer:  # noqa: S310  (a fixed one)
            told = json.load(answer)
        return cls(told["AccessKeyId"], told["SecretAccessKey"], told["Token"])


@contextmanager
def opened(bucket: str, key: str) -> Iterator[IO[bytes]]:
    """The object's contents as they come. Raises OSError where it cannot be read."""
    region = os.environ.get("AWS_REGION", "us-east-1")
    endpoint = os.environ.get("AWS_ENDPOINT_URL") or f"https://s3.{region}.amazonaws.com"
    path = f"/{quote(bucket)}/{quote(key)}"
    headers = signed(urlsplit(endpoint).netloc, path, region, Keys.find(), datetime.now(UTC))
    request = urllib.request.Request(endpoint.rstrip("/") + path, headers=headers)  # noqa: S310  (an address of AWS's)
    with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310  (likewise)
        yield answer


def signed(host: str, path: str, region: str, keys: Keys, now: datetime) -> dict[str, str]:
    """The headers of a GET of ``path``, which is quoted already, with its signature."""
    moment = now.strftime("%Y%m%dT%H%M%SZ")
    scope = f"{moment[:8]}/{region}/s3/aws4_request"
    headers = {"host": host, "x-amz-content-sha256": EMPTY, "x-amz-date": moment}
    if keys.token:
        headers["x-amz-security-token"] = keys.token
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    canonical = f"GET\n{path}\n\n{lines}\n{names}\n{EMPTY}"
    text = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    secret = f"AWS4{keys.secret}".encode()
    for part in (*scope.split("/"), text):
        secret = hmac.new(secret, part.encode(), hashlib.sha256).digest()
    by = f"Credential={keys.access}/{scope}, SignedHeaders={names}, Signature={secret.hex()}"
    return {**headers, "Authorization": f"AWS4-HMAC-SHA256 {by}"}
