"""Opening and creating the store of a ledger directory, with what to say when it cannot be.

The vault's file is never made anew for a ledger that has one: an empty vault in the place of a
lost one would look like a ledger whose personal values were all erased.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cli.errors import STORAGE, CliError, NoLedger, sentence
from cli.workspace import CONFIG

if TYPE_CHECKING:
    from cli.workspace import Workspace
    from ledger.errors import StorageFailed
    from ledger.log import Ledger
    from ledger.vault import FileVault

VAULT = "vault.db"
HIGH_WATER = "highwater"
#: Facts kept for views; made anew whenever it is missing.
FACTS = "facts.db"


def create_ledger(workspace: Workspace) -> Ledger:
    """Make the store of a new ledger directory; the ledger is empty until its charter."""
    from ledger.log import Ledger
    from projections.bridge import catalogue
    from projections.kept import keep_beside

    directory = workspace.directory
    ledger = Ledger.create(
        workspace.store_url,
        workspace.config.origin,
        catalogue(),
        workspace.vault,
        high_water=directory / HIGH_WATER,
    )
    keep_beside(ledger, directory / FACTS)
    workspace.adopt(ledger)
    return ledger


def open_ledger(workspace: Workspace) -> Ledger:
    """Open the store of a ledger directory.

    Raises:
        CliError: the store or the vault is missing (exit 5).
        NoLedger: the store holds another ledger than ``tally.toml`` says.
        StorageFailed: it is damaged, or behind its high-water mark.
    """
    from ledger.errors import StorageFailed
    from ledger.log import Ledger
    from projections.bridge import catalogue
    from projections.kept import keep_beside

    directory, config = workspace.directory, workspace.config
    require_files(workspace)
    try:
        ledger = Ledger.open(
            workspace.store_url,
            config.origin,
            catalogue(),
            workspace.vault,
            high_water=directory / HIGH_WATER,
        )
    except StorageFailed as error:
        raise explained(workspace, error) from error
    said = ledger.keyring().origin
    if said != config.origin:
        ledger.close()
        raise NoLedger(
            f"{directory / CONFIG} says that this is the ledger {config.origin}, but the charter "
            f"in {workspace.config.store} is of {said or 'no ledger at all'}.",
            "Somebody else's store lies here, or tally.toml was changed; nothing was written.",
        )
    keep_beside(ledger, directory / FACTS)
    return ledger


def database_path(workspace: Workspace) -> Path | None:
    """The file of a SQLite store; None for a server."""
    prefix = "sqlite:///"
    url = workspace.store_url
    return Path(url.removeprefix(prefix)) if url.startswith(prefix) else None


def explained(workspace: Workspace, error: StorageFailed) -> CliError:
    """Why the store cannot be opened, in words for whoever stands before it."""
    path, origin = database_path(workspace), workspace.config.origin
    what = str(error.__cause__ or error)
    if path is not None and ("not a database" in what or "malformed" in what):
        return CliError(
            f"The store {path} is damaged: expected a SQLite database, found {_found(path)}.",
            "Put it back from the newest backup; `tally verify` then says whether it is whole.",
            exit_code=STORAGE,
        )
    if "holds no ledger" in error.message:
        return CliError(
            f"The store {path or workspace.config.store} does not hold the ledger {origin}.",
            "Either somebody else's store lies here, or `origin` in "
            f"{workspace.directory / CONFIG} was changed; nothing was written.",
            exit_code=STORAGE,
        )
    if path is not None and ("readonly" in what or "unable to open" in what):
        return CliError(
            f"The store {path} cannot be opened: expected to read and write it, {path.name}-wal "
            f"and {path.name}-shm in {path.parent}, found no permission.",
            "See to the permissions of these files and of the directory; to look at a record that "
            "must not be touched, copy its directory and look at the copy. Nothing was changed.",
            exit_code=STORAGE,
        )
    if " could not be migrated: " in error.message:  # the first thing asked of a database
        where, _, why = error.message.partition(" could not be migrated: ")
        why = why.rpartition("Error) ")[2].partition("Is the server")[0].strip()
        return CliError(
            f"{where} cannot be opened: {why.rstrip('.')}.",
            "Is the server running, and is `store` in tally.toml right? What was acknowledged is "
            "kept; nothing was changed by this."
            if path is None
            else sentence(error.hint),
            exit_code=STORAGE,
        )
    return CliError(sentence(error.message), sentence(error.hint), exit_code=STORAGE)


def open_vault(workspace: Workspace) -> FileVault:
    """The vault of a ledger directory.

    Raises:
        CliError: it cannot be read, or is something else (exit 5); others could read it (exit 4).
    """
    from ledger.errors import Malformed, StorageFailed
    from ledger.vault import FileVault

    path = workspace.directory / VAULT
    try:
        return FileVault(path)
    except (Malformed, StorageFailed) as error:
        damaged = isinstance(error, Malformed)
        raise CliError(
            f"The vault {path} cannot be "
            + (
                "read: expected the file that holds the data keys, found something else."
                if damaged
                else "opened: expected to read and write it, found no permission or a disk error."
            ),
            "Put it back from its own backup." if damaged else "See to its permissions: chmod 600.",
            exit_code=STORAGE,
        ) from error


def _found(path: Path) -> str:
    with path.open("rb") as file:
        magic = file.read(16)
    return "one that is cut off or altered" if magic.startswith(b"SQLite format 3") else "none"


def require_files(workspace: Workspace) -> None:
    """Raise CliError (exit 5) when the file of the store or of the vault is not there."""
    path = database_path(workspace)
    if path is not None and not path.is_file():
        raise CliError(
            f"The store {path} is missing.",
            f"Put it back from a backup, or correct `store` in {workspace.directory / CONFIG}.",
            exit_code=STORAGE,
        )
    vault = workspace.directory / VAULT
    if not vault.is_file():
        raise CliError(
            f"The vault {vault} is missing, so no name or other personal value can be read.",
            "Put it back from its own backup. If it is lost for good, make an empty one "
            f"(install -m 600 /dev/null {vault}): values recorded so far stay unreadable, and "
            "everything else still verifies.",
            exit_code=STORAGE,
        )
