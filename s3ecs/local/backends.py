"""moto's services called in this process: the pipeline's own calls need neither HTTP nor a signature."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from moto.core.exceptions import AWSError
from moto.core.exceptions import ServiceException as ServiceError
from moto.core.exceptions import _RESTError as RestError
from moto.ec2.models import ec2_backends
from moto.ecs.exceptions import ECSException as EcsError
from moto.ecs.models import ecs_backends
from moto.events.models import events_backends
from moto.iam.models import iam_backends
from moto.logs.models import logs_backends
from moto.secretsmanager.models import secretsmanager_backends
from moto.sqs.models import sqs_backends
from moto.ssm.models import ssm_backends
from moto.stepfunctions.exceptions import InvalidExecutionInput
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

__all__ = [
    "ACCOUNT",
    "ERRORS",
    "EcsError",
    "InternalError",
    "InvalidExecutionInput",
    "Place",
    "code_of",
    "find_role",
    "message_of",
]

ACCOUNT = "123456789012"  # moto's account for every access key that it does not know
ERRORS = (ServiceError, RestError)


class InternalError(AWSError):  # type: ignore[misc]
    """Something is wrong with this machine and not with the request."""

    TYPE = "InternalError"
    STATUS = HTTPStatus.INSUFFICIENT_STORAGE


@dataclass(frozen=True)
class Place:
    """An account's region: where a backend is looked up."""

    account: str
    region: str

    @classmethod
    def of_arn(cls, arn: str) -> Place:
        """The account and region that an ARN names."""
        parts = arn.split(":")
        return cls(account=parts[4], region=parts[3])

    @property
    def ec2(self) -> Any:
        """Subnets and security groups."""
        return ec2_backends[self.account][self.region]

    @property
    def ecs(self) -> Any:
        """Clusters, task definitions and tasks."""
        return ecs_backends[self.account][self.region]

    @property
    def events(self) -> Any:
        """Event buses and rules."""
        return events_backends[self.account][self.region]

    @property
    def logs(self) -> Any:
        """Log groups and streams."""
        return logs_backends[self.account][self.region]

    @property
    def parameters(self) -> Any:
        """SSM's parameters."""
        return ssm_backends[self.account][self.region]

    @property
    def queues(self) -> Any:
        """SQS queues."""
        return sqs_backends[self.account][self.region]

    @property
    def secrets(self) -> Any:
        """Secrets Manager's secrets."""
        return secretsmanager_backends[self.account][self.region]

    @property
    def states(self) -> Any:
        """State machines and executions."""
        return stepfunctions_parser_backends[self.account][self.region]


def find_role(arn: str) -> Any:
    """The role of this ARN, None where there is none."""
    _, partition, _, _, account, _ = arn.split(":", 5)
    return next((role for role in iam_backends[account][partition].get_roles() if role.arn == arn), None)


def code_of(error: Exception) -> str:
    """AWS's error code of an exception that a backend raised."""
    if isinstance(error, RestError):
        return str(error.error_type)
    return str(getattr(error, "code", type(error).__name__))


def message_of(error: Exception) -> str:
    """AWS's message of an exception that a backend raised."""
    return str(getattr(error, "message", error))
