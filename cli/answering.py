"""What a writing command says when it is done, in one form for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.names import short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cli.workspace import Workspace
    from cli.writer import Written


def tell(
    workspace: Workspace,
    written: Written,
    made: str | None = None,
    *,
    then: str = "",
    also: Sequence[Written] = (),
) -> None:
    """Answer for one written entry; ``made`` is the id it brought into being, ``then`` what next.

    ``also`` are further entries that the same command wrote.

    With ``-q`` only the id (or the index) is printed, so that a script can keep it.
    """
    form = written.as_json() | ({"id": made} if made else {})
    if also:
        form |= {"also": [more.as_json() for more in also]}
    if workspace.settings.quiet and not workspace.settings.json:
        click.echo(made or str(written.index))
        return
    what = f"{written.line} ({short(made)})" if made else written.line
    if written.recorded:
        words = [f"✔ Entry {written.index}: {what}."]
        words += [f"✔ Entry {more.index}: {more.line}." for more in also]
        if then:
            words.append(f"  {then}")
    else:
        words = [f"Would be entry {written.index}: {what}.", "Nothing was recorded (--dry-run)."]
    workspace.out.answer(form, words)
