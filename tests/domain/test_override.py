"""An outcome differs from its tally only by a cited rule, and ends only by a later decision."""

from __future__ import annotations

import pytest
from story import Story, ident

from domain.decision import Decision

SEATS = (
    "ana  decision-opened  decision=d project=breath options=a,b,c,d eligible=50 seats=2 "
    "method=ranked-choice count_rule=schulze ballots=imported"
)


@pytest.fixture
def story() -> Story:
    """An election of two: a and b by its tally, then c, then d."""
    return Story(major=["rules"]).tell(f"""
        ana  project-opened   project=breath
        ana  person-enrolled  person=ana
        ana  person-enrolled  person=ben
        {SEATS}
        ! not-closed  ana  decision-overridden  decision=d basis=charter kind=seat-limit \
excludes=b outcome=decided chosen=a,c has=rule
        ! not-closed  ana  decision-reversed  decision=d by=decision:e
        ana  ballots-imported  decision=d source=f counted="9 1-2-3-4:9"
        ana  decision-closed  decision=d tally=auto
    """)


def state(story: Story, name: str = "d") -> Decision:
    """The decision of that name."""
    return story.world.get(Decision, ident("decision", name))


LIMIT = "ana  decision-overridden  decision=d kind=seat-limit excludes=b"


def test_a_seat_limit_excludes_and_the_next_in_order_moves_up(story: Story) -> None:
    story.tell(f"""
        ! no-rule-cited    {LIMIT} basis=charter outcome=decided chosen=a,c
        ! no-rule-cited    {LIMIT} basis=document outcome=decided chosen=a,c has=rule
        ! no-rule-cited    {LIMIT} basis=decision outcome=decided chosen=a,c has=rule
        ! no-rule-cited    {LIMIT} basis=decision cites=d outcome=decided chosen=a,c has=rule
        ! decision-not-adopted  {LIMIT} basis=decision cites=x outcome=decided chosen=a,c has=rule
        ! outcome-differs  {LIMIT} basis=document evidence=f outcome=decided chosen=a,d has=rule
        ! no-such-option   {LIMIT} basis=document evidence=f outcome=decided chosen=a,z has=rule
        ! no-grant  ben{LIMIT[3:]} basis=document evidence=f outcome=decided chosen=a,c has=rule
        {LIMIT} basis=document evidence=f outcome=decided chosen=a,c has=rule
        ! overridden-already  {LIMIT} basis=document evidence=f outcome=decided chosen=a,c has=rule
        ! unknown-decision  ana  decision-overridden  decision=x basis=charter kind=lot \
outcome=decided has=rule
    """)
    assert (state(story).chosen, state(story).overridden) == (("a", "c"), True)


def test_seats_may_stay_empty_or_be_counted_anew(story: Story) -> None:
    story.tell(f"""
        ! outcome-differs  {LIMIT} basis=charter outcome=decided chosen=a,c fills=left-vacant \
has=rule
        ! outcome-differs  {LIMIT} basis=charter outcome=decided chosen=a,d fills=recount has=rule
        {LIMIT} basis=charter outcome=decided chosen=a fills=left-vacant has=rule
    """)
    assert state(story).chosen == ("a",)


def test_a_recount_without_the_excluded_is_computed(story: Story) -> None:
    story.tell(f"{LIMIT} basis=charter outcome=decided chosen=a,c fills=recount has=rule")
    assert state(story).chosen == ("a", "c")


def test_a_veto_leaves_nothing_that_others_could_stand_on(story: Story) -> None:
    story.tell("""
        ana  decision-overridden  decision=d basis=charter kind=veto excludes=a,b \
fills=left-vacant outcome=not-reached has=rule
        ! decision-not-adopted  ana  budget-opened budget=b project=breath amount=GBP1.00 decision=d
    """)


def test_an_override_says_what_changes(story: Story) -> None:
    base = "ana  decision-overridden  decision=d basis=charter has=rule outcome=decided chosen=a,b"
    story.tell(f"""
        ! override-unclear  {base} kind=other
        ! override-unclear  {base} kind=other excludes=d
        ! override-unclear  {base} kind=lot prefers=a
        ! override-unclear  {base} kind=other excludes=b,b
    """)


def test_a_tie_is_broken_by_a_cited_rule_among_the_tied_alone(story: Story) -> None:
    base = "ana  decision-overridden  decision=t basis=charter kind=casting-vote has=rule"
    story.tell(f"""
        {SEATS.replace("=d ", "=t ")}
        ana  ballots-imported  decision=t source=f counted="9 1-2-2-4:9"
        ana  decision-closed  decision=t tally=auto
        ! override-unclear  {base} prefers=d outcome=decided chosen=a,d
        ! override-unclear  {base} prefers=b,c outcome=decided chosen=a,b,c
        ! override-unclear  {base} prefers=b excludes=d outcome=decided chosen=a,b
        ! outcome-differs   {base} prefers=c outcome=decided chosen=a,b
        {base} prefers=c outcome=decided chosen=a,c
    """)
    assert (state(story, "t").outcome, state(story, "t").chosen) == ("decided", ("a", "c"))


def test_excluding_one_may_leave_others_tied_and_the_rule_may_choose_among_them(
    story: Story,
) -> None:
    base = "ana  decision-overridden  decision=t basis=charter kind=seat-limit has=rule excludes=b"
    story.tell(f"""
        {SEATS.replace("=d ", "=t ")}
        ana  ballots-imported  decision=t source=f counted="9 1-2-3-3:9"
        ana  decision-closed  decision=t tally=auto
        ! override-unclear  {base} prefers=c,d outcome=decided chosen=a,c,d
        {base} prefers=d outcome=decided chosen=a,d
    """)
    assert state(story, "t").chosen == ("a", "d")


def test_no_rule_makes_up_for_a_missed_quorum_and_a_majority_has_no_next(story: Story) -> None:
    story.tell("""
        ana  decision-opened  decision=q project=breath options=a,b electorate=ana,ben \
method=simple-majority quorum=2
        ana  vote-cast  decision=q voter=ana choice=a
        ana  decision-closed  decision=q tally=auto
        ! override-unclear  ana  decision-overridden  decision=q basis=charter kind=other \
excludes=a outcome=not-reached has=rule
        ana  decision-opened  decision=m project=breath options=a,b electorate=ana,ben \
method=simple-majority
        ana  vote-cast  decision=m voter=ana choice=a
        ana  decision-closed  decision=m tally=auto
        ! override-unclear  ana  decision-overridden  decision=m basis=charter kind=veto \
excludes=a outcome=not-reached has=rule
        ana  decision-overridden  decision=m basis=decision cites=d kind=veto excludes=a \
fills=left-vacant outcome=not-reached has=rule
    """)
    assert not state(story, "m").adopted


AGAIN = "project=breath options=back,keep* electorate=ana,ben method=simple-majority"


def test_a_decision_ends_by_a_later_one_that_was_opened_to_revisit_it(story: Story) -> None:
    story.tell(f"""
        ana  decision-opened  decision=e {AGAIN}
        ana  vote-cast  decision=e voter=ana choice=back
        ana  decision-closed  decision=e tally=auto
        ! not-a-later-decision  ana  decision-reversed  decision=d by=decision:e
        ! not-a-later-decision  ana  decision-reversed  decision=d by=decision:x
        ana  decision-opened  decision=f {AGAIN} revisits=d
        ana  vote-cast  decision=f voter=ana choice=keep
        ana  decision-closed  decision=f tally=auto
        ! decision-not-adopted  ana  decision-reversed  decision=d by=decision:f
        ana  decision-opened  decision=g {AGAIN} revisits=d
        ana  vote-cast  decision=g voter=ana choice=back
        ana  decision-closed  decision=g tally=auto
        ana  budget-opened  budget=b project=breath amount=GBP1.00 decision=d
        ! no-grant  ben  decision-reversed  decision=d by=decision:g
        ana  decision-reversed  decision=d by=decision:g
        ! reversed-already  ana  decision-reversed  decision=d by=decision:g
        ! decision-not-adopted  ana  budget-opened  budget=c project=breath amount=GBP1.00 \
decision=d
        ! unknown-decision  ana  decision-reversed  decision=x by=decision:g
    """)


def test_a_major_decision_is_reversed_by_a_major_one(story: Story) -> None:
    major = story.act(f"ana decision-opened decision=e {AGAIN} subject=rules").event.as_body()
    story.say("ana", "decision-opened", {**major, "major": True})
    story.tell(f"""
        ana  vote-cast  decision=e voter=ana choice=back
        ana  decision-closed  decision=e tally=auto has=reasons
        ana  decision-opened  decision=f {AGAIN} revisits=e
        ana  vote-cast  decision=f voter=ana choice=back
        ana  decision-closed  decision=f tally=auto
        ! not-a-later-decision  ana  decision-reversed  decision=e by=decision:f
    """)


def test_what_was_overridden_afterwards_stays_in_history(story: Story) -> None:
    story.tell(f"""
        ! history-over-live  {LIMIT} basis=charter outcome=decided chosen=a,c has=rule history
        ! history-over-live  ana  decision-reversed  decision=d by=decision:x history
    """)
