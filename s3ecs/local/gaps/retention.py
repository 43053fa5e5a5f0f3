"""PutRetentionPolicy takes the days that CloudWatch Logs knows; moto takes any number."""

from __future__ import annotations

from typing import Any

from moto.logs.exceptions import InvalidParameterException

from s3ecs.local import seams

_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)


def install() -> None:
    """Look at the number first."""
    seams.replace("logs.put_retention_policy", put_retention_policy)


def put_retention_policy(logs: Any, log_group_name: str, retention_in_days: Any) -> None:
    """Moto's own, with a number of days that there is."""
    if retention_in_days not in _DAYS:
        raise InvalidParameterException(
            constraint=f"Member must satisfy enum value set: [{', '.join(map(str, _DAYS))}]",
            parameter="retentionInDays",
            value=retention_in_days,
        )
    seams.original("logs.put_retention_policy")(logs, log_group_name, retention_in_days)
