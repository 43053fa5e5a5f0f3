"""What is not a stack's is the same to the byte after all that is done to the stack: counted, thing by thing.

``make sweep WHAT=foreign`` prints the figures.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from s3ecs.engine.plan import Action
from s3ecs.errors import NotOurs
from s3ecs.resources.owned import to_pairs
from s3ecs.spec.model import Bucket
from tests.resources.plainly import DISOWN
from tests.resources.scene import spec

from .play import Play, everything
from .shared import Shared

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from s3ecs.aws.session import Aws
    from s3ecs.engine.resource import Resource


@dataclass
class Figures:
    """How many foreign things were looked at before and after, and how many were the same."""

    foreign: int = 0
    untouched: int = 0
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"foreign {self.foreign} / untouched {self.untouched}"

    def compare(self, when: str, before: dict[str, Any], after: dict[str, Any]) -> None:
        """Count each thing once a comparison."""
        for name, thing in before.items():
            self.foreign += 1
            if after[name] == thing:
                self.untouched += 1
            else:
                self.faults.append(f"{when}: {name}: {thing} became {after[name]}")

    def expect(self, what: str, found: object, wanted: object) -> None:
        """Note what is not as it has to be."""
        if found != wanted:
            self.faults.append(f"{what}: {found}, not {wanted}")


def whole(aws: Aws) -> Figures:
    """Everything below."""
    figures = Figures()
    beside_others(aws, figures)
    in_others_buckets(aws, figures)
    play = Play(aws, everything("untagged"))
    play.up()
    tagged = [each for each in play.subjects if each.kind in DISOWN]
    untagged(play, [[each] for each in tagged], figures)
    untagged(play, [tagged], figures)
    adopted_stays(play, figures)
    return figures


def beside_others(aws: Aws, figures: Figures) -> None:
    """Entries of others in our bucket and on our rules; stacks with a name like ours and with our bucket."""
    one = spec("ours")
    (job,) = one.jobs
    ours = Play(aws, replace(one, jobs=(job, replace(job, name="report", prefix=("reports/",)))))
    ours.up()
    bucket = ours.of_kind("bucket")[0].name
    others = (Play(aws, spec("ours-b")), Play(aws, replace(spec("sharing"), bucket=Bucket(bucket, existing=True))))
    for each in others:
        each.up()
    shared = Shared(aws, bucket, tuple(rule.name for rule in ours.of_kind("rule")))
    shared.put()

    def things() -> dict[str, Any]:
        return shared.seen() | looked_at(others)

    before = things()

    def when(what: str, do: Callable[[], Any]) -> None:
        do()
        figures.compare(what, before, things())

    shared.take_ours_off()
    when("an up that mends", ours.up)
    fewer = Play(aws, one)
    when("an up that prunes", fewer.up)
    when("a down", fewer.down)
    kept = {step.key: step.found for step in fewer.plan_down().steps if step.action is Action.KEEP and step.found}
    figures.expect("kept", sorted(kept), sorted([f"bucket/{bucket}", *(f"rule/{name}" for name in shared.rules)]))
    listening = "rules of others: sharing-convert"
    figures.expect("kept for a rule", listening in (kept[f"bucket/{bucket}"].holds or ""), wanted=True)
    for name in shared.rules:
        figures.expect("kept for a target", kept[f"rule/{name}"].serves, "targets of others")


def in_others_buckets(aws: Aws, figures: Figures) -> None:
    """A bucket that the spec calls existing, and one that is adopted."""
    for name, existing in (("used", True), ("adopted", False)):
        bucket = f"{name}-bucket-of-theirs"
        where = {"LocationConstraint": aws.environment.region, "Tags": to_pairs({"Owner": "they"})}
        aws.s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=where)
        aws.s3.put_object(Bucket=bucket, Key="theirs/a", Body=b"1")
        shared = Shared(aws, bucket)
        shared.put()
        before = shared.seen()
        play = Play(aws, replace(spec(name), bucket=Bucket(bucket, existing=existing)))
        play.up(adopt=True)
        figures.compare(f"an up with a bucket {name}", before, shared.seen())
        play.down(delete_data=True)
        figures.compare(f"a down with a bucket {name}", before, shared.seen())
        listed = aws.s3.list_objects_v2(Bucket=bucket)["Contents"]
        figures.expect(f"objects in a bucket {name}", [each["Key"] for each in listed], ["theirs/a"])


def untagged(play: Play, together: Iterable[list[Resource]], figures: Figures) -> None:
    """Take the tags off the resources of each batch: all are named by up and down alike, and ``--adopt`` repairs."""
    for batch in together:
        seen = play.observe()
        for each in batch:
            DISOWN[each.kind](play.scene(each, seen))
        names = sorted(each.key for each in batch)
        before = looked_at([play])
        figures.expect("refused by up", refusal_of(play.plan), names)
        figures.expect("refused by down", refusal_of(play.plan_down), names)
        not_ours = [f"{hop.kind}/{hop.name}" for hop in play.status().hops if hop.health == "not ours"]
        figures.expect("named by status", sorted(not_ours), names)
        figures.compare("a refusal", before, looked_at([play]))
        planned = play.plan(adopt=True)
        figures.expect("to adopt", sorted(step.key for step in planned.writes), names)
        figures.expect("actions", {step.action for step in planned.writes}, {Action.ADOPT})
        play.carry_out(planned)
        figures.expect("after adopting", [step.key for step in play.plan().writes], [])


def adopted_stays(play: Play, figures: Figures) -> None:
    """What was adopted and may hold data outlives the stack, also where all data is deleted."""
    outliving = {each.key for each in play.subjects if getattr(each, "outlives", False)}
    play.down(delete_data=True)
    left = play.plan_down()
    figures.expect("left", {step.key for step in left.steps}, outliving)
    figures.expect("to delete", [step.key for step in left.writes], [])


def looked_at(plays: Iterable[Play]) -> dict[str, Any]:
    """Every resource of these stacks: its id, its settings, its owner."""
    return {f"{play.stack.name}: {key}": seen for play in plays for key, seen in play.observe().observed.items()}


def refusal_of(do: Callable[[], Any]) -> list[str]:
    """What a refusal names, nothing where there is none."""
    try:
        do()
    except NotOurs as refusal:
        return sorted(refusal.names)
    return []
