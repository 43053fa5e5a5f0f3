"""What the SDK's errors mean: one line for a person, with the hint that helps."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from botocore import exceptions as sdk
from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import URLSchemeUnknown

from s3ecs.aws.proxy import wrong_variable
from s3ecs.bug import bug
from s3ecs.errors import CallFailed, S3ecsError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["ClientError", "code_of", "configured", "is_lost", "is_of_the_sdk", "message_of", "told", "unless"]

T = TypeVar("T")

SIGN_IN = "sign in anew: aws sso login, aws login, or fresh keys in your profile"
CREDENTIALS = "set AWS_PROFILE, or run the same command with --local to try it without an account"
REGION = "set AWS_REGION, or region: in the spec"
ENDPOINT = "look at AWS_ENDPOINT_URL, AWS_USE_FIPS_ENDPOINT, AWS_USE_DUALSTACK_ENDPOINT and at ~/.aws/config"
SETTING = "mend the line in ~/.aws/config that says it"
UNKNOWN_VALUE = "the AWS configuration has a value that the SDK does not know"
ENVIRONMENT = "look at AWS_ENDPOINT_URL and the other AWS_ variables, and at ~/.aws/config"
ON_AGAIN = "run the command again; it goes on from what is there"
BUSY = "wait a minute and run the command again"

USAGE: tuple[tuple[type[BotoCoreError], str, str], ...] = (
    (sdk.NoCredentialsError, "no AWS credentials found", CREDENTIALS),
    (sdk.PartialCredentialsError, "the AWS credentials are incomplete", CREDENTIALS),
    (sdk.CredentialRetrievalError, "the AWS credentials could not be had", CREDENTIALS),
    (sdk.ProfileNotFound, "there is no such AWS profile", "aws configure list-profiles shows those that there are"),
    (sdk.ConfigParseError, "the AWS configuration file cannot be read", "mend ~/.aws/config"),
    (sdk.NoRegionError, "no AWS region is set", REGION),
    (sdk.UnknownRegionError, "the AWS region is not known", REGION),
    (sdk.UnknownCredentialError, "the AWS configuration names credentials that there are not", CREDENTIALS),
    (sdk.NoAuthTokenError, "no AWS token found", SIGN_IN),
    (sdk.InvalidConfigError, "the AWS configuration is wrong", "mend ~/.aws/config"),
    (sdk.InvalidRegionError, "the AWS region is not a region's name", REGION),
    (sdk.UnauthorizedSSOTokenError, "the AWS session has ended", SIGN_IN),
    (sdk.SSOTokenLoadError, "the AWS session has ended", SIGN_IN),
    (sdk.SSOError, "the AWS session has ended", SIGN_IN),
    (sdk.TokenRetrievalError, "the AWS session has ended", SIGN_IN),
    (sdk.LoginError, "the AWS session has ended", SIGN_IN),
    (sdk.MetadataRetrievalError, "the instance's credentials could not be had", CREDENTIALS),
    (sdk.RefreshWithMFAUnsupportedError, "the AWS session has ended, and its role wants a code", SIGN_IN),
    (sdk.UnknownTokenProviderError, "the AWS configuration names a token that there is not", SIGN_IN),
    (sdk.MissingDependencyException, "the AWS SDK lacks a package for these credentials", "pip install botocore[crt]"),
    (sdk.ConfigNotFound, "there is no such AWS configuration file", "look at AWS_CONFIG_FILE"),
    (sdk.ServiceNotInRegionError, "the region lacks a service that is needed", REGION),
    *(
        (kind, "the region, or the endpoint that is configured, does not go with a service", ENDPOINT)
        for kind in (
            sdk.BaseEndpointResolverError,
            sdk.EndpointProviderError,
            sdk.InvalidEndpointConfigurationError,
            sdk.InvalidHostLabelError,
            sdk.InvalidIMDSEndpointError,
            sdk.InvalidIMDSEndpointModeError,
        )
    ),
    *(
        (kind, UNKNOWN_VALUE, f"mend {variable}, or what ~/.aws/config says in its place")
        for kind, variable in (
            (sdk.InvalidChecksumConfigError, "AWS_REQUEST_CHECKSUM_CALCULATION and AWS_RESPONSE_CHECKSUM_VALIDATION"),
            (sdk.InvalidDefaultsMode, "AWS_DEFAULTS_MODE"),
            (sdk.InvalidEndpointDiscoveryConfigurationError, "AWS_ENDPOINT_DISCOVERY_ENABLED"),
            (sdk.InvalidRetryConfigurationError, "AWS_RETRY_MODE"),
            (sdk.InvalidS3UsEast1RegionalEndpointConfigError, "AWS_S3_US_EAST_1_REGIONAL_ENDPOINT"),
            (sdk.InvalidSTSRegionalEndpointsConfigError, "AWS_STS_REGIONAL_ENDPOINTS"),
        )
    ),
    *(
        (kind, UNKNOWN_VALUE, SETTING)
        for kind in (
            sdk.InvalidProxiesConfigError,
            sdk.InvalidS3AddressingStyleError,
            sdk.UnknownSignatureVersionError,
            sdk.UnsupportedS3ConfigurationError,
            sdk.UnsupportedSignatureVersionError,
        )
    ),
)
"""Errors of the user's own surroundings, from before anything was sent; the most special first."""

TRANSPORT: tuple[tuple[type[BotoCoreError], str, str], ...] = (
    (sdk.EndpointConnectionError, "AWS cannot be reached", "check the network, and the region's name"),
    (sdk.ConnectTimeoutError, "AWS did not answer in time", "check the network and its proxy"),
    (sdk.ReadTimeoutError, "AWS did not answer in time", ON_AGAIN),
    (sdk.ProxyConnectionError, "the proxy cannot be reached", "check HTTPS_PROXY"),
    (sdk.SSLError, "the connection to AWS is not trusted", "check AWS_CA_BUNDLE and the proxy"),
    *(
        (kind, "the connection to AWS broke off", ON_AGAIN)
        for kind in (
            sdk.ConnectionClosedError,
            sdk.ResponseStreamingError,
            sdk.IncompleteReadError,
            sdk.HTTPClientError,
            sdk.ConnectionError,
        )
    ),
    *(
        (kind, "what was sent or received is damaged", ON_AGAIN)
        for kind in (
            sdk.ChecksumError,
            sdk.FlexibleChecksumError,
            sdk.AwsChunkedWrapperError,
            sdk.UnseekableStreamError,
        )
    ),
    (sdk.CapacityNotAvailableError, "AWS has had enough calls for now", ON_AGAIN),
    (sdk.BotoCoreError, "the AWS SDK refuses", "please report it, with the command that you typed"),
)
"""Errors of the way to AWS, and last whatever else the SDK may raise."""

CODES: dict[str, tuple[str, str]] = {
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

DENIED = {
    *("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "UnauthorizedAccess"),
    *("NotAuthorized", "NotAuthorizedException", "Forbidden", "403"),
}
QUOTA = {
    *("LimitExceeded", "LimitExceededException", "ServiceQuotaExceededException", "ResourceLimitExceeded"),
    *("StateMachineLimitExceeded", "TooManyBuckets", "VpcLimitExceeded", "SubnetLimitExceeded"),
    *("AddressLimitExceeded", "NatGatewayLimitExceeded", "InternetGatewayLimitExceeded", "RouteTableLimitExceeded"),
    *("SecurityGroupLimitExceeded", "VpcEndpointLimitExceeded", "RouteLimitExceeded"),
}
ROOM = "see which one with s3ecs validate --online; ask AWS for more, or make room"
LEAVE = "ask for the permission that the message names; s3ecs permissions prints all that the spec needs"


SERVER_ERROR = 500
OPERATION = "operation_name"  # boto3: the attribute of a ClientError that names its call; all others are given it
# AWS: EC2 has a word of its own for too many calls, with the status of an error of the server's.
THROTTLED = {
    "RequestLimitExceeded",
    "Throttling",
    "ThrottlingException",
    "EC2ThrottledException",
    "RequestThrottled",
} | {
    *(
        "TooManyRequestsException",
        "ThrottledException",
        "SlowDown",
        "BandwidthLimitExceeded",
        "PriorRequestNotComplete",
    ),
    *("RequestThrottledException", "ThrottlingError"),
}
NEVER_SENT = (sdk.EndpointConnectionError, sdk.ConnectTimeoutError, sdk.ProxyConnectionError)


def code_of(error: BaseException) -> str:
    """AWS's code for an error that it answered with, else an empty string."""
    return str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, ClientError) else ""


def message_of(error: BaseException) -> str:
    """AWS's own words."""
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Message", "")) or code_of(error)
    return str(error)


def unless(codes: frozenset[str] | set[str], call: Callable[[], T]) -> T | None:
    """The answer of ``call``, None where AWS answers with one of ``codes``; every other error is raised."""
    try:
        return call()
    except ClientError as error:
        if code_of(error) in codes:
            return None
        raise


@contextmanager
def configured() -> Iterator[None]:
    """Turns what the SDK lets through of its configuration, such as an endpoint that is no URL, into a UsageError."""
    try:
        yield
    except (ValueError, OSError) as error:
        if is_of_the_sdk(error):
            raise
        name = f"{error.filename}: " if isinstance(error, OSError) and error.filename else ""
        words = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise UsageError(f"the AWS configuration is wrong ({name}{_one_line(words)})", hint=ENVIRONMENT) from error


def is_lost(error: Exception) -> bool:
    """Whether the call may have been carried out although its answer does not say so."""
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return status >= SERVER_ERROR and code_of(error) not in THROTTLED
    return isinstance(error, sdk.HTTPClientError | sdk.ConnectionError) and not isinstance(error, NEVER_SENT)


def is_of_the_sdk(error: Exception) -> bool:
    """Whether AWS or its SDK raised it."""
    return isinstance(error, BotoCoreError | ClientError)


def told(error: Exception, doing: str = "") -> S3ecsError:
    """``error`` as one of ours. ``doing`` names what was under way, such as ``creating state machine a-b``.

    Without it, an error's first note does, such as the engine puts on those that came of reading.
    """
    ours = error if isinstance(error, S3ecsError) else _ours(error)
    ours.doing = doing or next(iter(getattr(error, "__notes__", ())), "")
    return ours


def _ours(error: Exception) -> S3ecsError:
    if isinstance(error, ClientError):
        return _answered(error)
    if isinstance(error, sdk.HTTPClientError) and "header value" in str(error):
        # The SDK's words hold the whole header, and maybe a session's token.
        return UsageError("the AWS credentials hold a character that they cannot have", hint=CREDENTIALS)
    if isinstance(error, sdk.HTTPClientError) and isinstance(reason := error.kwargs.get("error"), ValueError):
        return _unread_address(reason)  # before anything was sent; the SDK's words may hold a proxy's password
    call = f"{operation}: " if (operation := getattr(error, OPERATION, "")) else ""
    for table, kind_of_ours in ((USAGE, UsageError), (TRANSPORT, CallFailed)):
        for kind, meaning, hint in table:
            if isinstance(error, kind):
                return kind_of_ours(
                    f"{call if kind_of_ours is CallFailed else ''}{meaning} ({_one_line(error)})", hint=hint
                )
    if isinstance(error, OSError):
        return CallFailed(f"{call}{_one_line(error) or type(error).__name__}")
    return bug(error)


def _unread_address(reason: ValueError) -> UsageError:
    if isinstance(reason, URLSchemeUnknown):  # urllib3: of a proxy it is another error
        return UsageError(f"the address of AWS begins with {reason.scheme}://, not with https://", hint=ENDPOINT)
    if (name := wrong_variable()) is not None:
        return UsageError(f"{name} is not the address of a proxy", hint=f"set it as http://HOST:PORT, or unset {name}")
    return UsageError("the address of AWS, or of a proxy, cannot be read", hint=f"{ENDPOINT}, and at HTTPS_PROXY")


def _answered(error: ClientError) -> S3ecsError:
    code = code_of(error)
    if code in CODES:
        meaning, hint = CODES[code]
        return UsageError(f"{meaning} ({code})", hint=hint)
    words = f"{error.operation_name}: {code}: {_one_line(message_of(error))}"
    if code in QUOTA:
        return CallFailed(f"a quota of the account is used up ({words})", code=code, hint=ROOM)
    return CallFailed(words, code=code, hint=LEAVE if code in DENIED else BUSY if _is_busy(error) else None)


def _is_busy(error: ClientError) -> bool:
    """Whether the answer will be another one a little later."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status >= SERVER_ERROR or code_of(error) in THROTTLED


def _one_line(text: Any) -> str:
    return " ".join(str(text).split())
