"""What is said of work later: sorting, levels, needs, training, gifts, tasks, corrections."""

from __future__ import annotations

import pytest
from story import Story, ident, person

from domain.action import Action
from domain.correction import Corrected
from domain.gift import Gift
from domain.refusal import NotAnEvent
from domain.support import Support


@pytest.fixture
def story() -> Story:
    """ben gave something, which rec recorded; dlv delivers; wit has no part in it."""
    return Story().tell("""
        ana  project-opened   project=breath
        ana  project-opened   project=other
        ana  person-enrolled  person=ben
        ana  person-enrolled  person=cy
        ana  person-enrolled  person=dlv
        ana  person-enrolled  person=rec
        ana  person-enrolled  person=wit
        ana  power-granted    to=rec kinds=record    as=r
        ana  power-granted    to=dlv kinds=delivery  as=d
        ana  group-recorded   group=ten project=breath label=parents side=community number=10
        rec  contribution-recorded  contribution=c project=breath people=ben on=2026-01-03 under=r \
as=line
    """)


def test_what_was_unsorted_is_sorted_later_as_often_as_need_be(story: Story) -> None:
    story.tell("""
        ben  contribution-sorted  contribution=c stage=S1 kinds=testimony level=lead
        rec  contribution-sorted  contribution=c stage=S2
        ! no-grant              cy   contribution-sorted  contribution=c stage=S1
        ! unknown-contribution  ben  contribution-sorted  contribution=x stage=S1
        ! before-it-happened    ben  contribution-sorted  contribution=c stage=S1 on=2026-01-02
    """)
    with pytest.raises(NotAnEvent, match="it sorts nothing"):
        story.act("ben contribution-sorted contribution=c")


def test_that_it_took_something_out_of_someone_is_theirs_alone_to_say(story: Story) -> None:
    hard = "contribution-recorded project=breath kinds=emotional-labour"
    story.tell(f"""
        ! own-to-say        rec  contribution-sorted  contribution=c kinds=emotional-labour
        ben  contribution-sorted  contribution=c kinds=testimony,emotional-labour
        ! own-to-say        rec  {hard} contribution=h people=ben under=r
        ! own-to-say        rec  {hard} contribution=h group=ten under=r
        ! own-to-say        rec  {hard} contribution=h people=ben for=ben witness=wit \
time=worked:60 under=r
        ! no-witness        rec  {hard} contribution=h people=ben for=ben under=r
        ! own-to-say        ben  {hard} contribution=h people=ben,cy
        ben  {hard} contribution=h people=ben time=worked:60
        rec  {hard} contribution=i people=ben for=ben witness=wit under=r
    """)


def test_the_level_is_said_by_who_took_part(story: Story) -> None:
    said = "level-said project=breath level=consult"
    story.tell(f"""
        ben  {said} person=ben contribution=c stage=S1
        ! no-grant              cy   {said} person=ben
        ! no-witness            rec  {said} person=ben under=r
        ! not-enrolled          rec  {said} person=zoe under=r
        ! unknown-project       ben  level-said  project=nowhere person=ben level=lead
        ! unknown-contribution  ben  level-said  project=other person=ben level=lead contribution=c
    """)


def test_an_artefact_is_named_by_its_hash(story: Story) -> None:
    story.tell("""
        ben  artefact-attached  contribution=c artefact=drawing form=image has=title
        ! no-grant              cy   artefact-attached  contribution=c artefact=drawing
        ! unknown-contribution  ben  artefact-attached  contribution=x artefact=drawing
        ! before-it-happened    ben  artefact-attached  contribution=c artefact=x on=2026-01-02
    """)


def test_credit_roles_go_with_a_giver(story: Story) -> None:
    giver = {
        "person": person("ben"),
        "share": "lead",
        "credit": [{"role": "methodology", "degree": "equal"}],
    }
    story.say(
        "ben",
        "contribution-recorded",
        {
            "contribution": ident("contribution", "k"),
            "project": ident("project", "breath"),
            "people": [giver],
        },
    )


def test_a_need_is_asked_for_and_both_sides_say_whether_it_was_met(story: Story) -> None:
    story.tell("""
        ben  support-asked  support=s person=ben project=breath need=interpreter on=2026-01-04
        ! support-exists      ben  support-asked  support=s person=ben need=other
        ! no-grant            cy   support-asked  support=t person=ben need=other
        ! unknown-project     ben  support-asked  support=t person=ben need=other project=nowhere
        ! not-enrolled        rec  support-asked  support=t person=zoe need=other under=r
        ! unknown-support     dlv  support-met    support=s person=cy outcome=met under=d
        ! no-grant            cy   support-met    support=s person=ben outcome=met
        ! before-it-happened  dlv  support-met    support=s person=ben outcome=met on=2026-01-03 \
under=d
        ! history-over-live   rec  support-met    support=s person=ben outcome=met history under=r
        dlv  support-met    support=s person=ben outcome=met under=d
        ! said-already        dlv  support-met    support=s person=ben outcome=met under=d
        ben  support-met    support=s person=ben outcome=not-met
    """)
    state: Support = story.world.get(Support, ident("support", "s"))
    assert {word for _, word in state.said} == {"met", "not-met"}


def test_training_names_who_taught_and_who_learned(story: Story) -> None:
    held = "training-held project=breath topic=listening"
    story.tell(f"""
        dlv  {held} training=t people=rec,dlv groups=ten trainers=ben time=worked:60 under=d
        ! training-exists  dlv  {held} training=t people=rec under=d
        ! nobody-named     dlv  {held} training=u trainers=ben under=d
        ! not-enrolled     dlv  {held} training=u people=zoe under=d
        ! unknown-group    dlv  {held} training=u groups=six under=d
        ! no-grant         ben  {held} training=u people=ben
        ! unknown-project  dlv  training-held project=nowhere topic=x training=u people=ben under=d
    """)


def test_what_somebody_got_out_of_it_and_does_it_for_is_theirs_to_say(story: Story) -> None:
    story.tell("""
        ben  benefit-received  person=ben project=breath benefits=confidence,none
        ! no-grant    cy   benefit-received  person=ben benefits=skills
        ! no-witness  rec  benefit-received  person=ben benefits=skills for=ben under=r
        rec  benefit-received  person=ben benefits=skills for=ben witness=wit under=r
        dlv  rationale-stated  person=dlv side=institution rationales=managerial
        ! not-enrolled     ben  rationale-stated  person=zoe side=community rationales=rights
        ! unknown-project  ben  rationale-stated  person=ben side=community rationales=rights \
project=nowhere
    """)


def test_being_named_is_ones_own_to_say_and_to_take_back(story: Story) -> None:
    story.tell("""
        ben  naming-said  person=ben wish=by-name
        ben  naming-said  person=ben project=breath wish=not-named
        ! no-grant    cy   naming-said  person=ben wish=by-name
        ! no-witness  rec  naming-said  person=ben wish=by-name for=ben under=r
        rec  naming-said  person=ben wish=by-pseudonym for=ben witness=wit under=r
        ! not-enrolled     ben  naming-said  person=zoe wish=by-name
    """)


def test_a_gift_is_its_givers_to_declare_bound_and_take_back(story: Story) -> None:
    gift = "gift-declared project=breath"
    story.tell(f"""
        ! not-your-gift         rec  {gift} gift=g person=ben contribution=c under=r
        ! gift-unbounded        ben  {gift} gift=g person=ben
        ! unknown-contribution  cy   {gift} gift=g person=cy contribution=c
        ! unknown-project       ben  gift-declared project=nowhere gift=g person=ben contribution=c
        ben  {gift} gift=g person=ben contribution=c
        ben  {gift} gift=h person=ben kinds=advice until=2026-06-30
        ! gift-exists           ben  {gift} gift=g person=ben contribution=c
        ! not-your-gift         rec  gift-revoked  gift=g person=ben under=r
        ! unknown-gift          ben  gift-revoked  gift=x person=ben
        ben  gift-revoked  gift=g person=ben
        ! gift-revoked-already  ben  gift-revoked  gift=g person=ben
        ! mode-not-allowed      rec  {gift} gift=i person=ben contribution=c history under=r
        ana  person-enrolled  person=dee project=other
        ! not-enrolled          dee  {gift} gift=i person=dee until=2026-06-30
    """)
    assert story.world.get(Gift, ident("gift", "g")).revoked


def test_a_task_has_an_owner_and_the_owner_changes(story: Story) -> None:
    story.tell("""
        dlv  action-set    action=a project=breath person=dlv stage=S4b on=2026-01-04
        ! action-exists    dlv  action-set  action=a project=breath person=dlv
        ! no-grant         ben  action-set  action=b project=breath person=cy
        ! not-enrolled     dlv  action-set  action=b project=breath person=zoe under=d
        ! unknown-project  dlv  action-set  action=b project=nowhere person=dlv
        ! to-oneself       dlv  action-moved  action=a person=dlv to=dlv
        ! not-the-owner    dlv  action-moved  action=a person=cy to=ben
        ! unknown-action   dlv  action-moved  action=x person=dlv to=ben
        ! no-grant         cy   action-moved  action=a person=dlv to=ben
        ! not-enrolled     dlv  action-moved  action=a person=dlv to=zoe
        ! before-it-happened  dlv  action-moved  action=a person=dlv to=ben on=2026-01-03
        ! history-over-live   rec  action-moved  action=a person=dlv to=ben history under=r
        dlv  action-moved  action=a person=dlv to=ben
        ! not-the-owner    dlv  action-ended  action=a person=dlv outcome=done
        ben  action-ended  action=a person=ben outcome=done
        ! action-done-already  ben  action-ended  action=a person=ben outcome=done
    """)
    assert story.world.get(Action, ident("action", "a")).moves == 1


def test_a_correction_stands_instead_and_edits_nothing(story: Story) -> None:
    correct = "record-corrected people=ben cause=mistake"
    story.tell(f"""
        rec  contribution-recorded  contribution=c2 project=breath people=ben under=r  as=new
        rec  contribution-recorded  contribution=c3 project=breath people=ben under=r  as=newer
        ! unknown-line       rec  {correct} line=line instead=x
        ! unknown-line       rec  record-corrected  line=line instead=new people=cy cause=mistake
        ! same-line          rec  {correct} line=line instead=line
        ! no-grant           cy   {correct} line=line instead=new
        ! history-over-live  rec  {correct} line=line instead=new history under=r
        rec  {correct} line=line instead=new
        ! corrected-already  rec  {correct} line=line instead=newer
        rec  {correct} line=new instead=newer
        ! same-line          rec  {correct} line=newer instead=line
    """)
    assert story.world.get(Corrected, story.named["line"]).instead == story.named["new"]


def test_a_correction_names_everybody_the_old_line_is_about(story: Story) -> None:
    correct = "rec  record-corrected  line=two instead=new cause=wrong-person"
    story.tell(f"""
        rec  contribution-recorded  contribution=t project=breath people=ben,cy under=r  as=two
        rec  contribution-recorded  contribution=n project=breath people=ben under=r  as=new
        ! unknown-line  {correct} people=ben
        ! unknown-line  {correct} people=ben,cy,wit
        {correct} people=cy,ben
    """)


def test_what_counts_for_the_rules_is_undone_by_its_own_event_and_not_corrected(
    story: Story,
) -> None:
    story.tell("""
        ana  payment-offered  offer=o project=breath to=ben kind=fee amount=GBP50.00  as=offer
        ana  payment-offered  offer=p project=breath to=ben kind=fee amount=GBP5.00   as=less
        ! not-corrected-so  ana  record-corrected  line=offer instead=less people=ben cause=mistake
        ! not-corrected-so  ana  record-corrected  line=offer instead=line people=ben cause=mistake
        ! not-corrected-so  ana  record-corrected  line=line instead=offer people=ben cause=mistake
        ana  decision-opened  decision=v project=breath options=a,b electorate=ben,cy \
method=simple-majority
        ben  vote-cast  decision=v voter=ben choice=a  as=vote
        cy   vote-cast  decision=v voter=cy choice=b   as=other
        ! not-corrected-so  ben  record-corrected  line=vote instead=other people=ben cause=mistake
        ! not-corrected-so  ana  record-corrected  line=r instead=d people=rec cause=mistake
    """)


def test_nobody_puts_other_words_into_somebodys_mouth(story: Story) -> None:
    story.tell("""
        ben  level-said  contribution=c project=breath person=ben level=inform   as=said
        rec  level-said  contribution=c project=breath person=ben level=lead witness=wit under=r \
as=nicer
        ben  level-said  contribution=c project=breath person=ben level=consult  as=mine
        ! own-words  rec  record-corrected  line=said instead=nicer people=ben cause=mistake under=r
        ben  record-corrected  line=said instead=mine people=ben cause=mistake
    """)
