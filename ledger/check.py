"""The audit: steps 1–9 of checking over a whole ledger, live or published.

Promise: everything the format asks a stranger to check is checked, and what is wrong is named, all
of it, each with its step and entry, what was expected and found, and what still holds. A check
never writes, and nothing it reads can make it stop, save a medium that fails: then it says where,
and reports what it had found.

    1  parse, all or nothing              6  envelope hash = leaf
    2  policy, checkpoint signature       7  signatures = signers; keys good at that index
    3  cosignature quorum and age         8  origin, chains, anchors, ledger day, derived columns
    4  consistency with what is remembered   9  disclosures match digests
    5  leaf hashes to root               10  conduct: brought by the caller, see ``Conduct``

10 (does not match) outranks 11 (cannot be checked). Memory: some 60 bytes an entry beside what is
under way. Each entry is examined by itself, on all cores when there are many (``check_entry``,
``check_workers``), and then folded in order (``check_fold``).

    >>> report = check(LiveSource(store), policy=None, catalogue=catalogue)
    >>> report.exit_code
    0

Source: format §7.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from ledger.check_checkpoints import Vouching, choose_policy
from ledger.check_directory import DirectorySource
from ledger.check_fold import Conduct, Fold
from ledger.check_report import LIMIT, Findings, Report, counted
from ledger.check_source import Source
from ledger.check_state import Remembered
from ledger.check_stopped import Stopped
from ledger.check_tree import TreeFold
from ledger.check_workers import Terms, examine
from ledger.collector import seldom_collected
from ledger.encoding import b64encode
from ledger.errors import Malformed, StorageFailed
from ledger.policy import Policy
from ledger.side_by_side import usable_cores
from ledger.types import LEDGER_TYPES, Catalogue

__all__ = ["Conduct", "Remembered", "Report", "check", "check_directory"]

#: Told how many entries are done, and how many there are.
Progress = Callable[[int, int], None]

_ROOTS_KEPT: Final = 4096


def check(
    source: Source,
    *,
    policy: Policy | str | bytes | None,
    catalogue: Catalogue,
    remembered: Remembered | None = None,
    earlier: Iterable[Remembered] = (),
    conduct: Conduct | None = None,
    progress: Progress | None = None,
    now: dt.datetime | None = None,
    max_age: dt.timedelta | None = None,
    cores: int | None = None,
    limit: int = LIMIT,
) -> Report:
    """Check a whole source and report everything found.

    ``policy`` is the checker's own, or ``None`` for the source's. ``remembered`` is the state of an
    earlier check: signatures it has verified are not verified again. ``earlier`` are further roots
    that must still hold. With ``now`` and ``max_age`` an old checkpoint ends 11, and with ``now`` a
    ledger day that has not come. ``limit`` findings of a kind are listed, the rest counted.
    Raises Malformed for a policy given that does not parse, StorageFailed when not one entry of
    the source can be read.
    """
    findings = Findings(limit)
    stopped = Stopped(findings)
    oldest = int((now - max_age).timestamp()) if now is not None and max_age is not None else None
    # Steps 1–3: the policy, the newest checkpoint and every retained one.
    chosen = choose_policy(source, policy, findings)
    vouching = Vouching(source, findings, chosen, policy is not None, oldest)
    with stopped.at(2, "the checkpoints"):
        vouching.open_all()
    # Steps 5–9 (and 10): each entry by itself, then in order.
    tree = TreeFold()
    types = {**LEDGER_TYPES, **catalogue}
    fold = Fold(source, types, findings, _Anchors(tree, vouching), conduct)
    skip = remembered.verified if remembered is not None else 0
    _read(fold, tree, skip, progress, usable_cores() if cores is None else cores, stopped)
    whole = _settle(fold, tree, stopped)
    # Steps 4 and 5: the roots that were signed or remembered; 8: what rests on replay.
    vouching.check_roots(tree, [*([remembered] if remembered else []), *earlier], whole=whole)
    vouching.check_charter(fold.keyring)
    vouching.check_days(fold.openings, now)
    if whole:
        with stopped.at(8, "what is kept beside the entries"):
            source.finish(tree, fold.keyring, vouching.open, findings)
    _say_uncovered(source, tree, vouching, findings)
    newest = vouching.newest
    return Report(
        origin=newest.checkpoint.origin if newest else fold.keyring.origin,
        size=tree.size,
        root=tree.root(tree.size),
        checked=findings.checked,
        findings=findings.result(),
        note=newest.note if newest else b"",
        verified=skip if fold.withheld else tree.size,
        whole=whole,
    )


def check_directory(
    path: Path | str,
    *,
    policy: Policy | str | bytes | None,
    catalogue: Catalogue,
    remembered: Remembered | None = None,
    conduct: Conduct | None = None,
    progress: Progress | None = None,
    now: dt.datetime | None = None,
    max_age: dt.timedelta | None = None,
) -> Report:
    """Check a published directory; one whose class cannot be read is reported, too.

    Raises as ``check`` does, and StorageFailed when there is no such folder.
    """
    try:
        source = DirectorySource(path)
    except Malformed as error:
        findings = Findings()
        message = f"{error.message}; without its class nothing says what it should show"
        findings.wrong(1, None, "no class", message)
        return Report("", 0, TreeFold().root(0), findings.checked, findings.result())
    with source:
        return check(
            source,
            policy=policy,
            catalogue=catalogue,
            remembered=remembered,
            conduct=conduct,
            progress=progress,
            now=now,
            max_age=max_age,
        )


class _Anchors:
    """Roots that an author may have anchored to, in base64.

    A live store retains every checkpoint it signed. Of a directory only those with a quorum are
    published, so there the root is computed at whatever size is named.
    """

    def __init__(self, tree: TreeFold, vouching: Vouching) -> None:
        self._tree = tree
        self._vouching = vouching
        self._roots: dict[int, str] = {}

    def __call__(self, size: int) -> str | None:
        root = self._roots.get(size)
        if root is not None:
            return root
        live = self._vouching.source.shown_as == "live"
        judged = self._vouching.policy is not None
        if size > self._tree.size or (live and judged and size not in self._vouching.retained):
            return None
        if len(self._roots) >= _ROOTS_KEPT:
            self._roots.clear()
        root = self._roots[size] = b64encode(self._tree.root(size))
        return root


def _read(  # noqa: PLR0917  # one caller
    fold: Fold,
    tree: TreeFold,
    skip: int,
    progress: Progress | None,
    cores: int,
    stopped: Stopped,
) -> None:
    """Read all entries once: hash them into the tree, examine them, fold them."""
    source = fold.source
    whole = fold.conduct is not None
    terms = Terms(fold.catalogue, source.shown_as, skip, source.folder, source.envelope, whole)
    found = examine(
        stopped.until(source.chunks(fold.findings)),
        source.size,
        terms,
        fold.known_keys,
        cores,
    )
    with seldom_collected():
        for chunk, parts in found:
            tree.extend(chunk.leaves)
            fold.findings.count(5, len(chunk.hashes))
            try:
                fold.chunk(chunk, parts, terms.again)
            except StorageFailed as error:  # looking for an erasure or an envelope by its name
                stopped.entries = error
                break
            if progress is not None:
                progress(tree.size, source.size)


def _settle(fold: Fold, tree: TreeFold, stopped: Stopped) -> bool:
    """What can be said after the last entry that could be read; whether that was the last one.

    Raises StorageFailed when there was not even a first.
    """
    if stopped.entries is None:
        with stopped.at(9, "the entries, a second time,"):
            fold.settle()
    elif not fold.keyring.size:
        raise stopped.entries
    else:
        stopped.say(fold.keyring.size)
    fold.close(tree.root)
    if fold.keyring.size == 0:
        message = "there are no entries, and a ledger begins with its charter"
        fold.findings.wrong(7, None, "no charter", message)
    return stopped.entries is None


def _say_uncovered(source: Source, tree: TreeFold, vouching: Vouching, findings: Findings) -> None:
    """A live ledger goes on after its last checkpoint; those entries only it vouches for."""
    newest = vouching.newest
    if newest is None or source.shown_as != "live":
        return
    later = tree.size - newest.checkpoint.size
    if later > 0:
        message = (
            f"{counted(later, 'entry', 'entries')} came after the last checkpoint; no signed root "
            "covers that yet"
        )
        findings.noted(2, None, "not yet covered", message)
