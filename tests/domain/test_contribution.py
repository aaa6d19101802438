"""Contributions and problems: own voice for oneself, a grant for others, nothing edited."""

from __future__ import annotations

import pytest
from story import Story, ident

from domain.contribution import Contribution
from domain.problem import Problem


@pytest.fixture
def story() -> Story:
    """ben and cy take part; dee is known elsewhere; rec keeps the record of this project."""
    return Story().tell("""
        ana  project-opened   project=breath
        ana  project-opened   project=other
        ana  person-enrolled  person=ben project=breath
        ana  person-enrolled  person=cy project=breath
        ana  person-enrolled  person=dee project=other
        ana  person-enrolled  person=rec
        ana  group-recorded   group=ten project=breath label=parents side=community number=10
        ana  power-granted    to=rec kinds=record scope.project=breath  as=r
    """)


def test_anyone_enrolled_records_what_they_gave_themselves(story: Story) -> None:
    story.tell("""
        ben  contribution-recorded  contribution=talk project=breath people=ben stage=S1 \
kinds=testimony speaks_for=self time=band:60 has=what,words
        ! not-enrolled  dee  contribution-recorded  contribution=x project=breath people=dee
    """)
    assert story.world.get(Contribution, ident("contribution", "talk")).standing


def test_others_and_groups_are_recorded_under_a_grant(story: Story) -> None:
    story.tell("""
        ! no-grant  ben  contribution-recorded  contribution=c project=breath people=cy
        ! no-grant  ben  contribution-recorded  contribution=c project=breath people=ben:lead,cy
        ! no-grant  ben  contribution-recorded  contribution=c project=breath group=ten
        rec  contribution-recorded  contribution=c1 project=breath people=ben:lead,cy:equal under=r
        rec  contribution-recorded  contribution=c2 project=breath group=ten under=r
        ! outside-scope  rec  contribution-recorded  contribution=c3 project=other people=dee \
under=r
    """)


def test_a_contribution_names_people_or_one_group(story: Story) -> None:
    story.tell("""
        ! nobody-named   ana  contribution-recorded  contribution=c project=breath
        ! nobody-named   ana  contribution-recorded  contribution=c project=breath people=ben \
group=ten
        ! unknown-group  ana  contribution-recorded  contribution=c project=breath group=nine
        ! unknown-group  ana  contribution-recorded  contribution=c project=other group=ten
        ! unknown-project  ana  contribution-recorded  contribution=c project=nowhere people=ben
        ! not-enrolled   ana  contribution-recorded  contribution=c project=breath people=nobody
    """)


def test_a_contribution_id_is_used_once(story: Story) -> None:
    story.tell("""
        ben  contribution-recorded  contribution=c project=breath people=ben
        ! contribution-exists  ben  contribution-recorded  contribution=c project=breath people=ben
    """)


def test_a_story_needs_neither_stage_nor_hours(story: Story) -> None:
    story.tell("ben  contribution-recorded  contribution=c project=breath people=ben time=unknown")


def test_a_witness_is_neither_giver_nor_recorder(story: Story) -> None:
    story.tell("""
        ! witness-not-free  rec  contribution-recorded  contribution=c project=breath people=ben \
for=ben witness=rec under=r
        ! witness-not-free  rec  contribution-recorded  contribution=c project=breath people=ben \
for=ben witness=ben under=r
        rec  contribution-recorded  contribution=c project=breath people=ben for=ben witness=cy \
under=r
    """)


def test_only_what_stands_is_retracted_and_only_what_was_retracted_is_put_back(
    story: Story,
) -> None:
    story.tell("""
        ! unknown-contribution  ben  contribution-retracted  contribution=c
        ben  contribution-recorded  contribution=c project=breath people=ben
        ! not-retracted  ben  contribution-reinstated  contribution=c
        ben  contribution-retracted  contribution=c cause=mistake
        ! not-standing   ben  contribution-retracted  contribution=c
        ben  contribution-reinstated  contribution=c
        ben  contribution-retracted  contribution=c
    """)
    assert not story.world.get(Contribution, ident("contribution", "c")).standing


def test_giver_recorder_and_who_keeps_the_record_may_retract(story: Story) -> None:
    story.tell("""
        rec  contribution-recorded  contribution=c project=breath people=ben under=r
        ! no-grant  cy  contribution-retracted  contribution=c
        ben  contribution-retracted  contribution=c
        rec  contribution-reinstated  contribution=c
        ana  contribution-retracted  contribution=c
    """)


def test_nothing_is_retracted_before_it_was_given(story: Story) -> None:
    story.tell("""
        rec  contribution-recorded  contribution=c project=breath people=ben under=r history \
on=2025-03-10
        ! before-it-happened  rec  contribution-retracted  contribution=c under=r history \
on=2025-03-09
        rec  contribution-retracted  contribution=c under=r history on=2025-03-10
    """)


def test_nothing_has_happened_the_day_after_tomorrow(story: Story) -> None:
    """The ledger date is UTC; where the sun rises earlier, tomorrow has begun."""
    story.tell("""
        ! not-yet-happened  ben  contribution-recorded  contribution=c project=breath people=ben \
on=2026-01-07
        ben  contribution-recorded  contribution=d project=breath people=ben on=2026-01-06
        ben  contribution-recorded  contribution=c project=breath people=ben \
on=2026-01-05..2026-01-09
    """)


def test_what_was_withdrawn_keeps_later_honest_acts_allowed(story: Story) -> None:
    story.tell("""
        rec  contribution-recorded  contribution=c project=breath people=ben under=r  as=line
        ben  record-confirmed  line=line
        ben  contribution-retracted  contribution=c
        ben  contribution-reinstated  contribution=c
        ana  payment-offered  offer=o project=breath to=ben kind=fee amount=GBP5.00 contribution=c
        ben  problem-proposed  problem=steps project=breath people=ben  as=raised
        ana  problem-adopted  problem=steps project=breath
    """)
    before = len(story.acts)
    story.withdraw("line")
    story.withdraw("raised")
    assert len(story.acts) == before


def test_a_problem_is_raised_freely_and_adopted_with_power(story: Story) -> None:
    story.tell("""
        ben  problem-proposed  problem=steps project=breath people=ben has=title,words
        ! problem-exists   ben  problem-proposed  problem=steps project=breath people=ben
        ! no-grant         ben  problem-proposed  problem=buses project=breath people=cy
        ! not-enrolled     dee  problem-proposed  problem=buses project=breath people=dee
        ! nobody-named     ben  problem-proposed  problem=buses project=breath
        ! unknown-group    rec  problem-proposed  problem=buses project=breath group=two under=r
        ! unknown-project  rec  problem-proposed  problem=buses project=nowhere people=ben under=r
        rec  problem-proposed  problem=buses project=breath group=ten under=r
        ! no-grant         ben  problem-adopted  problem=steps project=breath
        ! unknown-problem  ana  problem-adopted  problem=lifts project=breath
        ! unknown-problem  ana  problem-adopted  problem=steps project=other
        ana  problem-adopted  problem=steps project=breath
        ! problem-adopted-already  ana  problem-adopted  problem=steps project=breath
    """)
    assert story.world.get(Problem, ident("problem", "steps")).adopted
