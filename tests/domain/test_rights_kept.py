"""What nobody takes from another: their dispute, their presence, a power that was handed to them.

The power to record is not every power: what is said live is changed live, by whose it is.
"""

from __future__ import annotations

import pytest
from story import Story


@pytest.fixture
def story() -> Story:
    """Two projects; rec records for breath; ben, dan and eve are enrolled in the programme."""
    return Story().tell("""
        ana  project-opened   project=breath
        ana  project-opened   project=heart
        ana  person-enrolled  person=rec  route=employed
        ana  person-enrolled  person=ben  route=open-call
        ana  person-enrolled  person=dan  route=open-call
        ana  person-enrolled  person=eve  route=open-call
        ana  power-granted    to=rec kinds=record onward=0  as=r
        ana  contribution-recorded  contribution=talk project=breath people=ben stage=S1  as=line
    """)


def test_a_live_dispute_is_not_answered_or_closed_afterwards(story: Story) -> None:
    story.tell("""
        ben  record-disputed  line=line  as=d
        ! history-over-live  rec  dispute-answered  dispute=d line=line person=ben outcome=kept history under=r
        ! history-over-live  rec  dispute-closed    dispute=d line=line person=ben settled=yes for=ben history under=r
        rec  dispute-answered  dispute=d line=line person=ben outcome=kept under=r
    """)  # noqa: E501


def test_closing_a_hidden_dispute_names_nobody(story: Story) -> None:
    story.tell("""
        rec  record-disputed  line=line hidden=yes under=r  as=d
        ! hides-nobody  rec  dispute-closed  dispute=d line=line settled=yes for=ben under=r
        ! hides-nobody  rec  dispute-closed  dispute=d line=line settled=yes said_by=ben under=r
        ! hides-nobody  rec  dispute-closed  dispute=d line=line settled=yes witness=eve under=r
        ! unknown-dispute  rec  dispute-closed  dispute=d line=line person=ben settled=yes under=r
        rec  dispute-closed  dispute=d line=line settled=yes under=r
    """)


def test_the_way_to_object_leads_to_somebody_else_who_is_known(story: Story) -> None:
    story.tell("""
        ! no-way-to-object  rec  person-told  person=ben how=printed object_to=ben under=r
        ! unknown-person    rec  person-told  person=ben how=printed object_to=ghost under=r
        rec  person-told  person=ben how=printed object_to=eve under=r
    """)


def test_who_handed_a_power_on_cannot_end_it(story: Story) -> None:
    story.tell("""
        ana  power-granted      to=ben kinds=agenda onward=1  as=g
        ben  power-transferred  to=dan holder=ben grant=g kinds=agenda onward=1 under=g  as=h
        ! not-yours-to-revoke    ben  power-revoked   grant=g holder=ben
        ! grant-already-revoked  ben  power-returned  grant=g holder=ben to=ana
        dan  problem-proposed  problem=air project=breath people=dan
        dan  problem-adopted   problem=air project=breath under=h
        ana  power-revoked     grant=g holder=ben
        ! grant-revoked  dan  power-granted  to=eve kinds=agenda onward=0 under=h
    """)


def test_what_is_live_is_not_carried_off_afterwards(story: Story) -> None:
    story.tell("""
        ben  problem-proposed  problem=air project=breath people=ben
        ! history-over-live  rec  matter-carried  matter=air project=breath to_project=heart person=dan history under=r
        rec  problem-proposed  problem=old project=breath people=ben history under=r
        rec  matter-carried    matter=old project=breath to_project=heart person=dan history under=r
        ! stands-on-history  dan  matter-received  matter=old project=heart person=dan
        rec  matter-received   matter=old project=heart person=dan history under=r
        ana  matter-carried    matter=air project=breath to_project=heart person=dan
        ! history-over-live  rec  matter-received  matter=air project=heart person=dan history under=r
        dan  matter-received   matter=air project=heart person=dan accepted=no
    """)  # noqa: E501


def test_nobody_is_made_to_have_left_afterwards(story: Story) -> None:
    story.tell("""
        rec  person-left      person=ben project=breath on=2024-01-01 history under=r
        rec  person-returned  person=ben project=breath on=2024-05-01 history under=r
        ben  person-paused    person=ben project=breath
        ! history-over-live  rec  person-left  person=ben project=breath history under=r
        rec  person-left      person=ben project=heart on=2024-01-01 history under=r
        ben  person-returned  person=ben project=heart
    """)


def test_an_output_is_not_replaced_afterwards(story: Story) -> None:
    story.tell("""
        ana  output-published  output=paper project=breath
        ! history-over-live  rec  output-published  output=other project=breath replaces=paper history under=r
        ana  output-published  output=other project=breath replaces=paper
    """)  # noqa: E501


def test_nobody_writes_off_more_than_their_grant_bounds(story: Story) -> None:
    story.tell("""
        ana  power-granted     to=dan kinds=budget scope.amount=GBP5.00  as=small
        ana  payment-offered   offer=o project=breath to=ben kind=fee amount=GBP50.00
        ben  payment-accepted  offer=o
        ! outside-scope  dan  payment-written-off  offer=o to=ben amount=GBP50.00 cause=other has=reason under=small
        dan  payment-written-off  offer=o to=ben amount=GBP5.00 cause=other has=reason under=small
    """)  # noqa: E501
