"""Who led what in a large open project, 2017–2026: taken over as history, a quarter's precision.

Source: history of ``sigs.yaml`` in github kubernetes/community (Apache-2.0), as snapshots and the
differences between them. Nothing of it is kept here.

A role is power over a group. What each gives is this mapping's own and stated here: the source
names roles, not powers. «leads» stood for both before they were split. An emeritus holds no power:
it is recognition, for which no event stands, so those rows are read and not recorded as power. Who
gave a role to whom the source does not say: ``by`` stays open, and a loss beside a gain is a
*candidate* transfer, never recorded as one.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from book import ORIGIN, Book

from domain import catalogue as rules
from domain.world import FullWorld
from ledger.encoding import new_id, new_nonce
from ledger.envelope import parse_envelope, seal
from ledger.intake import Item
from ledger.statement import compose, parse_statement
from projections.bridge import to_act
from projections.facts import Fact, Facts, Happened, happened
from projections.store_world import whole_world

DATA = Path(__file__).parents[3] / "shared" / "data" / "k8s-leadership"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="needs shared/data/k8s-leadership")

POWER = {
    "chairs": ("chairing",),
    "tech_leads": ("delivery",),
    "leads": ("chairing", "delivery"),
}
ROLE = {kinds: role for role, kinds in POWER.items()}
EMERITUS = "emeritus_leads"


class Held(NamedTuple):
    """One role of one person in one group."""

    group: str
    role: str
    person: str


class Change(NamedTuple):
    """A role gained or lost after one day and by another; the first day may be unknown."""

    after: str | None
    by: str
    gain: bool
    held: Held


class Transfer(NamedTuple):
    """Roles of one kind lost and gained in one group and quarter: a candidate, not proof."""

    by: str
    group: str
    role: str
    lost: tuple[str, ...]
    gained: tuple[str, ...]
    words: str = "candidate transfer: lost and gained by the same day, nobody recorded as giving it"


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one of the files."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def held(row: dict[str, str]) -> Held:
    """What a row is about; groups of different kinds may have one name."""
    return Held(f"{row['group_kind']}/{row['group']}", row["role"], row["github"])


def snapshots() -> dict[str, set[Held]]:
    """Who held what on the day of each snapshot."""
    found: defaultdict[str, set[Held]] = defaultdict(set)
    for row in rows("leadership_snapshots.csv"):
        found[row["snapshot_date"]].add(held(row))
    return dict(found)


def changes() -> Iterator[Change]:
    """The first snapshot as it stood, then every change, losses first within a quarter."""
    days = sorted(snapshots())
    for one in sorted(snapshots()[days[0]]):
        yield Change(None, days[0], True, one)
    before = dict(zip(days[1:], days, strict=False))
    for row in sorted(
        rows("role_changes.csv"), key=lambda r: (r["by_date"], r["change"] == "gain")
    ):
        yield Change(before[row["by_date"]], row["by_date"], row["change"] == "gain", held(row))


@dataclass
class Taken:
    """A book into which the changes are recorded in one batch, each judged by the rules."""

    book: Book

    def __post_init__(self) -> None:
        self.world: FullWorld = whole_world(self.book.ledger, self.book.size)
        self.start = self.book.size
        self.items: list[Item] = []
        key = self.book.keys[self.book.ana]
        self.link = self.book.ledger.next_link(key.key_id)
        self.ids: dict[str, str] = {}
        self.standing: dict[Held, str] = {}

    def id(self, kind: str, name: str) -> str:
        """The pseudonym of a name, made when it is first met."""
        if name not in self.ids:
            self.ids[name] = new_id(kind)
            body = {kind: self.ids[name]}
            type_ = "person-enrolled/v1" if kind == "person" else "body-created/v1"
            self.say(type_, body, None)
        return self.ids[name]

    def say(self, type_: str, body: dict[str, Any], on: dict[str, str] | None) -> str:
        """Compose, judge and keep for the batch; gives the envelope's hash."""
        key = self.book.keys[self.book.ana]
        seq, prev = self.link
        payload = compose(
            type=type_, ledger=ORIGIN, author=self.book.ana, key=key.key_id, seq=seq, prev=prev,
            signers=[key.key_id], body=body, at=f"{self.book.day}T12:00:00Z", nonce=new_nonce(),
            under={key.key_id: self.book.grant}, mode="history", on=on,
        )  # fmt: skip
        raw = seal(payload, [key])
        name = parse_envelope(raw).hash
        statement = parse_statement(payload)
        act = to_act(
            statement,
            self.book.ledger.keyring(),
            hash=name,
            index=self.start + len(self.items),
            today=self.book.day,
        )
        rules.check(self.world, act)
        self.world.apply(act)
        self.items.append(Item(raw))
        self.link = (seq + 1, statement.payload_hash)
        return name

    def take(self, change: Change) -> None:
        """Record one change: a grant, or the end of the one that stands."""
        group, role, who = change.held
        on = {"from": change.after, "precision": "quarter", "to": change.by}
        said = {name: value for name, value in on.items() if value is not None}
        person = self.id("person", who)
        if change.gain:
            scope = {"body": self.id("body", group)}
            body = {"to": person, "kinds": list(POWER[role]), "scope": scope, "onward": 0}
            self.standing[change.held] = self.say("power-granted/v1", body, said)
        else:
            body = {"grant": self.standing.pop(change.held), "holder": person}
            self.say("power-revoked/v1", body, said)

    def write(self) -> int:
        """Put the batch into the ledger; gives how many entries it has."""
        receipts = self.book.ledger.record_many(
            self.items, today=date.fromisoformat(self.book.day), since=self.start
        )
        return len(receipts)


def in_force(facts: Facts, by: date) -> list[Fact]:
    """The grants that had been made and not ended by a day, as far as is known."""
    ended = {
        (fact.body["grant"], fact.body["holder"])
        for fact in facts.by_type.get("power-revoked/v1", ())
        if happened(fact, by) is Happened.YES
    }
    return [
        fact
        for fact in facts.by_type["power-granted/v1"]
        if happened(fact, by) is Happened.YES and (fact.hash, fact.body["to"]) not in ended
    ]


def as_held(facts: list[Fact], names: dict[str, str]) -> set[Held]:
    """Grants as roles, with names instead of pseudonyms."""
    return {
        Held(names[f.body["scope"]["body"]], ROLE[tuple(f.body["kinds"])], names[f.body["to"]])
        for f in facts
    }


def candidates(facts: Facts, names: dict[str, str]) -> list[Transfer]:
    """Losses beside gains of one role in one group and quarter, from the record alone."""
    grants = {fact.hash: fact for fact in facts.by_type["power-granted/v1"]}
    met: defaultdict[tuple[str, str, str], list[list[str]]] = defaultdict(lambda: [[], []])
    for fact in (*grants.values(), *facts.by_type["power-revoked/v1"]):
        gained = fact.hash in grants
        grant = fact if gained else grants[fact.body["grant"]]
        if fact.on is None or "from" not in fact.on:
            continue  # held already when the record begins
        [one] = as_held([grant], names)
        met[fact.on["to"], one.group, one.role][gained].append(one.person)
    return [
        Transfer(*key, tuple(lost), tuple(gained))
        for key, (lost, gained) in met.items()
        if lost and gained
    ]
