"""Inputs: what people said when they were asked, or without being asked, and what came of it.

An idea, a comment, a question: said in one's own voice, of people or one group entry. It is
answered with reasons, accepted or not; a later answer replaces an earlier one. Whoever said it may
mark it «not answered», also after an answer that is none. It is cited where it counted: in a
decision, a problem or an output. Nobody answers their own.

Source: domain.md section 9 (T3), section 12.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

from pydantic import Field, model_validator

from domain import power
from domain.act import Act
from domain.dates import refuse_before, refuse_changing_live
from domain.decision import refuse_unknown_decision, refuse_unless_decided
from domain.event import SPOKEN, Event, OnBehalf, Touches, audiences
from domain.group import refuse_unknown_group
from domain.identity import refuse_unknown_person
from domain.line import Line, speak
from domain.linked import pseudonyms
from domain.membership import refuse_strangers, speaks_for_self
from domain.output import refuse_unknown_output
from domain.problem import refuse_unknown_problem
from domain.project import refuse_unknown_project
from domain.refusal import Refused
from domain.values import (
    DecisionId,
    GroupId,
    InputId,
    Many,
    OutputId,
    PersonId,
    ProblemId,
    ProjectId,
)
from domain.world import Subject, Tombstone, World

Outcome = Literal["accepted", "partly", "not-accepted", "explained", "noted"]


class InputSubmitted(OnBehalf):
    """Someone said what they think, asked or unasked."""

    TYPE = "input-submitted/v1"
    VALUES = audiences(title="auditor", words="personal")
    WITHDRAWABLE = True
    OWN_VOICE = True
    WHO = "who says it, if enrolled; for others or a group: the holder of record"
    REFUSED_BY = (
        "no-grant",
        "unknown-project",
        "input-exists",
        "nobody-named",
        "not-enrolled",
        "unknown-group",
        "unknown-problem",
        "unknown-decision",
        "unknown-person",
    )

    input: InputId = Field(description="the new input")
    project: ProjectId = Field(description="in which project")
    people: Many[PersonId] = Field(default=(), description="who says it")
    group: GroupId | None = Field(default=None, description="or the group entry that does")
    kind: Literal["idea", "comment", "question", "proposal", "objection", "experience"] = Field(
        default="comment", description="what kind of thing is said"
    )
    problem: ProblemId | None = Field(default=None, description="the problem it concerns")
    decision: DecisionId | None = Field(default=None, description="the decision it is meant for")
    asked_by: PersonId | None = Field(default=None, description="who asked for it, if anyone")

    def touches(self, act: Act[Any], /) -> Touches:
        return ((Input, self.input), *Line.of(act, *self.people))

    @classmethod
    def tombstone_touches(cls, tombstone: Tombstone, /) -> Touches:
        inputs = [i for i in tombstone.ids if i.startswith("input:")]
        people = any(i.startswith("person:") for i in tombstone.ids)
        return [(Input, i) for i in inputs] + [(Line, tombstone.hash)] * people


class InputAnswered(Event):
    """An input was answered, with reasons."""

    TYPE = "input-answered/v1"
    VALUES = audiences(reasons="auditor")
    OWN_VOICE = True
    WHO = "who asked for it, the holder of agenda or decision; never who said it"
    REFUSED_BY = (
        "no-grant",
        "unknown-input",
        "own-input",
        "no-reason-given",
        "decision-not-adopted",
        "history-over-live",
        "before-it-happened",
    )

    input: InputId = Field(description="the input")
    project: ProjectId = Field(description="in which project")
    people: Many[PersonId] = Field(default=(), description="who said it, as submitted")
    outcome: Outcome = Field(description="what came of it")
    decision: DecisionId | None = Field(default=None, description="the decision it went into")

    def touches(self, act: Act[Any], /) -> Touches:
        return ((Input, self.input), *Line.of(act, *self.people))


class InputNotAnswered(OnBehalf):
    """Who said it says that it was not answered, whatever else was recorded."""

    TYPE = "input-not-answered/v1"
    VALUES = audiences(words="personal")
    OWN_VOICE = True
    WHO = "who said it; for them: the holder of record, with a witness; a group: record"
    REFUSED_BY = (
        "unknown-input",
        "not-your-input",
        "said-already",
        "history-over-live",
        "before-it-happened",
        *SPOKEN,
    )

    input: InputId = Field(description="the input")
    person: PersonId | None = Field(default=None, description="who says so; a group: nobody")

    def touches(self, act: Act[Any], /) -> Touches:
        return ((Input, self.input), *Line.of(act, self.person))


class InputCited(Event):
    """An input was named as having counted, in a decision, a problem or an output."""

    TYPE = "input-cited/v1"
    VALUES = audiences(note="public")
    WHO = "the holder of agenda, decision, publication or record"
    REFUSED_BY = (
        "no-grant",
        "unknown-input",
        "unknown-decision",
        "unknown-problem",
        "unknown-output",
        "history-over-live",
        "before-it-happened",
    )

    input: InputId = Field(description="the input")
    project: ProjectId = Field(description="in which project")
    people: Many[PersonId] = Field(default=(), description="who said it, as submitted")
    decision: DecisionId | None = Field(default=None, description="the decision that weighed it")
    problem: ProblemId | None = Field(default=None, description="the problem that it shaped")
    output: OutputId | None = Field(default=None, description="the output that it shaped")

    @model_validator(mode="after")
    def _cited_somewhere(self) -> InputCited:
        if sum(f is not None for f in (self.decision, self.problem, self.output)) != 1:
            raise ValueError("an input is cited in one decision, problem or output")
        return self

    def touches(self, act: Act[Any], /) -> Touches:
        return ((Input, self.input), *Line.of(act, *self.people))


@dataclass(frozen=True, slots=True)
class Input(Subject):
    """Who said it where, who asked, and what came of it."""

    types: ClassVar = frozenset(
        {
            InputSubmitted.TYPE,
            InputAnswered.TYPE,
            InputNotAnswered.TYPE,
            InputCited.TYPE,
            "matter-received/v1",
        }
    )

    projects: frozenset[str] = frozenset()
    people: tuple[str, ...] = ()
    asked_by: str | None = None
    answer: str = ""
    cited: int = 0
    since: str | None = None
    history: bool | None = None
    withdrawn: bool = False

    def apply(self, act: Act[Any], _key: str, /) -> Input:
        match act.event:
            case InputSubmitted() as said:
                since = act.on.from_ if act.on else None
                return Input(
                    frozenset({said.project}),
                    said.people,
                    said.asked_by,
                    since=since,
                    history=act.is_history,
                )
            case InputAnswered(outcome=outcome):
                return replace(self, answer=outcome)
            case InputNotAnswered():
                return replace(self, answer="not-answered")
            case InputCited():
                return replace(self, cited=self.cited + 1)
        return replace(self, projects=self.projects | {act.event.project})

    def apply_tombstone(self, tombstone: Tombstone, _key: str, /) -> Input:
        projects = frozenset(i for i in tombstone.ids if i.startswith("project:"))
        people = tuple(sorted(i for i in tombstone.ids if i.startswith("person:")))
        return replace(self, projects=projects, people=people, withdrawn=True)

    @property
    def open(self) -> bool:
        """Whether nobody answered it, or who said it says so."""
        return self.answer in {"", "not-answered"}


def submit(world: World, act: Act[InputSubmitted]) -> None:
    """Say what one thinks."""
    event = act.event
    if (event.group is None) == (not event.people):
        raise Refused("nobody-named", "an input is of people or of one group", act.type)
    refuse_unknown_project(world, event.project)
    if world.get(Input, event.input).projects:
        raise Refused("input-exists", f"{event.input} was submitted already", "another id")
    refuse_strangers(world, event.people, event.project)
    if event.group is not None:
        refuse_unknown_group(world, event.group, event.project)
    _refuse_unknown_occasion(world, event)
    if not (event.people == (act.author,) and speaks_for_self(world, act, event.project)):
        power.require(world, act, "record", project=event.project)


def _refuse_unknown_occasion(world: World, event: InputSubmitted) -> None:
    """Raises Refused when what it is said about, or who asked for it, was never recorded."""
    if event.problem is not None:
        refuse_unknown_problem(world, event.problem, event.project)
    if event.decision is not None:
        refuse_unknown_decision(world, event.decision, event.project)
    if event.asked_by is not None:
        refuse_unknown_person(world, event.asked_by)


def answer(world: World, act: Act[InputAnswered]) -> None:
    """Answer an input."""
    event = act.event
    state = _known(world, act, event.project)
    # Of a withdrawn input only the people are known, not who said it and who asked.
    asked = act.author in state.people if state.withdrawn else act.author == state.asked_by
    if act.is_history or not asked:
        power.require(world, act, "agenda", "decision", project=event.project)
    own = not pseudonyms(world, act.author).isdisjoint(state.people)
    if own and not state.withdrawn:
        raise Refused("own-input", f"{act.author} said it themselves", f"{act.type} by another")
    if "reasons" not in event.has:
        raise Refused("no-reason-given", "it says no reasons", f"{act.type} with `reasons`")
    if event.decision is not None:
        refuse_unless_decided(world, act, event.decision, project=event.project)


def mark_unanswered(world: World, act: Act[InputNotAnswered]) -> None:
    """Say that one was not answered."""
    event = act.event
    state = _known(world, act, None)
    if state.answer == "not-answered":
        raise Refused("said-already", f"{event.input} is marked so already", "an answer")
    if event.person is None and (not state.people or state.withdrawn):
        power.require(world, act, "record", project=next(iter(state.projects), None))
        return
    if event.person is None or event.person not in state.people:
        raise Refused("not-your-input", f"{event.person} did not say it", "by who said it")
    speak(world, act, event.person, next(iter(sorted(state.projects)), None))


def cite(world: World, act: Act[InputCited]) -> None:
    """Name an input as having counted."""
    event = act.event
    _known(world, act, event.project)
    power.require(world, act, "agenda", "decision", "publication", "record", project=event.project)
    if event.problem is not None:
        refuse_unknown_problem(world, event.problem, event.project)
    if event.output is not None:
        refuse_unknown_output(world, event.output, event.project)
    if event.decision is not None:
        refuse_unknown_decision(world, event.decision, event.project)


def _known(world: World, act: Act[Any], project: str | None) -> Input:
    event = act.event
    state = world.get(Input, event.input)
    if not state.projects or project not in {None, *state.projects}:
        raise Refused(
            "unknown-input",
            f"{event.input} was not submitted in {project or 'any project'}",
            "input-submitted/v1",
        )
    if project is not None and not _same_people(state, event.people):
        raise Refused(
            "unknown-input", f"{event.input} is of {len(state.people)} others", "who said it"
        )
    refuse_changing_live(act, state.history, event.input)
    refuse_before(act, state.since, "it was said")
    return state


def _same_people(state: Input, people: tuple[str, ...]) -> bool:
    return set(people) <= set(state.people) if state.withdrawn else people == state.people
