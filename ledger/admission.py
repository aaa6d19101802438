"""Steps 6–8 of checking for one statement, the same for whoever writes and whoever audits.

6. The envelope's hash is the one in its leaf.
7. The DSSE signatures are those of exactly ``signers``, by keys enrolled and not ended at that
   index; the primary key is the author's.
8. ``ledger`` is the origin; the chain of the primary key links; the anchor is a checkpoint that
   was signed and kept, not larger than the index; the ledger day never goes back.

The write path stops at the first thing that is wrong (``Admission.admit``); an audit goes on and
collects (``Admission.examine``). Signatures are costly and may have been verified elsewhere (in
threads, in another process), so they stand apart: ``verify_signatures``.

Chains (format §1). ``prev`` of (key, n) is the hex SHA-256 of the payload at (key, n-1). Entries of
one chain may arrive in any order, for a statement that waits for a co-signature blocks nothing. So
a chain is kept as runs of entries that arrived without a gap; a run needs only its two ends::

    arrived 1 2 3 . . 6 7    runs [1..3] [6..7]    one gap: 4–5 not arrived

Two entries with one (key, seq), or a ``prev`` that names another payload, are a fork. Memory is in
the number of gaps and not of entries.

Source: format §1, §7 steps 6–8.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import Protocol

from ledger.envelope import Envelope, verify_envelope
from ledger.errors import DOES_NOT_MATCH, NOTED, Finding, LedgerError, Malformed, Unverified
from ledger.keyring import Keyring
from ledger.statement import EMPTY_ANCHOR, Statement
from ledger.tuples import NamedTuple

#: Gives the base64 root of the signed checkpoint kept at a size, or nothing.
Anchors = Callable[[int], str | None]

_EMPTY_ROOT = str(EMPTY_ANCHOR["root"])


class ChainBook(Protocol):
    """Where the links of chains are looked up: in memory by an audit, in the store by a writer."""

    def link(self, key: str, seq: int, prev: str | None, payload_hash: str) -> None:
        """Accept (key, seq) into its chain; raises ``Unverified`` on a fork or a false link."""


class _Run:
    """Entries ``first``..``last`` of one chain that arrived without a gap.

    ``prev`` is what the first names as its predecessor, ``None`` when that is not known (the
    envelope was withdrawn); ``tip`` the payload hash of the last.
    """

    __slots__ = ("first", "last", "prev", "tip")

    def __init__(self, first: int, prev: str | None, last: int, tip: str) -> None:
        self.first = first
        self.prev = prev
        self.last = last
        self.tip = tip


class Gap(NamedTuple):
    """Sequence numbers ``first``..``last`` of a key that have not arrived."""

    key: str
    first: int
    last: int


class Chains:
    """The chains of all keys, in memory, for one reading of the log."""

    __slots__ = ("_runs",)

    def __init__(self) -> None:
        self._runs: dict[str, list[_Run]] = {}

    def link(self, key: str, seq: int, prev: str | None, payload_hash: str) -> None:
        """Accept (key, seq) into its chain.

        ``prev`` is ``None`` at seq 1 and for a withdrawn envelope. Raises ``Unverified`` when the
        place is taken, or when a neighbour that arrived says otherwise; then nothing changed.
        """
        runs = self._runs.get(key)
        if runs is None:
            self._runs[key] = [_Run(seq, prev, seq, payload_hash)]
            return
        run = runs[-1]
        if seq == run.last + 1:
            _check_link(key, seq, prev, run.tip)
            run.last = seq
            run.tip = payload_hash
            return
        self._fit(key, runs, _Run(seq, prev, seq, payload_hash))

    def goes_on(self, key: str, first: int, prev: str | None) -> bool:
        """Whether a stretch that begins so follows the last entry of its chain, or is its first."""
        runs = self._runs.get(key)
        return runs is None or (first == runs[-1].last + 1 and prev == runs[-1].tip)

    def extend(self, key: str, first: int, prev: str | None, last: int, tip: str) -> None:
        """Accept a stretch without a gap that ``goes_on``."""
        runs = self._runs.get(key)
        if runs is None:
            self._runs[key] = [_Run(first, prev, last, tip)]
        else:
            runs[-1].last = last
            runs[-1].tip = tip

    def gaps(self) -> Iterator[Gap]:
        """What has not arrived, in the order of keys first seen and then of sequence."""
        for key, runs in self._runs.items():
            expected = 1
            for run in runs:
                if run.first > expected:
                    yield Gap(key, expected, run.first - 1)
                expected = run.last + 1

    def tip(self, key: str) -> tuple[int, str] | None:
        """The highest sequence number of a key and its payload hash, or nothing."""
        runs = self._runs.get(key)
        return (runs[-1].last, runs[-1].tip) if runs else None

    def _fit(self, key: str, runs: list[_Run], new: _Run) -> None:
        at = bisect_right(runs, new.first, key=lambda run: run.first)
        before = runs[at - 1] if at else None
        after = runs[at] if at < len(runs) else None
        if before is not None and new.first <= before.last:
            raise Unverified(
                f"fork: chain of key {key} already has an entry with seq {new.first}",
                hint="one of the two entries was signed by someone else, or on a copied device",
                step=8,
            )
        joins_before = before is not None and before.last + 1 == new.first
        joins_after = after is not None and new.last + 1 == after.first
        if before is not None and joins_before:
            _check_link(key, new.first, new.prev, before.tip)
        if after is not None and joins_after:
            _check_link(key, after.first, after.prev, new.tip)
        first, prev = (
            (before.first, before.prev) if before and joins_before else (new.first, new.prev)
        )
        last, tip = (after.last, after.tip) if after and joins_after else (new.last, new.tip)
        runs[at - joins_before : at + joins_after] = [_Run(first, prev, last, tip)]


class Admission:
    """The state that one statement after another is judged against, and folded into.

    ``anchors`` gives the base64 root of a checkpoint kept at a size, or is ``None`` where the
    checkpoints are not at hand (a bundle): then only the size of an anchor is judged. ``keyring``
    and ``chains`` move with ``examine`` and ``apply``; they stand for all entries before the one
    at hand.
    """

    __slots__ = ("anchors", "chains", "keyring")

    def __init__(
        self,
        anchors: Anchors | None,
        keyring: Keyring | None = None,
        chains: ChainBook | None = None,
    ) -> None:
        self.anchors = anchors
        self.keyring = Keyring() if keyring is None else keyring
        self.chains: ChainBook = Chains() if chains is None else chains

    def admit(self, index: int, statement: Statement) -> None:
        """Steps 7–8 for a statement about to be written, signatures and the chain's link aside.

        A writer's links are looked up in the store (``Standing.link``). Raises the first thing
        that is wrong, with its step; changes nothing.
        """
        self._check_place(index, statement)
        self.keyring.check_signers(statement, index)
        self.keyring.check(index, statement)
        self.check_anchor(index, statement.anchor_size, statement.anchor_root)

    def apply(self, index: int, statement: Statement, envelope_hash: str) -> None:
        """Fold an entry that was admitted; raises as ``Keyring.apply`` does."""
        self.keyring.apply(index, statement, envelope_hash)

    def examine(self, index: int, statement: Statement, envelope_hash: str) -> list[Finding]:
        """Steps 7–8 for the recorded entry at ``index``, signatures aside, and fold it.

        All that is wrong comes back at once; an honest entry gives an empty list.
        """
        found: list[Finding] = []
        keyring = self.keyring
        try:
            # The usual entry passes all of them; only a failing one is asked step by step.
            self._check_place(index, statement)
            keyring.check_signers(statement, index)
            self.check_anchor(index, statement.anchor_size, statement.anchor_root)
            self._link(index, statement)
            keyring.apply(index, statement, envelope_hash)
        except LedgerError as error:
            found.append(as_finding(error, index))
        else:
            return found
        return self._examine_on(index, statement, envelope_hash, found)

    def examine_withdrawn(self, index: int, key: str, seq: int, payload_hash: str) -> list[Finding]:
        """Step 8 for a withdrawn envelope: its tombstone keeps the chain closed."""
        self.keyring.size = max(self.keyring.size, index + 1)
        try:
            self.chains.link(key, seq, None, payload_hash)
        except LedgerError as error:
            return [as_finding(error, index)]
        return []

    def not_arrived(self) -> list[Finding]:
        """One remark, without a verdict, for each gap in a chain; only after the last entry."""
        if not isinstance(self.chains, Chains):
            return []
        return [
            Finding(
                NOTED,
                8,
                None,
                f"not arrived: key {gap.key} seq {gap.first}"
                + (f"–{gap.last}" if gap.last > gap.first else ""),
            )
            for gap in self.chains.gaps()
        ]

    def _examine_on(
        self, index: int, statement: Statement, envelope_hash: str, found: list[Finding]
    ) -> list[Finding]:
        """Go through the steps one by one, the failing one included, and keep each failure."""
        checks: list[Callable[[], None]] = [
            lambda: self._check_place(index, statement),
            lambda: self.keyring.check_signers(statement, index),
            lambda: self.check_anchor(index, statement.anchor_size, statement.anchor_root),
        ]
        failed_at = found[0]
        found.clear()
        for check in checks:
            try:
                check()
            except LedgerError as error:
                found.append(as_finding(error, index))
        if found:
            # A statement that nobody entitled signed changes no key, but its place is taken.
            self.keyring.size = max(self.keyring.size, index + 1)
            checks = [lambda: self._link(index, statement)]
        else:
            # The link or the fold failed. What is rightly signed is folded even so: later
            # entries are judged by the keys their signers knew.
            found.append(failed_at)
            checks = [lambda: self.keyring.apply(index, statement, envelope_hash)]
        for check in checks:
            try:
                check()
            except LedgerError as error:
                finding = as_finding(error, index)
                if finding not in found:
                    found.append(finding)
        return found

    def _check_place(self, index: int, statement: Statement) -> None:
        origin = self.keyring.origin
        if index and statement.ledger != origin:
            raise Unverified(
                f"entry {index}: written for another ledger: expected {origin!r}, "
                f"found {statement.ledger!r}",
                step=8,
                entry=index,
            )

    def check_anchor(self, index: int, size: int, root: str) -> None:
        """Step 8 for an anchor of the entry at ``index``; raises ``Unverified``."""
        if size == 0:
            if root != _EMPTY_ROOT:
                raise Unverified(
                    f"entry {index}: an anchor of size 0 has the empty root {_EMPTY_ROOT}, "
                    f"found {root}",
                    step=8,
                    entry=index,
                )
            return
        if size > index:
            raise Unverified(
                f"entry {index}: its anchor has size {size}, which is later than the entry",
                step=8,
                entry=index,
            )
        if self.anchors is None:
            return
        expected = self.anchors(size)
        if expected != root:
            kept = (
                "no checkpoint of that size was kept"
                if expected is None
                else f"expected {expected}"
            )
            raise Unverified(
                f"entry {index}: anchor at size {size}: {kept}, found {root}",
                step=8,
                entry=index,
            )

    def _link(self, index: int, statement: Statement) -> None:
        try:
            self.chains.link(statement.key, statement.seq, statement.prev, statement.payload_hash)
        except LedgerError as error:
            error.entry = index
            raise


def verify_signatures(envelope: Envelope, statement: Statement, keyring: Keyring) -> None:
    """Step 7, the costly half: every signer's signature, and no other, is on the envelope.

    Raises ``Unverified`` or ``Malformed``. Whether those keys may sign is ``check_signers``.
    """
    verify_envelope(envelope, keyring.public_keys(statement), statement.signers)


def as_finding(error: LedgerError, index: int | None, step: int = 8) -> Finding:
    """An error as an audit reports it: what does not match is 10."""
    number = error.step if error.step is not None else (1 if isinstance(error, Malformed) else step)
    return Finding(DOES_NOT_MATCH, number, index, error.message)


def _check_link(key: str, seq: int, prev: str | None, expected: str) -> None:
    if prev is not None and prev != expected:
        raise Unverified(
            f"chain of key {key}: entry seq {seq} does not follow seq {seq - 1}: expected prev "
            f"{expected}, found {prev}",
            hint="the key signed on two devices, or an entry was replaced",
            step=8,
        )
