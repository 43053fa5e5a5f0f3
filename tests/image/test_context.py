"""What is no folder to build from is refused in one line, and says what to do."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from s3ecs.errors import UsageError
from s3ecs.image import context
from s3ecs.image.context import contents
from s3ecs.spec.model import Build

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("target", ["/etc/passwd", "../outside", "lib/../../outside", "round", "lib/up/../../outside"])
def test_a_link_that_leaves_the_folder_is_refused(folder: Path, target: str) -> None:
    (folder / "lib/up").symlink_to("..")
    (folder.parent / "outside").write_text("secret")
    (folder / "round").symlink_to(folder.parent / "outside")
    (folder / "bad").symlink_to(target)
    with pytest.raises(UsageError, match="is a link that leaves the folder, to ") as caught:
        contents(Build(folder))
    assert caught.value.hint
    (folder / ".dockerignore").write_text("bad\nround\n")
    assert contents(Build(folder))


def test_a_link_by_an_absolute_path_is_refused_also_inside_the_folder(folder: Path) -> None:
    (folder / "lib/bad").symlink_to(folder / "main.py")
    with pytest.raises(UsageError, match=r"lib/bad is a link to the absolute path '/.*/main\.py': ") as caught:
        contents(Build(folder))
    assert caught.value.hint == "make the link relative, to '../main.py', or leave it out in .dockerignore"
    (folder / "lib/bad").unlink()
    (folder / "lib/bad").symlink_to("../main.py")
    assert contents(Build(folder))


def test_a_link_to_what_is_not_there_stays_inside(folder: Path) -> None:
    (folder / "dangling").symlink_to("nowhere")
    assert contents(Build(folder))


def test_too_much_is_refused_with_the_largest_by_name(folder: Path) -> None:
    with (folder / "data.bin").open("wb") as sparse:
        sparse.truncate(context.LARGEST + 1)
    with pytest.raises(UsageError, match=r"has 2\.0 GiB to build from, more than 2 GiB") as caught:
        contents(Build(folder))
    assert caught.value.hint == "leave out in .dockerignore what the image does not need; the largest is 'data.bin'"
    (folder / ".dockerignore").write_text("*.bin\n")
    assert contents(Build(folder))


def test_without_a_dockerfile_there_is_nothing_to_build(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no Dockerfile"):
        contents(Build(tmp_path))
    with pytest.raises(UsageError, match="holds no sub/Other"):
        contents(Build(tmp_path, dockerfile="sub/Other"))
    with pytest.raises(UsageError, match="there is no folder"):
        contents(Build(tmp_path / "nowhere"))


def test_what_cannot_be_read_is_named(folder: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from s3ecs.errors import UsageError\n"
        "from s3ecs.image.making import Making; from s3ecs.spec.model import Build\n"
        "try: Making(print)(Build(Path(sys.argv[1])), 'x86_64').look()\n"
        "except UsageError as error: print(error, error.hint, sep='\\n')\n"
    )
    # Root may read everything, so it asks without that.
    without = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"] if not os.getuid() else []
    (folder / "lib/a.py").chmod(0)
    done = subprocess.run([*without, sys.executable, "-c", program, folder], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        f"{folder}/lib/a.py: Permission denied",
        "a build reads everything: let yourself read it, or leave it out in .dockerignore",
    ]
