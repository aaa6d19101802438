"""The writer's world and the replay's give one verdict; the condition repeats the questions."""

from __future__ import annotations

import random
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from book import Book
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import catalogue as rules
from domain.act import Act
from domain.charter import Calendar, Charter
from domain.refusal import Refused
from ledger.encoding import new_id
from ledger.envelope import parse_envelope
from ledger.errors import Conflict
from ledger.keyring import Keyring
from ledger.statement import parse_statement
from projections.bridge import to_act
from projections.conduct import Conduct
from projections.past import Past
from projections.store_world import StoreWorld, whole_world


def verdict(world: Any, act: Any) -> str:
    try:
        rules.check(world, act)
    except Refused as refusal:
        return str(refusal)
    return "allowed"


class Chooser:
    """Makes acts at random, allowed and forbidden ones, from the ids that it has met."""

    def __init__(self, book: Book, seed: int) -> None:
        self.book = book
        self.rng = random.Random(seed)
        self.ids: dict[str, list[str]] = {}
        self.grants = [book.grant]
        for kind in ("project", "contribution", "person", "group", "offer", "problem"):
            self.ids[kind] = [new_id(kind)]  # one that was never recorded
        self.ids["person"].append(book.ana)

    def one(self, kind: str) -> str:
        return self.rng.choice(self.ids[kind])

    def some(self, kind: str) -> str:
        """A known id, or a new one."""
        if self.rng.random() < 0.5:
            self.ids[kind].append(new_id(kind))
            return self.ids[kind][-1]
        return self.one(kind)

    def act(self) -> tuple[str, dict[str, Any]]:
        return self.rng.choice([*self._people(), *self._money(), *self._power()])

    def _people(self) -> list[tuple[str, dict[str, Any]]]:
        side = self.rng.choice(["community", "institution"])
        return [
            ("project-opened/v1", {"project": self.some("project")}),
            ("person-enrolled/v1", {"person": self.some("person")}),
            ("acting-for-declared/v1", {"person": self.one("person"), "side": side}),
            (
                "group-recorded/v1",
                {
                    "group": self.some("group"),
                    "project": self.one("project"),
                    "label": "parents",
                    "side": side,
                },
            ),
            (
                "contribution-recorded/v1",
                {
                    "contribution": self.some("contribution"),
                    "project": self.one("project"),
                    "people": [{"person": self.one("person")}],
                },
            ),
            ("contribution-retracted/v1", {"contribution": self.one("contribution")}),
            ("contribution-reinstated/v1", {"contribution": self.one("contribution")}),
        ]

    def _money(self) -> list[tuple[str, dict[str, Any]]]:
        money = {"minor": self.rng.choice([100, 5000]), "currency": "GBP", "exponent": 2}
        return [
            (
                "payment-offered/v1",
                {
                    "offer": self.some("offer"),
                    "project": self.one("project"),
                    "to": self.one(self.rng.choice(["person", "group"])),
                    "kind": "fee",
                    "amount": money,
                },
            ),
            (
                "payment-declined/v1",
                {"offer": self.one("offer"), "for": self.one("person")},
            ),
            (
                "payment-made/v1",
                {
                    "payment": new_id("payment"),
                    "offer": self.one("offer"),
                    "to": self.one("person"),
                    "kind": "fee",
                    "amount": money,
                },
            ),
        ]

    def _power(self) -> list[tuple[str, dict[str, Any]]]:
        return [
            (
                "power-granted/v1",
                {
                    "to": self.one("person"),
                    "kinds": self.rng.sample(["record", "agenda", "hiring"], 2),
                    "scope": {},
                    "onward": self.rng.choice([0, 2]),
                },
            ),
            (
                "power-revoked/v1",
                {"grant": self.rng.choice(self.grants), "holder": self.one("person")},
            ),
        ]


@settings(max_examples=12)
@given(st.integers(0, 2**32))
def test_the_writers_world_gives_the_verdict_of_the_full_replay(seed: int) -> None:
    with TemporaryDirectory() as folder:
        book = Book(Path(folder))
        try:
            _play(book, Chooser(book, seed))
        finally:
            book.ledger.close()


def _play(book: Book, chooser: Chooser) -> None:
    conduct = Conduct()
    keyring = Keyring()
    seen = 0
    for _ in range(40):
        for entry in book.ledger.entries(seen):
            assert entry.envelope is not None
            envelope = parse_envelope(entry.envelope)
            statement = parse_statement(envelope.payload)
            keyring.apply(entry.index, statement, envelope.hash)
            found = conduct.entry(
                entry.index, statement, None, envelope.hash, keyring, keyring.ledger_day
            )
            assert found == []
            seen += 1
        type_, body = chooser.act()
        mode = chooser.rng.choice(["live", "live", "history"])
        raw = book.sealed(type_, body, mode=mode)
        statement = parse_statement(parse_envelope(raw).payload)
        world = StoreWorld(book.ledger, book.size)
        act = to_act(statement, book.ledger.keyring(), hash="", index=seen, today=book.day)
        assert verdict(world, act) == verdict(conduct.world, act)
        if verdict(world, act) == "allowed":
            receipt = book.force(raw, world)
            if type_ == "power-granted/v1":
                chooser.grants.append(book.hash(receipt.index))


def test_a_write_fails_when_what_it_rests_on_changed_meanwhile(book: Book) -> None:
    project = book.project()
    one = book.gave(project, book.person("community"))
    raw = book.sealed("contribution-retracted/v1", {"contribution": one})
    world = StoreWorld(book.ledger, book.size)
    statement = parse_statement(parse_envelope(raw).payload)
    act = to_act(statement, book.ledger.keyring(), hash="", index=book.size, today=book.day)
    rules.check(world, act)
    # Somebody else is faster: the operator's key makes another chain, so only the rule can tell.
    ben = book.person()
    book.give_key(ben)
    grant = book.hash(
        book.say(
            "power-granted/v1", {"to": ben, "kinds": ["record"], "scope": {}, "onward": 0}
        ).index
    )
    book.say("contribution-retracted/v1", {"contribution": one}, author=ben, under=grant)
    with pytest.raises(Conflict):
        book.force(raw, world)


def test_a_write_does_not_fail_for_what_has_nothing_to_do_with_it(book: Book) -> None:
    project = book.project()
    one = book.gave(project, book.person("community"))
    ben = book.person()
    book.give_key(ben)
    body = {"to": ben, "kinds": ["record"], "scope": {}, "onward": 0}
    grant = book.hash(book.say("power-granted/v1", body).index)
    raw = book.sealed("contribution-retracted/v1", {"contribution": one}, author=ben, under=grant)
    world = StoreWorld(book.ledger, book.size)
    statement = parse_statement(parse_envelope(raw).payload)
    act = to_act(statement, book.ledger.keyring(), hash="", index=book.size, today=book.day)
    rules.check(world, act)
    book.gave(project, ben)  # by Ana, in between
    assert book.force(raw, world).index == book.size - 1


def test_the_past_is_judged_by_the_ledger_day_it_was_written_on(book: Book) -> None:
    book.project()
    first = book.size - 1
    book.open_day("2026-02-01")
    book.project()
    past = Past(book.ledger)
    said = [past.read(book.ledger.entry(index)) for index in (0, first, book.size - 1)]
    days = [act.today for act in said if isinstance(act, Act)]
    assert days == ["2026-01-01", "2026-01-01", "2026-02-01"]


def test_what_there_is_one_of_is_as_it_stood_at_any_size(book: Book) -> None:
    sizes = range(1, book.ledger.head().size + 1)
    plain = {size: _fresh(book, size) for size in sizes}
    # Forwards, backwards and again: what one world learned is no other one's past.
    for size in (*sizes, *reversed(sizes), *sizes):
        world = StoreWorld(book.ledger, size)
        assert (world.get(Charter, ""), world.get(Calendar, "")) == plain[size]
        assert len(world.conditions()[0].items) == 2


def _fresh(book: Book, size: int) -> tuple[Charter, Calendar]:
    world = whole_world(book.ledger, size)
    return world.get(Charter, ""), world.get(Calendar, "")
