"""The codes that AWS answers with where a call failed, by what they mean."""

from __future__ import annotations

from typing import Final

from s3ecs.aws.hints import SIGN_IN

CREDENTIALS: Final[dict[str, tuple[str, str]]] = {
    **dict.fromkeys(
        ("ExpiredToken", "ExpiredTokenException", "RequestExpired", "InvalidToken", "TokenRefreshRequired"),
        ("the AWS credentials have expired", SIGN_IN),
    ),
    **dict.fromkeys(
        ("InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId", "AuthFailure"),
        ("AWS does not know these credentials", "check AWS_PROFILE, and that the region is enabled for the account"),
    ),
    **dict.fromkeys(
        (
            *("SignatureDoesNotMatch", "InvalidSignatureException", "RequestTimeTooSkewed"),
            *("IncompleteSignature", "MissingAuthenticationToken", "MissingAuthenticationTokenException"),
        ),
        ("AWS refuses the signature", "check the secret key and this machine's clock"),
    ),
    **dict.fromkeys(
        ("OptInRequired", "RegionDisabledException"),
        ("the region is not enabled for this account", "enable it, or choose another region"),
    ),
    **dict.fromkeys(
        ("NotSignedUp", "SubscriptionRequiredException", "PendingVerification", "AccountProblem", "Blocked"),
        ("AWS does not serve this account yet, or any more", "look at the account's messages in the AWS console"),
    ),
}
"""Errors of the credentials themselves, whatever was called."""

DENIED: Final = {
    *("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "UnauthorizedAccess"),
    *("NotAuthorized", "NotAuthorizedException", "Forbidden", "403"),
}
QUOTA: Final = {
    *("LimitExceeded", "LimitExceededException", "ServiceQuotaExceededException", "ResourceLimitExceeded"),
    *("StateMachineLimitExceeded", "TooManyBuckets", "VpcLimitExceeded", "SubnetLimitExceeded"),
    *("AddressLimitExceeded", "NatGatewayLimitExceeded", "InternetGatewayLimitExceeded", "RouteTableLimitExceeded"),
    *("SecurityGroupLimitExceeded", "VpcEndpointLimitExceeded", "RouteLimitExceeded"),
}
# AWS: EC2 has a word of its own for too many calls, with the status of an error of the server's.
THROTTLED: Final = {
    "RequestLimitExceeded",
    "Throttling",
    "ThrottlingException",
    "ThrottlingError",
    "ThrottledException",
    "RequestThrottled",
    "RequestThrottledException",
    "EC2ThrottledException",
    "TooManyRequestsException",
    "SlowDown",
    "BandwidthLimitExceeded",
    "PriorRequestNotComplete",
}
