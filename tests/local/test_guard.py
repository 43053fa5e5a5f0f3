"""Who is refused by a server that starts programs."""

from __future__ import annotations

import http.client
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from botocore.exceptions import ClientError

from s3ecs.local.control import HEALTH, HOST, KEY_HEADER

if TYPE_CHECKING:
    from collections.abc import Callable

    from s3ecs.local.control import Server

    from .chain import Pipeline


def ask(server: Server, path: str = HEALTH, *, method: str = "GET", **headers: str) -> http.client.HTTPResponse:
    """One request; underscores in header names stand for dashes."""
    connection = http.client.HTTPConnection(urlsplit(server.endpoint).netloc, timeout=10)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def key(server: Server) -> dict[str, str]:
    return {KEY_HEADER.replace("-", "_"): server.access_key}


def signed(key: str) -> str:
    return f"AWS4-HMAC-SHA256 Credential={key}/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0"


def test_the_key_opens(embedded: Server) -> None:
    assert ask(embedded, **key(embedded)).status == 200
    assert ask(embedded, "/", Authorization=signed(embedded.access_key)).status == 200


@pytest.mark.parametrize("path", [HEALTH, "/", "/bucket/key", "/moto-api/", "/moto-api/reset", "/moto-api/data.json"])
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_nothing_is_answered_without_the_key(embedded: Server, path: str, method: str) -> None:
    assert ask(embedded, path, method=method).status == 403
    assert ask(embedded, path, method=method, Authorization=signed("AKIAIOSFODNN7EXAMPLE")).status == 403
    assert ask(embedded, path, method=method, Authorization=signed(embedded.access_key + "x")).status == 403
    assert ask(embedded, f"{path}?X-Amz-Credential=AKIA%2F1", method=method).status == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost", ""])
def test_a_request_of_a_web_page_is_refused_even_with_the_key(embedded: Server, origin: str) -> None:
    assert ask(embedded, Origin=origin, **key(embedded)).status == 403


def test_a_foreign_host_is_refused_even_with_the_key(embedded: Server) -> None:
    port = urlsplit(embedded.endpoint).port
    for host in (
        f"evil.example:{port}",
        "127.0.0.1",
        f"bucket.127.0.0.1:{port}",
        f"bucket.localhost:{port}",
        "127.0.0.1:1",
    ):
        assert ask(embedded, Host=host, **key(embedded)).status == 403
    for host in (f"127.0.0.1:{port}", f"localhost:{port}", f"LOCALHOST:{port}"):
        assert ask(embedded, Host=host, **key(embedded)).status == 200


def test_what_is_about_the_server_itself_only_its_own_key_opens(embedded: Server, pipeline: Pipeline) -> None:
    source = (
        "import os, urllib.request\n"
        "names = {'X-S3ecs-Key': 'AWS_ACCESS_KEY_ID', 'X-Amz-Security-Token': 'AWS_SESSION_TOKEN'}\n"
        "headers = {name: os.environ[value] for name, value in names.items()}\n"
        "for page in ('_s3ecs/health', '_s3ecs/host?evil.example', '_s3ecs/back', 'moto-api/data.json'):\n"
        "    asked = urllib.request.Request(f\"{os.environ['AWS_ENDPOINT_URL']}/{page}\", headers=headers)\n"
        "    try: print(urllib.request.urlopen(asked).status)\n"
        "    except OSError as error: print(error.code)\n"
    )
    pipeline.program(source)
    task = pipeline.stopped(pipeline.run_task()["taskArn"])
    assert pipeline.lines(task["taskArn"]) == ["200", "403", "403", "403"]
    port = urlsplit(embedded.endpoint).port
    assert ask(embedded, Host=f"evil.example:{port}", **key(embedded)).status == 403
    assert ask(embedded, f"{HOST}?host.docker.internal", **key(embedded)).status == 200
    assert ask(embedded, Host=f"host.docker.internal:{port}", **key(embedded)).status == 200


def test_no_answer_may_be_read_by_a_web_page(embedded: Server, pipeline: Pipeline) -> None:
    bucket = pipeline.bucket()
    rule = {"AllowedOrigins": ["*"], "AllowedMethods": ["GET"]}
    pipeline.s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [rule]})
    for method in ("GET", "OPTIONS"):
        for headers in (key(embedded), {}, {"Origin": "http://evil.example"}):
            answer = ask(embedded, f"/{bucket}", method=method, **headers)
            assert [name for name, _ in answer.getheaders() if name.lower().startswith("access-control")] == []


def test_it_listens_on_the_loopback_only(embedded: Server) -> None:
    port = urlsplit(embedded.endpoint).port
    assert embedded.endpoint == f"http://127.0.0.1:{port}"
    with pytest.raises(OSError, match=r"refused|assign|reach|timed out"):  # another address of the same machine
        socket.create_connection(("127.0.0.2", port), timeout=5).close()


def test_wrong_keys_of_a_client_are_refused(embedded: Server, clients: Callable[..., object]) -> None:
    import boto3  # noqa: PLC0415

    stranger = boto3.client(
        "s3",
        region_name="eu-central-1",
        endpoint_url=embedded.endpoint,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",  # noqa: S106
    )
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        stranger.list_buckets()
    assert clients("s3")


def test_a_presigned_url_carries_the_key(pipeline: Pipeline) -> None:
    bucket = pipeline.bucket()
    pipeline.s3.put_object(Bucket=bucket, Key="k", Body=b"content")
    url = pipeline.s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "k"})
    with urlopen(url, timeout=10) as answer:  # noqa: S310
        assert answer.read() == b"content"
