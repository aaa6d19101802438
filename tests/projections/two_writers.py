"""Two writers of one ledger, each with a connection and a judge of its own as two processes have.

    play = Play(folder, seed)
    play.run(lines)              # story lines, each with whether it is forced past the rules
    play.close()

At every moment what one of them keeps must be what a fresh reading of the store gives, and nothing
may be recorded that a fresh reading forbids; ``Play`` asserts both as it goes.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from typing import Any, ClassVar

from forged import ORIGIN, Told
from story import person
from test_worlds import OPENING

from domain import catalogue as rules
from domain.catalogue import EVENTS
from domain.refusal import NotAnEvent, Refused
from ledger import errors
from ledger.envelope import parse_envelope
from ledger.errors import Conflict, LedgerError
from ledger.log import Ledger
from ledger.records import Receipt
from ledger.statement import Statement, parse_statement
from ledger.types import VALUES_ERASED
from projections.bridge import catalogue, to_act
from projections.judge import Judge, Judged
from projections.rooted import ROOTED, refuse_other_root
from projections.store_world import StoreWorld, whole_world


@dataclass
class Writer:
    """A connection to the ledger and its judge."""

    ledger: Ledger
    judge: Judge

    def verdict(self, statement: Statement, today: str) -> Judged | str:
        """What the judge says: the act with its conditions, or the refusal in words."""
        try:
            return self.judge.judge(statement, today)
        except (Refused, NotAnEvent, LedgerError) as refusal:
            return _words(refusal)


def _words(refusal: Exception) -> str:
    return f"{type(refusal).__name__}: {refusal}"


def fresh_verdict(ledger: Ledger, statement: Statement, today: str) -> str:
    """What the rules say over the store as it stands, read anew; "" when they allow it."""
    world = StoreWorld(ledger, ledger.head().size)
    try:
        act = to_act(statement, ledger.keyring(), hash="", index=world.size, today=today)
        rules.check(world, act)
        if act.type in ROOTED:
            refuse_other_root(act, ledger.root_at)
    except (Refused, NotAnEvent, LedgerError) as refusal:
        return _words(refusal)
    return ""


def check_memory(writer: Writer, *, whole: bool = False) -> None:
    """All that is kept equals what a fresh reading gives at the same size.

    Unless something was withdrawn since, which a fresh reading finds gone at every size.
    """
    judge = writer.judge
    if next(writer.ledger.of_types(frozenset({VALUES_ERASED}), after=judge.size), None):
        return
    plain = (whole_world if whole else StoreWorld)(writer.ledger, judge.size)
    for (subject, key), kept in judge._states.items():
        assert kept.state == plain.get(subject, key), (subject, key)


class Play:
    """One history by two writers; ``happened`` counts what came about."""

    happened: ClassVar[Counter[str]] = Counter()

    def __init__(self, folder: Path, seed: int) -> None:
        self.rng = Random(seed)
        self.told = Told(folder)
        self.told.tell("ana project-opened project=breath")
        for name in ("ana", "ben", "cy", "rec"):
            self.told.tell(f"ana person-enrolled person={name}")
        self.told.key_for("ben", "cy", "rec")
        skip = ("person-enrolled", "project-opened", "key-enrolled")
        told = [line for line in OPENING.splitlines() if not any(word in line for word in skip)]
        self.told.tell("\n".join(told))
        url = f"sqlite:///{self.told.file}"
        other = Ledger.open(url, ORIGIN, catalogue(), self.told.vault)
        self.writers = [Writer(one, Judge(one)) for one in (self.told.ledger, other)]
        self.days = 5

    def close(self) -> None:
        for writer in self.writers:
            writer.ledger.close()

    def make(self, line: str, **changed: Any) -> tuple[bytes, Statement] | None:
        """An act made by one of the writers, sealed; None when its body is no event."""
        self.told.changed = changed
        try:
            act = self.told.act(line)
        except NotAnEvent:
            return None
        finally:
            self.told.changed = {}
        raw = self.told._sealed[act.hash][0]
        self.sealed = act
        return raw, parse_statement(parse_envelope(raw).payload)

    def step(self, line: str, forced: bool) -> None:
        """One act by one of them, while the other may be faster."""
        writer = self.rng.choice(self.writers)
        self.told.ledger = writer.ledger
        choice = self.rng.random()
        if choice < 0.04:
            self.days += 1
            self._open_day(f"2026-01-{self.days:02}")
        elif choice < 0.10:
            self._withdraw(writer)
        elif made := self.make(line):
            if forced and self._record(writer, made[0], None) is not None:
                self.happened["forced"] += 1
            elif not forced:
                self._write(writer, line, *made)
        if self.rng.random() < 0.3:
            self._look()

    def _look(self) -> None:
        writer = self.rng.choice(self.writers)
        if self.rng.random() < 0.7:
            writer.judge.catch_up()
            assert writer.judge.size == writer.ledger.head().size
        check_memory(writer)

    def _write(self, writer: Writer, line: str, raw: bytes, statement: Statement) -> None:
        today = self.told.today
        found = writer.verdict(statement, today)
        if isinstance(found, str):
            assert found == fresh_verdict(writer.ledger, statement, today)
            self.happened["refused"] += 1
            return
        if self.rng.random() < 0.5:
            self._meanwhile(writer, line)
            if today != self.told.today:
                return  # the day is another: whoever waited decides again
        try:
            receipt = self._record(writer, raw, found)
        except Conflict:
            self._write_again(writer, line)
        else:
            if receipt and self.rng.random() < 0.8:  # else as if the program had ended just then
                writer.judge.learn(found, receipt, raw)

    def _write_again(self, writer: Writer, line: str) -> None:
        """Somebody was faster: the same words, said anew."""
        self.happened["conflict"] += 1
        writer.judge.catch_up()
        self.told.ledger = writer.ledger
        made = self.make(line)
        assert made is not None
        found = writer.verdict(made[1], self.told.today)
        said = fresh_verdict(writer.ledger, made[1], self.told.today)
        assert (found if isinstance(found, str) else "") == said
        if isinstance(found, Judged) and (receipt := self._record(writer, made[0], found)):
            writer.judge.learn(found, receipt, made[0])

    def _record(self, writer: Writer, raw: bytes, judged: Judged | None) -> Receipt | None:
        """Record; nothing that a fresh reading forbids comes through.

        Nothing, too, that the ledger itself refuses (a day that has not come). Raises ``Conflict``.
        """
        today = self.told.today
        statement = parse_statement(parse_envelope(raw).payload)
        allowed = fresh_verdict(writer.ledger, statement, today)
        pairs = [(one, person("ana")) for one in self.told._sealed[parse_envelope(raw).hash][1]]
        try:
            receipt = writer.ledger.record(
                raw, pairs, judged.conditions if judged else (), today=date.fromisoformat(today)
            )
        except (errors.Malformed, errors.Unverified, errors.Refused):
            return None
        assert judged is None or allowed == ""
        self.happened[f"recorded {statement.type}"] += 1
        self.told.acts.append(self.sealed)
        return receipt

    def _meanwhile(self, writer: Writer, line: str) -> None:
        """The other one writes what may or may not bear on it; often the very same."""
        other = next(one for one in self.writers if one is not writer)
        self.told.ledger = other.ledger
        who = self.rng.choice(("ana", "ben", "cy"))
        same = f"{who} {line.partition(' ')[2]}"
        line = self.rng.choice((same, self.rng.choice(self.lines)))
        if not (made := self.make(line)):
            return
        if self.rng.random() < 0.5:  # written past the rules
            self.happened["meanwhile"] += self._record(other, made[0], None) is not None
            return
        found = other.verdict(made[1], self.told.today)
        if not isinstance(found, Judged):
            return
        with suppress(Conflict):  # the other one may be behind, too
            if receipt := self._record(other, made[0], found):
                other.judge.learn(found, receipt, made[0])
                self.happened["meanwhile"] += 1

    def _open_day(self, day: str) -> None:
        yesterday, self.told.today = self.told.today, day
        made = self.make(f"op day-opened day={day}")
        assert made is not None
        if self._record(self.writers[0], made[0], None) is None:
            self.told.today = yesterday

    def _withdraw(self, writer: Writer) -> None:
        """The operator withdraws an entry; who had folded it must forget it."""
        able = [a for a in self.told.acts[1:] if EVENTS[a.type].withdrawable and a.hash]
        there = [a for a in able if self._there(writer.ledger, a.hash)]
        if not there:
            return
        chosen = self.rng.choice(there)
        self.told.named["gone"] = chosen.hash
        made = self.make(
            "op values-erased ground=request under=-",
            about=person("ben"),
            values=[],
            tombstones=[self.told.stone("gone")],
        )
        if made and self._record(writer, made[0], None):
            self.happened["withdrawn"] += 1

    @staticmethod
    def _there(ledger: Ledger, hash_: str) -> bool:
        entry = ledger.by_hash(hash_)
        return entry is not None and entry.envelope is not None

    def run(self, told: list[tuple[str, bool]]) -> None:
        self.lines = [line for line, _ in told]
        for line, forced in told:
            self.step(line, forced)
        for writer in self.writers:
            writer.judge.catch_up()
            check_memory(writer)
            check_memory(writer, whole=True)
