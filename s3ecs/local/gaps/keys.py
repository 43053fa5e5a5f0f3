"""A key may have any character: moto's routes end at a newline, and some of its lists at what XML cannot hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from moto.core.responses import ActionResult

from s3ecs.local import seams

if TYPE_CHECKING:
    from collections.abc import Callable


def install() -> None:
    """Let the routes' patterns cross lines, and lists be encoded where the client asks for it."""
    seams.replace("server.route", route)
    for name in ("s3.http_list_versions", "s3.http_list_uploads"):
        seams.replace(name, encoding(name))


def route(converter: Any, url_map: Any, *items: str) -> None:
    """Moto's converter of URL patterns."""
    seams.original("server.route")(converter, url_map, *items)
    converter.regex = f"(?s:{converter.regex})"


def encoding(name: str) -> Callable[[Any], Any]:
    """The list of this name, encoded; moto makes one ``http`` for each request."""

    def listed(http: Any) -> Any:
        plainly = http.serialized
        if http.querystring.get("encoding-type") == ["url"]:
            http.serialized = lambda answer: plainly(ActionResult(_encoded(answer.result)))
        try:
            return seams.original(name)(http)
        finally:
            http.serialized = plainly  # an error, which is told after this, holds no keys

    return listed


def _encoded(listed: dict[str, Any]) -> dict[str, Any]:
    """AWS: keys and what is made of them are encoded as in a URL, whatever XML could hold."""
    found = {**listed, "EncodingType": "url"}
    for name in ("Prefix", "Delimiter", "KeyMarker", "NextKeyMarker"):
        if found.get(name):
            found[name] = quote(found[name])
    for name, part in (("Versions", "Key"), ("DeleteMarkers", "Key"), ("Uploads", "Key"), ("CommonPrefixes", "Prefix")):
        if name in found:
            found[name] = [{**each, part: quote(each[part])} for each in found[name]]
    return found
