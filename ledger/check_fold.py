"""Steps 6–10 that need the entries before: one entry after another, in index order.

Promise: the fold meets every entry once, knows at each the keys, chains and ledger day as they
stood, and goes on after whatever is wrong. What it keeps grows with the keys, the gaps in chains
and the erasures, and by 16 bytes an entry, never with the entries themselves.

    present     who may sign (7), ledger, chain, anchor, ledger day (8), conduct (10)
    withdrawn   a recorded erasure names it: its tombstone stands in its place; counted, 0
    withheld    the class does not show it: counted, 11 for what needs it
    absent      neither: 10

Source: format §5 («Absent and neither withheld nor erased: 10»), §7.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Protocol

from ledger.admission import Admission, Anchors, verify_signatures
from ledger.check_contested import Leading
from ledger.check_entry import OPEN, SKIPPED, Examined, bad_signature, parse_entry
from ledger.check_erasures import Erasures
from ledger.check_report import Findings, counted
from ledger.check_runs import Part, Run, fits, fold_links
from ledger.check_seen import Seen, is_among
from ledger.check_source import COLUMNS, LOST, Chunk, Columns, Source, words
from ledger.check_values import NOTHING
from ledger.envelope import parse_envelope
from ledger.errors import Finding, LedgerError
from ledger.keyring import Keyring, brought_keys
from ledger.keys import PublicKey
from ledger.owned import Tombstone
from ledger.statement import Statement
from ledger.types import KEYRING_TYPES, VALUES_ERASED, Catalogue

#: Examines the entries of a run one by one, their signatures aside, which were verified.
Again = Callable[[Chunk, Run], Iterable[Examined]]


class Conduct(Protocol):
    """Step 10, brought by whoever knows the rules of the domain.

    ``statement`` is ``None`` for an entry that was withdrawn (then ``tombstone`` says what is
    left of it) or is withheld (then both are ``None``). ``keyring`` stands after the entry.
    """

    def entry(  # noqa: PLR0917  # called once an entry, and written in many places
        self,
        index: int,
        statement: Statement | None,
        tombstone: Tombstone | None,
        envelope_hash: str,
        keyring: Keyring,
        today: dt.date | None,
    ) -> Iterable[Finding]:
        """Judge one entry, in index order."""

    def close(self, root_at: Callable[[int], bytes]) -> Iterable[Finding]:
        """What is left to say after the last entry; ``root_at(n)``: the root of the first n."""


@dataclass(slots=True)
class Fold:
    """The sequential half of a check; ``entry`` is called once for each index from 0 on."""

    source: Source
    catalogue: Catalogue
    findings: Findings
    anchors: Anchors
    conduct: Conduct | None = None
    admission: Admission = field(init=False)
    erasures: Erasures = field(init=False)
    withheld: int = 0
    values_withheld: int = 0
    _envelopes: Seen = field(default_factory=Seen)
    _nonces: Seen = field(default_factory=Seen)
    openings: list[tuple[int, dt.date]] = field(default_factory=list)
    _led: Leading = field(default_factory=Leading)
    _day: str = ""
    _keys: list[PublicKey] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.admission = Admission(self.anchors)
        self.erasures = Erasures(self.source, self.catalogue, self.findings)

    @property
    def keyring(self) -> Keyring:
        """Keys, charter and ledger day after the entries met so far."""
        return self.admission.keyring

    def known_keys(self) -> list[PublicKey]:
        """Every key enrolled so far, oldest first."""
        return self._keys

    def chunk(self, chunk: Chunk, parts: Iterable[Part], again: Again) -> None:
        """Fold the entries of one chunk; ``again`` examines those of a run one by one."""
        index = chunk.first
        for part in parts:
            if isinstance(part, Run):
                # Whoever judges conduct wants each entry, and gets no runs.
                if fits(part, self.admission, self._day) and self.conduct is None:
                    self._run(part)
                else:
                    for at, one in enumerate(again(chunk, part), part.first):
                        self._one(at, one, chunk)
                index = part.last + 1
            else:
                self._one(index, part, chunk)
                index += 1

    def _one(self, index: int, one: Examined, chunk: Chunk) -> None:
        """Fold an entry that was examined by itself."""
        if one.present:
            self._count(1, one.statement is not None, one.signed * (one.signatures != SKIPPED))
            self._present(index, one, chunk)
        elif one.hash == LOST:
            self.keyring.size = index + 1
        else:
            at = index - chunk.first
            columns = chunk.columns[at] if chunk.columns is not None else None
            leaf = chunk.leaves[32 * at : 32 * at + 32]
            self._absent(index, one.hash, leaf, columns, bool(chunk.disclosures.get(at)))

    def _run(self, run: Run) -> None:
        """Fold the entries of a run that fits."""
        number = len(run.hashes)
        self._count(number, number, run.signed)
        fold_links(run, self.admission)
        self._envelopes.update(run.hashes)
        self._nonces.update(run.nonces)
        self._led.extend(run.first, run.led, [link.key for link in run.links])
        self.findings.checked["9"] += run.shown
        self.values_withheld += run.withheld
        self.keyring.size = run.last + 1

    def _count(self, present: int, parsed: int, signed: int) -> None:
        for step, number in ((6, present), (1, parsed), (8, parsed), (7, signed)):
            self.findings.count(step, number)

    def settle(self) -> None:
        """What can be said only of all entries, and after the last one."""
        self._say_twice()
        if not self.withheld:
            for gap in self.admission.not_arrived():
                self.findings.add(gap.code, gap.step, gap.entry, "not arrived", gap.message)
        self.erasures.settle()

    def close(self, root_at: Callable[[int], bytes]) -> None:
        """What is left to say of the entries met, be they all or not."""
        self._say_contested()
        self._say_counts()
        if self.conduct is not None:
            self._judged(self.conduct.close(root_at))

    def _present(self, index: int, one: Examined, chunk: Chunk) -> None:
        findings = self.findings
        for problem in one.problems:
            findings.wrong(problem.step, index, problem.kind, problem.message)
        self._envelopes.add(one.hash)
        statement = one.statement
        if statement is None:
            self.keyring.size = index + 1
            return
        if one.signatures == OPEN:
            self._verify(index, statement, one.hash, chunk)
        for finding in self.admission.examine(index, statement, one.hash):
            findings.add(finding.code, finding.step, index, _kind(finding), finding.message)
        self._nonces.add(statement.nonce)
        self._led.put(index, statement.key)
        if one.values is not NOTHING:
            self._values(index, one)
        kind = statement.type
        if kind in KEYRING_TYPES or index == 0:
            self._moved(index, statement)
        elif kind == VALUES_ERASED:
            self.erasures.record(index, statement, self._envelopes)
        elif kind not in self.catalogue and self.conduct is None:
            findings.wrong(
                10,
                index,
                "an unknown type",
                f"entry {index}: the type {kind} is not known here, so nothing allows it; its "
                "signatures and its place hold",
            )
        if statement.at[:10] > self._day and statement.mode == "live":
            findings.noted(
                8,
                index,
                "signed after its ledger day",
                f"entry {index}: says it was signed at {statement.at}, after the ledger day "
                f"{self._day} it was recorded on: was no day opened, or is a clock wrong?",
            )
        if self.conduct is not None:
            self._conduct(index, statement, None, one.hash)

    def _verify(self, index: int, statement: Statement, name: str, chunk: Chunk) -> None:
        """Step 7 for an entry whose keys were not at hand when it was examined by itself."""
        try:
            kept = chunk.envelopes
            raw = self.source.envelope(name) if kept is None else kept[index - chunk.first]
            verify_signatures(parse_envelope(raw or b""), statement, self.keyring)
        except LedgerError as error:
            if error.step is None:  # an unknown signer is said by `admission.examine`
                problem = bad_signature(index, error)
                self.findings.wrong(problem.step, index, problem.kind, problem.message)

    def _values(self, index: int, one: Examined) -> None:
        values = one.values
        self.findings.checked["9"] += values.shown
        self.values_withheld += values.withheld
        if values.missing:
            self.erasures.miss(index, one.hash, values.missing)

    def _moved(self, index: int, statement: Statement) -> None:
        """Follow the keyring after an entry of one of the types that move it."""
        day = self.keyring.ledger_day
        if day is not None and (not self.openings or self.openings[-1][1] != day):
            self.openings.append((index, day))
            self._day = day.isoformat()
        with contextlib.suppress(LedgerError):  # said by `admission.examine`
            self._keys.extend(new.public for new in brought_keys(statement))

    def _absent(
        self, index: int, named: str, leaf: bytes, columns: Columns | None, disclosed: bool
    ) -> None:
        keyring = self.keyring
        stone = self.erasures.tombstone(leaf)
        if disclosed:
            self.findings.wrong(
                9,
                index,
                "a value is shown of an envelope that is not",
                f"entry {index}: values are shown for it, but its envelope is not; nobody can tell "
                "that its author committed to them",
            )
        if stone is not None:
            self._envelopes.add(stone.hash)
            self._nonces.add(stone.nonce)
            self._withdrawn(index, stone, columns)
        elif named and self.source.withheld(named):
            self._envelopes.add(named)
            self.withheld += 1
            if self.source.shown_as == "auditor":
                self.findings.wrong(
                    6,
                    index,
                    "an envelope is withheld from auditors",
                    f"entry {index}: its envelope {named} is withheld, but an auditor's directory "
                    "shows every envelope; its leaf is in the tree",
                )
        else:
            self.findings.wrong(
                6,
                index,
                "an envelope is absent",
                f"entry {index}: its envelope {named or 'with leaf hash ' + leaf.hex()} is absent, "
                "and neither withheld nor withdrawn by a recorded erasure; its leaf is in the tree",
            )
        keyring.size = max(keyring.size, index + 1)
        if self.conduct is not None:
            self._conduct(index, None, stone, stone.hash if stone else named)

    def _withdrawn(self, index: int, stone: Tombstone, columns: Columns | None) -> None:
        self.erasures.withdrawn += 1
        self._led.put(index, stone.key)
        wrong = self.findings.wrong
        info = self.catalogue.get(stone.type)
        listed = stone.type in self.keyring.withdrawable
        if not listed or info is None or not info.withdrawable:
            wrong(
                9,
                index,
                "a withdrawn envelope of a type that may not be",
                f"entry {index}: its envelope was withdrawn, but "
                f"{'no charter can list' if listed else 'the charter does not list'} "
                f"{stone.type} as withdrawable; its leaf is in the tree",
            )
        record = self.keyring.get(stone.key)
        if stone.author not in stone.ids:
            message = f"entry {index}: the tags in its tombstone leave out its author"
            wrong(8, index, "a tombstone lies", message)
        if record is None or not record.may_sign(index) or record.holder != stone.author:
            wrong(
                8,
                index,
                "a tombstone lies",
                f"entry {index}: its tombstone names key {stone.key} of {stone.author}, which "
                "could not have signed here",
            )
        for finding in self.admission.examine_withdrawn(
            index, stone.key, stone.seq, stone.payload_hash
        ):
            self.findings.add(finding.code, finding.step, index, _kind(finding), finding.message)
        said = (stone.key, stone.seq, stone.nonce, stone.type, "\n".join(stone.ids))
        if columns is not None and columns != said:
            names = [n for n, a, b in zip(COLUMNS, columns, said, strict=True) if a != b]
            wrong(
                8,
                index,
                "a column differs from the tombstone",
                f"entry {index}: {', '.join(names)} do not say what its tombstone says (expected "
                f"{said!r:.300}, found {columns!r:.300})",
            )

    def _conduct(
        self, index: int, statement: Statement | None, stone: Tombstone | None, name: str
    ) -> None:
        assert self.conduct is not None  # noqa: S101  # the callers asked
        if statement is not None or stone is not None:  # of what is withheld nothing is claimed
            self.findings.checked["10"] += 1
        keyring = self.keyring
        self._judged(self.conduct.entry(index, statement, stone, name, keyring, keyring.ledger_day))

    def _judged(self, found: Iterable[Finding]) -> None:
        for finding in found:
            self.findings.add(
                finding.code, finding.step, finding.entry, _kind(finding), finding.message
            )

    def _say_twice(self) -> None:
        """Name the entries with one envelope or one nonce; rare enough to read all again."""
        envelopes, nonces = self._envelopes.twice(), self._nonces.twice()
        if not envelopes and not nonces:
            return
        first: dict[str, int] = {}
        for chunk in self.source.chunks(Findings()):
            for at, named in enumerate(chunk.hashes):
                raw = None
                with contextlib.suppress(LedgerError):  # said where that entry is examined
                    kept = chunk.envelopes
                    raw = self.source.envelope(named) if kept is None else kept[at]
                for name, what in _names_of(raw, named):
                    if not is_among(name, envelopes if what == "envelope" else nonces):
                        continue
                    index = chunk.first + at
                    if name in first:
                        self.findings.wrong(
                            8,
                            index,
                            f"one {what} twice",
                            f"entry {index}: has the {what} {name} of entry {first[name]}; each "
                            "may stand once",
                        )
                    else:
                        first[name] = index

    def _say_contested(self) -> None:
        for record in list(self.keyring.keys()):
            if record.suspect_from is None or record.revoked_at is None:
                continue
            touched = self._led.by(record.key_id, record.suspect_from, record.revoked_at)
            self.findings.noted(
                7,
                record.revoked_at,
                "contested",
                f"{counted(touched, 'entry is', 'entries are')} contested: signed by key "
                f"{record.key_id}, which is under suspicion from entry {record.suspect_from} on "
                f"and was revoked at entry {record.revoked_at}; whoever said it can affirm it anew"
                if touched
                else f"key {record.key_id} is under suspicion from entry {record.suspect_from} on "
                f"and was revoked at entry {record.revoked_at}; it signed nothing in between",
            )

    def _say_counts(self) -> None:
        withdrawn, erased = self.erasures.counts()
        if withdrawn or erased:
            self.findings.noted(
                9,
                None,
                "erased",
                f"{counted(erased, 'value', 'values')} and "
                f"{counted(withdrawn, 'envelope', 'envelopes')} went by recorded erasures; every "
                "leaf is in the tree",
            )
        if self.values_withheld:
            self.findings.noted(
                9,
                None,
                "values withheld",
                f"{counted(self.values_withheld, 'value is', 'values are')} not shown to this "
                "class; every digest is signed",
            )
        if self.withheld:
            self.findings.unchecked(
                7,
                None,
                "envelopes withheld",
                f"{counted(self.withheld, 'envelope is', 'envelopes are')} withheld from "
                f"{words(self.source.shown_as)}: signatures, chains and conduct cannot be checked "
                "there; the leaves are in the tree",
            )


def _names_of(raw: bytes | None, named: str) -> list[tuple[str, str]]:
    if raw is None:
        return [(named, "envelope")] if named else []
    with contextlib.suppress(LedgerError):
        return [(sha256(raw).hexdigest(), "envelope"), (parse_entry(raw)[1].nonce, "nonce")]
    return []


def _kind(finding: Finding) -> str:
    """Findings made elsewhere are counted by step: their messages name the rest."""
    return f"step {finding.step}"
