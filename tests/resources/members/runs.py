"""What ECS answers of a cluster and a task definition, ECR of a repository and its images, IAM of a role."""

from __future__ import annotations

from .answer import ITSELF, MADE, MEASURES, PAGES, SERVICE, WORDS, Answer

CLUSTER = (
    Answer(
        "ecs DescribeClusters",
        "clusters",
        {ITSELF: "clusterArn status", "capacity_providers": "capacityProviders", "tags": "tags"},
        {
            SERVICE: "clusterName attachments attachmentsStatus statistics activeServicesCount pendingTasksCount "
            "registeredContainerInstancesCount runningTasksCount",
            MEASURES: "settings",
            "every run names what it runs on": "defaultCapacityProviderStrategy",
            "it is of shells in tasks, which ours have none of, and of storage that ours bring": "configuration",
            "it is of services, which ours has none of": "serviceConnectDefaults",
        },
    ),
)
DEFINITION = (
    Answer(
        "ecs DescribeTaskDefinition",
        "",
        {
            ITSELF: "taskDefinition.taskDefinitionArn",
            "requiresCompatibilities": "taskDefinition.requiresCompatibilities",
            "networkMode": "taskDefinition.networkMode",
            "cpu": "taskDefinition.cpu",
            "memory": "taskDefinition.memory",
            "runtimePlatform": "taskDefinition.runtimePlatform",
            "taskRoleArn": "taskDefinition.taskRoleArn",
            "executionRoleArn": "taskDefinition.executionRoleArn",
            "ephemeralStorage": "taskDefinition.ephemeralStorage",
            "containerDefinitions": "taskDefinition.containerDefinitions",
            "extras": "taskDefinition.volumes taskDefinition.placementConstraints taskDefinition.pidMode "
            "taskDefinition.ipcMode taskDefinition.proxyConfiguration taskDefinition.inferenceAccelerators "
            "taskDefinition.enableFaultInjection",
            "active_revisions": "taskDefinition.revision",
            "tags": "tags",
        },
        {
            SERVICE: "taskDefinition.compatibilities taskDefinition.requiresAttributes taskDefinition.registeredAt "
            "taskDefinition.registeredBy taskDefinition.deregisteredAt taskDefinition.deleteRequestedAt "
            "taskDefinition.status taskDefinition.family",
            "Fargate, which ours asks for, has none of it": "taskDefinition.trustedExecutionConfiguration",
        },
    ),
)
REPOSITORY = (
    Answer(
        "ecr DescribeRepositories",
        "repositories",
        {
            ITSELF: "repositoryUri",
            "scan_on_push": "imageScanningConfiguration",
            "immutable_tags": "imageTagMutability",
        },
        {
            SERVICE: "repositoryArn registryId repositoryName createdAt",
            "with any the mutability has another name": "imageTagMutabilityExclusionFilters",
            MADE: "encryptionConfiguration",
        },
    ),
    Answer(
        "ecr GetLifecyclePolicy",
        "",
        {"lifecycle": "lifecyclePolicyText"},
        {SERVICE: "registryId repositoryName lastEvaluatedAt"},
    ),
    Answer("ecr GetRepositoryPolicy", "", {"policy": "policyText"}, {SERVICE: "registryId repositoryName"}),
    Answer("ecr ListTagsForResource", read={"tags": "tags"}),
)
IMAGE = (
    Answer(
        "ecr DescribeImages",
        "imageDetails",
        {ITSELF: "imageDigest", "source": "imageTags"},
        {
            SERVICE: "registryId repositoryName artifactMediaType imageManifestMediaType imagePushedAt "
            "imageSizeInBytes imageScanFindingsSummary imageScanStatus lastActivatedAt lastArchivedAt "
            "lastRecordedPullTime subjectManifestDigest",
            "what is archived is not listed, unless it is asked for": "imageStatus",
        },
    ),
    Answer(
        "ecr DescribeRepositories",
        "repositories",
        {"repository": "repositoryUri"},
        {
            "the repository itself is a resource": "repositoryArn registryId repositoryName createdAt "
            "imageScanningConfiguration imageTagMutability imageTagMutabilityExclusionFilters encryptionConfiguration"
        },
    ),
)
ROLE = (
    Answer(
        "iam GetRole",
        "Role",
        {
            "path": "Path",
            "trust": "AssumeRolePolicyDocument",
            "boundary": "PermissionsBoundary.PermissionsBoundaryArn",
            "tags": "Tags",
        },
        {
            SERVICE: "Arn RoleId RoleName CreateDate RoleLastUsed PermissionsBoundary.PermissionsBoundaryType",
            "it is of people who take the role, and trust lets a service alone do that": "MaxSessionDuration "
            "MaxSigninSessionDuration",
            WORDS: "Description",
            MADE: "SourceRoleTemplate",
        },
    ),
    Answer("iam GetRolePolicy", "", {"policies": "PolicyDocument"}, {SERVICE: "RoleName PolicyName"}),
    Answer("iam ListRolePolicies", "", {"policies": "PolicyNames"}, {PAGES: "IsTruncated Marker"}),
    Answer(
        "iam ListAttachedRolePolicies",
        "",
        {"attached": "AttachedPolicies.PolicyArn"},
        {PAGES: "IsTruncated Marker", SERVICE: "AttachedPolicies.PolicyName"},
    ),
)
