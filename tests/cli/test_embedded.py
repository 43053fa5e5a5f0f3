"""What of the user's environment has no say in what goes to the embedded AWS, and what is left alone."""

from __future__ import annotations

import os

import pytest

from s3ecs.cli.embedded import forget_the_users_aws


@pytest.mark.parametrize(
    ("said", "spared"),
    [
        ({}, "127.0.0.1"),
        ({"NO_PROXY": "registry.example,10.0.0.0/8"}, "registry.example,10.0.0.0/8,127.0.0.1"),
        ({"no_proxy": "small", "NO_PROXY": "capital"}, "small,127.0.0.1"),  # whichever programs look at first
        ({"NO_PROXY": "127.0.0.1,a"}, "127.0.0.1,a"),
        ({"NO_PROXY": "*"}, "*"),
    ],
)
def test_what_the_user_spares_from_a_proxy_stays_spared(
    monkeypatch: pytest.MonkeyPatch, said: dict[str, str], spared: str
) -> None:
    monkeypatch.setattr(os, "environ", {"AWS_PROFILE": "mine", **said})
    forget_the_users_aws()
    assert "AWS_PROFILE" not in os.environ
    assert {os.environ.get(name, spared) for name in ("NO_PROXY", "no_proxy")} == {spared}
