"""What holds for every command: which ledger, who acts, and how to answer.

The same options may stand before or after the subcommand (``tally --json log`` and
``tally log --json`` are one), so each is parsed into one ``Settings`` value that travels as
click's ``obj``. The clock is part of it: tests and demonstrations hand one in; nothing in the
environment can move it, because the ledger date an operator signs should never depend on a
variable somebody forgot to unset.

Imports click only: ``tally --help`` is instant because nothing here is heavy.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def now() -> datetime:
    """The moment it is now, in UTC, whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


def at_terminal() -> bool:
    """Whether somebody sits here who can read a question and answer it."""
    return sys.stdin.isatty() and sys.stderr.isatty()


class Settings:
    """The answers to the global options; tests replace ``clock`` and ``terminal``.

    A plain class: importing dataclasses alone would cost a fiftieth of ``tally --help``.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], datetime] = now,
        terminal: Callable[[], bool] = at_terminal,
        **given: Any,
    ) -> None:
        self.ledgers: list[str] = list(given.pop("ledgers", ()))
        self.person: str | None = given.pop("person", None)
        self.key: str | None = given.pop("key", None)
        self.json: bool = given.pop("json", False)
        self.no_input: bool = given.pop("no_input", False)
        self.no_color: bool = given.pop("no_color", False)
        self.quiet: bool = given.pop("quiet", False)
        self.clock = clock
        self.terminal = terminal
        if given:
            raise TypeError(f"Settings has no {', '.join(given)}")

    @property
    def may_ask(self) -> bool:
        """Whether a command may ask for what it was not told; see ``prompting``."""
        return not (self.no_input or self.json) and self.terminal()

    @property
    def color(self) -> bool | None:
        """False switches colour off; None leaves it to whether the output is a terminal.

        click 8.5 does not read NO_COLOR itself (https://no-color.org: any value but empty).
        """
        return False if self.no_color or os.environ.get("NO_COLOR") else None


def settings_of(ctx: click.Context) -> Settings:
    """The one ``Settings`` of this run, made on first use."""
    root = ctx.find_root()
    if not isinstance(root.obj, Settings):
        root.obj = Settings()
    if ctx.obj is not root.obj:
        ctx.obj = root.obj
    return root.obj


def _keep(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    if value is None or value is False or value == ():
        return
    settings = settings_of(ctx)
    if param.name == "ledgers":
        settings.ledgers.extend(value)
    else:
        setattr(settings, str(param.name), value)
    if param.name == "no_color":
        ctx.find_root().color = ctx.color = False


#: name of the setting, flags, more; ``--ledger`` may be repeated for a portfolio.
_GLOBAL: tuple[tuple[str, tuple[str, ...], dict[str, Any]], ...] = (
    (
        "ledgers",
        ("--ledger",),
        {"multiple": True, "metavar": "DIR", "help": "Ledger directory (or TALLY_LEDGER)."},
    ),
    (
        "person",
        ("--as",),
        {"metavar": "PERSON", "help": "Who acts: a name or a person: id."},
    ),
    ("key", ("--key",), {"metavar": "FILE", "help": "Sign with this key file."}),
    ("json", ("--json",), {"is_flag": True, "help": "Answer in JSON, on stdout only."}),
    ("no_input", ("--no-input",), {"is_flag": True, "help": "Never ask; fail instead."}),
    ("no_color", ("--no-color",), {"is_flag": True, "help": "No colours (as NO_COLOR does)."}),
    ("quiet", ("-q", "--quiet"), {"is_flag": True, "help": "Say only what was asked for."}),
)


def global_options(*, hidden: bool) -> list[click.Option]:
    """Fresh option objects: shown in ``tally --help``, hidden (but working) on subcommands."""
    return [
        click.Option(
            [*flags, name], expose_value=False, callback=_keep, hidden=hidden, is_eager=True, **more
        )
        for name, flags, more in _GLOBAL
    ]
