"""Command classes that load late: a name, a line of help, and where the code lies.

``tally --help`` and completion print names and help lines from the table and import nothing;
the module of a subcommand is imported when that subcommand runs. A test compares the table's
help lines with those of the loaded commands, so they cannot drift apart.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import click

from cli.settings import global_options, settings_of

EVERYWHERE = "--ledger, --as, --key, --json, --no-input, --no-color and -q work here too."


class Command(click.Command):
    """A command that takes the global options after its name and shows one example."""

    def __init__(self, *args: Any, example: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.example = example
        taken = {flag for option in self.params for flag in option.opts}
        self.params.extend(
            option for option in global_options(hidden=True) if not taken & set(option.opts)
        )

    def invoke(self, ctx: click.Context) -> Any:
        """Run with the colour setting in force, wherever on the line it was given."""
        if settings_of(ctx).color is False:
            ctx.color = False
        return super().invoke(ctx)

    def format_epilog(
        self,
        ctx: click.Context,  # noqa: ARG002  click's signature
        formatter: click.HelpFormatter,
    ) -> None:
        """The example, then one line about the options every command has."""
        if self.example:
            with formatter.section("Example"):
                for line in self.example.splitlines():
                    formatter.write(f"{'':>{formatter.current_indent}}{line}\n")
        formatter.write_paragraph()
        formatter.write_text(EVERYWHERE)


class Group(click.Group):
    """A group of ``Command``; its members may be named in a table and loaded when used.

    ``lazy`` maps a command's name to ``("module:attribute", "line of help")``.
    """

    command_class = Command

    def __init__(
        self, *args: Any, lazy: Mapping[str, tuple[str, str]] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lazy = dict(lazy or {})
        if not any(
            isinstance(option, click.Option) and option.name == "ledgers" for option in self.params
        ):
            self.params.extend(global_options(hidden=True))

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        """Names in the order in which people need them: a group's own, then those of its table."""
        return [*(name for name in self.commands if name not in self.lazy), *self.lazy]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of ``cmd_name`` and give its command."""
        if cmd_name not in self.lazy:
            return super().get_command(ctx, cmd_name)
        module, _, attribute = self.lazy[cmd_name][0].partition(":")
        command = getattr(importlib.import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{module}:{attribute} is not a command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with the nearest names when there is no such command."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            import difflib

            near = difflib.get_close_matches(args[0], self.list_commands(ctx), n=3)
            meant = f" Did you mean {' or '.join(near)}?" if near else ""
            known = f" `{ctx.command_path} --help` lists the commands."
            raise click.UsageError(
                f"There is no command {args[0]!r}.{meant}{known}", ctx
            ) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, from the table alone where there is one."""
        rows = []
        for name in self.list_commands(ctx):
            if name in self.lazy:
                rows.append((name, self.lazy[name][1]))
            else:
                command = self.get_command(ctx, name)
                if command is not None and not command.hidden:
                    rows.append((name, command.get_short_help_str(limit=100)))
        with formatter.section("Commands"):
            formatter.write_dl(rows)
