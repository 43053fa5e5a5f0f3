"""What each error of the SDK means, for a person, and the hint that helps; a test walks the SDK's own list of them."""

from __future__ import annotations

from typing import Final

from botocore import exceptions as sdk
from botocore.parsers import NoInitialResponseError, ResponseParserError, XMLParseError

from s3ecs.aws.hints import CREDENTIALS, ENDPOINT, NOT_AWS, ON_AGAIN, REGION, SETTING, SIGN_IN

Meanings = tuple[tuple[type[Exception], str, str], ...]
"""Kind, what it means, hint."""

UNREAD: Final = (ResponseParserError, XMLParseError, NoInitialResponseError)
"""What answered was not AWS, or not whole; these are no BotoCoreErrors."""

UNKNOWN_VALUE: Final = "the AWS configuration has a value that the SDK does not know"

USAGE: Final[Meanings] = (
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

TRANSPORT: Final[Meanings] = (
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
    *((kind, "what answered is not AWS", NOT_AWS) for kind in UNREAD),
    (sdk.CapacityNotAvailableError, "AWS has had enough calls for now", ON_AGAIN),
    (sdk.BotoCoreError, "the AWS SDK refuses", "please report it, with the command that you typed"),
)
"""Errors of the way to AWS, and last whatever else the SDK may raise."""
