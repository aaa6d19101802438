"""Decisions: everything is fixed before the first ballot, and the tally is recomputed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from story import Story, ident

from domain.ballot import Ballots
from domain.decision import Decision
from domain.tally import METHODS, Count, Frame, Result, outcome
from domain.values import Fraction


@pytest.fixture
def story() -> Story:
    """Three voters, and a problem they may decide on."""
    return Story().tell("""
        ana  project-opened   project=breath
        ana  project-opened   project=other
        ana  person-enrolled  person=ana
        ana  person-enrolled  person=ben
        ana  person-enrolled  person=cy
        ana  person-enrolled  person=dee
        ben  problem-proposed  problem=steps project=breath people=ben
    """)


MAJORITY = "project=breath options=clinic,none* electorate=ana,ben,cy method=simple-majority"


def test_a_majority_decides(story: Story) -> None:
    story.tell(f"""
        ana  decision-opened  decision=d {MAJORITY} quorum=2 has=question,options
        ana  vote-cast  decision=d voter=ana choice=clinic
        ben  vote-cast  decision=d voter=ben choice=clinic
        cy   vote-cast  decision=d voter=cy choice=none
        ana  decision-closed  decision=d tally=auto
    """)
    state = story.world.get(Decision, ident("decision", "d"))
    assert (state.outcome, state.chosen) == ("decided", ("clinic",))


def test_nobody_votes_twice_or_for_another(story: Story) -> None:
    story.tell(f"""
        ana  decision-opened  decision=d {MAJORITY}
        ben  vote-cast  decision=d voter=ben choice=clinic
        ! voted-already      ben  vote-cast  decision=d voter=ben choice=none
        ! not-on-electorate  dee  vote-cast  decision=d voter=dee choice=none
        ! no-grant           ben  vote-cast  decision=d voter=cy choice=clinic
        ! no-witness         ana  vote-cast  decision=d voter=cy for=cy choice=clinic
        ! not-about-you      ana  vote-cast  decision=d voter=cy for=dee witness=ben choice=clinic
        ana  vote-cast  decision=d voter=cy for=cy witness=dee choice=clinic
        ! voted-already      cy   vote-cast  decision=d voter=cy choice=none
    """)


def test_a_ballot_chooses_among_the_options_in_the_methods_form(story: Story) -> None:
    story.tell(f"""
        ana  decision-opened  decision=d {MAJORITY}
        ! no-such-option  ben  vote-cast  decision=d voter=ben choice=pool
        ! ballot-form     ben  vote-cast  decision=d voter=ben choice=clinic against=none
        ! unknown-decision  ben  vote-cast  decision=e voter=ben choice=clinic
        ben  vote-cast  decision=d voter=ben
    """)
    assert story.world.get(Ballots, ident("decision", "d")).abstained == 1


def test_after_the_last_day_or_the_close_nobody_votes(story: Story) -> None:
    story.tell(f"""
        ana  decision-opened  decision=d {MAJORITY} last_day=2026-01-10
        ben  vote-cast  decision=d voter=ben choice=clinic
        day 2026-01-10
        ! closed-too-early  ana  decision-closed  decision=d tally=auto
        cy   vote-cast  decision=d voter=cy choice=clinic
        day 2026-01-11
        ! voting-over  ana  vote-cast  decision=d voter=ana choice=none
        ana  decision-closed  decision=d tally=auto
        ! decision-closed-already  ana  vote-cast  decision=d voter=ana choice=none
        ! decision-closed-already  ana  decision-closed  decision=d tally=auto
        ! unknown-decision  ana  decision-closed  decision=e tally=auto
    """)


def test_once_everybody_voted_it_may_be_closed_early(story: Story) -> None:
    story.tell(f"""
        ana  decision-opened  decision=d {MAJORITY} last_day=2026-01-10
        ana  vote-cast  decision=d voter=ana choice=clinic
        ben  vote-cast  decision=d voter=ben choice=clinic
        cy   vote-cast  decision=d voter=cy choice=clinic
        ! no-grant  ben  decision-closed  decision=d tally=auto
        ana  decision-closed  decision=d tally=auto
    """)


def test_the_stated_tally_and_outcome_must_be_those_of_the_ballots(story: Story) -> None:
    story.tell(f"""
        ana  decision-opened  decision=d {MAJORITY}
        ana  vote-cast  decision=d voter=ana choice=clinic
    """)
    true = {"decision": ident("decision", "d"), **story.closing("d")}
    stuffed = {**true, "tally": {**true["tally"], "ballots": 2}}
    turned = {**true, "chosen": ["none"]}
    for body, rule in ((stuffed, "tally-differs"), (turned, "outcome-differs")):
        act = story.make("ana", "decision-closed", body)
        with pytest.raises(Exception, match=rule):
            story.judge(act)
    story.say("ana", "decision-closed", true)
    # ! tally-differs  ! outcome-differs


def test_below_the_quorum_nothing_is_decided(story: Story) -> None:
    story.tell(f"""
        ana  decision-opened  decision=d {MAJORITY} quorum=3
        ana  vote-cast  decision=d voter=ana choice=clinic
        ben  vote-cast  decision=d voter=ben choice=clinic
        ana  decision-closed  decision=d tally=auto
    """)
    assert story.world.get(Decision, ident("decision", "d")).outcome == "no-quorum"


def test_opening_needs_power_and_a_question_that_can_be_answered(story: Story) -> None:
    story.tell(f"""
        ! no-grant         ben  decision-opened  decision=d {MAJORITY}
        ! unknown-project  ana  decision-opened  decision=d project=nowhere options=a \
electorate=ana method=simple-majority
        ! not-enrolled     ana  decision-opened  decision=d project=breath options=a,b \
electorate=ana,nobody method=simple-majority
        ! options-unclear  ana  decision-opened  decision=d project=breath options=a,a \
electorate=ana method=simple-majority
        ! electorate-unclear  ana  decision-opened  decision=d project=breath options=a,b \
electorate=ana,ana method=simple-majority
        ! electorate-unclear  ana  decision-opened  decision=d project=breath options=a,b \
electorate=ana,ben method=executive
        ! electorate-unclear  ana  decision-opened  decision=d project=breath options=a,b \
method=simple-majority
        ! electorate-unclear  ana  decision-opened  decision=d project=breath options=a,b \
electorate=ana,ben left_out=ben method=simple-majority
        ! method-unclear   ana  decision-opened  decision=d project=breath options=a,b \
electorate=ana,ben method=supermajority
        ! method-unclear   ana  decision-opened  decision=d {MAJORITY} threshold=2/3
        ! method-unclear   ana  decision-opened  decision=d {MAJORITY} quorum=4
        ! unknown-problem  ana  decision-opened  decision=d {MAJORITY} problem=lifts
        ana  decision-opened  decision=d {MAJORITY} problem=steps
        ! decision-exists  ana  decision-opened  decision=d {MAJORITY}
    """)


def test_a_supermajority_counts_of_whom_it_says(story: Story) -> None:
    story.tell("""
        ana  decision-opened  decision=d project=breath options=a,b electorate=ana,ben,cy \
method=supermajority threshold=2/3:electorate
        ana  vote-cast  decision=d voter=ana choice=a
        ana  decision-closed  decision=d tally=auto
        ana  decision-opened  decision=e project=breath options=a,b electorate=ana,ben,cy \
method=supermajority threshold=2/3:cast
        ana  vote-cast  decision=e voter=ana choice=a
        ana  decision-closed  decision=e tally=auto
    """)
    assert story.world.get(Decision, ident("decision", "d")).outcome == "not-reached"
    assert story.world.get(Decision, ident("decision", "e")).outcome == "decided"


def test_one_opposed_voice_stops_a_consensus(story: Story) -> None:
    story.tell("""
        ana  decision-opened  decision=d project=breath options=a,b electorate=ana,ben,cy \
method=consensus
        ana  vote-cast  decision=d voter=ana choice=a
        ben  vote-cast  decision=d voter=ben choice=a
        ! ballot-form  cy  vote-cast  decision=d voter=cy choice=b against=b
        cy   vote-cast  decision=d voter=cy choice=b against=a
        ana  decision-closed  decision=d tally=auto
    """)
    assert story.world.get(Decision, ident("decision", "d")).chosen == ("b",)


def test_an_objection_to_consent_is_reasoned(story: Story) -> None:
    story.tell("""
        ana  decision-opened  decision=d project=breath options=a,b electorate=ana,ben \
method=consent
        ! ballot-form  ben  vote-cast  decision=d voter=ben against=a
        ben  vote-cast  decision=d voter=ben against=a has=reason
        ana  vote-cast  decision=d voter=ana choice=a
        ana  decision-closed  decision=d tally=auto
    """)
    assert story.world.get(Decision, ident("decision", "d")).outcome == "not-reached"


def test_adoption_cites_only_a_decision_that_was_taken_on_it(story: Story) -> None:
    story.tell(f"""
        ben  problem-proposed  problem=buses project=breath people=ben
        ana  decision-opened  decision=d {MAJORITY} problem=steps
        ! decision-not-adopted  ana  problem-adopted  problem=steps project=breath decision=d
        ana  vote-cast  decision=d voter=ana choice=clinic
        ana  decision-closed  decision=d tally=auto
        ! decision-not-adopted  ana  problem-adopted  problem=buses project=breath decision=d
        ana  decision-opened  decision=no {MAJORITY} problem=steps
        ana  vote-cast  decision=no voter=ana choice=none
        ana  decision-closed  decision=no tally=auto
        ! decision-not-adopted  ana  problem-adopted  problem=steps project=breath decision=no
        ! decision-not-adopted  ana  budget-opened  budget=b project=other amount=GBP1.00 decision=d
        ! decision-not-adopted  ana  power-granted  to=ben kinds=record scope.project=other \
decision=d
        ana  power-granted  to=ben kinds=record scope.project=breath decision=d
        ana  problem-adopted  problem=steps project=breath decision=d
    """)


options = st.sampled_from(["a", "b", "c"])
RANKED = "ranked-choice"


@given(
    votes=st.lists(st.none() | options, max_size=9),
    # Ranks are counted otherwise, and a draw asks nobody what they choose.
    method=st.sampled_from(sorted(m for m in METHODS if not METHODS[m].draws and m != RANKED)),
    quorum=st.integers(0, 9),
)
def test_an_outcome_is_decided_only_with_an_option_that_somebody_chose(
    votes: list[str | None], method: str, quorum: int
) -> None:
    support = {option: votes.count(option) for option in "abc"}
    frame = Frame(
        method, ("a", "b", "c"), 9, quorum, Fraction(over=2, under=3, of="cast"),
        costs=(1, 1, 1), money=1,
    )  # fmt: skip
    result = outcome(frame, Count(len(votes), votes.count(None), support))
    assert (result.outcome == "decided") == bool(result.chosen)
    assert (result.outcome == "tied") == bool(result.tied)
    if result.chosen:
        assert support[result.chosen[0]] == max(support.values()) > 0
        assert len(votes) >= quorum
    if method == "simple-majority" and result.chosen:
        assert 2 * support[result.chosen[0]] > sum(support.values())


@pytest.mark.parametrize("method", ["simple-majority", "consensus", "consent"])
def test_a_tie_is_said_to_be_a_tie(method: str) -> None:
    count = Count(2, 0, {"a": 1, "b": 1}, {})
    assert outcome(Frame(method, ("a", "b"), 2), count) == Result("tied", tied=("a", "b"))


def test_a_vote_needs_something_to_choose_from(story: Story) -> None:
    one = "project=breath options=a electorate=ana,ben"
    story.tell(f"""
        ! options-unclear  ana  decision-opened  decision=d {one} method=simple-majority
        ! options-unclear  ana  decision-opened  decision=d {one} method=ranked-choice \
count_rule=schulze
        ana  decision-opened  decision=d {one} method=consent
        ana  decision-opened  decision=e {one} method=consensus
        ana  decision-opened  decision=f project=breath options=a electorate=ana method=executive
        ana  decision-opened  decision=g {one} method=simple-majority history
    """)


def test_nobody_who_was_never_recorded_is_named_beside_a_question() -> None:
    line = (
        "ana decision-opened decision=d project=breath electorate=ana method=simple-majority "
        "options=a{},b*"
    )
    Story().tell(f"""
        ana  project-opened   project=breath
        ana  project-opened   project=other
        ana  person-enrolled  person=ana
        ana  person-enrolled  person=cy project=other
        ana  group-recorded   group=ten project=other label=parents side=community number=10
        ! unknown-person  {line.format("<zoe")}
        ! unknown-group   {line.format("<group:six")}
        ! unknown-person  {line.format("")} raised_by=zoe
        ! unknown-person  {line.format("")} left_out=zoe
        {line.format("<cy")} raised_by=cy left_out=cy
        {line.format("<group:ten").replace("decision=d", "decision=e")}
    """)
