"""The temporary keys of tasks' roles: made for a task's first program, good until the task has ended, kept nowhere."""

from __future__ import annotations

import hmac
import secrets
import string
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from s3ecs.local import backends, seams

if TYPE_CHECKING:
    from collections.abc import Mapping

    from s3ecs.local.pipeline.task import Task

_LETTERS = string.ascii_uppercase + string.digits


def _key() -> str:
    """AWS: four letters say that it is of a session."""
    return "ASIA" + "".join(secrets.choice(_LETTERS) for _ in range(16))


@dataclass(frozen=True)
class RoleSession:
    """A role as one task has it; who shows ``key`` and ``token`` is the task."""

    role: str
    task: str
    key: str = field(default_factory=_key, repr=False)
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(30), repr=False)
    token: str = field(default_factory=lambda: secrets.token_urlsafe(96), repr=False)

    @property
    def variables(self) -> Mapping[str, str]:
        """Where SDKs look for them."""
        return {
            "AWS_ACCESS_KEY_ID": self.key,
            "AWS_SECRET_ACCESS_KEY": self.secret,
            "AWS_SESSION_TOKEN": self.token,
        }

    @property
    def identity(self) -> tuple[str, str, str]:
        """As GetCallerIdentity tells it: user id, ARN, account. AWS: the session has the task's id as its name."""
        _, partition, _, _, account, path = self.role.split(":", 5)
        arn = f"arn:{partition}:sts::{account}:assumed-role/{path.rpartition('/')[2]}/{self.task}"
        role = backends.find_role(self.role)
        return f"{role.id if role else f'AROA{self.key[4:]}'}:{self.task}", arn, account


class RoleSessions:
    """The sessions of the tasks that live; the server's end ends them all."""

    def __init__(self) -> None:
        self._by_task: dict[str, RoleSession] = {}
        self._by_key: dict[str, RoleSession] = {}

    def install(self) -> None:
        """Let STS know them."""

        def identity(sts: Any, access_key_id: str, region: str) -> tuple[str, str, str]:
            if session := self._by_key.get(access_key_id):
                return session.identity
            told: tuple[str, str, str] = seams.original("sts.identity")(sts, access_key_id, region)
            return told

        seams.replace("sts.identity", identity)

    def variables(self, task: Task) -> Mapping[str, str]:
        """The keys of the task's role; AWS: a task without one has none. To be asked with the task's lock held."""
        if not task.role:
            return {}
        session = self._by_task.get(task.id)
        if session is None:
            session = self._by_task[task.id] = RoleSession(task.role, task.id)
            self._by_key[session.key] = session
            task.when_stopped(partial(self._end, session))
        return session.variables

    def admit(self, key: str, token: str) -> bool:
        """Whether both are those of a task that lives."""
        session = self._by_key.get(key)
        return session is not None and hmac.compare_digest(session.token.encode(), token.encode())

    def _end(self, session: RoleSession) -> None:
        self._by_key.pop(session.key, None)
        self._by_task.pop(session.task, None)
