"""Lines of recognition: what was given, in which role, and what came of it.

    credit        CRediT's 14 roles, where they were attached to a contribution
    work          kinds of work by the product's own words: those that CRediT has a role for‡,
                  those it lacks, and work that nobody has sorted to a kind
    intangible    preparation, travel, brokering trust, mentoring, peer support, hosting, care
                  cover, emotional labour
    came of it    decisions that it fed, problems taken up, artefacts, outputs written, inputs heard

Lines keep a fixed order, so that nobody and no role is ranked. ‡: which kinds CRediT has a role for
is a default of this program.

Source: domain.md section 4; CRediT, ANSI/NISO Z39.104-2022, for the names of the 14 roles.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import get_args

from domain.values import INTANGIBLE, CreditRole
from projections.entries import entries
from projections.given import Given, Giver
from projections.linked import Linked
from projections.sides import UNSAID

CREDIT: tuple[str, ...] = get_args(CreditRole)
#: Kinds of work for which CRediT has a role, nearly enough.
IN_CREDIT = ("design", "data-collection", "analysis", "writing", "resources-in-kind")
LACKING = (
    "problem-raising",
    "priority-setting",
    "testimony",
    "advice",
    "review",
    "outreach",
    "delivery",
    "teaching",
    "accessibility",
    "facilitation",
    "chairing",
    "governance",
    "dissemination",
    "evaluation",
)
UNTANGIBLE = tuple(sorted(INTANGIBLE))
DEGREES = ("lead", "equal", "supporting")
ROLE, HAS, LACKS, HIDDEN = (
    "CRediT role",
    "work that CRediT has",
    "work that CRediT lacks",
    "intangible labour",
)
#: What nobody has sorted may be of any kind: it is not said to lack a role.
UNSORTED = "work not sorted to a kind yet"
CAME, BENEFIT, GIFT = "came of it", "benefit received", "gift"
PARTS = (ROLE, HAS, LACKS, HIDDEN, UNSORTED, CAME, BENEFIT, GIFT)
_KINDS = {
    **dict.fromkeys(IN_CREDIT, HAS),
    **dict.fromkeys(LACKING, LACKS),
    **dict.fromkeys(UNTANGIBLE, HIDDEN),
    "unsorted": UNSORTED,
}
_ORDER = {
    what: at for at, what in enumerate((*CREDIT, *IN_CREDIT, *LACKING, *UNTANGIBLE, "unsorted"))
}


@dataclass(slots=True)
class Line:
    """One line: its things with their entries, who stands behind them, and in which degree."""

    unit: str
    things: dict[str, tuple[int, ...]] = field(default_factory=dict)
    persons: set[str] = field(default_factory=set)
    groups: dict[str, int | None] = field(default_factory=dict)
    degrees: Counter[str] = field(default_factory=Counter)

    @property
    def people(self) -> int | None:
        """How many people; None where a group among them states no number."""
        numbers = [number for number in self.groups.values() if number is not None]
        if len(numbers) < len(self.groups):
            return None
        return len(self.persons) + sum(numbers)

    @property
    def events(self) -> Sequence[int]:
        """The entries behind it, sorted."""
        return entries(i for some in self.things.values() for i in some)


@dataclass(slots=True)
class Credits:
    """Lines by part, thing and side; ``about`` keeps what one person gave, said and got."""

    linked: Linked
    about: str | None = None
    lines: dict[tuple[str, str, str], Line] = field(default_factory=dict)

    def is_about(self, person: str) -> bool:
        """Whether a line of this person is wanted."""
        return self.about is None or self.linked.one(person) == self.linked.one(self.about)

    def put(
        self,
        where: tuple[str, str, str],
        thing: str,
        events: Iterable[int],
        giver: Giver,
        *,
        unit: str = "contribution",
        degree: str = "",
    ) -> None:
        """Count a thing of one giver in the line of ``where``: part, what, side."""
        if not self.is_about(giver.id):
            return
        line = self.lines.setdefault(where, Line(unit))
        line.things[thing] = (*line.things.get(thing, ()), *events)
        if giver.id.startswith("group:"):
            line.groups[giver.id] = giver.number
        else:
            line.persons.add(self.linked.one(giver.id))
        if degree:
            line.degrees[degree] += 1

    def ordered(self) -> list[tuple[tuple[str, str, str], Line]]:
        """The lines by part, then in the order of roles and kinds, then by side."""
        sides = ("community", "front-line", "institution", "bridging", UNSAID)

        def place(item: tuple[tuple[str, str, str], Line]) -> tuple[int, int, str, int]:
            part, what, side = item[0]
            return PARTS.index(part), _ORDER.get(what, 0), what, sides.index(side)

        return sorted(self.lines.items(), key=place)


def given_lines(credits: Credits, works: Iterable[Given]) -> None:
    """Add the roles and kinds of work of these contributions."""
    for work in works:
        id_, events = work.fact.body["contribution"], tuple(work.events)
        credited = {one["person"]: one for one in work.fact.body.get("people", ())}
        for giver in work.givers:
            said = credited.get(giver.id, {})
            for role in said.get("credit") or ():
                where = (ROLE, role["role"], giver.side)
                credits.put(where, id_, events, giver, degree=role.get("degree", ""))
            for kind in dict.fromkeys(work.body.get("kinds", ("unsorted",))):
                where = (_KINDS[kind], kind, giver.side)
                credits.put(where, id_, events, giver, degree=said.get("share", ""))


def role_title(what: str) -> str:
    """Give a role or kind in words: ``writing – review editing`` as ``Writing review editing``."""
    words = what.replace("-", " ")
    return words[:1].upper() + words[1:]
