"""One place where we reach into moto."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from importlib import import_module
from typing import Any


@dataclass(frozen=True)
class Seam:
    """A function or method of moto that we replace: where it is and which parameters it takes."""

    module: str
    path: str
    parameters: str

    def holder(self) -> tuple[Any, str]:
        """The module or class that holds the function, and its name there."""
        *outer, name = self.path.split(".")
        holder = import_module(self.module)
        for part in outer:
            holder = getattr(holder, part)
        return holder, name

    def problem(self) -> str | None:
        """What is wrong with this seam in the installed moto; None when nothing is."""
        try:
            holder, name = self.holder()
            found = tuple(inspect.signature(getattr(holder, name)).parameters)
        except (ImportError, AttributeError) as error:
            return f"{self.module}:{self.path}: {error}"
        if found != tuple(self.parameters.split()):
            return f"{self.module}:{self.path} takes ({', '.join(found)})"
        return None
