"""What a writing command says when it is done, in one form for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.names import short

if TYPE_CHECKING:
    from cli.workspace import Workspace
    from cli.writer import Written


def tell(
    workspace: Workspace, written: Written, made: str | None = None, *, then: str = ""
) -> None:
    """Answer for one written entry; ``made`` is the id it brought into being, ``then`` what next.

    With ``-q`` only the id (or the index) is printed, so that a script can keep it.
    """
    form = written.as_json() | ({"id": made} if made else {})
    if workspace.settings.quiet and not workspace.settings.json:
        click.echo(made or str(written.index))
        return
    what = f"{written.line} ({short(made)})" if made else written.line
    if written.recorded:
        words = [f"✔ Entry {written.index}: {what}."]
        if then:
            words.append(f"  {then}")
    else:
        words = [f"Would be entry {written.index}: {what}.", "Nothing was recorded (--dry-run)."]
    workspace.out.answer(form, words)
