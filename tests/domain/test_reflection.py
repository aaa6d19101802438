"""Reflection: evaluation points, scores, outcomes for better or worse, imbalances talked about."""

from __future__ import annotations

import pytest
from story import Story

from domain.refusal import NotAnEvent


@pytest.fixture
def story() -> Story:
    """eva evaluates; ben and a group took part; a mid-term look was held in January."""
    return Story().tell("""
        ana  project-opened   project=breath
        ana  project-opened   project=other
        ana  person-enrolled  person=ben
        ana  person-enrolled  person=cy
        ana  person-enrolled  person=eva
        ana  power-granted    to=eva kinds=evaluation  as=e
        ana  group-recorded   group=ten project=breath label=parents side=community number=10
        eva  evaluation-held  evaluation=mid project=breath people=ben,eva groups=ten \
on=2026-01-03 under=e
    """)


def test_people_look_at_the_work_together_or_alone(story: Story) -> None:
    held = "evaluation-held project=breath"
    story.tell(f"""
        ben  {held} evaluation=own people=ben has=findings
        ! evaluation-exists  ben  {held} evaluation=mid people=ben
        ! nobody-named       eva  {held} evaluation=x under=e
        ! not-enrolled       eva  {held} evaluation=x people=zoe under=e
        ! unknown-group      eva  {held} evaluation=x groups=six under=e
        ! no-grant           ben  {held} evaluation=x people=ben,cy
        ! unknown-project    ben  evaluation-held  project=nowhere evaluation=x people=ben
    """)


def test_what_was_discussed_was_about_a_body_that_exists(story: Story) -> None:
    talked = "imbalance-discussed project=breath people=ben outcome=noted"
    story.tell(f"""
        ! unknown-body  ben  {talked} body=board
        ana  body-created  body=board project=breath
        ben  {talked} body=board
    """)


def test_a_score_names_its_tool_items_scorers_and_agreement(story: Story) -> None:
    rifkin = "assessment-scored project=breath tool=rifkin agreed=yes"
    story.tell(f"""
        eva  {rifkin} people=ben,eva scores=leadership:2,management:5 evaluation=mid under=e
        ben  {rifkin} people=ben scores=leadership:1
        ! unknown-evaluation  ben  {rifkin} people=ben scores=leadership:1 evaluation=x
        ! before-it-happened  ben  {rifkin} people=ben scores=leadership:1 evaluation=mid \
on=2026-01-02
        ! no-grant            ben  {rifkin} people=cy scores=leadership:1
    """)
    for scores in ("leadership:6", "leadership:1,leadership:2", "assets:3"):
        with pytest.raises(NotAnEvent, match=r"scores|rifkin has the items"):
            story.act(f"ben {rifkin} people=ben scores={scores}")


def test_what_came_of_it_may_be_unplanned_and_for_the_worse(story: Story) -> None:
    noted = "outcome-noted project=breath people=ben"
    story.tell(f"""
        ben  {noted} planned=no effect=worse has=words
        ben  {noted} planned=yes effect=better before=59:percent after=81:percent evaluation=mid
        ! other-unit          ben  {noted} planned=yes effect=none before=59:percent after=8:people
        ! unknown-evaluation  ben  {noted} planned=yes effect=none evaluation=x
        ! no-grant            cy   {noted} planned=yes effect=none
    """)


def test_that_power_was_talked_about_is_recorded_with_what_followed(story: Story) -> None:
    talked = "imbalance-discussed project=breath people=ben,cy kinds=chairing,budget"
    story.tell(f"""
        eva  {talked} outcome=to-be-changed has=what under=e
        ! decision-not-adopted  eva  {talked} outcome=changed decision=d under=e
        ! no-grant              ben  {talked} outcome=noted
    """)
