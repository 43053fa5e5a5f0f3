"""How an error becomes a line, a hint and an exit code, whatever it was."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from string import Formatter
from typing import Any

import click
import pytest
from botocore import exceptions as sdk
from botocore import parsers
from botocore.exceptions import BotoCoreError, ClientError

from s3ecs import errors
from s3ecs.aws import codes, faults, hints
from s3ecs.aws.sdk_errors import TRANSPORT, USAGE
from s3ecs.cli.ending import exit_code_of
from s3ecs.errors import Problem, SpecError

SURROUNDINGS = [(kind, 2) for kind, *_ in USAGE] + [(kind, 1) for kind, *_ in TRANSPORT]


def raised(kind: Any) -> Exception:
    """An error of the SDK with some words in each of its places; a parser's with the page that it could not read."""
    if not issubclass(kind, BotoCoreError):
        words = () if kind is parsers.NoInitialResponseError else ("it cannot be read:\n<html>a page</html>",)
        unread: Exception = kind(*words)
        return unread
    places = {name for _, name, _, _ in Formatter().parse(kind.fmt) if name}
    if issubclass(kind, sdk.WaiterError):
        waited: Exception = kind(name="x", reason="x", last_response={})
        return waited
    error: Exception = kind(**dict.fromkeys({*places, "msg", "error"}, "x"))
    return error


def ended(error: BaseException, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    code = exit_code_of(error)
    out, err = capsys.readouterr()
    assert out == ""
    return code, err.splitlines()


@pytest.mark.parametrize(("kind", "code"), SURROUNDINGS)
def test_every_error_of_the_sdk_in_the_tables_is_told_with_its_own_hint(
    kind: type[Exception], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    row = next(each for each in (*USAGE, *TRANSPORT) if issubclass(kind, each[0]))
    told, lines = ended(raised(kind), capsys)
    error, hint = lines
    assert told == code
    assert error.startswith(f"error: {row[1]} (")
    assert hint == f"hint: {row[2]}"


# What only a mistake of ours, or a broken installation, brings up; the last row of the table tells it.
OURS = {
    *(sdk.ParamValidationError, sdk.ValidationError, sdk.MissingParametersError, sdk.InvalidExpressionError),
    *(
        sdk.DataNotFoundError,
        sdk.ApiVersionNotFoundError,
        sdk.UnknownServiceStyle,
        sdk.UnsupportedServiceProtocolsError,
    ),
    *(sdk.OperationNotPageableError, sdk.PaginationError, sdk.UnknownClientMethodError, sdk.MD5UnavailableError),
    *(sdk.StubResponseError, sdk.WaiterConfigError, sdk.WaiterError, sdk.InvalidDNSNameError),
    # A bucket's name is checked by the spec, and ARNs of access points and outposts are no names.
    *(sdk.UnsupportedOutpostResourceError, sdk.UnsupportedS3AccesspointConfigurationError, sdk.UnsupportedS3ArnError),
    *(sdk.UnsupportedS3ControlArnError, sdk.UnsupportedS3ControlConfigurationError),
}
KINDS = [
    kind
    for kind in vars(sdk).values()
    if isinstance(kind, type) and issubclass(kind, BotoCoreError) and kind is not BotoCoreError
]
PARSERS = [kind for kind in vars(parsers).values() if isinstance(kind, type) and issubclass(kind, Exception)]


@pytest.mark.parametrize("kind", [*KINDS, *PARSERS], ids=lambda kind: kind.__name__)
def test_no_error_of_the_sdk_falls_through(kind: type[Exception], capsys: pytest.CaptureFixture[str]) -> None:
    code, lines = ended(raised(kind), capsys)
    assert code in (1, 2)
    assert [line.partition(":")[0] for line in lines] == ["error", "hint"]
    told_by_the_last = lines[0].startswith(f"error: {TRANSPORT[-1][1]}")
    ours = issubclass(kind, tuple(OURS)) and kind is not sdk.InvalidRegionError
    assert told_by_the_last == ours


@pytest.mark.parametrize("kind", PARSERS, ids=lambda kind: kind.__name__)
def test_an_answer_that_cannot_be_read_may_have_been_carried_out_and_is_not_told_whole(
    kind: type[Exception], capsys: pytest.CaptureFixture[str]
) -> None:
    error = raised(kind)
    assert faults.is_lost(error)
    code, (line, hint) = ended(error, capsys)
    assert (code, hint) == (1, f"hint: {hints.NOT_AWS}")
    assert line.startswith("error: what answered is not AWS (")
    assert "html" not in line


def test_credentials_that_fit_into_no_header_are_not_told(capsys: pytest.CaptureFixture[str]) -> None:
    error = sdk.HTTPClientError(error=ValueError("Invalid header value b'AWS4-HMAC-SHA256 Credential=a\nb'"))
    code, (line, _) = ended(error, capsys)
    assert (code, line) == (2, "error: the AWS credentials hold a character that they cannot have")


# Codes for credentials, regions and permissions, of whichever service.
KNOWN = (
    *("ExpiredToken", "ExpiredTokenException", "RequestExpired", "InvalidClientTokenId", "UnrecognizedClientException"),
    *(
        "InvalidAccessKeyId",
        "SignatureDoesNotMatch",
        "InvalidSignatureException",
        "RequestTimeTooSkewed",
        "AuthFailure",
    ),
    *("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "OptInRequired"),
)


def test_every_code_for_credentials_and_permissions_has_its_hint() -> None:
    assert set(KNOWN) <= codes.CREDENTIALS.keys() | codes.DENIED


def test_the_most_special_error_comes_first() -> None:
    for table in (USAGE, TRANSPORT):
        kinds = [kind for kind, *_ in table]
        for place, kind in enumerate(kinds):
            assert not any(issubclass(kind, before) for before in kinds[:place]), kind


@pytest.mark.parametrize("code", codes.CREDENTIALS)
def test_every_code_in_the_table_is_told_with_its_hint(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    error = ClientError({"Error": {"Code": code, "Message": "m"}}, "GetCallerIdentity")
    meaning, hint = codes.CREDENTIALS[code]
    assert ended(error, capsys) == (2, [f"error: {meaning} ({code})", f"hint: {hint}"])


@pytest.mark.parametrize("code", sorted(codes.DENIED))
def test_every_denial_names_the_call_and_says_to_ask_for_leave(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    error = ClientError({"Error": {"Code": code, "Message": "not you\n  not now"}}, "PutRule")
    assert ended(error, capsys) == (
        1,
        [f"error: PutRule: {code}: not you not now", f"hint: {hints.LEAVE}"],
    )


@pytest.mark.parametrize("code", sorted(codes.QUOTA))
def test_a_quota_that_is_used_up_says_who_knows_more(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    error = ClientError({"Error": {"Code": code, "Message": "no room"}}, "PutRule")
    assert ended(error, capsys) == (
        1,
        [f"error: a quota of the account is used up (PutRule: {code}: no room)", f"hint: {hints.ROOM}"],
    )


BUSY = {
    "ThrottlingException": 400,
    "ThrottledException": 400,
    "SlowDown": 503,
    "RequestLimitExceeded": 503,
    "InternalFailure": 500,
}


@pytest.mark.parametrize("code", BUSY)
def test_what_passes_by_itself_says_to_wait(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    answer: Any = {"Error": {"Code": code, "Message": "m"}, "ResponseMetadata": {"HTTPStatusCode": BUSY[code]}}
    error = ClientError(answer, "DescribeRule")
    assert ended(error, capsys) == (1, [f"error: DescribeRule: {code}: m", f"hint: {hints.BUSY}"])


def test_whatever_aws_answers_has_a_hint(capsys: pytest.CaptureFixture[str]) -> None:
    error = ClientError({"Error": {"Code": "ConflictException", "Message": "m"}}, "PutRule")
    _, (_, hint) = ended(error, capsys)
    assert hint == "hint: mend what the message says, and run the command again"


CLASSES: dict[type[errors.S3ecsError], Any] = {
    errors.S3ecsError: ("words",),
    errors.UsageError: ("words",),
    errors.Refused: ("words",),
    errors.Interrupted: ("words",),
    errors.CallFailed: ("words",),
    errors.WaitTimedOut: ("words",),
    errors.LocalError: ("words",),
}


@pytest.mark.parametrize("kind", CLASSES)
def test_each_of_our_errors_ends_with_its_own_code(
    kind: type[errors.S3ecsError], capsys: pytest.CaptureFixture[str]
) -> None:
    error = kind(*CLASSES[kind], hint="do this")
    assert ended(error, capsys) == (kind.exit_code, ["error: words", "hint: do this"])


def test_each_problem_of_a_spec_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    problems = [Problem("s", 2, 1, "jobs", "no \u2028 good"), Problem("s", 1, 1, "", "bad\nbad")]
    code, lines = ended(SpecError(problems), capsys)
    assert code == 2
    assert lines == ["error: s:1:1: bad\\nbad", "error: s:2:1: jobs: no \\u2028 good"]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort()])
def test_ctrl_c_is_130(error: BaseException, capsys: pytest.CaptureFixture[str]) -> None:
    code, (*_, line, _) = ended(error, capsys)  # a question that is left ends its own line first
    assert (code, line) == (130, "error: interrupted")


def test_a_file_that_may_not_be_read_is_no_bug(capsys: pytest.CaptureFixture[str]) -> None:
    code, (line, _) = ended(PermissionError(13, "Permission denied", "a\x1bb"), capsys)
    assert (code, line) == (1, "error: 'a\\x1bb': Permission denied")


def test_a_full_disk_behind_standard_output_is_one_line() -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "s3ecs", "--help"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (ran.returncode, ran.stderr.splitlines()) == (
        1,
        ["error: No space left on device", "hint: make room on the disk"],
    )


def test_a_bug_amid_an_apply_is_told_as_such_and_leaves_one_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    error = KeyError("Arn")
    told = [faults.told(error, "creating role a-b") for _ in ("as it comes", "at the end")]
    (file,) = tmp_path.iterdir()
    assert {str(each) for each in told} == {"creating role a-b: KeyError: this is a bug in s3ecs"}
    assert {each.hint for each in told} == {f"please report it with the file {file}"}
    assert "KeyError: 'Arn'" in file.read_text()


def test_what_the_system_refuses_amid_an_apply_is_no_bug(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    told = faults.told(OSError(5, "Input/output error"), "creating role a-b")
    assert str(told) == "creating role a-b: [Errno 5] Input/output error"
    assert not list(tmp_path.iterdir())


def test_a_traceback_goes_to_a_file_that_the_hint_names(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    code, (line, hint) = ended(ZeroDivisionError("1/0"), capsys)
    assert (code, line) == (1, "error: ZeroDivisionError: this is a bug in s3ecs")
    (file,) = tmp_path.iterdir()
    assert hint == f"hint: please report it with the file {file}"
    assert "ZeroDivisionError: 1/0" in file.read_text()
    assert file.stat().st_mode & 0o077 == 0
