"""Decisions: a question is put, voting ends, and what was decided stands until it is reversed.

Everything that decides the outcome is fixed at opening (``question.py``); ballots and counts come
in (``ballot.py``, ``counted.py``), voting is closed with what they give (``closing.py``), and what
stands may be changed by a cited rule or ended by a later decision (``override.py``).

Which decisions are major, the charter lists by subject. A delegated decision names the grant that
it stands on: its giver, its holder and its last day are those of the grant.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from domain import power, tally
from domain.act import Act
from domain.dates import refuse_before, refuse_changing_live, refuse_resting_on_history
from domain.linked import pseudonyms
from domain.membership import refuse_strangers
from domain.project import refuse_beginning, refuse_unknown_project
from domain.question import DecisionOpened, refuse_unclear
from domain.refusal import Refused
from domain.world import Subject, World


@dataclass(slots=True)
class Decision(Subject):
    """What was fixed at opening, and what became of it; the ballots are ``ballot.Ballots``.

    ``chosen`` is what stands: as counted, or as an override changed it.
    """

    types: ClassVar = frozenset(
        {
            DecisionOpened.TYPE,
            "decision-closed/v1",
            "decision-overridden/v1",
            "decision-reversed/v1",
        }
    )

    opened: DecisionOpened | None = None
    electorate: frozenset[str] = frozenset()
    history: bool = False
    since: str | None = None
    outcome: str = ""
    chosen: tuple[str, ...] = ()
    #: The index of the entry that closed it; -1 while it is open.
    closed_at: int = -1
    #: What an auditable decision cites and this one does not; see ``closing``.
    lacks: tuple[str, ...] = ()
    overridden: bool = False
    reversed_by: str | None = None

    def apply(self, act: Act[Any], key: str, /) -> Decision:
        if not isinstance(act.event, DecisionOpened):
            act.event.alter(self, act)
        elif act.event.decision == key:
            self.opened, self.electorate = act.event, frozenset(act.event.electorate)
            self.history, self.since = act.is_history, act.on.from_ if act.on else None
        return self

    @property
    def adopted(self) -> bool:
        """Whether something other than «do nothing» was chosen, and stands."""
        nothing = self.opened.nothing if self.opened else None
        return (
            self.outcome == "decided"
            and self.reversed_by is None
            and any(option != nothing for option in self.chosen)
        )


def open_decision(world: World, act: Act[DecisionOpened]) -> None:
    """Put a question to an electorate."""
    event = act.event
    if event.project is not None:
        refuse_unknown_project(world, event.project)
    if event.revisits is None:
        refuse_beginning(
            world,
            act,
            event.project,
            "one that revisits an earlier decision (`revisits`), or a project that is open",
        )
    power.require(world, act, "decision", "chairing", project=event.project, body=event.body)
    if world.get(Decision, event.decision).opened is not None:
        raise Refused("decision-exists", f"{event.decision} was opened already", "another id")
    refuse_unclear(event, history=act.is_history)
    _refuse_other_than_seats(world, act)
    standing = [option.person for option in event.options if option.person is not None]
    refuse_strangers(world, (*event.electorate, *event.tellers, *standing), event.project)
    _refuse_made_up(world, event)
    if not act.is_history:
        _refuse_one_as_two(world, event)
    _refuse_unclear_delegation(world, act)
    _refuse_other_than_charter(world, event)
    if event.problem is not None:
        _refuse_unknown_problem(world, event.problem, event.project)
    if event.revisits is not None and not world.get(Decision, event.revisits).outcome:
        raise Refused(
            "unknown-decision",
            f"{event.revisits}, which this would revisit, was never closed",
            "decision-closed/v1 of that decision first",
        )


def _refuse_other_than_seats(world: World, act: Act[DecisionOpened]) -> None:
    # A body's seats may be filled by decision: the two subjects know each other.
    from domain.seated import refuse_other_than_seats

    refuse_other_than_seats(world, act)


def _refuse_made_up(world: World, event: DecisionOpened) -> None:
    """Raises Refused when somebody or something named beside the question was never recorded.

    Who put an option forward is counted later; it need not take part in the project, only exist. So
    need what is weighed: earlier projects have something to say, too.
    """
    from domain.contribution import Contribution
    from domain.group import GroupEntry
    from domain.identity import refuse_unknown_person

    named = [event.raised_by, *(option.put_by for option in event.options)]
    for person in dict.fromkeys([*named, *(left.person for left in event.left_out)]):
        if person is not None:
            refuse_unknown_person(world, person)
    groups = [option.put_by_group for option in event.options]
    for group in dict.fromkeys([*groups, *(left.group for left in event.left_out)]):
        if group is not None and not world.get(GroupEntry, group).project:
            raise Refused("unknown-group", f"{group} was never recorded", "group-recorded/v1")
    for weighed in event.inputs:
        if not world.get(Contribution, weighed).recorder:
            raise Refused(
                "unknown-contribution",
                f"{weighed}, which it would weigh, was never recorded",
                "contribution-recorded/v1",
            )


def _refuse_one_as_two(world: World, event: DecisionOpened) -> None:
    """Raises Refused when tellers, or those who draw, are one person under two names.

    Voters are left alone: a link takes nobody's ballot away, and the dossier shows it.
    """
    draws = tally.METHODS[event.method].draws
    stand = {option.person for option in event.options if option.person is not None}
    apart = event.electorate if draws else event.tellers
    for person in apart:
        others = pseudonyms(world, person) - {person}
        if not others.isdisjoint(stand.union(apart)):
            raise Refused(
                "draw-unclear" if draws else "ballots-unclear",
                f"{person} is said to be one person with another teller, drawer or option here",
                "other people, or persons-unlinked/v1 by either if it is not so",
            )


def _refuse_unknown_problem(world: World, problem: str, project: str | None) -> None:
    from domain.problem import Problem

    raised_in = world.get(Problem, problem).projects
    if project not in raised_in and (project is not None or not raised_in):
        raise Refused(
            "unknown-problem",
            f"{problem} was not raised in {project or 'any project'}",
            "problem-proposed/v1",
        )


def _refuse_unclear_delegation(world: World, act: Act[DecisionOpened]) -> None:
    said = act.event.delegation
    if said is None:
        return
    refuse_strangers(world, (said.by,), act.event.project)
    if act.is_history:
        return
    made = world.get(power.Authority, said.grant) if said.grant else power.Authority()
    for grant in made.grants:
        if (
            (grant.by, grant.to) == (said.by, act.event.electorate[0])
            and "decision" in grant.kinds
            and said.until is not None
            and said.until == grant.scope.until
        ):
            return
    raise Refused(
        "delegation-unclear",
        f"no grant {(said.grant or '')[:12]} passes the power decision from {said.by} to "
        f"{act.event.electorate[0]} until {said.until}",
        "power-delegated/v1 of decision first, then its hash, giver and last day here",
    )


def _refuse_other_than_charter(world: World, event: DecisionOpened) -> None:
    from domain.charter import Charter

    listed = event.subject in world.get(Charter, "").major
    if listed != event.major:
        raise Refused(
            "major-as-the-charter-lists",
            f"the charter {'lists' if listed else 'does not list'} decisions on {event.subject} "
            f"as major, and this one says {'major' if event.major else 'not major'}",
            "the same as the charter says, or charter-amended/v1",
        )


def known(world: World, act: Act[Any]) -> tuple[Decision, DecisionOpened]:
    """The decision that an act is about, however it stands.

    Raises Refused when there is none, or only one recorded afterwards for a live act, or the
    other way round.
    """
    state = world.get(Decision, act.event.decision)
    if state.opened is None:
        raise Refused(
            "unknown-decision", f"{act.event.decision} was never opened", "decision-opened/v1"
        )
    refuse_resting_on_history(act, state.history, act.event.decision)
    refuse_changing_live(act, state.history, act.event.decision)
    refuse_before(act, state.since, "it was opened")
    return state, state.opened


def refuse_unknown_decision(world: World, decision: str, project: str) -> None:
    """Raises Refused unless the decision was opened in this project, or for the whole programme."""
    opened = world.get(Decision, decision).opened
    if opened is None or opened.project not in {None, project}:
        raise Refused(
            "unknown-decision", f"{decision} was not opened in {project}", "decision-opened/v1"
        )


def still_open(world: World, act: Act[Any]) -> tuple[Decision, DecisionOpened]:
    """The same, of a decision that was not closed."""
    state, opened = known(world, act)
    if state.outcome:
        raise Refused(
            "decision-closed-already",
            f"{act.event.decision} was closed: {state.outcome}",
            "a new decision-opened/v1",
        )
    return state, opened


def refuse_late(act: Act[Any], opened: DecisionOpened) -> None:
    """Raises Refused after the last day to vote, by the ledger date."""
    if not act.is_history and opened.last_day is not None and act.today > opened.last_day:
        raise Refused(
            "voting-over",
            f"the last day to vote was {opened.last_day}; the ledger date is {act.today}",
            "a new decision-opened/v1",
        )


def refuse_unless_decided(
    world: World,
    act: Act[Any],
    decision: str,
    *,
    project: str | None = None,
    problem: str | None = None,
    chooses: str | None = None,
    drawn: bool = False,
) -> None:
    """Raises Refused unless the decision was taken, stands, live for a live act, about this.

    ``project`` and ``problem`` are what the act concerns; None where it names none. A decision of
    the whole programme covers every project. ``chooses`` is whom the act gives a place or a power:
    where the options stand for people, it is among those chosen. A draw decides nothing else,
    unless ``drawn`` says that it may.
    """
    state = world.get(Decision, decision)
    opened = state.opened
    refuse_resting_on_history(act, state.history, decision)
    elsewhere = opened is None or (project is not None and opened.project not in {None, project})
    other = opened is not None and opened.problem not in {None, problem} and problem is not None
    if elsewhere or other or not state.adopted:
        raise Refused(
            "decision-not-adopted",
            f"{decision} did not decide this: "
            + ("it was reversed" if state.reversed_by else state.outcome or "not closed"),
            "decision-closed/v1 with the outcome `decided`, on this",
        )
    if opened is not None:
        _refuse_unchosen(state, opened, chooses, drawn=drawn)


def _refuse_unchosen(
    state: Decision, opened: DecisionOpened, person: str | None, *, drawn: bool
) -> None:
    stand = {option.option: option.person for option in opened.options if option.person}
    if person is None and tally.METHODS[opened.method].draws and not drawn:
        raise Refused(
            "decision-not-adopted",
            f"{opened.decision} drew people, and decided nothing else",
            "a decision by another method",
        )
    if person is None or not stand:
        return
    if person not in {stand.get(option) for option in state.chosen}:
        raise Refused(
            "not-chosen",
            f"{opened.decision} did not choose {person}",
            "the same for somebody whom it chose, or another decision",
        )
