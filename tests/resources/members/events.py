"""What EventBridge answers of a rule and its target, SQS of a queue, and Step Functions of a state machine."""

from __future__ import annotations

from .answer import ITSELF, MADE, OTHER_KINDS, SERVICE, Answer

RULE = (
    Answer(
        "events ListRules",
        "Rules",
        {
            ITSELF: "Name Arn",
            "pattern": "EventPattern",
            "state": "State",
            "schedule": "ScheduleExpression",
            "role": "RoleArn",
            "description": "Description",
        },
        {SERVICE: "ManagedBy", "the list is of the default bus alone": "EventBusName"},
    ),
    Answer("events ListTagsForResource", read={"tags": "Tags"}),
)
TARGET = (
    Answer(
        "events ListTargetsByRule",
        "Targets",
        {
            ITSELF: "Id",
            "machine": "Arn",
            "role": "RoleArn",
            "dead_letters": "DeadLetterConfig",
            "retry": "RetryPolicy",
            "input": "Input InputPath InputTransformer",
        },
        {
            OTHER_KINDS: "AppSyncParameters BatchParameters EcsParameters HttpParameters KinesisParameters "
            "RedshiftDataParameters RunCommandParameters SageMakerPipelineParameters SqsParameters"
        },
    ),
)
QUEUE = (
    Answer(
        "sqs GetQueueAttributes",
        "Attributes",
        {
            "retention_seconds": "MessageRetentionPeriod",
            "encryption": "SqsManagedSseEnabled KmsMasterKeyId",
            "message_bytes": "MaximumMessageSize",
            "delay_seconds": "DelaySeconds",
            "moved_to": "RedrivePolicy",
            "policy": "Policy",
        },
        {
            SERVICE: "ApproximateNumberOfMessages ApproximateNumberOfMessagesNotVisible CreatedTimestamp "
            "ApproximateNumberOfMessagesDelayed LastModifiedTimestamp QueueArn",
            "it is how those read who take letters out, and each may say it with its call": "VisibilityTimeout "
            "ReceiveMessageWaitTimeSeconds",
            "it only narrows which queues may send theirs here": "RedriveAllowPolicy",
            "it is of a key that is taken off": "KmsDataKeyReusePeriodSeconds",
            MADE: "FifoQueue",
            OTHER_KINDS: "ContentBasedDeduplication DeduplicationScope FifoThroughputLimit",
            "it is what is asked for": "All",
        },
    ),
    Answer("sqs ListQueueTags", read={"tags": "Tags"}),
)
SPEC = (Answer("sqs ListQueueTags", read={"hash": "Tags"}),)
MACHINE = (
    Answer(
        "stepfunctions DescribeStateMachine",
        "",
        {
            ITSELF: "status",
            "type": "type",
            "definition": "definition",
            "role": "roleArn",
            "logging": "loggingConfiguration",
            "tracing": "tracingConfiguration",
            "encryption": "encryptionConfiguration.type encryptionConfiguration.kmsKeyId",
        },
        {
            SERVICE: "stateMachineArn name creationDate revisionId variableReferences",
            "it is of a version or of a state, not of the machine": "description label",
            "it is of a key that is taken off": "encryptionConfiguration.kmsDataKeyReusePeriodSeconds",
        },
    ),
    Answer("stepfunctions ListTagsForResource", read={"tags": "tags"}),
)
LOGS = (
    Answer(
        "logs DescribeLogGroups",
        "logGroups",
        {ITSELF: "logGroupName", "retention_days": "retentionInDays retentionPolicyName", "kms_key": "kmsKeyId"},
        {
            SERVICE: "arn logGroupArn creationTime storedBytes metricFilterCount",
            "it masks what is printed, as whoever guards the account wants": "dataProtectionStatus inheritedProperties",
            "whoever protects a group wants it kept, and down tells of it": "deletionProtectionEnabled",
            "a token is a user's, who may write there by its own policy": "bearerTokenAuthenticationEnabled",
            MADE: "logGroupClass",
        },
    ),
    Answer("logs ListTagsForResource", read={"tags": "tags"}),
)
