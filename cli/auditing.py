"""Checking a whole ledger or a published directory, for ``tally verify`` and ``tally demo``.

A ledger is checked row by row in its own store, a directory by nothing but its files; both by the
rules as well (steps 1–10). A remembered state is read before and written after.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.settings import Settings

if TYPE_CHECKING:
    from cli.workspace import Workspace
    from ledger.check_report import Report
    from ledger.errors import Finding
    from ledger.store import Store


def check_path(
    settings: Settings, target: Path | None, policy: bytes | None, state: Path | None = None
) -> Report:
    """Check what lies at ``target``: a published directory, or a ledger (None: the one here)."""
    # What says it is published is judged as such, whatever lies beside it: a live ledger is checked
    # with its own policy, so a `tally.toml` slipped into a download would turn 11 into 0.
    if target is not None and (
        os.path.lexists(target / "class") or not (target / "tally.toml").is_file()
    ):
        return _directory(settings, target, policy, state)
    return _live(settings, str(target) if target else None, policy, state)


def _directory(settings: Settings, path: Path, policy: bytes | None, state: Path | None) -> Report:
    """A published directory: nothing but its files."""
    from cli.errors import NoLedger
    from ledger.check import check_directory
    from projections.bridge import catalogue
    from projections.conduct import Conduct

    if not path.exists():
        raise NoLedger(f"There is nothing at {path}.", "Name a ledger, a directory or a statement.")
    if not (path / "class").is_file() and not (path / "checkpoint").is_file():
        raise NoLedger(
            f"{path} is neither a ledger (no tally.toml) nor a published directory (no class, "
            "no checkpoint).",
            "Name one that is; `tally publish` makes published directories.",
        )
    progress = _Progress(settings)
    report = check_directory(
        path,
        policy=policy,
        catalogue=catalogue(),
        remembered=_remembered(state),
        conduct=Conduct(),
        progress=progress,
        now=settings.clock(),
    )
    progress.done()
    return _remember(state, report)


def _live(
    settings: Settings, where: str | None, policy: bytes | None, state: Path | None
) -> Report:
    """A live ledger: the store itself, every column and row of it."""
    from cli.opening import HIGH_WATER, explained, require_files
    from cli.workspace import Workspace
    from ledger.check import check
    from ledger.check_live import LiveSource
    from ledger.check_state import Remembered
    from ledger.checkpoint import HighWaterMark
    from ledger.errors import StorageFailed
    from ledger.store import Store
    from projections.bridge import catalogue
    from projections.conduct import Conduct

    ws = Workspace.at(settings, where)
    require_files(ws)
    own = _own_policy(ws)
    mark = HighWaterMark(ws.directory / HIGH_WATER).read()
    progress = _Progress(settings)
    try:
        store = Store.open(ws.store_url, ws.config.origin)
    except StorageFailed as error:
        raise explained(ws, error) from error
    try:
        report = check(
            LiveSource(store, vault=ws.vault, policy=own),
            policy=policy,
            catalogue=catalogue(),
            remembered=_remembered(state),
            earlier=[Remembered(ws.config.origin, *mark)] if mark else [],
            conduct=Conduct(),
            progress=progress,
            now=settings.clock(),
        )
        if report.ok and state is None:
            report.findings.extend(_kept_facts(ws, store))
    finally:
        store.close()
        ws.close()
    progress.done()
    if mark is None and report.note:
        report.findings.append(_no_mark(HIGH_WATER))
    return _remember(state, report)


def _kept_facts(ws: Workspace, store: Store) -> Iterator[Finding]:
    """Facts that views read and that do not follow from the entries, which hold by now.

    Derived like the columns beside an entry, so step 8. A check that continues from an earlier one
    leaves them out: they can only be held against the whole record.
    """
    from cli.opening import FACTS
    from ledger.errors import DOES_NOT_MATCH, Finding
    from ledger.log_read import LedgerReader
    from projections.bridge import catalogue
    from projections.kept import differing, keep_beside

    ledger = LedgerReader(store, catalogue(), ws.vault)
    keep_beside(ledger, ws.directory / FACTS)
    if what := differing(ledger):
        yield Finding(
            DOES_NOT_MATCH,
            8,
            None,
            f"the facts that views read ({FACTS}) do not follow from the entries: {what} differs. "
            "The record itself holds; delete that file, and views count from the entries again",
        )


def _no_mark(name: str) -> Finding:
    from ledger.errors import CANNOT_BE_CHECKED, Finding

    return Finding(
        CANNOT_BE_CHECKED,
        4,
        None,
        f"checkpoints were signed, but the file {name} that says how far is missing: whether this "
        "ledger was put back from an older copy cannot be told",
    )


def _remembered(state: Path | None) -> Any:
    from ledger.check_state import load_state

    return load_state(state) if state is not None else None


def _remember(state: Path | None, report: Report) -> Report:
    from ledger.check_state import save_state

    if state is not None:
        save_state(state, report)
    return report


class _Progress:
    """How far a long check is, on a terminal only; it can be interrupted at any time."""

    def __init__(self, settings: Settings) -> None:
        self._show = sys.stderr.isatty() and not settings.quiet
        self._shown = False

    def __call__(self, done: int, total: int) -> None:
        """Say that ``done`` of ``total`` entries are checked."""
        if self._show and total > 5000:
            self._shown = True
            click.echo(f"\r{done:,} of {total:,} entries checked", nl=False, err=True)

    def done(self) -> None:
        """End the line."""
        if self._shown:
            click.echo("\r\x1b[K", nl=False, err=True)


def _own_policy(ws: Workspace) -> bytes | None:
    """The ledger's own policy, if it has one."""
    from cli.verify import judged_policy

    path = ws.policy_path
    return judged_policy(path.read_bytes(), str(path), own=True) if path.is_file() else None
