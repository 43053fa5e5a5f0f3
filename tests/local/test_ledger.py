"""The journal, whatever a kill or a full disk left of it."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from s3ecs.local.keeping.journal import Journal
from s3ecs.local.keeping.ledger import RUNS_KEPT, Ledger, written

if TYPE_CHECKING:
    from pathlib import Path


def begun(arn: str, machine: str = "m", event: str | None = None) -> dict[str, Any]:
    line = {"do": "begun", "arn": arn, "machine": machine}
    return line | ({"event": event, "target": ["rule", machine]} if event else {})


names = st.sampled_from(["a", "b", "c"])
LINES = st.lists(
    st.one_of(
        st.builds(lambda n: {"do": "event", "event": {"id": n}, "object": ["x", n, None]}, names),
        st.builds(lambda do, n: {"do": do, "event": n}, st.sampled_from(["kept", "told"]), names),
        st.builds(begun, names, names, st.none() | names),
        st.builds(lambda do, n: {"do": do, "arn": n}, st.sampled_from(["ran", "ended"]), names),
        st.builds(lambda m: {"do": "gone", "machine": m}, names),
    )
)


def state(content: bytes) -> Any:
    found = Ledger.read(content)
    runs = {arn: (run.begun, run.ended, run.ended is None and run.ran) for arn, run in found.runs.items()}
    return {name: event.kept for name, event in found.events.items()}, runs


@given(LINES, st.data())
def test_a_torn_last_line_has_never_happened(lines: list[dict[str, Any]], data: st.DataObject) -> None:
    content = written(lines)
    cut = data.draw(st.integers(0, len(content)))
    whole = content[:cut].rfind(b"\n") + 1
    torn = content[:cut] if cut < len(content) and content[cut : cut + 1] != b"\n" else content[:whole]
    assert state(torn) == state(content[:whole])


@given(LINES)
def test_the_shortest_journal_means_the_same(lines: list[dict[str, Any]]) -> None:
    content = written(lines)
    short = written(Ledger.read(content).pruned().lines())
    assert state(short) == state(content)
    assert short.count(b"\n") <= content.count(b"\n")


def test_the_oldest_ended_runs_of_each_machine_are_forgotten_and_none_that_is_under_way() -> None:
    lines = [begun("waiting")]
    for machine in ("m", "n"):
        for number in range(RUNS_KEPT + 5):
            lines += [begun(f"{machine}{number}", machine), {"do": "ended", "arn": f"{machine}{number}"}]
    kept = Ledger.read(written(lines)).pruned().runs
    assert len(kept) == 2 * RUNS_KEPT + 1
    assert "waiting" in kept
    assert "m4" not in kept
    assert "m5" in kept


def test_an_event_knows_which_targets_it_has_reached() -> None:
    lines = [begun("one", "m", "e"), begun("other", "n", "f"), begun("by-hand", "m")]
    assert Ledger.read(written(lines)).reached("e") == {("rule", "m")}


def test_a_journal_goes_on_behind_a_torn_line(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    path.write_bytes(written([begun("a")]) + b'{"do":"begun","ar')
    Journal(path).write(begun("b"))
    assert list(Journal(path).read().runs) == ["a", "b"]
    assert path.read_bytes() == written([begun("a"), begun("b")])


def test_a_journal_stays_short_however_much_happens(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    journal = Journal(path)
    for number in range(30_000):
        journal.note({"do": "event", "event": {"id": str(number)}, "object": ["b", "k", None]})
        journal.note({"do": "told", "event": str(number)})
    assert path.read_bytes().count(b"\n") <= 8_001


FULL = f"""
import resource, sys
from pathlib import Path
from s3ecs.local.keeping.journal import Journal
journal = Journal(Path(sys.argv[1]))
journal.write({begun("first")!r})
size = Path(sys.argv[1]).stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 20, {resource.RLIM_INFINITY}))
try:
    journal.write({begun("refused")!r})
except OSError as error:
    print(error.strerror)
journal.note({{"do": "ended", "arn": "first"}})
assert Path(sys.argv[1]).stat().st_size == size
resource.setrlimit(resource.RLIMIT_FSIZE, ({resource.RLIM_INFINITY}, {resource.RLIM_INFINITY}))
journal.write({begun("next")!r})
"""


def test_on_a_full_disk_no_half_line_stays_and_what_happened_is_written_later(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    ran = subprocess.run([sys.executable, "-c", FULL, str(path)], capture_output=True, text=True, check=True)
    assert ran.stdout == "File too large\n"
    assert ran.stderr.count("make room on the disk") == 1
    found = Ledger.read(path.read_bytes()).runs
    assert list(found) == ["first", "next"]
    assert found["first"].ended == {"do": "ended", "arn": "first"}
    assert json.loads(path.read_bytes().splitlines()[-1])["arn"] == "next"


def test_the_ledger_needs_no_moto() -> None:
    source = "import sys; import s3ecs.local.keeping.inventory; print({'moto', 'boto3'} & set(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
    assert ran.stdout == "set()\n"
