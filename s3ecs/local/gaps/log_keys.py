"""A log group gets and loses a KMS key, and only one that lets CloudWatch Logs use it.

moto takes any text for a key when a group is made, and knows neither AssociateKmsKey nor DisassociateKmsKey.
"""

from __future__ import annotations

from typing import Any, Final

from moto.kms.models import kms_backends
from moto.logs.exceptions import InvalidParameterException, LogsClientError, ResourceNotFoundException

from s3ecs.local import seams
from s3ecs.local.resource_policy import permits

# AWS: what it asks for is not documented; the documented statement allows all of these.
_ACTIONS: Final = ("kms:encrypt", "kms:decrypt", "kms:generatedatakey")


def install() -> None:
    """Look at a key first, and give moto the two operations."""
    seams.replace("logs.create_log_group", create_log_group)
    seams.extend("logs.http", associate_kms_key, disassociate_kms_key)


def create_log_group(logs: Any, log_group_name: str, tags: dict[str, str], **kwargs: Any) -> Any:
    """Moto's own, with a key that can be used."""
    if kwargs.get("kmsKeyId") and log_group_name not in logs.groups:
        _check(logs, kwargs["kmsKeyId"], log_group_name)
    return seams.original("logs.create_log_group")(logs, log_group_name, tags, **kwargs)


def associate_kms_key(http: Any) -> str:
    """Encrypt what comes from now on, in the place of any other key."""
    group, key = _group(http), http._get_param("kmsKeyId")  # noqa: SLF001 - moto has no other way to a parameter
    _check(http.logs_backend, key, group.name)
    group.kms_key_id = key
    return ""


def disassociate_kms_key(http: Any) -> str:
    """Encrypt what comes from now on with AWS's own keys; fine where there was no other."""
    _group(http).kms_key_id = None
    return ""


def _group(http: Any) -> Any:
    found = http.logs_backend.groups.get(http._get_param("logGroupName"))  # noqa: SLF001 - as above
    if found is None:
        raise ResourceNotFoundException
    return found


def _check(logs: Any, arn: str, group: str) -> None:
    key = kms_backends[logs.account_id][logs.region_name].keys.get(arn.rpartition(":key/")[2])
    if key is None or key.arn != arn or not key.enabled or key.key_spec != "SYMMETRIC_DEFAULT":
        raise InvalidParameterException(f"The specified KMS Key Id could not be found. '{group}'")
    group_arn = f"arn:{arn.split(':')[1]}:logs:{logs.region_name}:{logs.account_id}:log-group:{group}"
    service = f"logs.{logs.region_name}.amazonaws.com"
    service += ".cn" if logs.region_name.startswith("cn-") else ""
    context = {"kms:encryptioncontext:aws:logs:arn": group_arn, "aws:sourceaccount": logs.account_id}
    if not all(permits(key.policy, service=service, action=each, resource=arn, context=context) for each in _ACTIONS):
        raise LogsClientError(
            "AccessDeniedException",
            f"The specified KMS key does not exist or is not allowed to be used with Arn '{group_arn}'",
        )
