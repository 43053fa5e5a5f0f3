"""A group of commands whose descriptions a shell is given whole; click cuts them at 45 characters."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class Group(click.Group):
    """``describe`` says in a sentence what each of its commands does."""

    def describe(self, context: click.Context, name: str) -> str:
        """What the help of a command begins with."""
        command = self.get_command(context, name)
        return "" if command is None else command.get_short_help_str(sys.maxsize)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Its commands, and then what any command has to offer."""
        from click.shell_completion import CompletionItem

        names = [name for name in self.list_commands(ctx) if name.startswith(incomplete)]
        offered = [CompletionItem(name, help=self.describe(ctx, name)) for name in names]
        return [*offered, *click.Command.shell_complete(self, ctx, incomplete)]
