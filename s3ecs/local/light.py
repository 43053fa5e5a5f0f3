"""What moto loads again and again is loaded once, and what no pipeline asks for not at all.

Without this the first ``up`` after a start kept the server busy for nine seconds, three quarters of them for this.
"""

from __future__ import annotations

import functools
import threading
from typing import TYPE_CHECKING, Any, Final

from s3ecs.local import seams

if TYPE_CHECKING:
    from collections.abc import Callable

# EC2's instance types and where they are offered: ninety files, and no task of Fargate has one.
_UNUSED: Final = "ec2/resources/instance_type"


def install() -> None:
    """To be called before moto's services are imported, for they load while they are."""
    for name in ("sdk.loader", "moto.loader", "moto.model", "moto.service", "moto.methods"):
        seams.replace_everywhere(name, once(seams.current(name)))
    partitions = seams.current("sdk.loader")(None).load_data("partitions")["partitions"]
    seams.replace("sdk.regions", regions(partitions))
    load = seams.current("moto.resource")
    seams.replace("moto.resource", lambda resource: {} if resource.startswith(_UNUSED) else load(resource))


def find_accounts() -> None:
    """To be called when they are imported."""
    seams.replace_everywhere("iam.account_of", _account_of)


def once(load: Callable[..., Any]) -> Callable[..., Any]:
    """``load``, whose answers are kept. Dozens of requests come at once, and all would load the same side by side."""
    kept, lock = functools.cache(load), threading.RLock()

    @functools.wraps(load)
    def ask(*args: Any) -> Any:
        with lock:
            return kept(*args)

    return ask


def regions(partitions: list[dict[str, Any]]) -> Callable[..., list[str]]:
    """What lists a partition's regions, whichever the service: for more, the whole model of each would be read."""
    known = {
        each["id"]: [region for region in each["regions"] if not region.endswith("-global")] for each in partitions
    }

    def regions_of(
        self: Any, service_name: str, partition_name: str = "aws", allow_non_regional: bool = False
    ) -> list[str]:
        del self, service_name, allow_non_regional
        return list(known[partition_name])

    return regions_of


def _account_of(access_key: str) -> str:
    """The account that has this key. Only those are asked that there are: moto makes IAM anew in every partition."""
    from moto.core import DEFAULT_ACCOUNT_ID  # noqa: PLC0415  (after install)
    from moto.iam.models import iam_backends  # noqa: PLC0415

    for account, partitions in list(iam_backends.items()):
        if any(access_key in iam.access_keys for iam in list(partitions.values())):
            return str(account)
    return str(DEFAULT_ACCOUNT_ID)
