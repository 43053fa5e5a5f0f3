"""Commands typed in this process, and what IAM would have been asked for each call that they make."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from s3ecs.aws import trace
from s3ecs.cli import cli
from s3ecs.resources.owned import STACK_TAG, to_pairs

from .calls import Account, requests

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import pytest

    from .evaluator import Request


@dataclass
class Recorder:
    """``asked`` maps a use of ``s3ecs permissions`` to all that IAM would have been asked."""

    account: Account
    patch: pytest.MonkeyPatch
    asked: dict[str, list[Request]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def type(self, use: str, *arguments: str) -> Any:
        """Run a command and note its calls under ``use``; returns its exit code, or raises what it raised."""
        with self._noting(self.asked.setdefault(use, [])):
            return cli.main(args=[*arguments], prog_name="s3ecs", standalone_mode=False)

    @contextmanager
    def _noting(self, noted: list[Request]) -> Iterator[None]:
        def note(params: Mapping[str, Any], model: Any, **_: Any) -> None:
            found = requests(self.account, model.service_model.service_name, model.name, params)
            with self._lock:
                noted.extend(found)

        def listen(events: Any) -> None:
            events.register("before-parameter-build.*.*", note)

        with self.patch.context() as patch:
            patch.setattr(trace, "listen", listen)
            yield


def remembered(ask: Callable[[str], Any], lasting: Callable[[Any], bool] = bool) -> Callable[[str], Any]:
    """What is there once is taken to stay, where it is ``lasting``: to look at each call takes longer than the call."""
    known: dict[str, Any] = {}

    def answer(name: str) -> Any:
        found = known.get(name) or ask(name)
        if lasting(found):
            known[name] = found
        return found

    return answer


def account_of(client: Callable[[str], Any], account: str, region: str) -> Account:
    """What IAM knows of the account, asked of the embedded AWS beside the commands."""

    def tags_of(arn: str) -> dict[str, str]:
        service = arn.split(":")[2]
        asks: dict[str, Callable[[], Any]] = {
            "ec2": lambda: client("ec2").describe_tags(
                Filters=[{"Name": "resource-id", "Values": [arn.rpartition("/")[2]]}]
            )["Tags"],
            "events": lambda: client("events").list_tags_for_resource(ResourceARN=arn)["Tags"],
            "states": lambda: client("stepfunctions").list_tags_for_resource(resourceArn=arn)["tags"],
            "ecs": lambda: client("ecs").list_tags_for_resource(resourceArn=arn).get("tags", ()),
            "iam": lambda: client("iam").list_role_tags(RoleName=arn.rpartition("/")[2])["Tags"],
            "ecr": lambda: client("ecr").list_tags_for_resource(resourceArn=arn)["tags"],
            "logs": lambda: to_pairs(client("logs").list_tags_for_resource(resourceArn=arn)["tags"]),
        }
        try:
            found = asks[service]()
        except client(service if service != "states" else "stepfunctions").exceptions.ClientError:
            return {}
        return {each.get("Key") or each["key"]: each.get("Value") or each.get("value", "") for each in found}

    @remembered
    def path_of(role: str) -> str | None:
        iam = client("iam")
        try:
            return str(iam.get_role(RoleName=role)["Role"]["Path"])
        except iam.exceptions.NoSuchEntityException:
            return None

    def key_of(bucket: str) -> tuple[str, list[str]] | None:
        s3 = client("s3")
        try:
            (rule,) = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
        except s3.exceptions.ClientError:
            return None
        key = rule["ApplyServerSideEncryptionByDefault"].get("KMSMasterKeyID")
        if key is None:
            return None
        listed = client("kms").list_aliases(KeyId=key.rpartition("/")[2])["Aliases"]
        return key, [each["AliasName"] for each in listed]

    @remembered
    def table_of(association: str) -> str:
        only = [{"Name": "association.route-table-association-id", "Values": [association]}]
        (table,) = client("ec2").describe_route_tables(Filters=only)["RouteTables"]
        return str(table["RouteTableId"])

    # Whatever is adopted gets the stack's tag in between.
    tags = remembered(tags_of, lambda found: STACK_TAG in found)
    return Account(account, region, tags, path_of, key_of, table_of)
