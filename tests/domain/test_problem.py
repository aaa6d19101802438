"""Problems: put in other words, ranked, refused, closed, and carried on to another project."""

from __future__ import annotations

import pytest
from story import Story, ident

from domain.problem import Problem


@pytest.fixture
def story() -> Story:
    """ben raised a problem in breath; agn sets the agenda; cy is in the next project."""
    return Story().tell("""
        ana  project-opened   project=breath
        ana  project-opened   project=next
        ana  person-enrolled  person=ben
        ana  person-enrolled  person=agn
        ana  person-enrolled  person=rec
        ana  person-enrolled  person=cy project=next
        ana  power-granted    to=agn kinds=agenda  as=a
        ana  power-granted    to=rec kinds=record  as=r
        ana  group-recorded   group=ten project=breath label=parents side=community number=10
        ben  problem-proposed  problem=bus project=breath people=ben  as=raised
    """)


def test_who_raised_it_reframes_it_freely_and_others_with_reasons(story: Story) -> None:
    story.tell("""
        ben  problem-reframed  problem=bus project=breath has=title
        ! no-grant         rec  problem-reframed  problem=bus project=breath has=reasons
        ! no-reason-given  agn  problem-reframed  problem=bus project=breath has=title under=a
        agn  problem-reframed  problem=bus project=breath has=title,reasons under=a
        ! unknown-problem  ben  problem-reframed  problem=bus project=next
    """)


def test_a_witness_neither_raises_nor_records_it(story: Story) -> None:
    said = "problem-proposed project=breath people=ben for=ben"
    story.tell(f"""
        ! witness-not-free  rec  {said} problem=x witness=rec under=r
        ! witness-not-free  rec  {said} problem=x witness=ben under=r
        rec  {said} problem=x witness=agn under=r
    """)


def test_problems_are_ranked_by_who_was_present(story: Story) -> None:
    told = "problems-prioritised project=breath problems=bus"
    story.tell(f"""
        agn  {told} people=ben groups=ten has=reasons under=a
        ! no-grant              ben  {told} people=ben
        ! unknown-problem       agn  problems-prioritised project=breath problems=bus,other under=a
        ! unknown-project       agn  problems-prioritised project=nowhere problems=bus under=a
        ! not-enrolled          agn  {told} people=cy under=a
        ! unknown-group         agn  {told} groups=six under=a
        ! decision-not-adopted  agn  {told} decision=d under=a
    """)


def test_a_refusal_and_an_end_give_reasons(story: Story) -> None:
    story.tell("""
        ! no-grant         ben  problem-refused  problem=bus project=breath has=reasons
        ! no-reason-given  agn  problem-refused  problem=bus project=breath under=a
        agn  problem-refused  problem=bus project=breath has=reasons under=a
        ! problem-settled  agn  problem-adopted  problem=bus project=breath under=a
        ! problem-settled  ben  problem-reframed  problem=bus project=breath
        ben  problem-proposed  problem=lift project=breath people=ben
        agn  problem-adopted   problem=lift project=breath under=a
        ! problem-adopted-already  agn  problem-refused  problem=lift project=breath has=reasons \
under=a
        ! history-over-live  rec  problem-closed  problem=lift project=breath outcome=solved \
has=reasons history under=r
        agn  problem-closed  problem=lift project=breath outcome=partly has=reasons under=a
        ! problem-settled  agn  problem-closed  problem=lift project=breath outcome=solved \
has=reasons under=a
    """)


def test_what_is_open_is_carried_on_to_a_named_receiver_who_says_yes(story: Story) -> None:
    carry = "matter-carried matter=problem:bus project=breath to_project=next"
    story.tell(f"""
        agn  problem-closed  problem=bus project=breath outcome=not-solved has=reasons under=a
        ! no-grant        ben  {carry} person=cy
        ! not-enrolled    agn  matter-carried matter=problem:bus project=breath to_project=next \
person=zoe under=a
        ! same-project    agn  matter-carried matter=problem:bus project=breath to_project=breath \
person=ben under=a
        ! unknown-matter  agn  matter-carried matter=problem:x project=breath to_project=next \
person=cy under=a
        ! unknown-project  agn  matter-carried matter=problem:bus project=breath \
to_project=nowhere person=cy under=a
        ! unknown-matter  cy   matter-received  matter=problem:bus project=next person=cy
        agn  {carry} person=cy under=a
        ! no-grant        ben  matter-received  matter=problem:bus project=next person=cy
        ! no-witness      rec  matter-received  matter=problem:bus project=next person=cy under=r
        cy   matter-received  matter=problem:bus project=next person=cy accepted=no
        ! unknown-matter  cy   matter-received  matter=problem:bus project=next person=cy
        agn  {carry} person=cy under=a
        cy   matter-received  matter=problem:bus project=next person=cy
        agn  problem-adopted  problem=bus project=next under=a
    """)
    assert story.world.get(Problem, ident("problem", "bus")).adopted


def test_a_withdrawn_problem_keeps_who_raised_it(story: Story) -> None:
    story.tell("ben  problem-reframed  problem=bus project=breath")
    story.withdraw("raised")


def test_a_project_is_closed_once_and_people_still_speak(story: Story) -> None:
    story.tell("""
        ana  project-opened  project=late on=2026-01-03
        ! before-it-happened      agn  project-closed  project=late on=2026-01-02 under=a
        ! unknown-project         agn  project-closed  project=nowhere under=a
        ! no-grant                ben  project-closed  project=breath
        ! decision-not-adopted    agn  project-closed  project=breath decision=d under=a
        ! history-over-live       rec  project-closed  project=breath history under=r
        agn  project-closed  project=breath has=summary under=a
        ! project-closed-already  agn  project-closed  project=breath under=a
        ben  contribution-recorded  contribution=c project=breath people=ben
    """)
