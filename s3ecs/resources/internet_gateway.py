"""An EC2 internet gateway: the way out of a stack's own network; its attachment is a part of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from s3ecs.aws.faults import unless
from s3ecs.resources import ec2
from s3ecs.resources.network_part import NetworkPart
from s3ecs.resources.vpc import Vpc  # noqa: TC001 - dataclasses look at annotations

if TYPE_CHECKING:
    from s3ecs.aws.session import Aws
    from s3ecs.engine.resource import Ids, Props


@dataclass(frozen=True, eq=False, kw_only=True)
class InternetGateway(NetworkPart):
    """One that is attached to nothing was made by a run that was broken off, and is taken."""

    kind: ClassVar[str] = "internet-gateway"
    sort: ClassVar[ec2.Sort] = ec2.INTERNET_GATEWAY
    made_by: ClassVar[str] = "ec2:CreateInternetGateway"
    put_by: ClassVar[tuple[str, ...]] = ("ec2:AttachInternetGateway",)
    removed_by: ClassVar[tuple[str, ...]] = ("ec2:DetachInternetGateway", "ec2:DeleteInternetGateway")
    put_after: ClassVar[frozenset[str]] = frozenset({"vpc"})

    vpc: Vpc

    def wanted(self, ids: Ids) -> Props:
        return {"vpc": ids.of(self.vpc)}

    def settings(self, aws: Aws, found: dict[str, Any]) -> Props:
        return {"vpc": _attached(found)}

    def fits(self, aws: Aws, found: dict[str, Any]) -> bool:
        return _attached(found) in ("", self.vpc.own_id(aws))

    def rank(self, aws: Aws, found: dict[str, Any]) -> int:
        return 0 if _attached(found) else 1

    def make(self, client: Any, props: Props) -> dict[str, Any]:
        return dict(client.create_internet_gateway(TagSpecifications=self.tagging(props))["InternetGateway"])

    def put(self, aws: Aws, found: dict[str, Any], props: Props, changed: frozenset[str]) -> None:
        if "vpc" in changed and _attached(found) != props["vpc"]:
            which = {"InternetGatewayId": found["InternetGatewayId"], "VpcId": props["vpc"]}
            self.once_seen(aws, partial(_attach, aws, which))

    @classmethod
    def remove(cls, aws: Aws, found_id: str) -> None:
        found = ec2.with_id(aws, cls.sort, found_id)
        if found is None:
            return
        if vpc := _attached(found):
            which = {"InternetGatewayId": found_id, "VpcId": vpc}
            unless({"Gateway.NotAttached"}, lambda: aws.ec2.detach_internet_gateway(**which))
        aws.ec2.delete_internet_gateway(InternetGatewayId=found_id)


def _attach(aws: Aws, which: dict[str, str]) -> None:
    # AWS: said of one that is attached by now, as by a try whose answer was lost.
    unless({"Resource.AlreadyAssociated"}, lambda: aws.ec2.attach_internet_gateway(**which))


def _attached(found: dict[str, Any]) -> str:
    """The VPC that it is attached to, an empty string where there is none."""
    attachments = [each for each in found.get("Attachments", ()) if each.get("State") not in ("detaching", "detached")]
    return attachments[0]["VpcId"] if attachments else ""
