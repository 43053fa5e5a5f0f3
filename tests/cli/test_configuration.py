"""An SDK whose configuration is wrong: a line and a hint, whatever it is that is wrong, and never a bug."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from s3ecs.cli.options import Options

from .terminal import Terminal

if TYPE_CHECKING:
    from pathlib import Path

KEYS = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_REGION": "eu-west-1"}
NOWHERE = KEYS | {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
WRONG = {
    "an endpoint that is no URL": (KEYS | {"AWS_ENDPOINT_URL": "nonsense"}, "is wrong (Invalid endpoint"),
    "an endpoint with an escape": (KEYS | {"AWS_ENDPOINT_URL": "http://a\x1b[31m"}, "is wrong (Invalid"),
    "an endpoint of a way that there is not": (
        KEYS | {"AWS_ENDPOINT_URL": "ftp://127.0.0.1", "HTTPS_PROXY": "http://127.0.0.1:9"},
        "the address of AWS begins with ftp://",
    ),
    "a mode of defaults": (NOWHERE | {"AWS_DEFAULTS_MODE": "x"}, "has a value that the SDK does not know"),
    "a proxy that is none": (NOWHERE | {"HTTP_PROXY": "::"}, "HTTP_PROXY is not the address of a proxy"),
    "a proxy's port that is none": (
        KEYS | {"https_proxy": "http://user:secret@:99999"},
        "https_proxy is not the address of a proxy",
    ),
    "an endpoint's port that is none": (KEYS | {"AWS_ENDPOINT_URL": "http://127.0.0.1:99999"}, "is wrong (Port out"),
    "a proxy's name that is none": (KEYS | {"HTTPS_PROXY": "http://a..b"}, "HTTPS_PROXY is not the address of a proxy"),
    "a way to STS": (KEYS | {"AWS_STS_REGIONAL_ENDPOINTS": "x"}, "has a value that the SDK does not know"),
    "a port of metrics": (
        NOWHERE | {"AWS_CSM_ENABLED": "true", "AWS_CSM_PORT": "x"},
        "is wrong (invalid literal",
    ),
    "a process that prints no JSON": ({"AWS_CONFIG_FILE": "process"}, "is wrong (Expecting value"),
    "a process that is not there": ({"AWS_CONFIG_FILE": "absent"}, "is wrong (/nonexistent: No such file"),
    "a token's file that is not there": (
        {"AWS_REGION": "eu-west-1", "AWS_WEB_IDENTITY_TOKEN_FILE": "/nonexistent", "AWS_ROLE_ARN": f"arn:{'a' * 20}"},
        "is wrong (/nonexistent: No such file",
    ),
    "a host that may not give credentials": (
        {"AWS_REGION": "eu-west-1", "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://evil.example/x"},
        "is wrong (Unsupported host",
    ),
    "a key that fits into no header": (NOWHERE | {"AWS_SESSION_TOKEN": "se\ncret"}, "hold a character"),
}
BLAMED = {
    "an endpoint of a way that there is not": "AWS_ENDPOINT_URL",
    "a mode of defaults": "AWS_DEFAULTS_MODE",
    "a way to STS": "AWS_STS_REGIONAL_ENDPOINTS",
    "a proxy that is none": "HTTP_PROXY",
    "a proxy's port that is none": "https_proxy",
    "a proxy's name that is none": "HTTPS_PROXY",
}
"""The variable that the hint has to name."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("wrong")
    for name, process in (("process", "echo nonsense"), ("absent", "/nonexistent")):
        (made / name).write_text(f"[default]\nregion = eu-west-1\ncredential_process = {process}\n", encoding="utf-8")
    return made


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_told_in_a_line(what: str, folder: Path) -> None:
    env, told = WRONG[what]
    terminal = Terminal(folder, env)
    terminal.stack("wrong")
    ran = terminal("status")
    assert (ran.code, len(ran.errors)) == (2, 1), ran.err
    assert told in ran.errors[0]
    assert BLAMED.get(what, "") in ran.hint
    assert "secret" not in ran.err + ran.out
    assert "se\\ncret" not in ran.err
    assert "\x1b" not in ran.err


@pytest.mark.parametrize("word", ["maybe", "2", "on", "\x1b[31m"])
def test_a_word_that_is_neither_yes_nor_no_does_not_mean_local(word: str, folder: Path) -> None:
    terminal = Terminal(folder, NOWHERE | {"S3ECS_LOCAL_DIR": str(folder / "local")})
    terminal.stack("wrong")
    ran = terminal("status", S3ECS_LOCAL=word)
    assert (ran.code, ran.errors) == (2, [f"S3ECS_LOCAL is {word!a}, which is neither yes nor no"])
    assert ran.hint == "S3ECS_LOCAL=1, 0, or unset it"


@pytest.mark.parametrize(
    ("word", "local"),
    [*((each, False) for each in ("", "0", "no", "False")), ("1", True), ("yes", True), ("TRUE", True)],
)
def test_yes_and_no_are_understood(word: str, local: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("S3ECS_LOCAL", word)
    assert Options().is_local is local
    assert Options(local=True).is_local
