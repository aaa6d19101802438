"""A project that was closed: what begins nothing new there, and all that goes on."""

from __future__ import annotations

import pytest
from story import Story


@pytest.fixture
def story() -> Story:
    """Breath is closed with a fee, a claim, an input, a dispute and a question still open."""
    return Story().tell("""
        ana  project-opened   project=breath
        ana  project-opened   project=next
        ana  person-enrolled  person=ana
        ana  person-enrolled  person=ben
        ana  person-enrolled  person=cy project=breath
        ana  person-enrolled  person=dee project=breath
        ana  budget-opened    budget=pot project=breath amount=GBP200.00
        ana  contribution-recorded  contribution=talk project=breath people=ben  as=line
        ana  payment-offered  offer=fee project=breath to=ben kind=fee amount=GBP75.00 budget=pot
        ben  payment-claimed  claim=bus project=breath to=ben kind=expense-refund amount=GBP3.00
        ben  input-submitted  input=slow project=breath people=ben
        ben  problem-proposed  problem=air project=breath people=ben
        ben  record-disputed  line=line  as=d
        ana  body-created  body=board project=breath
        ana  seat-filled   body=board person=cy chosen_by=community voting=yes
        ana  decision-opened  decision=old project=breath options=a,b electorate=ben,cy \
method=simple-majority
        cy   vote-cast  decision=old voter=cy choice=a
        ana  project-closed  project=breath
    """)


def test_nothing_new_begins_in_a_closed_project(story: Story) -> None:
    story.tell("""
        ! project-ended  ana  project-opened   project=part part_of=breath
        ! project-ended  ana  person-enrolled  person=eve project=breath
        ! project-ended  ana  body-created     body=late project=breath
        ! project-ended  ana  seat-filled      body=board person=dee chosen_by=community voting=yes
        ! project-ended  ana  chair-taken      body=board person=cy chosen_by=community
        ! project-ended  ana  budget-opened    budget=b project=breath amount=GBP1.00
        ! project-ended  ana  budget-allocated  budget=b from=pot project=breath amount=GBP1.00
        ! project-ended  ana  decision-opened  decision=new project=breath options=a,b \
electorate=ben,cy method=simple-majority
        ! project-ended  ana  payment-offered  offer=o project=breath to=ben kind=fee amount=GBP1.00
        ! project-ended  ana  problem-adopted  problem=air project=breath
        ! project-ended  ana  problems-prioritised  project=breath problems=air people=ben
    """)


def test_a_refusal_says_what_goes_on_and_where_it_could_begin(story: Story) -> None:
    refusal = story.refused("ana  budget-opened  budget=b project=breath amount=GBP1.00")
    assert "was closed, and budget-opened/v1 begins something new" in refusal.message
    assert "what was begun there goes on" in refusal.message
    assert refusal.allowed_by == (
        "budget-opened/v1 in a project that is open; or recorded afterwards, if it was before the "
        "close"
    )


def test_what_was_begun_and_what_is_owed_goes_on(story: Story) -> None:
    story.tell("""
        ben  payment-accepted  offer=fee budget=pot
        ana  payment-made      payment=one offer=fee to=ben kind=fee amount=GBP75.00 budget=pot
        ben  payment-received  payment=one to=ben
        ana  payment-reversed  payment=one offer=fee to=ben amount=GBP5.00 budget=pot cause=mistake
        cy   payment-claimed   claim=pen project=breath to=cy kind=expense-refund amount=GBP2.00
        ana  payment-approved  claim=bus to=ben amount=GBP3.00
        ana  payment-offered   offer=late project=breath to=ben kind=fee amount=GBP9.00 \
contribution=talk
        ben  vote-cast  decision=old voter=ben choice=a
        ana  decision-closed  decision=old tally=auto
    """)


def test_what_is_said_of_what_was_goes_on(story: Story) -> None:
    story.tell("""
        ben  contribution-recorded  contribution=more project=breath people=ben on=2026-01-03
        ana  contribution-recorded  contribution=right project=breath people=ben  as=right
        ana  record-corrected  line=line instead=right people=ben cause=dispute
        ana  dispute-answered  dispute=d line=line person=ben outcome=corrected
        ben  dispute-closed    dispute=d line=line person=ben settled=yes
        ana  person-told       person=ben how=printed object_to=cy
        ana  input-answered    input=slow project=breath people=ben outcome=accepted has=reasons
        cy   input-submitted   input=after project=breath people=cy
        cy   problem-proposed  problem=rent project=breath people=cy
        ana  problem-refused   problem=rent project=breath has=reasons
        ana  evaluation-held   evaluation=end project=breath people=ben
        ana  concern-answered  indicator=T16 project=breath answer=acted
        ana  output-published  output=paper project=breath
        ana  advice-offered    person=ben project=breath
        ana  commitment-made   commitment=c project=breath person=ana input=slow
        ana  action-set        action=wind-up project=breath person=ana
        ben  gift-declared     gift=g project=breath person=ben contribution=talk
    """)


def test_people_leave_roles_pass_on_and_what_is_open_is_carried_on(story: Story) -> None:
    story.tell("""
        ana  role-handed-over  person=ana to=ben project=breath role=coordinator
        ana  power-granted     to=ben kinds=record,budget scope.project=breath
        cy   person-left       person=cy project=breath
        ana  seat-vacated      body=board person=cy
        ana  matter-carried    matter=air project=breath to_project=next person=ben
        ben  matter-received   matter=air project=next person=ben
        ana  problem-adopted   problem=air project=next
    """)


def test_an_earlier_decision_is_looked_at_again(story: Story) -> None:
    story.tell("""
        ben  vote-cast  decision=old voter=ben choice=a
        ana  decision-closed  decision=old tally=auto
        ana  decision-opened  decision=again project=breath options=keep*,undo electorate=ben,cy \
method=simple-majority revisits=old
        ben  vote-cast  decision=again voter=ben choice=undo
        cy   vote-cast  decision=again voter=cy choice=undo
        ana  decision-closed    decision=again tally=auto
        ana  decision-reversed  decision=old by=decision:again
    """)


def test_nothing_is_carried_to_a_closed_project(story: Story) -> None:
    story.tell("""
        ben  problem-proposed  problem=far project=next people=ben
        ! project-ended  ana  matter-carried  matter=far project=next to_project=breath person=ben
        ana  project-opened    project=third
        ana  matter-carried    matter=far project=next to_project=third person=ben
        ana  project-closed    project=third
        ! project-ended  ben  matter-received  matter=far project=third person=ben
        ben  matter-received   matter=far project=third person=ben accepted=no
    """)


def test_what_was_before_the_close_is_recorded_afterwards(story: Story) -> None:
    story.tell("""
        ana  person-enrolled  person=eve project=breath history on=2025-12-01
        ana  budget-opened    budget=past project=breath amount=GBP9.00 history on=2025-12-01
        ana  payment-offered  offer=then project=breath to=eve kind=fee amount=GBP9.00 \
budget=past history on=2025-12-02
        ana  payment-made     payment=then offer=then to=eve kind=fee amount=GBP9.00 \
budget=past history on=2025-12-03
    """)


def test_the_programme_and_other_projects_go_on(story: Story) -> None:
    story.tell("""
        ana  person-enrolled  person=eve
        ana  budget-opened    budget=b project=next amount=GBP1.00
        ana  decision-opened  decision=all options=a,b electorate=ana,ben method=simple-majority
    """)
