"""A dossier: one line for each thing that is recorded of one decision.

    part       what it belongs to: Question, Origin, Options, Electorate, Rule, Count, …
    item       what is said: the key of an option, «quorum», the kind of an interest
    who, side  the person it concerns, and whom they act for
    said       what is said, as a code or in words of this program
    number     a figure, with its unit beside it; money has a column of its own
    electorate beside votes: of how many, for under ten of them only the outcome goes out
    day        when it happened, as far as that is known
    words      somebody's own words, beside their entry

People stand here by name for what they did in deciding: asked, put forward, voted, stepped back,
objected, dissented, answer for it (domain.md section 10). Nobody's time, money or reasons for
saying no are in a dossier. The key of a line about one person holds that person's id, so that the
line is in no file: that somebody among five objected is no outcome.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from projections.facts import Fact
from projections.result import Amount, Cell, Column, Row, Words

COLUMNS = (
    Column("part", "text", "", "Part"),
    Column("item", "text", "", "What", unknown=""),
    Column("who", "text", "", "Who", unknown="", guard="person"),
    Column("side", "text", "", "Acting for", unknown=""),
    Column("said", "text", "", "As recorded", unknown=""),
    Column("number", "number", "", "Number", unknown="", guard="count"),
    Column("unit", "text", "", "Unit", unknown=""),
    Column("electorate", "integer", "person", "Of so many who vote", unknown="", guard="count"),
    Column("amount", "money", "money", "Amount", unknown="", guard="money"),
    Column("day", "date", "", "When", unknown="", guard="day"),
    Column("words", "text", "", "In their words", unknown="", guard="words"),
)
NOTHING = "nothing recorded"


@dataclass(slots=True)
class Dossier:
    """The lines of one dossier, as they are added; each has a key of its own."""

    rows: list[Row] = field(default_factory=list)

    def add(
        self,
        part: str,
        item: str,
        events: Iterable[int],
        *,
        key: str = "",
        payees: tuple[int, ...] = (),
        **cells: Cell,
    ) -> None:
        """Add a line; ``key`` tells it from others of its part (the item, if left out)."""
        given: Mapping[str, Cell] = {
            "part": part,
            "item": item or None,
            **{name: value for name, value in cells.items() if value not in (None, "")},
        }
        self.rows.append(
            Row(
                given,
                tuple(sorted(set(events))),
                key=f"{part}.{key or item}".casefold().replace(" ", "-"),
                payees={"amount": payees} if payees else {},
            )
        )

    def nothing(self, part: str, item: str, events: Iterable[int] = ()) -> None:
        """Say that nothing is recorded of a part."""
        self.add(part, item, events, said=NOTHING)


def words(fact: Fact, name: str) -> Words | None:
    """Give the place of the words beside an entry, if it has such words."""
    return Words(fact.index, name) if name in fact.body.get("has", ()) else None


def option_words(fact: Fact, key: str) -> Words | None:
    """Give the place of the words of one option beside the opening."""
    return Words(fact.index, f"options/{key}") if "options" in fact.body.get("has", ()) else None


def money(body: Mapping[str, object]) -> Amount | None:
    """Give an amount of a body."""
    said = body.get("amount")
    if not isinstance(said, dict):
        return None
    return Amount(said["minor"], said["currency"], said["exponent"])
