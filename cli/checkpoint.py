"""``tally checkpoint``: the signed statement of size and root, and who else has seen it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.lazy import Group
from cli.workspace import with_workspace

if TYPE_CHECKING:
    from cli.workspace import Workspace
    from ledger.checkpoint import Checkpoint


@click.group(cls=Group)
def checkpoint() -> None:
    """Make, show, witness and compare checkpoints."""


@checkpoint.command("make", example="tally checkpoint make")
@with_workspace
def make(ws: Workspace) -> None:
    """Sign the ledger as it stands: its size and its root hash."""
    from ledger.checkpoint import parse_checkpoint

    made = parse_checkpoint(make_checkpoint(ws))
    ws.out.answer(_form(made), f"✔ Checkpoint at {_words(made)}.")


@checkpoint.command("show", example="tally checkpoint show")
@click.option("--size", type=int, help="The one at this size; the newest if left out.")
@with_workspace
def show(ws: Workspace, size: int | None) -> None:
    """Show a checkpoint as the signed note it is: text to print, send or post."""
    from ledger.checkpoint import parse_checkpoint

    note = _note(ws, size)
    ws.out.answer(
        _form(parse_checkpoint(note)) | {"note": note.decode()}, note.decode().rstrip("\n")
    )


@checkpoint.command(
    "witness",
    example="tally checkpoint witness --key witness-key --name example.org/witness --memory seen",
)
@click.option("--name", required=True, help="The name of the witness.")
@click.option(
    "--memory",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the witness remembers what it saw; never delete it.",
)
@with_workspace
def witness(ws: Workspace, name: str, memory: Path) -> None:
    """Cosign the newest checkpoint as a witness, with the witness's own key (--key FILE).

    A witness signs only what follows from what it saw before. A second past is refused and kept.
    """
    from cli.errors import NoKey
    from cli.keyfiles import read_key_file
    from ledger.checkpoint import add_signature, parse_checkpoint
    from ledger.note import VerifierKey
    from ledger.witness import FileWitness, encode_request

    if ws.settings.key is None:
        raise NoKey("A witness signs with a key of its own.", "Name it with --key FILE.")
    key = ws.keys.open(read_key_file(Path(ws.settings.key).expanduser()))
    seen = FileWitness(memory, name, key, [VerifierKey.parse(ws.ledger.keyring().log_vkey)])
    note = _note(ws, None)
    found = parse_checkpoint(note)
    before = seen.latest(found.origin)
    old = parse_checkpoint(before).size if before else 0
    proof = ws.ledger.consistency(old, found.size) if 0 < old <= found.size else []
    line = seen.add_checkpoint(
        encode_request(old, proof, note), int(ws.settings.clock().timestamp())
    )
    ws.ledger.store.replace_checkpoint(found.size, add_signature(note, line))
    words = [
        f"✔ {name} has cosigned the checkpoint at {_words(found)}.",
        f"  To ask for it in a policy: witness {name} {seen.verifier.text}",
    ]
    ws.out.answer(_form(found) | {"witness": seen.verifier.text, "line": line.strip()}, words)


@checkpoint.command("compare", example="tally checkpoint compare poster.txt")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_workspace
def compare(ws: Workspace, file: Path) -> None:
    """Compare a checkpoint from elsewhere (a poster, another person) with this ledger."""
    from cli.errors import CANNOT_BE_CHECKED, DOES_NOT_MATCH, CliError
    from ledger.checkpoint import parse_checkpoint
    from ledger.encoding import b64encode

    theirs = parse_checkpoint(file.read_bytes())
    if theirs.origin != ws.config.origin:
        raise CliError(
            f"{file} is a checkpoint of another ledger: expected {ws.config.origin}, "
            f"found {theirs.origin}.",
            exit_code=CANNOT_BE_CHECKED,
        )
    size = ws.ledger.head().size
    if theirs.size > size:
        raise CliError(
            f"{file} is of {theirs.size} entries, and this ledger has only {size}.",
            "Either this copy is an old one, or entries were taken away: ask for the newest.",
            exit_code=DOES_NOT_MATCH,
        )
    ours = ws.ledger.root_at(theirs.size)
    if ours != theirs.root:
        raise CliError(
            f"The first {theirs.size} entries do not match {file}: expected the root "
            f"{b64encode(theirs.root)}, found {b64encode(ours)}.",
            "There are two pasts of this ledger. Keep both files; `tally verify` looks closer.",
            exit_code=DOES_NOT_MATCH,
        )
    _require_signed(ws, file)
    ws.out.answer(
        _form(theirs) | {"ok": True},
        f"✔ The same: the first {theirs.size} of {size} entries here are those of {file}.",
    )


def make_checkpoint(ws: Workspace) -> bytes:
    """Sign a checkpoint at the head, or give the one that is there.

    Raises:
        NoKey: the log's key is not here.
    """
    from cli.errors import NoKey

    key = ws.log_key()
    if key is None:
        raise NoKey(
            f"The log's key is not here: expected {ws.keys.directory / 'log'}.",
            "Only the steward who has it can sign a checkpoint.",
        )
    return ws.ledger.make_checkpoint(key)


def _require_signed(ws: Workspace, file: Path) -> None:
    """A file that nobody signed proves nothing, even when its root is right."""
    from ledger.policy import Policy

    Policy.parse(ws.policy_path.read_bytes()).open(file.read_bytes())


def _note(ws: Workspace, size: int | None) -> bytes:
    from cli.errors import WrongInput

    kept = dict(ws.ledger.checkpoints())
    if not kept:
        raise WrongInput("There is no checkpoint yet.", "Make one: tally checkpoint make")
    if size is None:
        return kept[max(kept)]
    if size not in kept:
        sizes = ", ".join(str(known) for known in sorted(kept)[-5:])
        raise WrongInput(f"There is no checkpoint at size {size}.", f"The newest are at {sizes}.")
    return kept[size]


def _form(found: Checkpoint) -> dict[str, object]:
    from ledger.encoding import b64encode

    return {"origin": found.origin, "size": found.size, "root": b64encode(found.root)}


def _words(found: Checkpoint) -> str:
    from ledger.encoding import b64encode
    from projections.stage_common import many

    return f"{many(found.size, 'entry', 'entries')}, root {b64encode(found.root)}"
