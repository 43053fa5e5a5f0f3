"""What a spec means, in one normal form: two files of one meaning have one fingerprint."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass, replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from dataclasses import Field

    from s3ecs.spec.model import Spec

LENGTH: Final = 16
ELSEWHERE: Final = frozenset({"account", "region", "local", "termination_protection"})
"""Fields that say where a spec is applied, how, or what stands in for AWS, and nothing of what is made there."""


def fingerprint(spec: Spec) -> str:
    """A hash of what ``spec`` means: comments, the order of keys, and defaults that are written out do not count.

    So a field that the model gets later changes no fingerprint until a spec uses it.
    """
    # Where the file stands is no part of it; a folder that is built is named from there.
    means = json.dumps(_meaning(replace(spec, folder=Path())), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(means.encode()).hexdigest()[:LENGTH]


def _meaning(thing: Any) -> Any:
    if is_dataclass(thing):
        said = {each.name: getattr(thing, each.name) for each in fields(thing) if each.name not in ELSEWHERE}
        defaults = {each.name: _default(each) for each in fields(thing)}
        told = {name: _meaning(value) for name, value in said.items() if value != defaults[name]}
        # Jobs are a mapping in the file, whatever their order.
        return told | ({"jobs": {each["name"]: each for each in told["jobs"]}} if "jobs" in told else {})
    if isinstance(thing, Mapping):
        return {str(key): _meaning(value) for key, value in thing.items()}
    if isinstance(thing, (list, tuple)):
        return [_meaning(each) for each in thing]
    return thing.as_posix() if isinstance(thing, PurePath) else thing


def _default(each: Field[Any]) -> Any:
    return each.default_factory() if each.default_factory is not MISSING else each.default
