"""Forbidden acts of deciding, signed well and put past the rules, are found and named.

As an operator could who does not run the program: the keys are right, the log is whole, and only
step 10 is left to notice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from book import Book
from test_conduct import at_step_10, checked

from domain import catalogue as rules
from domain.act import Act
from domain.refusal import Refused
from domain.rules import Rulebook
from domain.world import World
from ledger.encoding import new_id
from ledger.errors import Conflict
from projections.store_world import StoreWorld


@dataclass
class Room:
    """A project, its voters, an open vote and decisions of several kinds."""

    book: Book
    project: str
    ben: str
    cy: str
    #: Open: Ben has voted, Cy has stepped back.
    vote: str = ""
    #: Closed, by ballots that were imported: a by the tally, then b, then c.
    seats: str = ""
    secret: str = ""

    def say(self, type: str, body: dict[str, Any], author: str = "", **how: Any) -> None:
        """One honest entry."""
        self.book.say(f"{type}/v1", body, author=author or self.book.ana, **how)

    def opens(self, **more: Any) -> str:
        """A decision of three voters by majority, unless said otherwise."""
        made = new_id("decision")
        body = {
            "decision": made,
            "project": self.project,
            "options": [{"option": "a"}, {"option": "b"}, {"option": "c"}],
            "electorate": [self.book.ana, self.ben, self.cy],
            "method": "simple-majority",
        } | more
        self.say("decision-opened", {k: v for k, v in body.items() if v is not None})
        return made


@pytest.fixture
def room(book: Book) -> Room:
    """Everything that the forbidden acts stand beside."""
    made = Room(book, book.project(), book.person("community"), book.person("community"))
    book.say("person-enrolled/v1", {"person": book.ana})
    for one in (made.ben, made.cy):
        book.give_key(one)
    made.vote = made.opens()
    ballot = {"decision": made.vote, "voter": made.ben, "choice": "a"}
    made.say("vote-cast", ballot, made.ben)
    made.say("recusal-declared", {"decision": made.vote, "person": made.cy}, made.cy)
    ranked = {
        "method": "ranked-choice",
        "count_rule": "schulze",
        "ballots": "imported",
        "electorate": None,
        "eligible": 20,
    }
    made.seats = made.opens(**ranked)
    made.say("ballots-imported", {"decision": made.seats, "source": "0" * 64, "counted": THREE})
    made.say("decision-closed", {"decision": made.seats, **CLOSED})
    made.secret = made.opens(ballots="tellers", tellers=[book.ana, made.ben])
    return made


THREE = {"ballots": 3, "ranked": [{"ranks": [1, 2, 3], "ballots": 3}]}
CLOSED = {
    "tally": {"ballots": 3, "abstained": 0},
    "places": [["a"], ["b"], ["c"]],
    "outcome": "decided",
    "chosen": ["a"],
}
ONE = {
    "ballots": 1,
    "abstained": 0,
    "support": [{"option": o, "votes": int(o == "a")} for o in "abc"],
}
MAJORITY = {
    "tally": ONE,
    "outcome": "decided",
    "chosen": ["a"],
}


def _with_interest(room: Room) -> tuple[str, dict[str, Any], str]:
    body = {"decision": room.vote, "person": room.ben, "nature": "money"}
    room.say("interest-declared", body, room.ben)
    return "decision-closed", {"decision": room.vote, **MAJORITY}, ""


def _own_interest(room: Room) -> tuple[str, dict[str, Any], str]:
    body = {"decision": room.vote, "person": room.book.ana, "nature": "money"}
    room.say("interest-declared", body)
    return "interest-managed", {**body, "handling": "noted"} | {"nature": None}, ""


Forbidden = Callable[[Room], tuple[str, dict[str, Any], str]]

FORBIDDEN: dict[str, tuple[str, Forbidden]] = {
    "a second ballot": (
        "voted-already",
        lambda r: ("vote-cast", {"decision": r.vote, "voter": r.ben, "choice": "b"}, r.ben),
    ),
    "a ballot of one who stepped back": (
        "recused",
        lambda r: ("vote-cast", {"decision": r.vote, "voter": r.cy, "choice": "b"}, r.cy),
    ),
    "a ballot after the close": (
        "decision-closed-already",
        lambda r: ("vote-cast", {"decision": r.seats, "voter": r.ben, "ranking": [["b"]]}, r.ben),
    ),
    "a ballot for somebody with a key, without a witness": (
        "no-witness",
        lambda r: ("vote-cast", {"decision": r.opens(), "voter": r.ben, "choice": "b"}, ""),
    ),
    "a signed ballot where tellers count": (
        "other-ballots",
        lambda r: ("vote-cast", {"decision": r.secret, "voter": r.ben, "choice": "a"}, r.ben),
    ),
    "an electorate changed after the first ballot": (
        "decision-exists",
        lambda r: (
            "decision-opened",
            {
                "decision": r.vote,
                "project": r.project,
                "options": [{"option": "a"}, {"option": "b"}],
                "electorate": [r.ben],
                "method": "simple-majority",
            },
            "",
        ),
    ),
    "a forged recusal": (
        "signs-for-themselves",
        lambda r: (
            "recusal-declared",
            {"decision": r.opens(), "person": r.ben, "for": r.ben, "witness": r.cy},
            "",
        ),
    ),
    "a count that one teller signed": (
        "teller-missing",
        lambda r: (
            "count-attested",
            {"decision": r.secret, "voted": [r.ben], "counted": {"ballots": 0}},
            "",
        ),
    ),
    "a voter whom the tellers made up": (
        "not-on-electorate",
        lambda r: (
            "count-attested",
            {
                "decision": r.secret,
                "voted": [new_id("person")],
                "counted": {"ballots": 1, "support": [{"option": "a", "votes": 1}]},
            },
            f"{r.book.ana} {r.ben}",
        ),
    ),
    "a second count": (
        "decision-closed-already",
        lambda r: (
            "ballots-imported",
            {"decision": r.seats, "source": "1" * 64, "counted": THREE},
            "",
        ),
    ),
    "an imported count in place of signed ballots": (
        "other-ballots",
        lambda r: (
            "ballots-imported",
            {"decision": r.vote, "source": "1" * 64, "counted": {"ballots": 0}},
            "",
        ),
    ),
    "ballots of three people, one by one": (
        "ballots-identify",
        lambda r: (
            "ballots-imported",
            {
                "decision": r.opens(
                    method="ranked-choice", count_rule="schulze", ballots="imported"
                ),
                "source": "1" * 64,
                "counted": THREE,
            },
            "",
        ),
    ),
    "a tally that the ballots do not give": (
        "tally-differs",
        lambda r: (
            "decision-closed",
            {
                "decision": r.vote,
                **MAJORITY,
                "tally": {**ONE, "ballots": 9},
            },
            "",
        ),
    ),
    "an outcome that the ballots do not give": (
        "outcome-differs",
        lambda r: ("decision-closed", {"decision": r.vote, **MAJORITY, "chosen": ["b"]}, ""),
    ),
    "a close that hides an interest": (
        "interest-hidden",
        _with_interest,
    ),
    "an interest handled by its owner": (
        "own-interest",
        _own_interest,
    ),
    "an override without a rule": (
        "no-rule-cited",
        lambda r: (
            "decision-overridden",
            {
                "decision": r.seats,
                "basis": "charter",
                "kind": "seat-limit",
                "excludes": ["a"],
                "outcome": "decided",
                "chosen": ["b"],
            },
            "",
        ),
    ),
    "a reversal without a later decision": (
        "not-a-later-decision",
        lambda r: ("decision-reversed", {"decision": r.seats, "by": r.vote}, ""),
    ),
    "a budget on a decision that is still open": (
        "decision-not-adopted",
        lambda r: (
            "budget-opened",
            {
                "budget": new_id("budget"),
                "project": r.project,
                "amount": {"minor": 1, "currency": "GBP", "exponent": 2},
                "decision": r.vote,
            },
            "",
        ),
    ),
    "a charter amended by somebody who founded nothing": (
        "not-by-the-amendment-rule",
        lambda r: ("charter-amended", {"major": ["budget"]}, r.ben),
    ),
    "rules that this program does not know": (
        "unknown-rules",
        lambda _: ("rules-adopted", {"rules": "9"}, ""),
    ),
}


@pytest.mark.parametrize("what", sorted(FORBIDDEN))
def test_what_was_put_past_the_rules_is_found_and_named(room: Room, what: str) -> None:
    rule, made = FORBIDDEN[what]
    type, body, signers = made(room)
    who = tuple(signers.split()) or (room.book.ana,)
    raw = room.book.sealed(
        f"{type}/v1",
        {name: value for name, value in body.items() if value is not None},
        author=who[0],
        signers=who,
    )
    index = room.book.force(raw).index
    [finding] = at_step_10(checked(room.book))
    assert (finding.code, finding.entry) == (10, index)
    assert f"the rule {rule}" in finding.message


def test_the_room_itself_is_in_order(room: Room) -> None:
    assert checked(room.book).findings == []


def _no_projects(world: World, act: Act[Any]) -> None:
    raise Refused("no-grant", "under these rules no project is opened", "rules 1")


@pytest.fixture
def second() -> Iterator[None]:
    """A second version of the rules, a double: projects are opened no more."""
    kind = replace(rules.EVENTS["project-opened/v1"], rule=_no_projects)
    events = {**rules.EVENTS, kind.name: kind}
    rules.RULEBOOKS["2"] = replace(rules.RULEBOOKS["1"], events=events)
    yield
    del rules.RULEBOOKS["2"]


def test_each_entry_is_judged_by_the_rules_in_force_at_its_index(book: Book, second: None) -> None:
    book.project()
    book.say("rules-adopted/v1", {"rules": "2"})
    book.person()
    with pytest.raises(Refused, match="under these rules"):
        book.project()
    assert checked(book).findings == []  # the project of before is judged by the rules of before
    index = book.force(book.sealed("project-opened/v1", {"project": new_id("project")})).index
    [finding] = at_step_10(checked(book))
    assert finding.entry == index


def test_a_write_fails_when_the_rules_changed_meanwhile(book: Book, second: None) -> None:
    ben = book.person()
    book.give_key(ben)
    grant = {"to": ben, "kinds": ["agenda"], "scope": {}, "onward": 0}
    under = book.hash(book.say("power-granted/v1", grant).index)
    # Ben asked the rules before they changed, and comes to write after.
    body = {"project": new_id("project")}
    raw = book.sealed("project-opened/v1", body, author=ben, under=under)
    world = StoreWorld(book.ledger, book.size)
    assert world.get(Rulebook, "").version == "1"
    book.say("rules-adopted/v1", {"rules": "2"})
    with pytest.raises(Conflict):
        book.force(raw, world)
