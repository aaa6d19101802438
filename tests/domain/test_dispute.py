"""Told, disputed, answered, closed; and case access to one person's records."""

from __future__ import annotations

import pytest
from story import Story

from domain.access import Access
from domain.dispute import Dispute
from domain.line import DISPUTED, Line


@pytest.fixture
def story() -> Story:
    """rec recorded a line about ben; sec records too; inf holds information; cy looks on."""
    return Story().tell("""
        ana  project-opened   project=breath
        ana  person-enrolled  person=ben
        ana  person-enrolled  person=cy
        ana  person-enrolled  person=rec
        ana  person-enrolled  person=sec
        ana  person-enrolled  person=inf
        ana  power-granted    to=rec kinds=record scope.project=breath  as=r
        ana  power-granted    to=sec kinds=record       as=s
        ana  power-granted    to=inf kinds=information  as=i
        rec  contribution-recorded  contribution=c project=breath people=ben under=r  as=line
    """)


def test_a_dispute_is_answered_by_the_record_and_closed_by_its_raiser(story: Story) -> None:
    story.tell("""
        ben  record-disputed   line=line has=reason  as=d
        ! no-grant         cy   dispute-answered  dispute=d line=line person=ben outcome=kept
        ! unknown-dispute  rec  dispute-answered  dispute=d line=line person=cy outcome=kept
        ! unknown-dispute  rec  dispute-answered  dispute=x line=line person=ben outcome=kept
        rec  dispute-answered  dispute=d line=line person=ben outcome=kept has=words
        sec  dispute-answered  dispute=d line=line person=ben outcome=explained under=s
        ! no-grant         cy   dispute-closed  dispute=d line=line person=ben settled=yes
        ! not-about-you    ben  dispute-closed  dispute=d line=line person=ben for=cy settled=yes
        ! no-witness       sec  dispute-closed  dispute=d line=line person=ben settled=yes under=s
        ben  dispute-closed    dispute=d line=line person=ben settled=no
        ! dispute-closed-already  rec  dispute-answered  dispute=d line=line person=ben outcome=kept
        ! dispute-closed-already  ben  dispute-closed    dispute=d line=line person=ben settled=yes
    """)
    assert story.world.get(Dispute, story.named["d"]).answer == "explained"


def test_an_answer_says_corrected_once_another_line_stands_instead(story: Story) -> None:
    story.tell("""
        ben  record-disputed   line=line has=reason  as=d
        ! not-done  rec  dispute-answered  dispute=d line=line person=ben outcome=corrected
        rec  contribution-recorded  contribution=e project=breath people=ben under=r  as=right
        ! not-done  rec  dispute-answered  dispute=d line=line person=ben outcome=corrected
        rec  record-corrected  line=line instead=right people=ben cause=dispute
        ! not-done  rec  dispute-answered  dispute=d line=line person=ben outcome=retracted
        sec  dispute-answered  dispute=d line=line person=ben outcome=corrected under=s
    """)


def test_an_answer_says_retracted_once_the_work_was_taken_back(story: Story) -> None:
    story.tell("""
        ben  record-disputed   line=line has=reason  as=d
        ! not-done  rec  dispute-answered  dispute=d line=line person=ben outcome=retracted
        rec  contribution-retracted   contribution=c
        rec  dispute-answered  dispute=d line=line person=ben outcome=retracted
        ben  contribution-reinstated  contribution=c
        ! not-done  rec  dispute-answered  dispute=d line=line person=ben outcome=retracted
    """)


def test_a_withdrawn_line_was_taken_back(story: Story) -> None:
    story.tell("ben  record-disputed  line=line  as=d").withdraw("line")
    story.tell("rec  dispute-answered  dispute=d line=line person=ben outcome=retracted")


def test_what_rules_count_is_never_corrected_and_is_said_to_be_explained(story: Story) -> None:
    story.tell("""
        ana  payment-offered   offer=o project=breath to=ben kind=fee amount=GBP5.00  as=fee
        ben  record-disputed   line=fee  as=d
        ! not-done  ana  dispute-answered  dispute=d line=fee person=ben outcome=corrected
        ! not-done  ana  dispute-answered  dispute=d line=fee person=ben outcome=retracted
        ana  dispute-answered  dispute=d line=fee person=ben outcome=explained has=words
    """)
    refusal = story.refused(
        "ana  dispute-answered  dispute=d line=fee person=ben outcome=corrected"
    )
    assert "payment-offered/v1 never is: it is undone by an event of its own" in refusal.message
    assert refusal.allowed_by == "`outcome` explained, with `words` that say what was done"


def test_what_old_books_say_was_done_is_taken_as_they_say_it(story: Story) -> None:
    story.tell("""
        sec  contribution-recorded  contribution=o project=breath people=ben history under=s  as=old
        sec  record-disputed   line=old for=ben history under=s  as=d
        sec  dispute-answered  dispute=d line=old person=ben outcome=corrected history under=s
    """)


def test_a_dispute_can_hide_who_raised_it(story: Story) -> None:
    story.tell("""
        ! hides-nobody  sec  record-disputed  line=line hidden=yes for=ben under=s
        ! no-grant      cy   record-disputed  line=line hidden=yes
        sec  record-disputed  line=line hidden=yes has=reason,raiser under=s  as=d
        rec  dispute-answered  dispute=d line=line outcome=explained
        ! no-such-power  inf  dispute-closed  dispute=d line=line settled=yes under=i
        ! not-about-you  rec  dispute-closed  dispute=d line=line settled=yes under=r
        sec  dispute-closed  dispute=d line=line settled=yes under=s
    """)
    assert story.world.get(Line, story.named["line"]).last_word("") == DISPUTED


def test_told_means_a_way_to_object_that_does_not_lead_to_the_recorder(story: Story) -> None:
    story.tell("""
        ! no-way-to-object  sec  person-told  person=ben how=read-aloud object_to=sec under=s
        ! no-way-to-object  sec  person-told  person=ben how=read-aloud under=s
        ! no-way-to-object  sec  person-told  person=ben how=sent lines=line object_to=rec under=s
        ! unknown-line      sec  person-told  person=cy how=sent lines=line object_to=ben under=s
        ! unknown-person    sec  person-told  person=zoe how=sent object_to=cy under=s
        ! no-grant          cy   person-told  person=ben how=sent object_to=inf
        sec  person-told  person=ben how=sent lines=line object_to=cy under=s
        sec  person-told  person=ben how=easy-read has=contact under=s
    """)


def test_a_look_under_the_power_itself_is_recorded_too(story: Story) -> None:
    story.tell("""
        inf  records-seen  person=ben view=person-show under=i
        ! no-grant          cy   records-seen  person=ben view=person-show
        ! no-such-power     rec  records-seen  person=ben view=person-show under=r
        ! unknown-person    inf  records-seen  person=zoe view=person-show under=i
        ! mode-not-allowed  inf  records-seen  person=ben view=x under=i history on=2026-01-01
    """)


def test_case_access_is_granted_logged_and_time_limited(story: Story) -> None:
    story.tell("""
        ! no-grant         cy   access-granted  to=rec person=ben purpose=support until=2026-02-01
        ! unknown-person   inf  access-granted  to=zoe person=ben purpose=support until=2026-02-01 \
under=i
        ! to-oneself       inf  access-granted  to=inf person=ben purpose=support until=2026-02-01 \
under=i
        ! access-too-long  inf  access-granted  to=cy person=ben purpose=support until=2026-04-08 \
under=i
        inf  access-granted  to=cy person=ben purpose=complaint until=2026-04-07 under=i  as=a
        ! unknown-access   cy   access-used  access=a person=rec view=statement
        ! not-your-access  rec  access-used  access=a person=ben view=statement
        cy   access-used   access=a person=ben view=statement
        ! no-grant         rec  access-ended  access=a person=ben
        inf  access-granted  to=cy person=ben purpose=support until=2026-01-06 under=i  as=b
        day 2026-01-07
        ! access-over      cy   access-used   access=b person=ben view=statement
        cy   access-ended  access=a person=ben
        ! access-over      cy   access-used   access=a person=ben view=statement
        ! mode-not-allowed  inf  access-granted  to=cy person=ben purpose=audit until=2026-01-09 \
history under=i
    """)
    assert story.world.get(Access, story.named["a"]).used == 1
