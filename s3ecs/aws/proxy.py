"""Which variable names a proxy by what is no address: the SDK finds out when it calls, and does not say where."""

from __future__ import annotations

import os
from typing import Final
from urllib.parse import urlsplit

# botocore: asks Python, for which those in lower case count first.
VARIABLES: Final = ("https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY")
SPACE_AND_CONTROLS: Final = {*map(chr, range(0x21)), "\x7f"}


def wrong_variable() -> str | None:
    """The variable to blame where the SDK cannot read an address, None where none names a proxy.

    It is one that is plainly wrong, else the first: the SDK looks closer at names. The value itself is for nobody to
    see, for it may hold a password.
    """
    named = {name: value for name in VARIABLES if (value := os.environ.get(name, "").strip())}
    return next((name for name, value in named.items() if not _is_address(value)), next(iter(named), None))


def _is_address(value: str) -> bool:
    # botocore: HOST:PORT is as good as a URL.
    whole = value if value.startswith(("http:", "https:")) else f"http://{value.removeprefix('//')}"
    try:
        parts = urlsplit(whole)
        return bool(parts.hostname) and SPACE_AND_CONTROLS.isdisjoint(whole) and parts.port != 0
    except ValueError:
        return False
