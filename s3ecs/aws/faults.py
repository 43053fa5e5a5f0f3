"""What a call that failed ends in: one line for a person, with the hint that helps."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeVar

from botocore import exceptions as sdk
from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import URLSchemeUnknown

from s3ecs.aws import codes, hints
from s3ecs.aws.proxy import wrong_variable
from s3ecs.aws.sdk_errors import TRANSPORT, UNREAD, USAGE
from s3ecs.bug import bug
from s3ecs.errors import CallFailed, S3ecsError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["ClientError", "code_of", "configured", "is_lost", "is_of_the_sdk", "message_of", "told", "unless"]

T = TypeVar("T")

SERVER_ERROR: Final = 500
OPERATION: Final = "operation_name"
"""boto3: the attribute of a ClientError that names its call; all others are given it."""
NEVER_SENT: Final = (sdk.EndpointConnectionError, sdk.ConnectTimeoutError, sdk.ProxyConnectionError)


def code_of(error: BaseException) -> str:
    """AWS's code for an error that it answered with, else an empty string."""
    return str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, ClientError) else ""


def message_of(error: BaseException) -> str:
    """AWS's own words."""
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Message", "")) or code_of(error)
    return str(error)


def unless(allowed: frozenset[str] | set[str], call: Callable[[], T]) -> T | None:
    """The answer of ``call``, None where AWS answers with one of ``allowed``; every other error is raised."""
    try:
        return call()
    except ClientError as error:
        if code_of(error) in allowed:
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
        raise UsageError(
            f"the AWS configuration is wrong ({name}{_one_line(words)})", hint=hints.ENVIRONMENT
        ) from error


def is_lost(error: Exception) -> bool:
    """Whether the call may have been carried out although its answer does not say so."""
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return status >= SERVER_ERROR and code_of(error) not in codes.THROTTLED
    on_the_way = isinstance(error, (sdk.HTTPClientError, sdk.ConnectionError, *UNREAD))
    return on_the_way and not isinstance(error, NEVER_SENT)


def is_of_the_sdk(error: Exception) -> bool:
    """Whether AWS or its SDK raised it."""
    return isinstance(error, (BotoCoreError, ClientError, *UNREAD))


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
        return UsageError("the AWS credentials hold a character that they cannot have", hint=hints.CREDENTIALS)
    if isinstance(error, sdk.HTTPClientError) and isinstance(reason := error.kwargs.get("error"), ValueError):
        return _unread_address(reason)  # before anything was sent; the SDK's words may hold a proxy's password
    call = f"{operation}: " if (operation := getattr(error, OPERATION, "")) else ""
    for table, kind_of_ours in ((USAGE, UsageError), (TRANSPORT, CallFailed)):
        for kind, meaning, hint in table:
            if isinstance(error, kind):
                # The SDK's words for what it cannot read end with all of it, on lines of its own.
                words = str(error).partition("\n")[0].rstrip(":") if isinstance(error, UNREAD) else error
                return kind_of_ours(
                    f"{call if kind_of_ours is CallFailed else ''}{meaning} ({_one_line(words)})", hint=hint
                )
    if isinstance(error, OSError):
        return CallFailed(f"{call}{_one_line(error) or type(error).__name__}")
    return bug(error)


def _unread_address(reason: ValueError) -> UsageError:
    if isinstance(reason, URLSchemeUnknown):  # urllib3: of a proxy it is another error
        return UsageError(f"the address of AWS begins with {reason.scheme}://, not with https://", hint=hints.ENDPOINT)
    if (name := wrong_variable()) is not None:
        return UsageError(f"{name} is not the address of a proxy", hint=f"set it as http://HOST:PORT, or unset {name}")
    return UsageError("the address of AWS, or of a proxy, cannot be read", hint=f"{hints.ENDPOINT}, and at HTTPS_PROXY")


def _answered(error: ClientError) -> S3ecsError:
    code = code_of(error)
    if code in codes.CREDENTIALS:
        meaning, hint = codes.CREDENTIALS[code]
        return UsageError(f"{meaning} ({code})", hint=hint)
    words = f"{error.operation_name}: {code}: {_one_line(message_of(error))}"
    if code in codes.QUOTA:
        return CallFailed(f"a quota of the account is used up ({words})", code=code, hint=hints.ROOM)
    if code in codes.DENIED:
        return CallFailed(words, code=code, hint=hints.LEAVE)
    return CallFailed(words, code=code, hint=hints.BUSY if _is_busy(error) else None)


def _is_busy(error: ClientError) -> bool:
    """Whether the answer will be another one a little later."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status >= SERVER_ERROR or code_of(error) in codes.THROTTLED


def _one_line(text: Any) -> str:
    return " ".join(str(text).split())
