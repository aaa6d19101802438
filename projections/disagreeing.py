"""Safe to disagree: who is still there half a year after an objection, beside who did not object.

    objector      somebody who objected in a decision, by an objection or a ballot against
    non-objector  anybody else on the electorate of the same decision, from the same day
    still there   180 days after it: seated on that day, or, in the 90 days up to it, active (a
                  contribution, a ballot, something said or raised) or invited (put on an
                  electorate, made an offer, offered another way in)

Who had paused by then is in neither group: a pause is their own. So is whoever's 180 days are not
over. The 90 days are a default of this program; one pair of person and decision counts once.

Source: domain.md section 8.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from projections.coming_going import LEFT, PAUSED, RETURNED, WAY_IN
from projections.decided import OBJECTED, OPENED, VOTED, Decided
from projections.facts import Fact
from projections.given import RECORDED
from projections.linked import Linked
from projections.matter import OFFERED, day_of
from projections.measure import PER_CENT, Measure, difference, events_of, left_out
from projections.origins import PROPOSED, SUBMITTED
from projections.seated import Seated

LATER: Final = timedelta(days=180)
LATELY: Final = timedelta(days=90)
#: Fewest people in each group (domain.md section 8).
LEAST: Final = 20
PRESENCE = frozenset({PAUSED, RETURNED, LEFT})
SIGNS = frozenset({RECORDED, VOTED, SUBMITTED, PROPOSED, OPENED, OFFERED, WAY_IN})
STILL_TYPES = PRESENCE | SIGNS
_MEASURE = "Safe to disagree"


@dataclass(slots=True)
class Signs:
    """By person, the days on which something shows that they are there, with the entries."""

    linked: Linked
    active: dict[str, list[tuple[date, int]]] = field(default_factory=dict)
    moves: dict[str, list[tuple[date, int, str]]] = field(default_factory=dict)
    seats: dict[str, list[tuple[date, date | None, int]]] = field(default_factory=dict)

    @classmethod
    def of(cls, facts: Iterable[Fact], seated: Seated, linked: Linked, people: Set[str]) -> Signs:
        """Read what shows that ``people`` are there; facts without a known day show nothing."""
        signs = cls(linked)
        wanted = linked.distinct(people)
        for fact in facts:
            day = day_of(fact)[1]
            if day is None:
                continue
            if fact.type in PRESENCE:
                person = linked.one(fact.body["person"])
                signs.moves.setdefault(person, []).append((day, fact.index, fact.type))
                continue
            for someone in _shown(fact):
                person = linked.one(someone)
                if person in wanted:
                    signs.active.setdefault(person, []).append((day, fact.index))
        for term in seated.seats:
            if term.start is not None:
                held = (term.start, term.ended_on, term.fact.index)
                signs.seats.setdefault(linked.one(term.person), []).append(held)
        for seen in signs.active.values():
            seen.sort()
        for moved in signs.moves.values():
            moved.sort()
        return signs

    def paused(self, person: str, day: date) -> bool:
        """Whether they had paused by that day, and not come back."""
        last = self._last(person, day)
        return last is not None and last[2] == PAUSED

    def there(self, person: str, day: date) -> int | None:
        """Give an entry that shows them still there on that day; None where nothing does."""
        for start, ended, index in self.seats.get(person, ()):
            if start <= day and (ended is None or ended > day):
                return index
        last = self._last(person, day)
        if last is not None and last[2] == LEFT:
            return None
        days = self.active.get(person, [])
        at = bisect_right(days, day, key=lambda one: one[0])
        if at and days[at - 1][0] > day - LATELY:
            return days[at - 1][1]
        return None

    def _last(self, person: str, day: date) -> tuple[date, int, str] | None:
        moves = self.moves.get(person, [])
        at = bisect_right(moves, day, key=lambda one: one[0])
        return moves[at - 1] if at else None


def _shown(fact: Fact) -> Iterator[str]:
    """Whom an entry shows as active or invited."""
    body = fact.body
    if fact.type == OPENED:
        yield from body.get("electorate", ())
    elif fact.type == VOTED:
        yield body["voter"]
    elif fact.type == OFFERED:
        yield body["to"]
    elif fact.type == WAY_IN:
        if body["way"] != "none":
            yield body["person"]
    else:
        for one in body.get("people", ()):
            yield one if isinstance(one, str) else one["person"]


@dataclass(slots=True)
class _Group:
    """One group: pairs of person and decision, with the entry that shows them still there."""

    there: list[tuple[int, ...]] = field(default_factory=list)
    gone: list[tuple[int, ...]] = field(default_factory=list)
    people: set[str] = field(default_factory=set)

    def measure(self, key: str, title: str, excluded: str) -> Measure:
        n = len(self.there) + len(self.gone)
        return Measure(
            key,
            _MEASURE,
            f"Still seated, active or invited 180 days after an objection: {title}",
            PER_CENT,
            len(self.people),
            "people",
            len(self.there),
            n,
            excluded=excluded,
            missing="" if n else "no objection is recorded that is 180 days old",
            least=LEAST,
            events=events_of(*self.there, *self.gone),
            behind={"numerator": events_of(*self.there)},
            people=len(self.people),
        )


class _Comparing:
    """Who objected beside who did not, decision by decision."""

    def __init__(self, signs: Signs, today: date | None) -> None:
        self.signs, self.today = signs, today
        self.groups = {True: _Group(), False: _Group()}
        self.paused = self.early = self.undated = 0

    def take(self, one: Decided, days: Mapping[str, date | None], entries: Sequence[int]) -> None:
        """Take one decision: who objected on which day, and everybody on its electorate."""
        self.undated += sum(day is None for day in days.values())
        first = min((day for day in days.values() if day is not None), default=None)
        linked = self.signs.linked
        whose = {linked.one(person): day for person, day in days.items()}
        voters = [linked.one(str(person)) for person in one.opened.electorate]
        for person in dict.fromkeys([*whose, *voters]):
            day = whose.get(person, first)
            if day is not None:
                self._place(person, person in whose, day + LATER, (one.fact.index, *entries))

    def _place(self, person: str, objected: bool, day: date, behind: tuple[int, ...]) -> None:
        if self.today is None or day > self.today:
            self.early += 1
        elif self.signs.paused(person, day):
            self.paused += 1
        else:
            group, shown = self.groups[objected], self.signs.there(person, day)
            group.people.add(person)
            if shown is None:
                group.gone.append(behind)
            else:
                group.there.append((*behind, shown))


def safe_to_disagree(
    decided: Sequence[Decided], signs: Callable[[Set[str]], Signs], today: date | None
) -> Iterator[Measure]:
    """Give both shares and their difference; ``signs`` are read where anybody objected."""
    objected = [(one, *found) for one in decided if (found := _objections(one))]
    people = {str(person) for one, _, _ in objected for person in one.opened.electorate}
    comparing = _Comparing(signs(people), today) if objected else None
    if comparing is not None:
        for one, days, entries in objected:
            comparing.take(one, days, entries)
    groups = comparing.groups if comparing else {True: _Group(), False: _Group()}
    excluded = left_out(
        paused=comparing.paused if comparing else 0,
        of_which_180_days_are_not_over=comparing.early if comparing else 0,
        objections_with_no_day_known=comparing.undated if comparing else 0,
    )
    ours = groups[True].measure("safe-objectors", "those who objected", excluded)
    theirs = groups[False].measure("safe-others", "others of the same decisions", excluded)
    yield ours
    yield theirs
    yield difference(
        "safe-difference",
        _MEASURE,
        "Those who objected minus the others",
        ours,
        theirs,
        least=LEAST,
    )


def _objections(one: Decided) -> tuple[dict[str, date | None], list[int]] | None:
    """By who objected, the day of their first objection, and the entries; None for nobody."""
    days: dict[str, date | None] = {}
    entries = []
    for fact in one.of(OBJECTED, VOTED):
        if fact.type == VOTED and not fact.body.get("against"):
            continue
        person = str(fact.body.get("person") or fact.body.get("voter"))
        entries.append(fact.index)
        days.setdefault(person, day_of(fact)[1])
    return (days, entries) if days else None
