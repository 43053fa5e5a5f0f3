"""What others put into a bucket and onto a rule of ours, and what it is like afterwards."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from s3ecs.resources.bucket_notification import NOTIFICATION, OTHERS_NOTIFICATIONS
from s3ecs.resources.bucket_policy import SID
from s3ecs.resources.bucket_settings import LIFECYCLE_ID
from s3ecs.resources.owned import from_pairs, to_pairs

if TYPE_CHECKING:
    from s3ecs.aws.session import Aws

THEIRS: Final = "theirs"
ACCOUNT: Final = "123456789012"


@dataclass(frozen=True)
class Shared:
    """The places of a bucket, and of rules, where others put things beside ours."""

    aws: Aws
    bucket: str
    rules: tuple[str, ...] = ()

    def put(self) -> None:
        """Something of others in each."""
        s3, where, region = self.aws.s3, {"Bucket": self.bucket}, self.aws.environment.region
        self.aws.sqs.create_queue(QueueName=THEIRS)
        entries = {
            "QueueConfigurations": {"QueueArn": f"arn:aws:sqs:{region}:{ACCOUNT}:{THEIRS}"},
            "TopicConfigurations": {"TopicArn": f"arn:aws:sns:{region}:{ACCOUNT}:{THEIRS}"},
            "LambdaFunctionConfigurations": {
                "LambdaFunctionArn": f"arn:aws:lambda:{region}:{ACCOUNT}:function:{THEIRS}"
            },
        }
        key = {"Key": {"FilterRules": [{"Name": "prefix", "Value": "theirs/ü&<"}]}}
        more = {"Id": THEIRS, "Events": ["s3:ObjectCreated:*"], "Filter": key}
        found = s3.get_bucket_notification_configuration(**where)
        ours = {name: found[name] for name in (NOTIFICATION,) if name in found}
        notification = {**ours, **{name: [entry | more] for name, entry in entries.items()}}
        s3.put_bucket_notification_configuration(
            **where, NotificationConfiguration=notification, SkipDestinationValidation=True
        )
        policy = self._policy()
        statement = {"Sid": THEIRS, "Effect": "Deny", "Principal": "*", "Action": "s3:PutObject"}
        policy["Statement"].append({**statement, "Resource": f"arn:aws:s3:::{self.bucket}/${{theirs}}/*"})
        s3.put_bucket_policy(**where, Policy=json.dumps(policy))
        s3.put_bucket_tagging(**where, Tagging={"TagSet": to_pairs({**self._tags(), "Theirs": "yes"})})
        rule = {"ID": THEIRS, "Status": "Enabled", "Filter": {"Prefix": "theirs/"}, "Expiration": {"Days": 90}}
        s3.put_bucket_lifecycle_configuration(**where, LifecycleConfiguration={"Rules": [*self._lifecycle(), rule]})
        target = {"Id": THEIRS, "Arn": f"arn:aws:sqs:{region}:{ACCOUNT}:{THEIRS}"}
        for name in self.rules:
            self.aws.events.put_targets(Rule=name, Targets=[target])

    def take_ours_off(self) -> None:
        """So that everything of ours has to be written again."""
        s3, where = self.aws.s3, {"Bucket": self.bucket}
        found = s3.get_bucket_notification_configuration(**where)
        theirs = {name: value for name, value in found.items() if name not in (NOTIFICATION, "ResponseMetadata")}
        s3.put_bucket_notification_configuration(
            **where, NotificationConfiguration=theirs, SkipDestinationValidation=True
        )
        policy = self._policy()
        others = [each for each in policy["Statement"] if each.get("Sid") != SID]
        s3.put_bucket_policy(**where, Policy=json.dumps({**policy, "Statement": others}))
        s3.put_bucket_tagging(**where, Tagging={"TagSet": to_pairs({**self._tags(), "team": "other"})})
        rules = [each for each in self._lifecycle() if each["ID"] != LIFECYCLE_ID]
        s3.put_bucket_lifecycle_configuration(**where, LifecycleConfiguration={"Rules": rules})
        for name in self.rules:
            self.aws.events.remove_targets(Rule=name, Ids=[name])

    def seen(self) -> dict[str, Any]:
        """What others have there, each thing by itself."""
        found = self.aws.s3.get_bucket_notification_configuration(Bucket=self.bucket)
        targets = {name: self.aws.events.list_targets_by_rule(Rule=name)["Targets"] for name in self.rules}
        return {
            **{name: found.get(name) for name in OTHERS_NOTIFICATIONS},
            "statement": [each for each in self._policy()["Statement"] if each.get("Sid") == THEIRS],
            "tag": self._tags().get("Theirs"),
            "lifecycle rule": [each for each in self._lifecycle() if each["ID"] == THEIRS],
            **{f"target of {name}": [each for each in has if each["Id"] == THEIRS] for name, has in targets.items()},
        }

    def _policy(self) -> dict[str, Any]:
        try:
            return dict(json.loads(self.aws.s3.get_bucket_policy(Bucket=self.bucket)["Policy"]))
        except self.aws.s3.exceptions.from_code("NoSuchBucketPolicy"):
            return {"Version": "2012-10-17", "Statement": []}

    def _tags(self) -> dict[str, str]:
        try:
            return from_pairs(self.aws.s3.get_bucket_tagging(Bucket=self.bucket)["TagSet"])
        except self.aws.s3.exceptions.from_code("NoSuchTagSet"):
            return {}

    def _lifecycle(self) -> list[dict[str, Any]]:
        try:
            return list(self.aws.s3.get_bucket_lifecycle_configuration(Bucket=self.bucket)["Rules"])
        except self.aws.s3.exceptions.from_code("NoSuchLifecycleConfiguration"):
            return []
