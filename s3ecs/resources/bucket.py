"""An S3 bucket: closed, encrypted, TLS only, and telling EventBridge of every object."""

from __future__ import annotations

from collections.abc import Iterator  # noqa: TC003 - dataclasses look at annotations
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from s3ecs.aws import grant, trace
from s3ecs.aws.faults import ClientError, code_of, unless
from s3ecs.engine.resource import Found, Ids, Observed, Props
from s3ecs.errors import CallFailed, Refused
from s3ecs.resources import objects
from s3ecs.resources.bucket_notification import EVENTS, foreign_notifications
from s3ecs.resources.bucket_policy import foreign_statements
from s3ecs.resources.bucket_settings import LEAVE, SETTINGS, encryption, get_tags
from s3ecs.resources.key import Key  # noqa: TC001 - dataclasses look at annotations
from s3ecs.resources.listeners import foreign_rules
from s3ecs.resources.owned import ADOPTED_TAG, PART_TAG, STACK_TAG, Owned, Tags, making, nominated, to_pairs
from s3ecs.resources.spot import Spot

if TYPE_CHECKING:
    from s3ecs.aws.environment import Environment
    from s3ecs.aws.grant import Grant
    from s3ecs.aws.session import Aws

UNFINISHED_UPLOAD_DAYS = 7
NOT_SEEN = {"NoSuchBucket", "OperationAborted"}
SEEN_WITHIN = 120.0  # seconds; AWS: a new bucket is not known everywhere at once, and a deleted one's name not free


@dataclass(frozen=True, eq=False, kw_only=True)
class Bucket(Owned):
    """Its id is its name. ``encrypted_by`` is the key of a customer's, None for S3's own."""

    kind: ClassVar[str] = "bucket"
    outlives: ClassVar[bool] = True

    versioning: bool = False
    encrypted_by: Key | None = None

    def desired(self, ids: Ids) -> Props:
        return {
            "public_access": "blocked",
            "encryption": "AES256" if self.encrypted_by is None else encryption(ids.of(self.encrypted_by)),
            "versioning": "Enabled" if self.versioning else "off",
            "ownership": "BucketOwnerEnforced",
            "tls_only": True,
            "unfinished_uploads": f"{UNFINISHED_UPLOAD_DAYS} days",
            "events": EVENTS,
            "tags": dict(self.tags),
        }

    def read(self, aws: Aws) -> Observed | None:
        """Raises Refused where the bucket is another account's or in another region."""
        spot = Spot(aws, self.name)
        found, *values = aws.all_of_it(partial(head, aws, spot), *(partial(setting.get, spot) for setting in SETTINGS))
        if found is None:
            return None
        props = dict(zip((setting.name for setting in SETTINGS), values, strict=True))
        return self._observed({**props, "tags": self.own(props["tags"])}, props["tags"])

    def glance(self, aws: Aws) -> Observed | None:
        spot = Spot(aws, self.name)
        found, tags = aws.all_of_it(partial(head, aws, spot), partial(get_tags, spot))
        return None if found is None else self._observed({}, tags)

    def _observed(self, props: Props, tags: Tags) -> Observed:
        return Observed(self.name, props, tags.get(STACK_TAG), adopted=ADOPTED_TAG in tags)

    def create(self, aws: Aws, props: Props) -> str:
        region = aws.environment.region
        # AWS: us-east-1 is said by saying nothing, every other region has to be said.
        where = {} if region == "us-east-1" else {"LocationConstraint": region}
        configuration = {**where, "Tags": to_pairs(props["tags"])}
        with making("BucketAlreadyOwnedByYou"):
            try:
                aws.again_while(
                    {"OperationAborted"},
                    f"the name of the deleted bucket {self.name} to be free",
                    lambda: aws.s3.create_bucket(
                        Bucket=self.name,
                        CreateBucketConfiguration=configuration,
                        ObjectOwnership=props["ownership"],
                    ),
                    seconds=SEEN_WITHIN,
                )
            except ClientError as error:
                if code_of(error) == "BucketAlreadyExists":
                    raise _another_account(self.name) from error
                raise
        with trace.marked("setting"):
            made = {"tags", "ownership"} if self.versioning else {"tags", "ownership", "versioning"}
            self._put(Spot(aws, self.name, new=True), props, frozenset(props) - made)
        return self.name

    def update(self, aws: Aws, props: Props, changed: frozenset[str]) -> None:
        self._put(Spot(aws, self.name), props, changed)

    def _put(self, spot: Spot, props: Props, changed: frozenset[str]) -> None:
        # AWS: changes of one bucket made at once refuse one another, so they go one after the other.
        for setting in SETTINGS:
            if setting.name in changed:
                put = partial(setting.put, spot, props[setting.name])
                spot.aws.again_while(NOT_SEEN, f"the new bucket {self.name} to be seen", put, seconds=SEEN_WITHIN)

    @classmethod
    def delete(cls, aws: Aws, found: Found, *, data: bool) -> None:
        if data:
            objects.delete_all(aws, found.name)
        try:
            unless({"NoSuchBucket"}, lambda: aws.s3.delete_bucket(**Spot(aws, found.name).where))
        except ClientError as error:
            if code_of(error) == "BucketNotEmpty":
                raise CallFailed(
                    f"DeleteBucket: {found.name} is not empty: objects came in meanwhile", hint="run the command again"
                ) from error
            raise

    def grants(self, environment: Environment) -> Iterator[Grant]:
        arn = environment.s3(self.name)
        glance = ("s3:ListBucket", "s3:GetBucketTagging", "s3:GetBucketPolicy", "s3:GetBucketNotification")
        yield grant.read(*glance, on=arn)
        yield grant.settings(*(f"s3:Get{each}" for each in LEAVE), on=arn)
        # AWS: what a new bucket is made with, its owner and tags, is asked for by name.
        first = ("s3:CreateBucket", "s3:PutBucketOwnershipControls", "s3:TagResource")
        yield grant.create(*first, on=arn)
        yield grant.update(*(f"s3:Put{each}" for each in LEAVE), on=arn)
        yield grant.delete("s3:DeleteBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads", on=arn)
        objects_in = ("s3:DeleteObject", "s3:DeleteObjectVersion", "s3:AbortMultipartUpload")
        yield grant.data(*objects_in, on=environment.s3(f"{self.name}/*"))

    @classmethod
    def discover(cls, aws: Aws, stack: str, known: frozenset[str]) -> Iterator[Found]:
        for _, name, _ in nominated(aws, stack, aws.environment.s3("")):
            if name not in known:
                # The stack of this name in another region has a bucket too, and an index may list it.
                tags = _tags_if_ours(spot := Spot(aws, name))
                if tags.get(STACK_TAG) == stack and _region(aws, _headed(spot)) == aws.environment.region:
                    yield Found(cls.kind, name, name, tags.get(PART_TAG), adopted=ADOPTED_TAG in tags)

    @classmethod
    def holds(cls, aws: Aws, name: str) -> str | None:
        spot = Spot(aws, name)
        asked = (objects.stored, objects.unfinished, foreign_notifications, foreign_statements, foreign_rules)
        return " and ".join(filter(None, aws.together(*(partial(ask, spot) for ask in asked)))) or None


def _tags_if_ours(spot: Spot) -> Tags:
    """AWS: an index goes on listing a bucket that is gone, and by now it may be somebody else's."""
    try:
        return get_tags(spot)
    except ClientError as error:
        if code_of(error) == "AccessDenied":
            return {}
        raise


def head(aws: Aws, spot: Spot) -> Any:
    """What S3 says of a bucket, None where it is absent; raises Refused where it is not of this account and region."""
    try:
        found = _headed(spot)
    except ClientError as error:
        # AWS: the answer has no body, so its code is the status.
        if code_of(error) in ("403", "AccessDenied"):
            raise _another_account(spot.name) from error
        if code_of(error) in ("301", "400", "PermanentRedirect"):
            raise _another_region(spot.name, "another region") from error
        raise
    if found is not None and (region := _region(aws, found)) != aws.environment.region:
        raise _another_region(spot.name, region)
    return found


def _headed(spot: Spot) -> dict[str, Any] | None:
    return unless({"404", "NoSuchBucket"}, lambda: dict(spot.s3.head_bucket(**spot.where)))


def _region(aws: Aws, headed: dict[str, Any] | None) -> str:
    return str((headed or {}).get("BucketRegion", aws.environment.region))


def _another_account(name: str) -> Refused:
    return Refused(
        f"bucket {name} belongs to another account, or may not be read",
        hint="name a bucket of this account in the spec; a name with ${account} in it is hardly anybody else's",
    )


def _another_region(name: str, region: str) -> Refused:
    return Refused(
        f"bucket {name} is in {region}",
        hint="set region: in the spec to the bucket's, or choose another bucket",
    )
