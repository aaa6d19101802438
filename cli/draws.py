"""``tally decision draw``: a drawer's part in drawing people by lot, sealing first, showing later.

The secret is made here, kept in a file that only its drawer may read, and shown once every drawer
has sealed one. It is written down before it is sealed: a seal without it would end the draw.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.lazy import Command
from cli.workspace import with_workspace
from cli.writing import Manner, writes

if TYPE_CHECKING:
    from cli.workspace import Workspace


@click.command("draw", cls=Command, example='tally decision draw "Who sits?" --as "Ben Okri"')
@click.argument("which", metavar="DECISION")
@click.option(
    "--secret",
    "file",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where your secret is kept; in state/draws if left out.",
)
@writes
@with_workspace
def draw(ws: Workspace, which: str, file: Path | None, manner: Manner) -> None:
    """Draw people by lot, in two steps: the first time you seal a secret, the second you show it.

    It is for those named as drawers when the draw was opened. Nobody is shown a secret before all
    are sealed, so nobody can choose theirs by the others'. Without all of them there is no draw.
    """
    from cli.answering import tell
    from cli.standing import standing
    from cli.writer import Writer

    decided = ws.need("decision", which)
    stand, writer = standing(ws, decided), Writer(ws)
    person = writer.acting()
    path = file or _place(ws, decided, person)
    fields = {"decision": decided, "person": person}
    if person in stand.ballots.seals:
        written = writer.write("draw-revealed/v1", fields | {"secret": _read(path)}, manner=manner)
        left = [one for one in stand.opened.electorate if one not in stand.ballots.secrets]
        names = [ws.people.label(one) for one in left if one != person]
        then = (
            f"Still to show theirs: {', '.join(names)}" if names else "Next: tally decision close"
        )
        tell(ws, written, then=then)
        return
    from domain.lot import seal

    secret = _kept(path, mine=file is None, dry_run=manner.dry_run)
    sealed = seal(decided, person, secret)
    written = writer.write("draw-sealed/v1", fields | {"seal": sealed}, manner=manner)
    tell(
        ws,
        written,
        then=f"Your secret is in {path}: show it to nobody, and lose it not. Once every drawer has "
        "sealed theirs, run this again to show it.",
    )


def _place(ws: Workspace, decided: str, person: str) -> Path:
    def name(one: str) -> str:
        return one.partition(":")[2]

    return ws.directory / "state" / "draws" / f"{name(decided)}-{name(person)}"


def _kept(path: Path, *, mine: bool, dry_run: bool) -> str:
    """A new secret, written down; the one left from a run that was refused or cut short."""
    from cli.errors import WrongInput
    from ledger.files import write_file

    if path.exists() and mine:  # it is of this draw and person alone, and was never shown
        return _read(path)
    if path.exists():
        raise WrongInput(
            f"{path} exists already, and may be the secret of another draw.",
            "Name another file with --secret, or remove it if you know that it is none.",
        )
    secret = secrets.token_hex(32)
    if dry_run:
        return secret
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_file(path, f"{secret}\n".encode(), mode=0o600)
    return secret


def _read(path: Path) -> str:
    from cli.errors import WrongInput

    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise WrongInput(
            f"Your secret cannot be read from {path}.",
            "Name the file with --secret. If it is lost, this draw cannot be held: after its last "
            "day it is closed without a result, and a new one is opened.",
        ) from error
