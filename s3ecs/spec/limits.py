"""The alphabets and numbers of AWS that a spec is held against, and the few bounds that are ours."""

from __future__ import annotations

DAY = 86_400

NAME = r"[a-z]([a-z0-9-]*[a-z0-9])?"
"""Stack and job names. Ours, not AWS's: they become parts of names in every service, of which the narrowest counts."""
MAX_NAME = 40

ACCOUNT = r"[0-9]{12}"
REGION = r"[a-z]{2,4}(-[a-z]+){1,2}-[0-9]{1,2}"
LONGEST_REGION = "ap-northeast-1"

# AWS: bucket names have 3-63 characters of this alphabet, and some beginnings and ends are S3's own.
BUCKET = r"[a-z0-9][a-z0-9.-]*[a-z0-9]"
MIN_BUCKET, MAX_BUCKET = 3, 63
BUCKET_STARTS = ("xn--", "sthree-", "amzn-s3-demo-")
BUCKET_ENDS = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")

# AWS: a key is named by its id, its alias, or the ARN of either; aliases that begin with aws/ are AWS's own.
_KEY = r"([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})"
_ALIAS = r"alias/(?!aws/)[A-Za-z0-9/_-]+"
KMS_KEY = rf"{_KEY}|{_ALIAS}|arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{{12}}:(key/{_KEY}|{_ALIAS})"

# AWS: a key has at most 1,024 bytes of UTF-8, an object at most 50 TB.
MAX_KEY_BYTES = 1024
MAX_OBJECT = 50 * 10**12

# AWS: why an object was made, as the event says it.
REASONS = ("PutObject", "POST Object", "CopyObject", "CompleteMultipartUpload")

# AWS: 50 tags; s3ecs:stack and s3ecs:job are two of them.
MAX_TAGS = 48
MAX_TAG_KEY = 128
MAX_TAG_VALUE = 256
TAG_SYMBOLS = " _.:/=+-@"
RESERVED_TAGS = ("aws:", "s3ecs:")

# AWS: a cluster's name; names, paths and ARNs of IAM.
CLUSTER = r"[A-Za-z0-9_-]+"
ROLE = r"[A-Za-z0-9+=,.@_-]+"
MAX_ROLE = 64
IAM_PATH = r"/([!-.0-~]+/)*"
ROLE_ARN = rf"arn:aws[a-z-]*:iam::{ACCOUNT}:role{IAM_PATH}{ROLE}"
POLICY_ARN = rf"arn:aws[a-z-]*:iam::({ACCOUNT}|aws):policy{IAM_PATH}{ROLE}"

# AWS: RunTask takes 16 subnets and 5 security groups.
VPC = r"vpc-[0-9a-f]{8,17}"
SUBNET = r"subnet-[0-9a-f]{8,17}"
MAX_SUBNETS = 16
SECURITY_GROUP = r"sg-[0-9a-f]{8,17}"
MAX_SECURITY_GROUPS = 5

# AWS: a VPC has a /16 to a /28, a subnet a /28 at least; a managed network is four subnets over two zones.
LEAST_PREFIX, MOST_PREFIX = 16, 26
PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
MAX_NAT_GATEWAYS = 2
# AWS: a log group's name; those that begin with aws/ are AWS's own.
LOG_GROUP = r"(?!aws/)[.\-_/#A-Za-z0-9]+"

VARIABLE = r"[A-Za-z_][A-Za-z0-9_]*"
# AWS: names of SSM parameters and of secrets; their ARNs are made of the same characters.
PARAMETER = r"(arn:[a-z-]+:ssm:[a-z0-9-]+:[0-9]{12}:parameter/[A-Za-z0-9_./-]+|/?[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*)"
SECRET_NAME = r"(arn:[a-z-]+:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+|[A-Za-z0-9/_+=.@-]+)"  # noqa: S105

# AWS: what PutRetentionPolicy takes, in days.
RETENTION = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)

# AWS: Fargate's cpu (1/1024 vCPU) and the memory (MiB) that goes with each.
MEMORY = {
    256: (512, 1024, 2048),
    512: tuple(range(1024, 4096 + 1, 1024)),
    1024: tuple(range(2048, 8192 + 1, 1024)),
    2048: tuple(range(4096, 16384 + 1, 1024)),
    4096: tuple(range(8192, 30720 + 1, 1024)),
    8192: tuple(range(16384, 61440 + 1, 4096)),
    16384: tuple(range(32768, 122880 + 1, 8192)),
}
MAX_MEMORY = 122_880
# AWS: Docker keeps 6 MiB for a container in any case.
MIN_CONTAINER_MEMORY = 6
# AWS: 10 containers in a task definition, of which one is the job's own.
MAX_SIDECARS = 9
WORKER = "worker"
# AWS: 20 GiB are there anyway, and 21 to 200 can be asked for.
EPHEMERAL_STORAGE = (20, 200)
ARCHITECTURES = ("x86_64", "arm64")

# AWS: 255 characters of image. A registry's grammar: [host[:port]/]path[:tag][@digest].
MAX_IMAGE = 255
IMAGE = (
    r"([A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:[0-9]{1,5})?/)?"
    r"[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*"
    r"(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[0-9a-f]{64})?"
)

# AWS: a repository has room for far more.
MAX_KEPT_IMAGES = 1000
STAGE = r"[A-Za-z0-9][A-Za-z0-9._-]*"
"""A stage of a Dockerfile, by its name or number."""

# AWS: an execution lives for a year at most.
MAX_TIMEOUT = 365 * DAY
MAX_QUEUE = 2 * DAY
"""Ours. AWS: a run's history holds 25,000 events, and two days of waiting fill most of them."""
MAX_RETRIES = 100

# AWS: 300 rules on a bus, 30 of them with a wildcard; 2,048 characters in a pattern.
MAX_RULES = 300
MAX_WILDCARDS = 30
MAX_PATTERN = 2048

# AWS: RunTask's overrides have 8,192 characters; a key of 1,024 bytes takes 6,144 of them in the worst case.
MAX_LITERALS = 1900
MAX_OVERRIDES = 8192
# AWS: what a word can hold: a key of 1,024 plain characters, a multipart etag, the names of bucket and region.
WORDS = {
    "key": MAX_KEY_BYTES,
    "bucket": MAX_BUCKET,
    "uri": len("s3:///") + MAX_BUCKET + MAX_KEY_BYTES,
    "size": len(str(MAX_OBJECT)),
    "etag": 38,
    "version_id": 32,
    "region": len(LONGEST_REGION),
    "time": len("2026-01-01T00:00:00Z"),
}
# AWS: a task definition has 64 KiB; what is ours in it takes less than 5,000 characters.
MAX_ENVIRONMENT = 60_000
# AWS: inline policies have 10,240 characters per role; reading the object takes less than 1,240 of them.
MAX_POLICY = 9_000
