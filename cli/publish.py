"""``tally publish``: the directory that strangers check with nothing but its files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.lazy import Command
from cli.workspace import with_workspace

if TYPE_CHECKING:
    from cli.workspace import Workspace


@click.command(cls=Command, example="tally publish www/ledger --class public")
@click.argument("directory", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--class",
    "shown_to",
    type=click.Choice(["public", "auditor"]),
    default="public",
    show_default=True,
    help="public: what anyone may see; auditor: every entry.",
)
@click.option(
    "--proof", "lines", multiple=True, metavar="LINE", help="Include a proof of an entry."
)
@click.option(
    "--policy",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Policy to enclose; the ledger's own if left out.",
)
@with_workspace
def publish(
    ws: Workspace, directory: Path, shown_to: str, lines: tuple[str, ...], policy: Path | None
) -> None:
    """Write or update the published directory DIR, with a fresh checkpoint."""
    from cli.checkpoint import make_checkpoint
    from cli.names import find_line
    from ledger.publish import publish as write

    proofs = [find_line(ws.ledger, text).index for text in lines]
    if ws.log_key() is not None:
        make_checkpoint(ws)
    done = write(
        ws.ledger, directory, shown_to, (policy or ws.policy_path).read_bytes(), proofs=proofs
    )
    form = {
        "directory": str(done.path),
        "class": done.cls,
        "size": done.checkpoint.size,
        "checkpoints": done.checkpoints,
        "added": done.added,
        "withheld": done.withheld,
        "withdrawn": done.withdrawn,
        "disclosures": done.disclosures,
    }
    shown = done.checkpoint.size - done.withheld - done.withdrawn
    words = [
        f"✔ {directory} now shows {shown} of {done.checkpoint.size} entries ({done.cls}): "
        f"{done.withheld} withheld from this class, {done.withdrawn} withdrawn, "
        f"{done.added} new.",
        f"  Anyone can check it: tally verify {directory} --policy POLICY",
    ]
    ws.out.answer(form, words)
