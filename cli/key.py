"""``tally key``: who signs with what.

A new key is written to its file before it is enrolled, so that no enrolled key can be lost; when
the enrolment is refused the file is taken away again.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.lazy import Group
from cli.workspace import with_workspace
from cli.writing import Manner, writes

if TYPE_CHECKING:
    from cli.keyfiles import KeyFile
    from cli.workspace import Workspace
    from ledger.keys import SigningKey

REASONS = ("lost", "stolen", "replaced", "left", "mistake", "unsaid")


@click.group(cls=Group)
def key() -> None:
    """Make, list, rotate and revoke signing keys."""


@key.command("new", example='tally key new "Ben Okri"')
@click.argument("who", metavar="PERSON")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write it; keys/NAME if left out.",
)
@click.option("--no-passphrase", is_flag=True, help="Leave it unprotected.")
@writes
@with_workspace
def new(ws: Workspace, who: str, output: Path | None, no_passphrase: bool, manner: Manner) -> None:
    """Make a key for PERSON and enrol it. From the next entry on it speaks for them."""
    from cli.answering import tell
    from cli.founding import key_file_name
    from cli.writer import Writer
    from ledger.keys import SigningKey

    writer, person = Writer(ws), ws.people.find(who)
    author, fresh = writer.acting(), SigningKey.generate()
    body = {
        "person": person,
        "key": fresh.key_id,
        "public": fresh.public.hex(),
        "via": _via(author, person),
    }
    path = output or _free(ws.keys.directory / key_file_name(ws.people.label(person)), fresh.key_id)
    with _written(ws, fresh, path, none=no_passphrase, dry_run=manner.dry_run):
        written = writer.write(
            "key-enrolled/v1", body, author=author, manner=manner, extra_keys=[fresh]
        )
    tell(ws, written, then=f"The key is in {path}. Whoever has this file can sign as them.")


@key.command("list", example="tally key list")
@with_workspace
def list_keys(ws: Workspace) -> None:
    """List every key ever enrolled, whose it is, and which file holds it."""
    rows = _rows(ws)
    columns = (("key", "KEY"), ("state", "STATE"), ("holder", "HOLDER"), ("file", "FILE"))
    if ws.settings.json:
        ws.out.answer(rows, "")
        return
    ws.out.rows([{**row, "key": row["key"][:12]} for row in rows], columns, "No key is enrolled.")


@key.command("show", example="tally key show ana-silva")
@click.argument("which", metavar="KEY")
@with_workspace
def show(ws: Workspace, which: str) -> None:
    """Show one key, named by its id (or enough of it), its file, or its holder."""
    row = next(row for row in _rows(ws) if row["key"] == _find(ws, which))
    ws.out.answer(
        row, [f"{name:8} {value if value is not None else '–'}" for name, value in row.items()]
    )


@key.command("rotate", example="tally key rotate")
@click.option("--no-passphrase", is_flag=True, help="Leave the new one unprotected.")
@writes
@with_workspace
def rotate(ws: Workspace, no_passphrase: bool, manner: Manner) -> None:
    """Exchange your key for a new one (with --as operator: the operator's event key).

    The old file is kept under another name; the old key signs nothing any more.
    """
    from cli.answering import tell
    from cli.writer import Writer
    from ledger.keys import SigningKey

    writer = Writer(ws)
    author = writer.acting()
    old, fresh = writer.key_of(author), SigningKey.generate()
    file = ws.keys.file_of(old.key_id)
    operators = author.startswith("operator:")
    body = {"old": old.key_id, "new": fresh.key_id, "public": fresh.public.hex()}
    path = (file.path if file else ws.keys.directory / "key").with_suffix(".new")
    with _written(ws, fresh, path, none=no_passphrase, dry_run=manner.dry_run):
        written = writer.write(
            "operator-key-rotated/v1" if operators else "key-rotated/v1",
            body,
            author=author,
            manner=manner,
            extra_keys=[fresh],
        )
    if written.recorded and file is not None:
        ended = _free(file.path.with_name(f"{file.name}.ended"), old.key_id)
        file.path.rename(ended)
        path.rename(file.path)
        path = file.path
    tell(ws, written, then=f"The new key is in {path}; back it up.")


@key.command("revoke", example='tally key revoke "Ben Okri" --reason lost')
@click.argument("which", metavar="KEY")
@click.option("--reason", type=click.Choice(REASONS), default="unsaid", help="Why, as a code.")
@click.option(
    "--suspect-from", metavar="LINE", help="Entries of that key from here on are in doubt."
)
@click.option("--yes", is_flag=True, help="Even if it is your last key.")
@writes
@with_workspace
def revoke(
    ws: Workspace, which: str, reason: str, suspect_from: str | None, yes: bool, manner: Manner
) -> None:
    """End a key, named by its id (or enough of it), its file, or its holder."""
    from cli.answering import tell
    from cli.names import find_line
    from cli.writer import Writer

    found = _find(ws, which)
    if not yes:
        _not_the_last(ws, found)
    body = {
        "key": found,
        "reason": reason,
        "suspect_from": find_line(ws.ledger, suspect_from).index if suspect_from else None,
    }
    tell(ws, Writer(ws).write("key-revoked/v1", body, manner=manner))


def _not_the_last(ws: Workspace, key_id: str) -> None:
    """Raise WrongInput when nothing could be signed in the name of who acts once this key ends."""
    from cli.authors import acting
    from cli.errors import WrongInput

    author = acting(ws)
    keys = [record.key_id for record in ws.ledger.keyring().keys_of(author)]
    if keys == [key_id]:
        raise WrongInput(
            f"This is the last key of {ws.people.label(author)}, who acts here: without it nothing "
            "can be signed in their name, nor a new key given by them.",
            "To exchange it for a new one: tally key rotate. If it must end all the same, because "
            "somebody else can give a new one: add --yes.",
        )


class _written:  # noqa: N801  used as a context manager, like a function
    """The key lies in its file while the block enrols it, and is taken away if that fails."""

    def __init__(
        self, ws: Workspace, key: SigningKey, path: Path, *, none: bool, dry_run: bool
    ) -> None:
        from cli.keyfiles import new_passphrase

        self._path = None if dry_run else path
        if self._path is not None:
            key.save(path, new_passphrase(ws.settings, f"the new key {path.name}", none=none))

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if error is not None and self._path is not None:
            self._path.unlink(missing_ok=True)


def _via(author: str, person: str) -> str:
    if author.startswith("operator:"):
        return "operator"
    return "person" if author == person else "grant"


def _free(path: Path, key_id: str) -> Path:
    """``path``, or the same name with the beginning of the key id when it is taken."""
    return path.with_name(f"{path.name}-{key_id[:8]}") if path.exists() else path


def _rows(ws: Workspace) -> list[dict[str, Any]]:
    files = {file.key_id: file for file in ws.keys.files()}
    rows = [
        {
            "key": record.key_id,
            "holder": ws.people.label(record.holder),
            "person": record.holder,
            "state": "live" if record.revoked_at is None else f"ended at {record.revoked_at}",
            "since": record.enrolled_at,
            "via": record.via,
            "suspect_from": record.suspect_from,
            "file": _file(files.pop(record.key_id, None)),
        }
        for record in ws.ledger.keyring().keys()  # noqa: SIM118  not a mapping
    ]
    for file in files.values():
        log = file.name == "log"
        rows.append(
            {
                "key": file.key_id,
                "holder": "the log (signs checkpoints)" if log else None,
                "person": None,
                "state": "live" if log else "not enrolled",
                "since": None,
                "via": None,
                "suspect_from": None,
                "file": _file(file),
            }
        )
    return rows


def _file(file: KeyFile | None) -> str | None:
    return None if file is None else file.name + ("" if file.encrypted else " (no passphrase)")


def _find(ws: Workspace, text: str) -> str:
    """The id of the key that ``text`` names.

    Raises:
        WrongInput: none, or several.
    """
    from cli.errors import WrongInput

    rows = _rows(ws)
    by_id = [row["key"] for row in rows if len(text) >= 4 and row["key"].startswith(text.lower())]
    by_file = [file.key_id for file in ws.keys.files() if text in (file.name, str(file.path))]
    for found in (by_id, by_file):
        if len(found) == 1:
            return str(found[0])
    person = ws.people.find(text)
    held = [record.key_id for record in ws.ledger.keyring().keys_of(person)]
    if not held:
        ended = [f"{row['key'][:12]} {row['state']}" for row in rows if row["person"] == person]
        raise WrongInput(
            f"{ws.people.label(person)} has no key that may sign"
            + (f": {', '.join(ended)}." if ended else "."),
            "`tally key list` shows every key and its state.",
        )
    if len(held) != 1:
        raise WrongInput(
            f"{ws.people.label(person)} has {len(held)} keys that may sign.",
            "Name one by its id: `tally key list` shows them.",
        )
    return held[0]
