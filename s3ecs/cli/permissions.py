"""``s3ecs permissions``: print the IAM policy that whoever runs the commands needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from s3ecs.cli.options import Options, common

if TYPE_CHECKING:
    from s3ecs.aws.environment import Environment
    from s3ecs.spec.model import Spec

USES = ("plan", "up", "adopt", "status", "test-upload", "down", "switch-off-events", "delete-data", "validate")
ACCOUNT_DIGITS = 12
BY_DEFAULT = ("plan", "up", "status", "test-upload", "down")


@click.command
@common
@click.option(
    "--for",
    "uses",
    type=click.Choice(USES),
    multiple=True,
    help=f"A command that is to be allowed, and once more for another; else {', '.join(BY_DEFAULT)}. adopt is that "
    "option of up, delete-data and switch-off-events are those of down, validate is meant with "
    "--online, and plan is also graph --status.",
)
@click.option("--account", metavar="ID", help="The account's twelve digits; else the spec's.")
@click.option("--part", type=click.IntRange(1), help="Print one of the policies that one too long is parted into.")
@click.pass_obj
def command(options: Options, *, uses: tuple[str, ...], account: str | None, part: int | None) -> None:
    """Print the IAM policy that the commands need for this spec, offline: every action, and what it is for.

    Actions that AWS checks for no resource in particular stand in statements of their own, NoResourceLevel and a
    number. What a former spec had and this one has not takes the former spec's policy to be taken away; jobs are an
    exception.
    """
    import json

    from s3ecs import spec as specs
    from s3ecs.aws import grant
    from s3ecs.cli.needs import Needs
    from s3ecs.image.making import Making
    from s3ecs.stack.build import build

    spec = specs.load(specs.find(options.spec))
    environment = _environment(options, spec, account)
    stack = build(spec, environment, Making(lambda *_: None))
    needs = Needs(spec, stack, environment)
    grants = [each for use in uses or BY_DEFAULT for each in needs.of(use)]
    policy = grant.document(grants)
    parts = grant.parts(policy)
    if part is not None:
        policy = _one_of(parts, part)
    elif len(parts) > 1 and not options.quiet:
        _say_too_long(grant.size(policy), len(parts))
    click.echo(json.dumps(policy, indent=2))


def _environment(options: Options, spec: Spec, account: str | None) -> Environment:
    """Raises UsageError where the account is not told."""
    import os

    from s3ecs.aws.connect import unconnected
    from s3ecs.errors import UsageError

    region = options.region or spec.region or os.environ.get("AWS_REGION") or None
    account = account or spec.account
    if account is None or not (account.isascii() and account.isdecimal() and len(account) == ACCOUNT_DIGITS):
        raise UsageError(
            "which account the policy is for is not told" if account is None else f"{account!r} is no account's id",
            hint=f"pass --account with {ACCOUNT_DIGITS} digits, or write account: in the spec",
        )
    return unconnected(account=account, region=region, profile=options.profile)


def _one_of(parts: list[dict[str, Any]], part: int) -> dict[str, Any]:
    from s3ecs.errors import UsageError

    if part > len(parts):
        raise UsageError(f"there is no part {part}", hint=f"the last one is {len(parts)}")
    return parts[part - 1]


def _say_too_long(size: int, parts: int) -> None:
    from s3ecs.aws.grant import MAX_MANAGED

    click.echo(
        f"{size} characters are more than the {MAX_MANAGED} of a managed policy: "
        f"the same command with --part 1 to --part {parts} prints it as {parts} policies",
        err=True,
    )
