"""Would it have gone differently, and who put the options: ballots of one side left away.

A ballot can be counted again where each voter signed their own. The ballots and objections of one
side are left away, its people are taken off the electorate, and the domain's own counting gives an
outcome under the same rule, without a quorum. Where everybody who was for anything voted alike,
leaving some away shows nothing: unanimity is neutral, and is counted apart.

Source: domain.md section 8.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from domain import catalogue, tally
from domain.act import Act
from domain.ballot import Ballots
from domain.question import Option
from projections.decided import CLOSED, OBJECTED, RECUSED, UNOBJECTED, VOTED, Decided
from projections.facts import Fact
from projections.measure import PER_CENT, Measure, events_of, left_out
from projections.sides import COMMUNITY, UNSAID, Sides

INSTITUTION = "institution"
_NAMES = {COMMUNITY: "the community", INSTITUTION: "the institution"}
_COUNTED = (VOTED, OBJECTED, UNOBJECTED, RECUSED)


@dataclass(slots=True)
class _Poll:
    """What was counted of one decision, each entry with whose it is, and on which side."""

    one: Decided
    said: list[tuple[str, Fact]]
    #: On which side each voter is, with the entry that says so.
    sides: dict[str, tuple[str, int]]

    @property
    def unanimous(self) -> bool:
        """Whether everybody who was for anything voted alike, and nobody stands against."""
        votes = {_vote(fact.body) for _, fact in self.said if fact.type == VOTED} - {_ABSTAINS}
        return len(votes) < 2 and not any(self.one.ballots.against.values())

    def cast_by(self, side: str) -> bool:
        """Whether anybody on that side voted or objected."""
        return any(self.sides[person][0] == side for person, _ in self.said)

    def cast_by_others(self, side: str) -> bool:
        """Whether anybody who is not on that side voted."""
        return any(
            fact.type == VOTED and self.sides[person][0] != side for person, fact in self.said
        )

    def without(self, side: str) -> tuple[str, frozenset[str]]:
        """The outcome, and what is chosen, without that side."""
        return outcome_without(
            self.one,
            (_act(fact) for person, fact in self.said if self.sides[person][0] != side),
            sum(self.sides[str(person)][0] == side for person in self.one.opened.electorate),
        )


Vote = tuple[str | None, str, frozenset[str]]
_ABSTAINS: Vote = (None, "", frozenset())


def _vote(body: Mapping[str, Any]) -> Vote:
    """What a ballot is for."""
    ranking = body.get("ranking")
    return body.get("choice"), str(ranking or ""), frozenset(body.get("approves", ()))


def outcome_without(
    one: Decided, acts: Iterable[Act[Any]], fewer: int
) -> tuple[str, frozenset[str]]:
    """Count ``acts`` alone, by the rule of a decision, with ``fewer`` on its electorate."""
    ballots = Ballots(opened=one.opened)
    for act in acts:
        ballots = ballots.apply(act, one.id)
    frame = replace(one.opened.frame, quorum=0, electorate=one.opened.voters - fewer)
    result = tally.outcome(frame, ballots.count())
    return result.outcome, frozenset(result.chosen)


@dataclass(slots=True)
class _Found:
    """What came of the decisions, for one side."""

    changed: list[Sequence[int]] = field(default_factory=list)
    same: list[Sequence[int]] = field(default_factory=list)
    neutral: int = 0
    alone: int = 0


def went_differently(decided: Sequence[Decided], sides: Sides) -> Iterator[Measure]:
    """Give changed outcomes of recomputable decisions, without each of two sides."""
    polls, no_quorum, other = [], 0, 0
    for one in decided:
        if one.closed is None:
            continue
        if one.opened.ballots != "open" or one.draws or one.one_voter:
            other += 1
        elif one.counted.get("outcome") == "no-quorum":
            no_quorum += 1
        else:
            polls.append(_poll(one, sides))
    for side, title in _NAMES.items():
        found = _Found()
        for poll in polls:
            _count(found, poll, side)
        yield _differently(side, title, found, no_quorum, other)


def _count(found: _Found, poll: _Poll, side: str) -> None:
    if poll.unanimous:
        found.neutral += 1
        return
    if not poll.cast_by_others(side):
        found.alone += 1
        return
    one = poll.one
    events = events_of(one.events, (because for _, because in poll.sides.values()))
    truly = (one.counted["outcome"], frozenset(one.counted["chosen"]))
    changed = poll.cast_by(side) and poll.without(side) != truly
    (found.changed if changed else found.same).append(events)


def _differently(side: str, title: str, found: _Found, no_quorum: int, other: int) -> Measure:
    changed, whole = events_of(*found.changed), events_of(*found.changed, *found.same)
    n = len(found.changed) + len(found.same)
    return Measure(
        f"differently-{side}",
        "Would it have gone differently?",
        f"Outcomes that change without the ballots of {title}, of decisions counted again",
        PER_CENT,
        n,
        "decisions",
        len(found.changed),
        n,
        excluded=left_out(
            unanimous=found.neutral,
            with_nobody_else_voting=found.alone,
            without_a_quorum=no_quorum,
            not_open_ballots_of_several_people=other,
        ),
        missing="" if n else "no decision with open ballots that were not unanimous",
        events=whole,
        behind={"numerator": changed},
    )


def _poll(one: Decided, sides: Sides) -> _Poll:
    ended = one.of(CLOSED)[0].index
    said: list[tuple[str, Fact]] = []
    found: dict[str, tuple[str, int]] = {}
    where, opened = one.opened.project, one.fact.index
    for person in one.opened.electorate:
        found[str(person)] = sides.at(str(person), where, opened)
    for fact in one.of(*_COUNTED):
        if fact.index < ended:
            person = str(fact.body.get("voter") or fact.body["person"])
            if person not in found:
                found[person] = sides.at(person, where, opened)
            said.append((person, fact))
    return _Poll(one, said, found)


def _act(fact: Fact) -> Act[Any]:
    event = catalogue.parse(fact.type, fact.body)
    return Act(fact.type, fact.author, event, "", frozenset(), index=fact.index)


def room(decided: Sequence[Decided], sides: Sides) -> Iterator[Measure]:
    """Give the options that the community put first; and that nobody records a notice."""
    theirs: list[int] = []
    others: list[int] = []
    n = community = unsaid = draws = 0
    for one in decided:
        if one.draws:
            draws += 1
            continue
        for option in one.opened.options:
            if option.nothing:
                continue
            side, because = _put_by(option, one, sides)
            if side == UNSAID:
                unsaid += 1
                continue
            n += 1
            community += side == COMMUNITY
            (theirs if side == COMMUNITY else others).extend((one.fact.index, because))
    yield Measure(
        "room-options",
        "Room on the ballot",
        "Options that the community put first, of options besides «do nothing»",
        PER_CENT,
        n,
        "options",
        community,
        n,
        left_out=unsaid,
        excluded=left_out(options_of_which_nobody_recorded_who_put_them=unsaid, draws=draws),
        missing="" if n else "of no option is it recorded who put it",
        events=events_of(theirs, others),
        behind={"numerator": events_of(theirs)},
    )
    yield Measure(
        "room-notice",
        "Room on the ballot",
        "Days between notice to the community and options frozen",
        "days",
        0,
        "decisions",
        missing="options are frozen when a decision is opened, and no entry records that notice "
        "of it was given before",
    )


def _put_by(option: Option, one: Decided, sides: Sides) -> tuple[str, int]:
    """On which side whoever put an option is; what was said with it outranks a declaration."""
    if option.side != UNSAID:
        return option.side, -1
    if option.put_by is not None:
        return sides.at(str(option.put_by), one.opened.project, one.fact.index)
    group = sides.groups.get(str(option.put_by_group))
    return (str(group.body["side"]), group.index) if group is not None else (UNSAID, -1)
