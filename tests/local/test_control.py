"""Finding, starting and stopping the server."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from s3ecs.errors import LocalError, UsageError
from s3ecs.local import control, processes
from s3ecs.local.home import Home

from .chain import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3ecs.local.control import Server


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Home]:
    """A folder whose server ends with the test."""
    home = Home(tmp_path / "own")
    yield home
    control.stop(home.make())


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_folder_is_the_user_s_state_directory_unless_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("S3ECS_LOCAL_DIR", "/x/y")
    assert Home.default() == Home(Path("/x/y"))
    monkeypatch.delenv("S3ECS_LOCAL_DIR")
    monkeypatch.setenv("XDG_STATE_HOME", "/state")
    assert Home.default() == Home(Path("/state/s3ecs"))
    monkeypatch.setenv("HOME", "/me")
    for none in ("", "relative/state", "./state", "~/state"):  # which the XDG specification ignores
        monkeypatch.setenv("XDG_STATE_HOME", none)
        assert Home.default() == Home(Path("/me/.local/state/s3ecs"))
    monkeypatch.delenv("XDG_STATE_HOME")
    assert Home.default() == Home(Path("/me/.local/state/s3ecs"))


def test_only_this_user_can_read_the_folder_and_the_keys(home: Home, embedded: Server) -> None:
    assert embedded.access_key in home.server.read_text()
    assert mode(home.folder) == 0o700
    assert {mode(path) for path in (home.server, home.log)} == {0o600}
    assert {mode(path) for path in (home.programs, home.tasks)} == {0o700}


def test_a_running_server_is_found_again_and_not_started_twice(home: Home, embedded: Server) -> None:
    assert control.find(home) == embedded
    assert control.start(home) == embedded


def test_a_server_that_hangs_is_told_from_none_and_can_be_ended(own: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    server = control.start(own)
    monkeypatch.setattr(control, "_ANSWER", 0.3)
    monkeypatch.setattr(control, "_STOP", 0.3)
    os.kill(server.pid, signal.SIGSTOP)
    with pytest.raises(LocalError, match=rf"process {server.pid}\) does not answer") as refused:
        control.find(own)
    assert refused.value.hint == "try again, or end it: s3ecs local stop"
    assert own.server.exists()
    assert control.stop(own)
    wait_for(lambda: control._ended(server.pid))
    assert control.find(own) is None


def test_without_a_server_there_is_nothing_to_find_or_stop(tmp_path: Path) -> None:
    home = Home(tmp_path).make()
    assert control.find(home) is None
    assert not control.stop(home)


def test_a_stranger_at_the_port_is_not_taken_for_the_server(home: Home, embedded: Server, tmp_path: Path) -> None:
    other = Home(tmp_path).make()
    other.server.write_text(json.dumps(json.loads(home.server.read_text()) | {"access_key": "wrong"}))
    assert control.find(other) is None
    other.server.write_text(json.dumps(json.loads(home.server.read_text()) | {"pid": 1}))
    assert control.find(other) is None
    assert control.find(home) == embedded


def test_two_starts_at_once_make_one_server_that_stops_clean(own: Home) -> None:
    found: list[Server] = []
    threads = [threading.Thread(target=lambda: found.append(control.start(own))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found[0] == found[1]
    assert control.stop(own)
    assert control.find(own) is None
    assert not own.server.exists()
    assert own.log.read_text() == ""


def test_a_server_that_cannot_start_says_why(own: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "moto-9.9.9.dist-info").mkdir()
    (tmp_path / "moto-9.9.9.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: moto\nVersion: 9.9.9\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(LocalError, match=r"needs moto 5\.2\.5 or newer below 5\.3, not 9\.9\.9") as refused:
        control.start(own)
    assert refused.value.hint == "pip install 's3ecs[local]'"


def test_a_missing_moto_is_one_clear_error(own: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "moto.py").write_text("raise ModuleNotFoundError(\"No module named 'moto'\")\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(LocalError, match="needs moto's server, which is not installed") as refused:
        control.start(own)
    assert refused.value.hint == "pip install 's3ecs[local]'"


def test_a_server_that_fails_otherwise_names_its_log(own: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("S3ECS_LOCAL_TASKS", "many")
    with pytest.raises(LocalError, match="ended while it was starting") as refused:
        control.start(own)
    assert refused.value.hint == f"see {own.log}"
    assert "many" in own.log.read_text()


def test_a_server_that_takes_too_long_is_ended(own: Home) -> None:
    with pytest.raises(LocalError, match=r"did not answer within 0\.1 s") as refused:
        control.start(own, timeout=0.1)
    assert refused.value.hint == f"see {own.log}"


def test_what_a_dead_server_left_running_is_ended(tmp_path: Path) -> None:
    home = Home(tmp_path).make()
    sleeper = [sys.executable, "-c", "import time; time.sleep(60)"]
    with (
        subprocess.Popen(sleeper, start_new_session=True) as left,
        subprocess.Popen(sleeper, start_new_session=True) as other,
    ):
        processes.remember(home, "left", left.pid)
        processes.remember(home, "other", other.pid)
        note = home.tasks / "other.json"
        note.write_text(json.dumps(json.loads(note.read_text()) | {"born": "1"}))  # its pid was used again
        assert processes.end_leftovers(home) == 1
        assert left.wait() == -9
        assert other.poll() is None
        other.kill()
    assert list(home.tasks.iterdir()) == []


def test_finding_and_starting_import_neither_moto_nor_boto3() -> None:
    source = "import sys; import s3ecs.local.control, s3ecs.local.programs; print({'moto', 'boto3'} & set(sys.modules))"
    env = os.environ | {"PYTHONPATH": str(Path(control.__file__).parents[2])}
    found = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True, env=env)
    assert found.stdout == "set()\n"


def test_stopping_ends_the_tasks_that_run(own: Home, tmp_path: Path) -> None:
    import boto3  # noqa: PLC0415

    from .chain import Pipeline  # noqa: PLC0415

    server = control.start(own)

    def clients(service: str) -> object:
        return boto3.client(
            service,
            region_name="eu-central-1",
            endpoint_url=server.endpoint,
            aws_access_key_id=server.access_key,
            aws_secret_access_key=server.secret_key,
        )

    pipeline = Pipeline(clients, own, tmp_path)
    pipeline.program("import os, signal, time; signal.signal(15, signal.SIG_IGN); print(os.getpid()); time.sleep(60)")
    task = pipeline.run_task()["taskArn"]
    [pid] = wait_for(lambda: pipeline.task(task)["lastStatus"] == "RUNNING" and pipeline.lines(task))
    assert control.stop(own)
    wait_for(lambda: not Path(f"/proc/{pid}").exists())


@pytest.mark.parametrize("content", ["{", "[]", '{"pid": 1}', ""])
def test_a_damaged_note_of_a_server_is_no_server(content: str, tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.make()
    home.server.write_text(content, encoding="utf-8")
    assert control.find(home) is None
    assert control.stop(home) is False
    assert not home.server.exists()


@pytest.mark.parametrize("place", ["/dev/null/x", "/etc/passwd", "/proc/x"])
@pytest.mark.parametrize("variable", ["S3ECS_LOCAL_DIR", "XDG_STATE_HOME"])
def test_a_place_that_can_be_no_folder_is_told_with_the_variable_that_names_it(
    place: str, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("S3ECS_LOCAL_DIR", raising=False)
    monkeypatch.setenv(variable, place)
    with pytest.raises(UsageError, match=f"cannot keep its files in '{place}") as refused:
        Home.default().make()
    assert refused.value.hint == f"{variable} says so; set it to a folder of your own"


def test_a_folder_of_a_user_that_there_is_not_is_told_with_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("S3ECS_LOCAL_DIR", "~no-such-user/x")
    with pytest.raises(UsageError, match="in '~no-such-user/x': there is no user 'no-such-user'") as refused:
        Home.default()
    assert refused.value.hint == "S3ECS_LOCAL_DIR says so; set it to a folder of your own"
    assert refused.value.exit_code == 2


@pytest.mark.parametrize("home", ["", "me", "./me"])
def test_a_home_that_is_no_absolute_folder_is_refused(home: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("S3ECS_LOCAL_DIR", "XDG_STATE_HOME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", home)
    with pytest.raises(UsageError, match="HOME names no absolute folder"):
        Home.default()
    monkeypatch.setenv("S3ECS_LOCAL_DIR", "/x/y")
    assert Home.default() == Home(Path("/x/y"))
