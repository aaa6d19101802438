"""A record to read: a year of a project, told again and again under new names.

    record = Mixed()
    ledger = record.fill("sqlite:///facts.db", 100_000)

One chapter holds what a ledger holds: people who join, problems, things said and answered, work
with and without time, offers, answers, claims, approvals, payments, gifts, a board, a decision
with its ballots, people told and lines confirmed. It is written once through the rules (``Book``).
Every later chapter is the same with new ids and new signatures, in one of ten projects and some
days on; references between its entries, by id or by hash, are kept. The rules are not asked again.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from hashlib import sha256
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from ledger.disclosure import make
from ledger.encoding import b64encode, new_id, new_nonce
from ledger.envelope import PAYLOAD_TYPE, pae, parse_envelope
from ledger.intake import Item
from ledger.keys import SigningKey
from ledger.log import Ledger
from ledger.vault import MemoryVault
from projections.bridge import catalogue
from tests.bench.record import TODAY
from tests.projections.book import ORIGIN, Book

_PROJECTS = 10
_SIGNERS = 6
_PORTION = 20_000
_NAME = re.compile(r"\b[a-z]+:[a-z2-7]{26}\b|\b[0-9a-f]{64}\b|\b2025-[0-9]{2}-[0-9]{2}\b")
_SIDES = ("community", "institution", "community", "front-line", "community", "bridging")
_STAGES = ("S1", "S2", "S3", "S4a", "S5", "S6")
_KINDS = (
    "problem-raising", "peer-support", "testimony", "design", "mentoring", "review", "preparation",
)  # fmt: skip
_BASES = ("worked", "worked", "estimated", "band")
_LEVELS = ("inform", "consult", "collaborate")
#: What became of the offer to each of twelve people; the last six have keys, and claim it.
_OFFERS = (
    "written off", "paid", "paid", "redirected", "declined", "taken back",
    "queried", "unanswered", "paid", "declined", "refused", "for less",
)  # fmt: skip


class Mixed:
    """The beginning of a ledger and one chapter; ``chapters`` goes on without end."""

    def __init__(self, seed: int = 1) -> None:
        self._rng = Random(seed)
        with tempfile.TemporaryDirectory(prefix="tally-bench-") as folder:
            book = Book(Path(folder))
            self.projects = [book.project() for _ in range(_PROJECTS)]
            signers = [book.person(side) for side in _SIDES[:_SIGNERS]]
            for person in signers:
                book.give_key(person)
            start = book.size
            _Chapter(book, self.projects[0], signers).tell()
            told = [entry.envelope or b"" for entry in book.ledger.entries()]
            book.ledger.close()
        self.first = told[:start]
        self._keys: dict[str, SigningKey] = {key.key_id: key for key in book.keys.values()}
        self._chapter = [(_hash(one), json.loads(parse_envelope(one).payload)) for one in told]
        self._links: dict[str, dict[str, Any]] = {}
        for envelope in self.first:
            self._link(parse_envelope(envelope).payload)
        del self._chapter[:start]
        self._known = {name for one in self.first for name in _named(one)}

    def fill(self, url: str, number: int) -> Ledger:
        """A new ledger of so many entries, imported a portion at a time."""
        ledger = Ledger.create(url, ORIGIN, catalogue(), MemoryVault())
        for envelope in self.first:
            ledger.record(envelope, today=TODAY)
        entries = self.entries(number - len(self.first))
        while portion := list(islice(entries, _PORTION)):
            ledger.record_many(portion, today=TODAY)
        return ledger

    def entries(self, number: int) -> Iterator[Item]:
        """The next so many entries, chapter after chapter."""
        done = 0
        while done < number:
            renamed = self._renaming(done // len(self._chapter))
            for hash_, fields in self._chapter[: number - done]:
                item, renamed[hash_] = self._again(fields, renamed)
                yield item
                done += 1

    def _renaming(self, chapter: int) -> dict[str, str]:
        """New names for what the chapter names: another project, later days, fresh ids."""
        renamed = _Renamed(self._rng, self._known, chapter)
        renamed[self.projects[0]] = self.projects[chapter % _PROJECTS]
        return renamed

    def _again(self, fields: dict[str, Any], renamed: dict[str, str]) -> tuple[Item, str]:
        """The entry under its new names, signed anew; and its hash."""
        keep = {name: fields[name] for name in ("body", "on", "anchor") if name in fields}
        said = _NAME.sub(lambda found: renamed[found[0]], json.dumps(keep))
        key = fields["chain"]["key"]
        new = {**fields, **json.loads(said), "nonce": new_nonce(self._rng.randbytes)}
        new["chain"] = self._links.get(key, {"key": key, "seq": 1})
        values = [make(name, "words", self._rng.randbytes) for name in new["body"].get("has", ())]
        if values:
            new["_sd"] = sorted(value.digest for value in values)
        payload = json.dumps(new, sort_keys=True, separators=(",", ":")).encode()
        signatures = [
            {"keyid": one, "sig": b64encode(self._keys[one].sign(pae(PAYLOAD_TYPE, payload)))}
            for one in fields["signers"]
        ]
        envelope = {
            "payload": b64encode(payload),
            "payloadType": PAYLOAD_TYPE,
            "signatures": signatures,
        }
        self._link(payload)
        raw = json.dumps(envelope, sort_keys=True, separators=(",", ":")).encode()
        return Item(raw, [(value, ORIGIN) for value in values]), sha256(raw).hexdigest()

    def _link(self, payload: bytes) -> None:
        """Remember what the next statement of that key follows."""
        key, seq = (json.loads(payload)["chain"][name] for name in ("key", "seq"))
        self._links[key] = {"key": key, "prev": sha256(payload).hexdigest(), "seq": seq + 1}


class _Renamed(dict[str, str]):
    """New names, made up when they are first met; those of the beginning stay."""

    def __init__(self, rng: Random, known: set[str], chapter: int) -> None:
        super().__init__()
        self._rng, self._known, self._later = rng, known, timedelta(days=chapter % 180)

    def __missing__(self, name: str) -> str:
        if name.startswith("2025-"):
            new = str(date.fromisoformat(name) + self._later)
        elif name in self._known or ":" not in name:
            new = name
        else:
            new = new_id(name.partition(":")[0], self._rng.randbytes)
        self[name] = new
        return new


def _hash(envelope: bytes) -> str:
    return parse_envelope(envelope).hash


def _named(envelope: bytes) -> list[str]:
    return _NAME.findall(parse_envelope(envelope).payload.decode())


class _Chapter:
    """A year of one project, written through the rules."""

    def __init__(self, book: Book, project: str, signers: list[str]) -> None:
        self.book, self.project, self.signers = book, project, signers

    def tell(self) -> None:
        """Write it all, in the order in which it happens."""
        book, project = self.book, self.project
        people = [book.person(side, project) for side in _SIDES]
        self.group = book.group(project, "community", "carers", 12)
        employed = {"person": people[5], "project": project, "route": "employed"}
        book.say("person-enrolled/v1", employed)
        everybody = [*people, *self.signers]
        self._talk(people)
        works = [self._work(at, everybody) for at in range(2 * len(everybody))]
        for at, who in enumerate(everybody):
            self._money(at, who, works[at])
        self._money_of_other_kinds()
        self._given_and_taken_back(works)
        self._board(people)
        self._told(everybody)

    def _talk(self, people: list[str]) -> None:
        book, where = self.book, {"project": self.project}
        problems = [book.problem(self.project, by) for by in (*people[:3], self.group)]
        book.say("problem-adopted/v1", {"problem": problems[0], **where})
        book.say("problem-refused/v1", {"problem": problems[1], **where, "has": ["reasons"]})
        for at, by in enumerate(self.signers):
            said = new_id("input")
            body = {"input": said, **where, "people": [by]}
            book.say("input-submitted/v1", body, author=by, under=False)
            if at % 2:
                outcome = {"outcome": "accepted" if at % 3 else "noted", "has": ["reasons"]}
                book.say("input-answered/v1", body | outcome)
        need = {"support": new_id("support"), "need": "transport"}
        who = {"person": self.signers[0]}
        book.say("support-asked/v1", need | who, author=self.signers[0], under=False)

    def _work(self, at: int, everybody: list[str]) -> str:
        who = everybody[at % len(everybody)]
        how: dict[str, Any] = {"stage": _STAGES[at % 6], "kinds": [_KINDS[at % 7]]}
        how |= {"level": _LEVELS[at % 3], "scale": "group"}
        if at % 3:
            how["time"] = {"minutes": 30 + 15 * at, "basis": _BASES[at % 4]}
        if at == 17:  # two who bridge did it together
            how |= {"people": [{"person": who}, {"person": everybody[11]}]}
            how["kinds"] = list(_KINDS[:2])
        return self.book.gave(self.project, who, on=f"2025-{at % 6 + 1:02}-{at % 28 + 1:02}", **how)

    def _money(self, at: int, who: str, work: str) -> None:
        book, minor, became = self.book, 1000 + 250 * at, _OFFERS[at]
        due = {} if became == "redirected" else {"due": "2025-09-01"}
        offer = book.offer(self.project, who, minor, contribution=work, **due)
        if became == "unanswered":
            return
        less = minor - 500 if became == "for less" else None
        say = became if became in ("redirected", "declined") else "accepted"
        book.answered(offer, who, say, less)
        on = {"offer": offer}
        if became == "written off":
            self._moved("written-off", who, 400, cause="work-not-done", **on)
        if say != "accepted" or became == "written off":
            return
        if who in self.signers:
            minor = less or minor
            claim = book.claimed(self.project, who, minor, contribution=work, **on)
            if became in ("queried", "refused"):
                book.judged(claim, who, became)
            if became != "paid":
                return
            book.judged(claim, who, "approved", minor, **on)
            on["claim"] = claim
        payment = book.paid(who, minor, **on)
        if became == "taken back":
            self._moved("reversed", who, 500, payment=payment, cause="mistake", **on)
        if who in self.signers:
            said = {"payment": payment, "to": who, "received": "part"}
            book.say("payment-received/v1", said, author=who, under=False)

    def _moved(self, how: str, who: str, minor: int, **on: Any) -> None:
        body = {"to": who, "amount": {"minor": minor, "currency": "GBP", "exponent": 2}}
        self.book.say(f"payment-{how}/v1", body | on | {"has": ["reason"]})

    def _money_of_other_kinds(self) -> None:
        """What an old book tells of a group's fee, and a fare that somebody asks back."""
        book, project, who = self.book, self.project, self.signers[0]
        book.offer(project, self.group, 2000, mode="history", on="2025-03-01", number=12)
        kind = {"kind": "expense-refund"}
        claim = book.claimed(project, who, 640, **kind)
        book.judged(claim, who, "approved", 640, due="2025-09-01")
        book.paid(who, 640, claim=claim, **kind)

    def _given_and_taken_back(self, works: list[str]) -> None:
        gift = {"gift": new_id("gift"), "person": self.signers[4], "project": self.project}
        self.book.say(
            "gift-declared/v1",
            gift | {"contribution": works[22]},
            author=self.signers[4],
            under=False,
        )
        self.book.take_back(works[0])
        self.book.say("contribution-sorted/v1", {"contribution": works[1], "stage": "S3"})

    def _board(self, people: list[str]) -> None:
        book = self.book
        board = book.body(self.project)
        for at, person in enumerate(people[:4]):
            book.seated(board, person, "community" if at % 2 else "institution")
        book.decided(self.signers[:4])

    def _told(self, people: list[str]) -> None:
        book = self.book
        for person in people:
            book.say("person-told/v1", {"person": person, "how": "printed", "has": ["contact"]})
        for person in self.signers:
            book.gave(self.project, person, stage="S2", kinds=["testimony"], level="consult")
            book.say("record-confirmed/v1", {"line": book.hash(book.size - 1)}, author=person,
                     under=False)  # fmt: skip
