"""Who wishes to be named, and for what: the lines of ``recognition --lines people``.

A person is named where they last said so: what they said of a project counts there before what they
said in general, and the newest word of each replaces the older ones. Who said nothing is not named.
By pseudonym means the id alone, and no name joins it when the view is shown.

Lines stand in the order in which people first said that they wish to be named, and hold no numbers:
nobody is ranked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from projections.credits import CREDIT, Credits, given_lines, role_title
from projections.given import Given
from projections.lived import Lived
from projections.result import Cell, Column, Row

NAMING = "naming-said/v1"
_NAMED = {"by-name": "person", "by-pseudonym": "pseudonym"}

COLUMNS = (
    Column("person", "text", "", "Named", unknown="by pseudonym", guard="person"),
    Column("pseudonym", "text", "", "By pseudonym", unknown="by name"),
    Column("credit", "text", "", "CRediT roles", unknown="none attached", guard="words"),
    Column("work", "text", "", "Kinds of work", unknown="none recorded", guard="words"),
)


@dataclass(slots=True)
class Wishes:
    """The last word of each person, in general and of each project, with its entry."""

    said: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)
    #: Everybody who ever wished to be named, in that order.
    first: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, lived: Lived) -> Wishes:
        """Read what people said of being named, by the end of the time asked for."""
        wishes = cls()
        for fact in lived.lasting(NAMING):
            person = lived.linked.one(fact.body["person"])
            wish = fact.body["wish"]
            wishes.said[person, fact.body.get("project", "")] = (fact.index, wish)
            if wish in _NAMED:
                wishes.first.setdefault(person, fact.index)
        return wishes

    def at(self, person: str, project: str) -> tuple[int, str]:
        """The wish that holds for a person's work in a project; -1 and «» where nobody said."""
        here = self.said.get((person, project))
        return here or self.said.get((person, ""), (-1, ""))


def named_rows(lived: Lived, works: Iterable[Given], about: str | None) -> list[Row]:
    """Give a row for each person named, with what they did where they wish to be named."""
    wishes = Wishes.of(lived)
    found: dict[tuple[str, str], list[tuple[Given, int]]] = {}
    for work in works:
        for giver in work.givers:
            person = lived.linked.one(giver.id)
            index, wish = wishes.at(person, work.project)
            if wish in _NAMED:
                found.setdefault((person, wish), []).append((work, index))
    return [
        _row(lived, person, wish, found[person, wish])
        for person in sorted(wishes.first, key=wishes.first.__getitem__)
        if about is None or person == lived.linked.one(about)
        for wish in _NAMED
        if (person, wish) in found
    ]


def _row(lived: Lived, person: str, wish: str, given: list[tuple[Given, int]]) -> Row:
    credits = Credits(lived.linked, person)
    given_lines(credits, [work for work, _ in given])
    roles = [what for (_, what, _), _ in credits.ordered()]
    cells: dict[str, Cell] = {_NAMED[wish]: person}
    has = list(dict.fromkeys(role_title(role) for role in roles if role in CREDIT))
    does = list(dict.fromkeys(role_title(role) for role in roles if role not in CREDIT))
    cells |= {"credit": ", ".join(has) or None, "work": ", ".join(does) or None}
    events = {index for _, index in given}
    events = events.union(*(line.events for _, line in credits.ordered()))
    return Row(cells, tuple(sorted(events)), f"{person}/{wish}")
