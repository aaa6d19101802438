"""Confirming and disputing: of lines about oneself, in one's own voice, or with a witness."""

from __future__ import annotations

import pytest
from story import Story, person

from domain.line import CONFIRMED, DISPUTED, Line


@pytest.fixture
def story() -> Story:
    """rec recorded a contribution of ben's; cy and dee take part too."""
    return Story().tell("""
        ana  project-opened   project=breath
        ana  person-enrolled  person=ben
        ana  person-enrolled  person=cy
        ana  person-enrolled  person=dee
        ana  person-enrolled  person=rec
        ana  power-granted    to=rec kinds=record scope.project=breath  as=r
        rec  contribution-recorded  contribution=c project=breath people=ben under=r  as=line
    """)


def test_the_person_confirms_and_may_change_their_mind(story: Story) -> None:
    story.tell("ben  record-confirmed  line=line")
    assert story.world.get(Line, story.named["line"]).last_word(person("ben")) == CONFIRMED
    story.tell("""
        ! said-already  ben  record-confirmed  line=line
        ben  record-disputed  line=line has=reason
        ! said-already  ben  record-disputed  line=line
        ben  record-confirmed  line=line
    """)
    assert story.world.get(Line, story.named["line"]).last_word(person("ben")) == CONFIRMED


def test_only_whom_a_line_is_about_has_a_say_in_it(story: Story) -> None:
    story.tell("""
        ! not-about-you  cy   record-confirmed  line=line
        ! not-about-you  rec  record-disputed  line=line
        ! unknown-line   ben  record-confirmed  line=made-up
    """)


def test_nobody_confirms_a_line_that_they_recorded_themselves(story: Story) -> None:
    story.tell("""
        ben  contribution-recorded  contribution=mine project=breath people=ben  as=mine
        ! own-record  ben  record-confirmed  line=mine
    """)


def test_a_dispute_of_ones_own_record_is_heard(story: Story) -> None:
    story.tell("""
        ben  contribution-recorded  contribution=mine project=breath people=ben  as=mine
        ben  record-disputed  line=mine has=reason
    """)
    assert story.world.get(Line, story.named["mine"]).last_word(person("ben")) == DISPUTED


def test_for_someone_without_a_key_a_witness_must_be_named(story: Story) -> None:
    story.tell("""
        ! no-grant          cy   record-confirmed  line=line for=ben witness=dee
        ! no-witness        rec  record-confirmed  line=line for=ben under=r
        ! witness-not-free  rec  record-confirmed  line=line for=ben witness=rec under=r
        ! witness-not-free  rec  record-confirmed  line=line for=ben witness=ben under=r
        ! witness-not-free  rec  record-confirmed  line=line for=ben said_by=cy witness=cy under=r
        rec  record-confirmed  line=line for=ben said_by=cy witness=dee under=r
    """)


def test_a_witness_is_somebody_enrolled_who_signs_if_they_have_a_key(story: Story) -> None:
    story.tell("""
        ! no-witness        rec  record-confirmed  line=line for=ben witness=nobody under=r
        ! witness-unsigned  rec  record-confirmed  line=line for=ben witness=ana under=r
        rec  record-confirmed  line=line for=ben witness=ana with=ana under=r
    """)


def test_a_live_line_is_not_confirmed_by_calling_it_history(story: Story) -> None:
    story.tell("""
        ! history-over-live  rec  record-confirmed  line=line for=ben under=r history
        ! history-over-live  rec  record-disputed   line=line for=ben under=r history
    """)


def test_who_recorded_the_line_cannot_witness_its_confirmation(story: Story) -> None:
    story.tell("""
        ! witness-not-free  ana  record-confirmed  line=line for=ben witness=rec
        ana  record-confirmed  line=line for=ben witness=dee
    """)


def test_offers_votes_and_grants_are_lines_too(story: Story) -> None:
    story.tell("""
        ana  payment-offered  offer=o project=breath to=ben kind=fee amount=GBP5.00  as=offer
        ben  record-disputed  line=offer
        ana  power-granted  to=cy kinds=record  as=grant
        cy   record-confirmed  line=grant
    """)
