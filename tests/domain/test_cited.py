"""What is cited was recorded: decisions, problems, promises, work and people beside an act."""

from __future__ import annotations

import pytest
from story import Story


@pytest.fixture
def story() -> Story:
    """Two projects; in breath a decision was taken, one is open, and one was taken long ago."""
    return Story().tell("""
        ana  project-opened    project=breath
        ana  project-opened    project=other
        ana  person-enrolled   person=ana
        ana  person-enrolled   person=ben
        ben  problem-proposed  problem=bus project=breath people=ben  as=raised
        ben  commitment-made   commitment=lift project=breath person=ben people=ana
        ben  contribution-recorded  contribution=talk project=breath people=ben  as=talk
        ana  decision-opened   decision=open project=breath options=a,b electorate=ana,ben \
method=simple-majority
        ana  decision-opened   decision=all options=a,b electorate=ana method=simple-majority
        ana  decision-opened   decision=done project=breath options=a,b electorate=ana \
method=simple-majority
        ana  vote-cast         decision=done voter=ana choice=a under=-
        ana  decision-closed   decision=done tally=auto
        ana  decision-opened   decision=then project=breath options=a,b electorate=ana \
method=simple-majority on=2025-01-01 history
        ana  vote-cast         decision=then voter=ana choice=a on=2025-01-02 history
        ana  decision-closed   decision=then tally=auto on=2025-01-03 history
    """)


WORK = "contribution-recorded project=breath people=ben"


def test_work_names_a_problem_and_a_decision_of_its_project_or_the_programme(story: Story) -> None:
    story.tell(f"""
        ben  {WORK} contribution=one problem=bus decision=open
        ben  {WORK} contribution=two decision=all
        ben  {WORK} contribution=three decision=then
        ! unknown-problem   ben  {WORK} contribution=four problem=far
        ! unknown-decision  ben  {WORK} contribution=four decision=far
        ! unknown-decision  ben  contribution-recorded  contribution=four project=other people=ben \
decision=done
        ! unknown-problem   ben  contribution-recorded  contribution=four project=other people=ben \
problem=bus
        ben  contribution-sorted  contribution=two problem=bus decision=open
        ! unknown-problem   ben  contribution-sorted  contribution=two problem=far
        ! unknown-decision  ben  contribution-sorted  contribution=two decision=far
    """)


def test_what_was_withdrawn_can_still_be_sorted_and_cited(story: Story) -> None:
    story.withdraw("talk")
    story.withdraw("raised")
    story.tell(f"""
        ana  contribution-sorted  contribution=talk problem=bus decision=open
        ben  {WORK} contribution=more problem=bus
        ana  decision-opened  decision=new project=breath options=a,b electorate=ana \
method=simple-majority inputs=talk
    """)


def test_a_task_carries_out_what_was_decided_and_stands(story: Story) -> None:
    task = "action-set project=breath person=ben"
    story.tell(f"""
        ben  {task} action=one decision=done problem=bus commitment=lift
        ! decision-not-adopted  ben  {task} action=two decision=open
        ! decision-not-adopted  ben  {task} action=two decision=far
        ! stands-on-history     ben  {task} action=two decision=then
        ! unknown-problem       ben  {task} action=two problem=far
        ! unknown-commitment    ben  {task} action=two commitment=far
        ana  {task} action=two decision=then on=2025-02-01 history
    """)
    elsewhere = "action-set project=other person=ben action=three"
    story.tell(f"""
        ! decision-not-adopted  ben  {elsewhere} decision=done
        ! unknown-problem       ben  {elsewhere} problem=bus
        ! unknown-commitment    ben  {elsewhere} commitment=lift
    """)


def test_a_decision_weighs_work_that_was_given_in_any_project(story: Story) -> None:
    story.tell("""
        ben  contribution-recorded  contribution=far project=other people=ben
        ana  decision-opened  decision=new project=breath options=a,b electorate=ana \
method=simple-majority inputs=talk,far
        ! unknown-contribution  ana  decision-opened  decision=newer project=breath options=a,b \
electorate=ana method=simple-majority inputs=talk,made-up
    """)


def test_an_input_names_who_asked_and_a_decision_that_was_put(story: Story) -> None:
    said = "input-submitted project=breath people=ben"
    story.tell(f"""
        ben  {said} input=i decision=open asked_by=ana
        ben  {said} input=j decision=all
        ! unknown-decision  ben  {said} input=k decision=far
        ! unknown-person    ben  {said} input=k asked_by=zoe
    """)


def test_a_problem_carries_on_one_that_was_raised_and_an_inviter_is_known(story: Story) -> None:
    story.tell("""
        ben  problem-proposed  problem=next project=other people=ben from_problem=bus
        ! unknown-problem  ben  problem-proposed  problem=it project=other people=ben \
from_problem=it
        ! unknown-person   ana  person-enrolled  person=cy invited_by=zoe
        ana  person-enrolled  person=cy invited_by=ben
    """)


def test_it_is_recorded_for_one_of_those_who_gave_it_and_said_by_somebody_known(
    story: Story,
) -> None:
    story.tell(f"""
        ana  person-enrolled  person=carer
        ana  {WORK} contribution=one for=ben said_by=carer
        ! not-about-you   ana  {WORK} contribution=two for=ana
        ! not-about-you   ana  {WORK} contribution=two for=ana on=2025-01-01 history
        ! unknown-person  ana  {WORK} contribution=two for=ben said_by=zoe
        ana  group-recorded  group=ten project=breath label=parents side=community number=10
        ana  contribution-recorded  contribution=two project=breath group=ten for=ben
    """)


def test_a_witness_is_somebody_wherever_one_is_named(story: Story) -> None:
    story.tell(f"""
        ana  person-enrolled  person=wit
        ana  {WORK} contribution=one for=ben witness=wit
        ! no-witness        ana  {WORK} contribution=two for=ben witness=zoe
        ! witness-not-free  ana  {WORK} contribution=two for=ben witness=ben
        op   key-enrolled  person=wit key=k public=k via=operator
        ! witness-unsigned  ana  {WORK} contribution=two for=ben witness=wit
        ana  {WORK} contribution=two for=ben witness=wit with=wit
        ana  {WORK} contribution=three for=ben witness=wit on=2025-01-01 history
    """)
