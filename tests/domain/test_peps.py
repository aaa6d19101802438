"""516 decisions about a language go in as history; the record itself shows what is odd in them.

Skipped where the data does not lie beside this repository.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from peps import OFFICE, PROJECT, Proposal, ballots, needs_data, opening, proposing, read
from story import Story, ident, person

from domain.ballot import Ballots
from domain.catalogue import check
from domain.closing import DecisionClosed, counted
from domain.contribution import ContributionRecorded
from domain.problem import ProblemProposed
from domain.question import DecisionOpened
from domain.refusal import Refused

pytestmark = needs_data


def say(story: Story, type: str, body: dict[str, Any]) -> None:
    """Judge an act in the full world alone: among thousands the other one reads slowly."""
    act = story.make("ana", type, body, under="charter", mode="history")
    check(story.world, act)
    story.happen(act)


def propose(story: Story, proposal: Proposal) -> None:
    """A problem raised by its authors, and the evidence, if a link to it is there."""
    for type, body in proposing(proposal):
        say(story, type, body)


def decide(story: Story, proposal: Proposal) -> None:
    """Open what somebody was to decide, and close what was decided."""
    if not proposal.outcome and not proposal.delegates:
        return
    body = opening(proposal)
    say(story, "decision-opened", body)
    if proposal.outcome is None:
        return
    for ballot in ballots(proposal):
        say(story, "vote-cast", ballot)
    found = counted(story.world.get(Ballots, body["decision"]))
    closing = found | {"decision": body["decision"], "tally": found["tally"].model_dump()}
    say(story, "decision-closed", closing)


@pytest.fixture(scope="module")
def story() -> Story:
    """Everything, taken over in the order of the file."""
    made = Story()
    say(made, "project-opened", {"project": PROJECT})
    proposals = read()
    people = {name for one in proposals for name in (*one.authors, *one.delegates)}
    for name in sorted(people | {OFFICE}):
        say(made, "person-enrolled", {"person": person(name)})
    for one in proposals:
        propose(made, one)
        decide(made, one)
    return made


def said(story: Story, model: type[Any]) -> list[Any]:
    """The events of one type."""
    return [act.event for act in story.acts if isinstance(getattr(act, "event", None), model)]


def test_all_go_in_as_executive_and_delegated_decisions(story: Story) -> None:
    opened = said(story, DecisionOpened)
    methods = Counter(one.method for one in opened)
    # One names two delegates: neither decides alone.
    assert (methods["delegated"], methods["consensus"]) == (128, 1)
    assert methods["executive"] == len(opened) - 129
    assert len(said(story, DecisionClosed)) == 516
    chosen = Counter(one.chosen for one in said(story, DecisionClosed))
    assert chosen == {("accept",): 374 + 11, ("reject",): 131}


def test_the_record_shows_who_was_to_decide_on_what_they_proposed(story: Story) -> None:
    authors = {one.problem: set(one.people) for one in said(story, ProblemProposed)}
    both = [one for one in said(story, DecisionOpened) if authors[one.problem] & {*one.electorate}]
    assert [one.problem for one in both] == [
        ident("problem", n) for n in ("426", "440", "459", "503")
    ]


def test_the_record_shows_decisions_without_cited_evidence(story: Story) -> None:
    shown = {
        one.contribution for one in said(story, ContributionRecorded) if one.evidence is not None
    }
    opened = {one.decision: one for one in said(story, DecisionOpened)}
    bare = [
        one for one in said(story, DecisionClosed) if not shown & {*opened[one.decision].inputs}
    ]
    assert len(bare) == 287


def test_live_the_delegation_would_have_to_be_a_grant_and_the_delegate_sign(story: Story) -> None:
    """What history can only claim, the rules ask for today."""
    body = opening(next(one for one in read() if one.delegates)) | {
        "decision": ident("decision", "today")
    }
    with pytest.raises(Refused) as refusal:
        check(story.world, story.make("ana", "decision-opened", body, under="charter"))
    assert refusal.value.rule == "delegation-unclear"
