"""Any flipped byte is found: of every stored row, and of every published file.

A ledger and its auditor directory are altered at one place at a time (``flips.py`` says how), and
checked whole each time. What is found must be named. What changes no verdict stands in a table here
with its reason, and the table is exact. The ledger has three entries (charter, a new key, a note
with three values); in the long run one with everything a ledger can have.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from builder import NOTE, Garden
from flips import (
    SETTLED,
    check_files,
    check_store,
    unnamed_in_directory,
    unnamed_in_store,
    verify_once,
)
from stored import settle_by_hand

from ledger.publish import publish

#: Stored values that may change without any verdict changing, and why.
STORED_HARMLESS: dict[str, str] = {}

#: The same, where a ledger has retained more than one checkpoint.
STORED_HARMLESS_OF_SEVERAL: dict[str, str] = {
    "checkpoint.note": (
        "the name or key id of a witness in one checkpoint: a signature of somebody unknown is not "
        "read (C2SP signed-note), and the other checkpoint has the quorum that is asked for"
    ),
    "checkpoint.ledger_id": (
        "the newest checkpoint is of another ledger, and no entry anchors to it: the record is "
        "whole, and can be signed again; that it never falls behind is for the high-water mark"
    ),
}

#: Files of a directory that may change without any verdict changing, and why.
PUBLISHED_HARMLESS: dict[str, str] = {
    "policy": "the checker brought a policy: the one the publisher suggests is not read",
    ".publisher": "hidden: the publisher's own note to itself, not part of the format",
}


@pytest.fixture
def garden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Garden:
    """Three entries, a checkpoint with both cosignatures; equal verifications are done once."""
    verify_once(monkeypatch)
    made = Garden.start(tmp_path)
    ana = made.person("ana")
    made.say(ana, NOTE, {"about": ana.id}, values={"title": "A", "reason": "b", "story": "c"})
    made.checkpoint()
    return made


@pytest.fixture
def full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Garden:
    """Eighteen entries: several signers, new and ended keys, an erasure, a withdrawal, two days."""
    verify_once(monkeypatch)
    return Garden.full(tmp_path)


def settle(garden: Garden) -> None:
    """Settle all entries, as those of a longer ledger are."""
    database = sqlite3.connect(garden.path / "ledger.db")
    with database:
        settle_by_hand(database)
    database.close()


def test_an_unaltered_ledger_passes(garden: Garden) -> None:
    report = check_store(garden)
    assert report.exit_code == 0, report.findings


def test_every_flip_in_the_stored_rows_is_found_and_named(garden: Garden) -> None:
    tried, silent = unnamed_in_store(garden)
    assert tried > 6000
    assert silent == set(STORED_HARMLESS)
    assert check_store(garden).ok


def test_every_flip_in_what_was_settled_is_found_and_named(garden: Garden) -> None:
    settle(garden)
    tried, silent = unnamed_in_store(garden, SETTLED)
    assert tried > 500
    assert silent == set()
    assert check_store(garden).ok


def test_every_flip_in_the_published_files_is_found_and_named(garden: Garden) -> None:
    directory = garden.path / "published"
    publish(garden.ledger, directory, "auditor", garden.policy, proofs=[2])
    assert check_files(garden, directory).exit_code == 0
    tried, silent = unnamed_in_directory(garden, directory)
    assert tried > 6000
    assert silent == set(PUBLISHED_HARMLESS)
    assert check_files(garden, directory).exit_code == 0


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_every_flip_in_the_stored_rows_of_a_full_ledger_is_found_and_named(full: Garden) -> None:
    tried, silent = unnamed_in_store(full)
    settle(full)
    more, still = unnamed_in_store(full, SETTLED)
    print(f"\n{tried + more} alterations of stored values")
    assert tried + more > 30_000
    assert silent | still == set(STORED_HARMLESS_OF_SEVERAL)
    assert check_store(full).ok


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("cls", ["public", "auditor"])
def test_every_flip_in_the_published_files_of_a_full_ledger_is_found_and_named(
    full: Garden, cls: str
) -> None:
    directory = full.path / "published"
    publish(full.ledger, directory, cls, full.policy, proofs=[2, 9])
    tried, silent = unnamed_in_directory(full, directory)
    print(f"\n{tried} altered bytes of a directory for the {cls}")
    assert tried > 10_000
    assert silent == set(PUBLISHED_HARMLESS)
