"""The images of one command: each folder is looked at once, built at most once, and pushed where it is wanted."""

from __future__ import annotations

import base64
import json
import os
import secrets
import threading
from concurrent.futures import Future
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from s3ecs.errors import UsageError
from s3ecs.image import cache
from s3ecs.image.build import PLATFORMS, build
from s3ecs.image.cli import NAMES, VARIABLE, CliFailed, ContainerCli
from s3ecs.image.context import NAME
from s3ecs.image.push import Registry, push
from s3ecs.image.source import changes, source_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from s3ecs.aws.session import Aws
    from s3ecs.image.source import Source
    from s3ecs.spec.model import Build

PUSHED: Final = "pushed"
"""The part of the cache that holds, by repository, what was last pushed from here."""
UNREAD: Final = f"a build reads everything: let yourself read it, or leave it out in {NAME}"
NAMED: Final = 5  # changes that are told by name


class Making:
    """Makes the contents of images; ``tell`` hears every line that the container CLI writes, and of what it is."""

    def __init__(self, tell: Callable[[str, str], None], *, anew: bool = False) -> None:
        self.tell, self.anew = tell, anew
        self._contents: dict[str, Folder] = {}
        self._cli: Future[ContainerCli] | None = None
        self._lock = threading.Lock()

    def __call__(self, build: Build, architecture: str) -> Folder:
        """What is built from a folder for an architecture; the same for the same."""
        platform = PLATFORMS[architecture]
        what = json.dumps([str(build.folder), build.dockerfile, build.target, dict(build.args), platform])
        return self._contents.setdefault(what, Folder(build, platform, self))

    def lines_of(self, what: str) -> Callable[[str], None]:
        """What hears the lines of one build, pull or push: several may go on side by side."""
        return lambda words: self.tell(words, what)

    def cli(self) -> ContainerCli:
        """The user's container CLI, looked for once. Raises UsageError where there is none that works."""
        with self._lock:
            if self._cli is None:
                self._cli = Future()
                try:
                    self._cli.set_result(_found())
                except UsageError as error:
                    self._cli.set_exception(error)
        return self._cli.result()


class Folder:
    """What is built from one folder for one platform."""

    def __init__(self, build: Build, platform: str, making: Making) -> None:
        self.build, self.platform, self.making = build, platform, making
        self._source: Source | None = None
        self._id: str | None = None
        self._looking, self._building = threading.Lock(), threading.Lock()

    def look(self) -> Source:
        """What goes into it. Raises UsageError where it could not be built, or not all of it can be read."""
        with self._looking:
            if self._source is None:
                self._source = self._looked()
            return self._source

    def _looked(self) -> Source:
        try:
            return source_of(self.build, self.platform)
        except OSError as error:
            raise UsageError(f"{error.filename or self.build.folder}: {error.strerror}", hint=UNREAD) from error

    def source(self) -> str:
        """The hash of what goes into it."""
        return self.look().hash

    def make(self) -> str:
        """Build it, the first time; returns its id in the CLI's own store.

        Raises UsageError where it is not what ``look`` has seen any more, and then keeps nothing of it.
        """
        with self._building:
            if self._id is None:
                self._id = self._made()
            return self._id

    def _made(self) -> str:
        """Only what is known to be of these contents is ever called by their hash, even if this is killed."""
        cli, name = self.making.cli(), f"s3ecs:{self.source()}"
        unproven = f"{name}-{secrets.token_hex(4)}"
        lines = self.making.lines_of(_shown(self.build.folder))
        try:
            made = build(cli, self.build, self.platform, unproven, lines=lines, anew=self.making.anew)
            self._refuse_changed()
            cli.run("tag", made, name)
        finally:
            with suppress(CliFailed):
                cli.run("rmi", unproven)  # the name alone, where the image has the other one
        return made

    def _refuse_changed(self) -> None:
        """A build reads the folder for itself, some time after it was looked at."""
        if now := _named(changes(self.look().parts, self._looked().parts)):
            raise UsageError(
                f"{_shown(self.build.folder)} has changed since it was looked at: {now}",
                hint=f"run this again; leave out in {NAME} what is written to all the time",
            )

    def push(self, aws: Aws, repository: str, tag: str) -> None:
        """Build it where that has not been done, and push it into the repository of this URI."""
        made = self.make()
        lines = self.making.lines_of(repository.partition("/")[2])
        push(self.making.cli(), made, f"{repository}:{tag}", _registry(aws), lines=lines)
        source = self.look()
        cache.save(PUSHED, repository, {"source": source.hash, "parts": dict(source.parts)})

    def changed(self, repository: str | None) -> str:
        """In words, what is not as it was at the last push into the repository of this URI, None for one to be made."""
        if repository is None:
            return "new"
        before = cache.load(PUSHED, repository).get("parts")
        if not isinstance(before, dict):
            return "changed; what the last push held is not known here"
        names = _named(changes(before, self.look().parts))
        return f"changed since the last push from here: {names}" if names else "not there"


def _named(names: list[str]) -> str:
    """The first of them; nothing where there are none."""
    return ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")


def _shown(folder: Path) -> str:
    """A folder, from where one stands."""
    whole, here = os.path.abspath(folder), os.path.relpath(folder)  # noqa: PTH100 - texts, nothing is looked at
    return min(here, whole, key=len)


def _found() -> ContainerCli:
    found = ContainerCli.find()
    if found is None:
        raise UsageError(
            "there is no container CLI to build with",
            hint=f"install one of {', '.join(NAMES)}, or name another one in {VARIABLE}",
        )
    return found


def _registry(aws: Aws) -> Registry:
    """AWS: the token is ``AWS:`` and a password in base64, and is good for twelve hours."""
    (found,) = aws.client("ecr").get_authorization_token()["authorizationData"]
    user, _, password = base64.b64decode(found["authorizationToken"]).decode().partition(":")
    return Registry(found["proxyEndpoint"].removeprefix("https://").removeprefix("http://"), user, password)
