"""What somebody changes behind our back is named, and put back, and nothing else is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from s3ecs.engine.change import Change
from s3ecs.engine.plan import Action

from .changes import CASES, NOT_CHANGEABLE, Case
from .scene import KINDS, walk

if TYPE_CHECKING:
    from collections.abc import Callable

    from .scene import Scene


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_change_is_named_and_put_back(case: Case, scene: Callable[[str, str], Scene]) -> None:
    subject = scene(case.kind, f"turn-{case.kind}")
    subject.up()

    case.act(subject)
    step = subject.step()
    assert step.action is Action.UPDATE
    named = {change.setting: change for change in step.changes}
    assert named[case.setting] == Change(case.setting, case.observed, walk(subject.desired, case.setting))
    assert {change.top for change in step.changes} == {case.setting.partition(".")[0]}

    subject.up()
    assert subject.step().action is Action.NONE


@pytest.mark.parametrize("kind", KINDS)
def test_every_setting_is_changed(kind: str, scene: Callable[[str, str], Scene]) -> None:
    changed = {case.setting.partition(".")[0] for case in CASES if case.kind == kind}
    assert changed | NOT_CHANGEABLE.get(kind, set()) == scene(kind, f"turn-{kind}").desired.keys()
