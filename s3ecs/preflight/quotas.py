"""The account's quotas: is there room for what the stack still lacks, and for a task of each job?"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from s3ecs.preflight.finding import Finding, Verdict, found_out
from s3ecs.resources.role import Role
from s3ecs.spec import limits
from s3ecs.spec.filter import has_wildcard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3ecs.preflight import Look

GROUP: Final = "quotas"
# AWS: two regions have room for fewer rules than the others.
FEW_RULES: Final = {"af-south-1": 100, "eu-south-1": 100}
# AWS: the codes of Fargate's quotas, in vCPUs that run at once.
ON_DEMAND, SPOT = "L-3032A538", "L-36FBB829"
UNITS_OF_A_VCPU: Final = 1024


def check(look: Look) -> list[Finding]:
    """Roles, rules, rules with a wildcard, and vCPUs."""
    answers = look.aws.together(
        lambda: found_out(GROUP, "IAM roles", lambda: _roles(look)),
        lambda: found_out(GROUP, "rules of the default event bus", lambda: _rules(look)),
        lambda: found_out(GROUP, "Fargate vCPUs at once", lambda: _vcpus(look)),
    )
    return [finding for found in answers for finding in found]


def _roles(look: Look) -> Iterator[Finding]:
    own = [each for each in look.stack.resources if isinstance(each, Role)]
    asked = own if look.lacking is None else []
    answer, *read = look.aws.together(
        look.aws.iam.get_account_summary, *(partial(each.read, look.aws) for each in asked)
    )
    lacking = read.count(None) if look.lacking is None else sum(isinstance(each, Role) for each in look.lacking)
    yield _room("IAM roles", answer["SummaryMap"]["Roles"], lacking, answer["SummaryMap"]["RolesQuota"])


def _rules(look: Look) -> Iterator[Finding]:
    """Every rule of the bus, others' among them."""
    own = {look.names.job(job.name).rule for job in look.spec.jobs}
    others = [rule for rule in look.aws.pages(look.aws.events, "list_rules", "Rules") if rule["Name"] not in own]
    most = FEW_RULES.get(look.aws.environment.region, limits.MAX_RULES)
    yield _room("rules of the default event bus", len(others), len(own), most)
    wild = [rule for rule in others if '"wildcard"' in rule.get("EventPattern", "")]
    ours = sum(has_wildcard(job) for job in look.spec.jobs)
    yield _room("rules with a wildcard", len(wild), ours, limits.MAX_WILDCARDS)


def _vcpus(look: Look) -> Iterator[Finding]:
    """At least one task of each job has to fit."""
    kinds = {SPOT: "Fargate Spot vCPUs at once", ON_DEMAND: "Fargate vCPUs at once"}
    if not any(job.spot for job in look.spec.jobs):
        del kinds[SPOT]
    ask = look.aws.client("service-quotas").get_service_quota
    answers = look.aws.together(*(partial(ask, ServiceCode="fargate", QuotaCode=code) for code in kinds))
    for (code, what), answer in zip(kinds.items(), answers, strict=True):
        jobs = [job for job in look.spec.jobs if job.spot or code == ON_DEMAND]
        value = answer["Quota"]["Value"]
        largest = max(job.cpu for job in jobs) / UNITS_OF_A_VCPU
        if largest > value:
            why = f"a task takes {largest:g}, and {value:g} may run"
            yield Finding(GROUP, what, Verdict.NOT_OK, why, "ask AWS for more, or write a smaller cpu:")
        else:
            yield Finding(GROUP, what, Verdict.OK, f"{value:g}: {int(value / largest)} of the largest task at once")


def _room(what: str, used: int, more: int, most: int) -> Finding:
    told = f"{used} of {most} used, {more} more wanted"
    if more and used + more > most:
        return Finding(GROUP, what, Verdict.NOT_OK, told, "ask AWS for more, or take away what is not needed")
    return Finding(GROUP, what, Verdict.OK, told)
