"""Who acts, and with which key.

    --as PERSON (or «operator»), else the holder of --key FILE, else the person in tally.toml

A person's key is the one named by --key, else the newest of theirs whose file lies in ``keys/``. A
key that is not theirs, never enrolled or ended is refused before anything is signed. Nobody signs
unasked: whoever signs as well is named by --cosigner, and their key lies in ``keys/``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cli.errors import NoKey, WrongInput
from cli.keyfiles import read_key_file
from cli.names import short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cli.workspace import Workspace
    from ledger.keyring import KeyRecord
    from ledger.keys import SigningKey


def acting(workspace: Workspace) -> str:
    """The id that acts in this run.

    Raises:
        WrongInput: --as names nobody, or nobody is named anywhere.
    """
    settings, keyring = workspace.settings, workspace.ledger.keyring()
    if settings.person == "operator":
        return keyring.key(keyring.operator_key).holder
    if settings.person is not None:
        return workspace.people.find(settings.person)
    if settings.key is not None:
        record = keyring.get(read_key_file(Path(settings.key).expanduser()).key_id)
        if record is not None:
            return record.holder
    if workspace.config.person:
        return workspace.config.person
    raise WrongInput(
        "Nobody is named who acts.", 'Say who: --as PERSON, or write person = "…" in tally.toml.'
    )


def key_of(workspace: Workspace, author: str) -> SigningKey:
    """The key ``author`` signs with.

    Raises:
        NoKey: it is not here, not enrolled, ended, or somebody else's.
    """
    keyring = workspace.ledger.keyring()
    who = workspace.people.label(author)
    if workspace.settings.key is not None:
        file = read_key_file(Path(workspace.settings.key).expanduser())
        record = keyring.get(file.key_id)
        if record is None or record.holder != author or record.revoked_at is not None:
            raise _wrong_key(workspace, file.path, who, record)
        return workspace.keys.open(file)
    return _held(workspace, author)


def cosigner_keys(workspace: Workspace, names: Sequence[str], author: str) -> list[SigningKey]:
    """The keys of those who sign beside ``author``, in the order they were named.

    Raises:
        WrongInput: a name is nobody's, or stands for somebody who signs anyhow.
        NoKey: a key is not here.
    """
    signing = [author]
    for name in names:
        person = workspace.people.find(name)
        if person in signing:
            raise WrongInput(
                f"{workspace.people.label(person)} signs this already.",
                "Name with --cosigner who signs as well, each once.",
            )
        signing.append(person)
    return [_held(workspace, person) for person in signing[1:]]


def _held(workspace: Workspace, person: str) -> SigningKey:
    """The newest key of ``person`` that may sign and whose file lies in ``keys/``."""
    files = {file.key_id: file for file in workspace.keys.files()}
    known = workspace.ledger.keyring().keys_of(person)
    who = workspace.people.label(person)
    for record in reversed(known):
        if record.key_id in files:
            return workspace.keys.open(files[record.key_id])
    if known:
        ids = ", ".join(short(record.key_id) for record in known)
        raise NoKey(
            f"The key of {who} is not here: expected {ids} in {workspace.keys.directory}.",
            "Give it with --key FILE, or let somebody record it for them: --recorded-for",
        )
    every = workspace.ledger.keyring().keys()
    ended = [record for record in every if record.holder == person]
    if ended:
        raise NoKey(
            f"Every key of {who} has ended, the last at entry {ended[-1].revoked_at}, so nothing "
            "can be signed in their name.",
            f'Somebody else who holds the power keys can give them one: tally key new "{who}" '
            "--as PERSON",
        )
    raise NoKey(
        f"{who} has no key in this ledger, so nothing can be signed in their name.",
        f'Give them one with `tally key new "{who}"`, or record it for them: --recorded-for',
    )


def _wrong_key(workspace: Workspace, path: Path, who: str, record: KeyRecord | None) -> NoKey:
    hint = f"Use a key of {who}, or say who acts with --as; `tally key list` shows whose is whose."
    if record is None:
        return NoKey(
            f"The key {path} was never enrolled in this ledger, so it signs for nobody here.", hint
        )
    if record.revoked_at is not None:
        return NoKey(
            f"The key {path} ended at entry {record.revoked_at} and signs nothing any more.", hint
        )
    return NoKey(
        f"The key {path} belongs to {workspace.people.label(record.holder)}, not to {who}.", hint
    )
