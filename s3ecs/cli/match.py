"""``s3ecs match``: which job takes a key, offline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from s3ecs.cli.options import Options, common, json_option

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from s3ecs.spec.model import Spec

AT_ONCE = 1 << 20  # bytes of standard input that are looked at together
NO_JOB = "-"


@click.command
@common
@json_option
@click.argument("keys", metavar="[KEY]...", nargs=-1)
@click.option("-0", "--null", is_flag=True, help="Keys on standard input end with NUL, not with a newline.")
@click.option("--size", type=click.IntRange(0), metavar="BYTES", help="The objects' size; else no size is looked at.")
@click.pass_obj
def command(options: Options, *, keys: tuple[str, ...], null: bool, size: int | None) -> int:
    """Say which jobs take each KEY, offline: a line with the jobs, a tab and the key.

    Where no job takes it the line begins with - and ends with the clause that fails for each job. Without KEY the keys
    are read from standard input, one a line, and no reasons are told. Ends with 1 where some key has no job.
    """
    import sys

    from s3ecs import spec as specs
    from s3ecs.errors import UsageError
    from s3ecs.report.text import is_terminal

    spec = specs.load(specs.find(options.spec))
    if keys:
        return _explain(spec, keys, size, as_json=options.as_json)
    if is_terminal(sys.stdin):
        raise UsageError(
            "no KEY is named, and none comes on standard input", hint="s3ecs match KEY, or: ... | s3ecs match"
        )
    return _sort(spec, _keys(sys.stdin.buffer, b"\0" if null else b"\n"), size, as_json=options.as_json)


def _explain(spec: Spec, keys: tuple[str, ...], size: int | None, *, as_json: bool) -> int:
    """A few keys, with every reason."""
    import json

    from s3ecs.report.text import visible
    from s3ecs.spec.filter import Filter

    filters = [Filter(job) for job in spec.jobs]
    taken = []
    for key in keys:
        clauses = {each.job.name: each.mismatch(key, size) for each in filters}
        jobs = [name for name, clause in clauses.items() if clause is None]
        reasons = {name: clause for name, clause in clauses.items() if clause is not None}
        taken.append(bool(jobs))
        if as_json:
            click.echo(json.dumps({"key": key, "jobs": jobs, "reasons": reasons}))
            continue
        click.echo(f"{','.join(jobs) or NO_JOB}\t{visible(key)}")
        for name, clause in reasons.items() if not jobs else ():
            click.echo(f"  {name}: {visible(clause)}")
    return 0 if all(taken) else 1


def _sort(spec: Spec, chunks: Iterator[list[str]], size: int | None, *, as_json: bool) -> int:
    """Any number of keys: nothing is done for one but to ask each job's compiled filter."""
    import sys

    from s3ecs.report.text import is_terminal, visible
    from s3ecs.spec.filter import Filter

    takers = [Filter(job).of_keys(size) for job in spec.jobs]
    names = [job.name for job in spec.jobs]
    write = _as_json if as_json else _as_lines
    all_taken = True
    for keys in chunks:
        taken = list(zip(*(map(taker, keys) for taker in takers), strict=True))
        jobs = {mask: [name for name, yes in zip(names, mask, strict=True) if yes] for mask in set(taken)}
        all_taken = all_taken and all(jobs.values())
        told = write(keys, [jobs[mask] for mask in taken])
        sys.stdout.write(visible(told, keep="\t\n") if is_terminal(sys.stdout) else told)
    return 0 if all_taken else 1


def _as_lines(keys: list[str], jobs: list[list[str]]) -> str:
    return "".join([f"{','.join(each) or NO_JOB}\t{key}\n" for key, each in zip(keys, jobs, strict=True)])


def _as_json(keys: list[str], jobs: list[list[str]]) -> str:
    import json

    return "".join([json.dumps({"key": key, "jobs": each}) + "\n" for key, each in zip(keys, jobs, strict=True)])


def _keys(stream: BinaryIO, end: bytes) -> Iterator[list[str]]:
    """The keys of a stream, many at a time; bytes that are no UTF-8 are kept as they are."""
    rest = b""
    while chunk := stream.read(AT_ONCE):
        *whole, rest = (rest + chunk).split(end)
        if keys := [key.decode("utf-8", "surrogateescape") for key in whole if key]:
            yield keys
    if rest:
        yield [rest.decode("utf-8", "surrogateescape")]
