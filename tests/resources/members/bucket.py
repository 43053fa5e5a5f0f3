"""What S3 answers of a bucket, and what nobody asks it."""

from __future__ import annotations

from .answer import ITSELF, MEASURES, SERVICE, Answer

OTHERS = "several share it, and what is not ours stays to the byte"
OF_USER = "it is about the user's objects, so the user's own"

BUCKET = (
    Answer(
        "s3 HeadBucket",
        "",
        {ITSELF: "BucketRegion"},
        {SERVICE: "BucketArn BucketLocationType BucketLocationName AccessPointAlias"},
    ),
    Answer("s3 GetPublicAccessBlock", read={"public_access": "PublicAccessBlockConfiguration"}),
    Answer(
        "s3 GetBucketEncryption",
        "ServerSideEncryptionConfiguration",
        {"encryption": "Rules.ApplyServerSideEncryptionByDefault Rules.BucketKeyEnabled"},
        {"it only refuses uploads that bring a key": "Rules.BlockedEncryptionTypes"},
    ),
    Answer("s3 GetBucketVersioning", "", {"versioning": "Status"}, {"the account's root alone sets it": "MFADelete"}),
    Answer("s3 GetBucketOwnershipControls", read={"ownership": "OwnershipControls"}),
    Answer("s3 GetBucketPolicy", read={"tls_only": "Policy"}),
    Answer(
        "s3 GetBucketLifecycleConfiguration",
        "",
        {"unfinished_uploads": "Rules"},
        {OTHERS: "TransitionDefaultMinimumObjectSize"},
    ),
    Answer(
        "s3 GetBucketNotificationConfiguration",
        "",
        {"events": "EventBridgeConfiguration"},
        {OTHERS: "TopicConfigurations QueueConfigurations LambdaFunctionConfigurations"},
    ),
    Answer("s3 GetBucketTagging", read={"tags": "TagSet"}),
)

NEVER_ASKED = {
    OF_USER: "GetBucketCors GetBucketWebsite GetBucketReplication GetBucketAccelerateConfiguration "
    "GetBucketIntelligentTieringConfiguration GetBucketMetadataConfiguration GetBucketMetadataTableConfiguration",
    MEASURES: "GetBucketLogging GetBucketAnalyticsConfiguration GetBucketInventoryConfiguration "
    "GetBucketMetricsConfiguration",
    "the ownership switches lists of access off": "GetBucketAcl",
    "the public access block closes what a policy opens": "GetBucketPolicyStatus",
    "who asks pays, and the tasks are the owner's": "GetBucketRequestPayment",
    "it says whether tags are conditions, and no policy of ours asks a bucket's": "GetBucketAbac",
    "HeadBucket says it": "GetBucketLocation",
    "another operation has taken its place": "GetBucketLifecycle GetBucketNotification",
}
"""By the reason, what S3 could be asked of a bucket and is not."""
