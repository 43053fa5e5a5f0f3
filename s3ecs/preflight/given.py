"""What is somebody else's and the spec names: is it there, and as it has to be?"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from s3ecs.engine.resource import Given
from s3ecs.errors import Refused, UsageError
from s3ecs.preflight.finding import Finding, Verdict, found_out

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3ecs.preflight import Look

GROUP = "given"


def check(look: Look) -> list[Finding]:
    """One finding for each thing that the stack uses and does not make, all asked side by side."""
    given = [each for each in look.stack.resources if isinstance(each, Given)]
    asked = [partial(found_out, GROUP, each.title, partial(_read, each, look)) for each in given]
    findings = [finding for answers in (look.aws.together(*asked) if asked else ()) for finding in answers]
    # What is not there has no key either: a trouble is told once.
    return list({finding.why or finding.what: finding for finding in reversed(findings)}.values())[::-1]


def _read(given: Given, look: Look) -> Iterator[Finding]:
    try:
        given.read(look.aws)
    except (Refused, UsageError) as error:
        yield Finding(GROUP, given.title, Verdict.NOT_OK, str(error), error.hint or "")
    else:
        yield Finding(GROUP, given.title, Verdict.OK)
