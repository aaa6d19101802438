"""Facts kept beside an open ledger: given to views, let go of, and held against the entries.

A ledger directory has its facts in ``facts.db`` (``kept_file``); ``keep_beside`` says where, once,
and every view that reads that ledger counts from there. The file proves nothing: who doubts a
figure deletes it, and ``tally verify`` holds it against the entries.

Source: design.md, «Store» and «Projections».
"""

from __future__ import annotations

import sqlite3
from collections.abc import Set
from contextlib import closing, suppress
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from ledger.errors import StorageFailed
from projections import kept_stream
from projections.facts import Facts
from projections.kept_file import KeptFacts
from projections.kept_published import Published
from projections.replay import read_facts

if TYPE_CHECKING:
    from ledger.directory import Directory
    from ledger.log_read import LedgerReader

#: Where the facts of an open ledger are kept.
_BESIDE: WeakKeyDictionary[LedgerReader | Directory, Path] = WeakKeyDictionary()


def keep_beside(ledger: LedgerReader, path: Path) -> None:
    """From now on keep the facts of this open ledger in the file at ``path``."""
    _BESIDE[ledger] = path


def facts_of(source: LedgerReader | Directory, types: Set[str]) -> Facts:
    """The facts of ``types``: kept ones where they are kept, else read from the record itself.

    A file that is damaged is dropped and made again; where none can be written, the record is read.
    Raises as ``read_facts`` does; and so does reading a fact that is not held (``kept_stream``).
    """
    path = _BESIDE.get(source)
    if path is None:
        return _from_the_record(source, types)
    for _ in range(2):
        try:
            with KeptFacts(path, source) as kept:  # type: ignore[arg-type]  # no directory is in it
                return kept.facts(types)
        except StorageFailed:
            if not _dropped(path):
                break
    return _from_the_record(source, types)


def _from_the_record(source: LedgerReader | Directory, types: Set[str]) -> Facts:
    """Facts kept nowhere: those of a large record in a file without a name, gone with the facts."""
    rows: Any = source if hasattr(source, "entries") else Published(source)
    if rows.head().size > kept_stream.HELD_AT_MOST:
        # Where nothing can be written for the time being, all are held.
        with (
            suppress(StorageFailed, OSError),
            TemporaryDirectory() as folder,
            KeptFacts(Path(folder) / "facts.db", rows) as kept,
        ):
            return kept.facts(types)
    return read_facts(source, types)


def let_go(ledger: LedgerReader) -> None:
    """Take withdrawn entries out of the facts kept beside a ledger, if any are kept.

    A file that cannot be used now loses them at the next reading.
    """
    path = _BESIDE.get(ledger)
    if path is not None and path.exists():
        with suppress(StorageFailed), KeptFacts(path, ledger) as kept:
            kept.catch_up()


def differing(ledger: LedgerReader) -> str:
    """What of the facts kept beside a ledger does not follow from its entries; empty if nothing.

    Reads the whole record anew into a file that is gone afterwards. Raises as ``facts`` does.
    """
    path = _BESIDE.get(ledger)
    if path is None or not path.exists():
        return ""
    with TemporaryDirectory() as folder, KeptFacts(Path(folder) / "facts.db", ledger) as anew:
        anew.catch_up()
        with KeptFacts(path, ledger) as kept:
            kept.catch_up()
            for expected, found in zip_longest(anew.contents(), kept.contents()):
                if expected != found:
                    table, key, *_ = expected or found or ("", "")
                    return f"{table} {key}"
    return ""


def _dropped(path: Path) -> bool:
    """Whether a file that cannot be used was a damaged one, and is gone now."""
    try:
        with closing(sqlite3.connect(path)) as db:
            db.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            return False  # locked, or nobody may write here
        for ending in ("", "-wal", "-shm"):
            Path(f"{path}{ending}").unlink(missing_ok=True)
        return True
    return False
