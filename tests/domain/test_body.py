"""Bodies: seats, who chose each holder, chairs and terms."""

from __future__ import annotations

import pytest
from story import Story, ident, person

from domain.body import Body


@pytest.fixture
def story() -> Story:
    """A board of two voting seats; hir fills seats on it, rec records what was."""
    return Story().tell("""
        ana  project-opened   project=breath
        ana  person-enrolled  person=ben
        ana  person-enrolled  person=cy
        ana  person-enrolled  person=dee
        ana  person-enrolled  person=hir
        ana  person-enrolled  person=rec
        ana  power-granted    to=hir kinds=hiring scope.body=board scope.project=breath  as=h
        ana  power-granted    to=rec kinds=record  as=r
        ana  body-created     body=board project=breath quorum=2 seats=2
    """)


def board(story: Story) -> Body:
    state: Body = story.world.get(Body, ident("body", "board"))
    return state


SEAT = "body=board chosen_by=community"


def test_a_seat_says_who_chose_its_holder_and_whether_it_votes(story: Story) -> None:
    story.tell(f"""
        hir  seat-filled  {SEAT} person=ben voting=yes seat='patient member' under=h
        hir  seat-filled  body=board person=cy chosen_by=institution voting=yes under=h
        ! seated-already  hir  seat-filled  {SEAT} person=ben voting=no under=h
        ! no-seat-left    hir  seat-filled  {SEAT} person=dee voting=yes under=h
        hir  seat-filled  {SEAT} person=dee voting=no under=h
        ! not-enrolled    hir  seat-filled  {SEAT} person=zoe voting=no under=h
        ! unknown-body    hir  seat-filled  body=other chosen_by=community person=ben voting=no \
under=h
        ! no-grant        dee  seat-filled  {SEAT} person=rec voting=no
        ! decision-not-adopted  hir  seat-filled  {SEAT} person=rec voting=no decision=d under=h
    """)
    assert board(story).voters("2026-01-05") == {person("ben"), person("cy")}


def test_a_term_that_has_ended_gives_no_vote_and_frees_the_seat(story: Story) -> None:
    story.tell(f"""
        hir  seat-filled  {SEAT} person=ben voting=yes until=2026-01-31 under=h
        hir  seat-filled  {SEAT} person=cy voting=yes under=h
        day 2026-02-01
        hir  seat-filled  {SEAT} person=dee voting=yes under=h
        hir  seat-vacated  body=board person=dee cause=rotated under=h
        hir  seat-filled  {SEAT} person=ben voting=yes under=h
    """)
    assert board(story).voters("2026-02-01") == {person("ben"), person("cy")}


def test_a_holder_resigns_and_others_are_removed_under_power(story: Story) -> None:
    story.tell(f"""
        hir  seat-filled   {SEAT} person=ben voting=yes on=2026-01-02 under=h
        ! no-grant            cy   seat-vacated  body=board person=ben
        ! before-it-happened  ben  seat-vacated  body=board person=ben on=2026-01-01
        ! history-over-live   rec  seat-vacated  body=board person=ben history under=r
        ben  seat-vacated  body=board person=ben cause=resigned
        ! not-seated          ben  seat-vacated  body=board person=ben
    """)


def test_one_chairs_alone_or_several_together(story: Story) -> None:
    chair = "chair-taken body=board chosen_by=community"
    story.tell(f"""
        hir  seat-filled  {SEAT} person=ben voting=yes under=h
        hir  seat-filled  {SEAT} person=cy voting=yes under=h
        ! not-seated           hir  {chair} person=dee under=h
        hir  {chair} person=ben until=2026-01-10 under=h
        ! chair-taken-already  hir  {chair} person=cy under=h
        ! chair-taken-already  hir  {chair} person=cy with_others=yes under=h
        ! not-the-chair        cy   chair-left  body=board person=cy
        ben  chair-left  body=board person=ben
        hir  {chair} person=ben with_others=yes under=h
        ! chair-taken-already  hir  {chair} person=ben with_others=yes under=h
        hir  {chair} person=cy with_others=yes under=h
    """)
    assert [seat.chair for seat in board(story).seats.values()] == ["co-chair", "co-chair"]


def test_a_chair_whose_term_ended_blocks_nobody(story: Story) -> None:
    story.tell(f"""
        hir  seat-filled  {SEAT} person=ben voting=yes under=h
        hir  seat-filled  {SEAT} person=cy voting=yes under=h
        hir  chair-taken  body=board person=ben chosen_by=institution until=2026-01-10 under=h
        day 2026-01-11
        ! decision-not-adopted  hir  chair-taken  body=board person=cy chosen_by=community \
decision=d under=h
        hir  chair-taken  body=board person=cy chosen_by=community under=h
    """)


def test_a_body_is_created_once_under_power(story: Story) -> None:
    story.tell("""
        ! body-exists      ana  body-created  body=board
        ! unknown-project  ana  body-created  body=new project=nowhere
        ! no-grant         ben  body-created  body=new
        ana  body-created  body=new
    """)
