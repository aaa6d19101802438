"""Deciding by a body's seats: frozen at opening, one vote a seat, a tie broken only if said."""

from __future__ import annotations

import pytest
from story import Story, ident, person

from domain.decision import Decision

BOARD = """
    ana  project-opened   project=breath
    ana  person-enrolled  person=ana
    ana  person-enrolled  person=ben
    ana  person-enrolled  person=cy
    ana  person-enrolled  person=dee
    ana  person-enrolled  person=eve
    ana  body-created     body=board project=breath quorum=2
    ana  seat-filled      body=board person=ana chosen_by=institution voting=yes
    ana  seat-filled      body=board person=ben chosen_by=community voting=yes
    ana  seat-filled      body=board person=cy chosen_by=community voting=yes until=2026-01-31
    ana  seat-filled      body=board person=dee chosen_by=community voting=no
    ana  chair-taken      body=board person=ben chosen_by=community
"""
OPEN = (
    "ana decision-opened decision=late project=breath body=board by_seats=yes options=yes,no "
    "electorate={} method=simple-majority quorum=2"
)
ALL = "ana,ben,cy"
CHAIR = " casting=ben"


def outcome(story: Story) -> tuple[str, tuple[str, ...]]:
    state = story.get(Decision, ident("decision", "late"))
    return state.outcome, state.chosen


def test_the_voting_seats_are_the_electorate_as_they_stand() -> None:
    Story().tell(BOARD).tell(OPEN.format(ALL))


@pytest.mark.parametrize("electorate", ["ana,ben", "ana,ben,cy,dee", "ana,ben,cy,eve", "dee"])
def test_nobody_is_added_and_nobody_missed(electorate: str) -> None:
    line = OPEN.format(electorate)
    line = line.replace("quorum=2", "quorum=1") if electorate == "dee" else line
    Story().tell(BOARD).tell(f"! electorate-differs  {line}")


def test_who_is_left_out_of_it_is_named_with_the_cause() -> None:
    Story().tell(BOARD).tell(f"{OPEN.format('ana,ben')} left_out=cy")


def test_a_term_that_ended_gives_no_vote_and_one_that_ends_later_keeps_its_own() -> None:
    story = Story().tell(BOARD).tell(OPEN.format(ALL))
    story.tell(f"""
        day 2026-02-01
        ana  seat-vacated  body=board person=ben
        cy   vote-cast  decision=late voter=cy choice=yes
        ben  vote-cast  decision=late voter=ben choice=yes
        ! electorate-differs  {OPEN.format(ALL).replace("decision=late", "decision=next")}
    """)


def test_a_body_in_which_nobody_votes_decides_nothing() -> None:
    Story().tell(BOARD).tell(f"""
        ana  seat-vacated  body=board person=ana
        ana  seat-vacated  body=board person=ben
        ana  seat-vacated  body=board person=cy
        ! no-voting-seats  {OPEN.format(ALL)}
        ! unknown-body  {OPEN.format(ALL).replace("body=board", "body=none")}
        ! electorate-unclear  {OPEN.format(ALL).replace("body=board", "")}
    """)


def test_the_quorum_is_at_least_the_bodys_own() -> None:
    Story().tell(BOARD).tell(f"""
        ! quorum-too-low  {OPEN.format(ALL).replace("quorum=2", "quorum=1")}
        {OPEN.format(ALL).replace("quorum=2", "quorum=3")}
    """)


def test_a_body_decides_for_its_own_project_and_not_for_another() -> None:
    Story().tell(BOARD).tell(f"""
        ana  project-opened  project=other
        ! electorate-unclear  {OPEN.format(ALL).replace("project=breath", "project=other")}
        ana  body-created  body=council
        ana  seat-filled   body=council person=ana chosen_by=open-call voting=yes
        {OPEN.format("ana").replace("body=board", "body=council").replace("quorum=2", "quorum=1")}
    """)


def test_seats_of_the_past_are_not_known_and_afterwards_the_people_are_named() -> None:
    old = OPEN.format("ana").replace("body=board", "body=old").replace("quorum=2", "quorum=1")
    Story().tell(BOARD).tell(f"""
        ! electorate-unclear  {OPEN.format(ALL)} history on=2025-01-01
        ana  body-created  body=old project=breath history on=2025-01-01
        ana  seat-filled   body=old person=ana chosen_by=open-call voting=yes history on=2025-01-01
        ! stands-on-history  {old}
    """)


def test_a_tie_stays_a_tie_unless_the_opening_says_that_the_chair_breaks_it() -> None:
    story = Story().tell(BOARD).tell(OPEN.format(ALL))
    story.tell("""
        ana  vote-cast  decision=late voter=ana choice=no under=-
        ben  vote-cast  decision=late voter=ben choice=yes
        ana  decision-closed  decision=late tally=auto
    """)
    assert outcome(story) == ("tied", ())


def test_where_it_does_the_chairs_own_ballot_counts_once_more() -> None:
    story = Story().tell(BOARD).tell(OPEN.format(ALL) + CHAIR)
    story.tell("""
        ana  vote-cast  decision=late voter=ana choice=no under=-
        ben  vote-cast  decision=late voter=ben choice=yes
        ana  decision-closed  decision=late tally=auto
    """)
    assert outcome(story) == ("decided", ("yes",))
    closed = story.acts[-1].event
    assert (closed.tally.ballots, [s.votes for s in closed.tally.support]) == (2, [1, 1])


def test_a_chair_who_abstained_or_lost_breaks_nothing() -> None:
    story = Story().tell(BOARD).tell(OPEN.format(ALL) + CHAIR)
    story.tell("""
        ana  vote-cast  decision=late voter=ana choice=no under=-
        ben  vote-cast  decision=late voter=ben
        cy   vote-cast  decision=late voter=cy choice=yes
        ana  decision-closed  decision=late tally=auto
    """)
    assert outcome(story) == ("tied", ())
    story = Story().tell(BOARD).tell(OPEN.format(ALL) + CHAIR)
    story.tell("""
        ana  vote-cast  decision=late voter=ana choice=no under=-
        ben  vote-cast  decision=late voter=ben choice=yes
        cy   vote-cast  decision=late voter=cy choice=no
        ana  decision-closed  decision=late tally=auto
    """)
    assert outcome(story) == ("decided", ("no",))


@pytest.mark.parametrize(
    "change",
    [
        ("casting=ben", "casting=ana"),
        ("casting=ben", "casting=dee"),
        ("method=simple-majority", "method=consensus"),
        ("ben,cy", "cy left_out=ben"),
        ("by_seats=yes", ""),
    ],
)
def test_a_casting_vote_is_the_one_chairs_in_a_simple_majority(change: tuple[str, str]) -> None:
    Story().tell(BOARD).tell(f"! casting-unclear  {(OPEN.format(ALL) + CHAIR).replace(*change)}")


def test_where_several_chair_none_of_them_breaks_a_tie() -> None:
    Story().tell(BOARD).tell(f"""
        ana  chair-left   body=board person=ben
        ana  chair-taken  body=board person=ben chosen_by=community with_others=yes
        ana  chair-taken  body=board person=ana chosen_by=community with_others=yes
        ! casting-unclear  {OPEN.format(ALL) + CHAIR}
    """)


def test_an_electorate_of_people_may_still_be_anybody_of_the_project() -> None:
    story = Story().tell(BOARD).tell(OPEN.format("dee,eve").replace("by_seats=yes", ""))
    assert story.acts[-1].event.electorate == (person("dee"), person("eve"))
