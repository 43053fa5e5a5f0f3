"""A key may have any character: moto's routes end at a newline, and its lists of versions at what XML cannot hold."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from moto.core.responses import ActionResult

from s3ecs.local import seams


def install() -> None:
    """Let the routes' patterns cross lines, and lists of versions be encoded where the client asks for it."""
    seams.replace("server.route", route)
    seams.replace("s3.http_list_versions", list_versions)


def route(converter: Any, url_map: Any, *items: str) -> None:
    """Moto's converter of URL patterns."""
    seams.original("server.route")(converter, url_map, *items)
    converter.regex = f"(?s:{converter.regex})"


def list_versions(http: Any) -> Any:
    """ListObjectVersions; moto makes one ``http`` for each request."""
    plainly = http.serialized
    if http.querystring.get("encoding-type") == ["url"]:
        http.serialized = lambda answer: plainly(ActionResult(_encoded(answer.result)))
    try:
        return seams.original("s3.http_list_versions")(http)
    finally:
        http.serialized = plainly  # an error, which is told after this, holds no keys


def _encoded(listed: dict[str, Any]) -> dict[str, Any]:
    """AWS: keys and what is made of them are encoded as in a URL, whatever XML could hold."""
    found = {**listed, "EncodingType": "url"}
    for name in ("Prefix", "Delimiter", "KeyMarker", "NextKeyMarker"):
        if found.get(name):
            found[name] = quote(found[name])
    for name, part in (("Versions", "Key"), ("DeleteMarkers", "Key"), ("CommonPrefixes", "Prefix")):
        if name in found:
            found[name] = [{**each, part: quote(each[part])} for each in found[name]]
    return found
