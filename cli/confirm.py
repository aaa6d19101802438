"""``tally confirm`` and ``tally dispute``: what somebody says of a line about them.

Both are the person's own voice. For somebody without a key a facilitator records it, with a
witness whom the person chose. Silence is neutral; nobody is paid for confirming.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.lazy import Command
from cli.workspace import with_workspace
from cli.writing import Behalf, Manner, on_behalf, writes

if TYPE_CHECKING:
    from cli.workspace import Workspace


@click.command(
    cls=Command, example='tally confirm 17 --recorded-for "Ben Okri" --witness "Dana Reyes"'
)
@click.argument("lines", metavar="LINE…", nargs=-1, required=True)
@on_behalf
@writes
@with_workspace
def confirm(ws: Workspace, lines: tuple[str, ...], behalf: Behalf, manner: Manner) -> None:
    """Say that a LINE about you (its number or hash) is right."""
    _answer(ws, "record-confirmed/v1", lines, {}, behalf, manner)


@click.command(cls=Command, example='tally dispute 17 --reason "It was two evenings, not one"')
@click.argument("lines", metavar="LINE…", nargs=-1, required=True)
@click.option("--reason", help="What is not right (kept apart, erasable).")
@click.option("--hidden", is_flag=True, help="You sign for somebody who is not to be named.")
@click.option("--raiser", help="With --hidden: who it was (kept apart, erasable).")
@on_behalf
@writes
@with_workspace
def dispute(
    ws: Workspace,
    lines: tuple[str, ...],
    reason: str | None,
    hidden: bool,
    raiser: str | None,
    behalf: Behalf,
    manner: Manner,
) -> None:
    """Say that a LINE about you (its number or hash) is not right."""
    values = {"reason": reason, "raiser": raiser}
    _answer(ws, "record-disputed/v1", lines, values, behalf, manner, hidden=hidden)


def _answer(
    ws: Workspace,
    type: str,
    lines: tuple[str, ...],
    values: dict[str, str | None],
    behalf: Behalf,
    manner: Manner,
    *,
    hidden: bool = False,
) -> None:
    from cli.answering import tell
    from cli.names import find_line, hash_of
    from cli.writer import Writer

    writer = Writer(ws)
    # All lines are found before the first is written: a typing mistake leaves nothing half done.
    found = [find_line(ws.ledger, text) for text in lines]
    for entry in found:
        body = {"line": hash_of(entry), "hidden": hidden or None, **ws.on_behalf(behalf)}
        tell(ws, writer.write(type, body, values, manner=manner))
