"""One person under two pseudonyms stands on one side of an act, and keeps what each has."""

from __future__ import annotations

import pytest
from story import Story, person

from domain.linked import pseudonyms

LINK = "ana persons-linked person=ben same_as=fin basis=same-contact as=link"


@pytest.fixture
def story() -> Story:
    """fin holds budget and record; ben claims; the two are said to be one person."""
    return Story(thresholds={"claim-validators": 2}).tell(f"""
        ana  project-opened   project=breath
        ana  person-enrolled  person=ana
        ana  person-enrolled  person=ben
        ana  person-enrolled  person=cy
        ana  person-enrolled  person=fin
        ana  person-enrolled  person=wit
        ana  power-granted    to=fin kinds=budget,record  as=f
        ana  power-granted    to=cy kinds=budget          as=c
        fin  contribution-recorded  contribution=talk project=breath people=ben under=f  as=talk
        ben  payment-claimed  claim=k project=breath to=ben kind=expense-refund amount=GBP4.00
        {LINK}
    """)


APPROVE = "payment-approved claim=k to=ben amount=GBP4.00"


def test_what_is_ones_own_is_so_under_either_name(story: Story) -> None:
    story.tell(f"""
        ! own-claim   fin  {APPROVE} under=f
        ! own-record  ben  record-confirmed  line=talk
        ! to-oneself  fin  payment-offered  offer=o project=breath to=ben kind=fee amount=GBP1.00 \
under=f
        ! witness-not-free  fin  record-confirmed  line=talk for=ben witness=fin under=f
    """)


def test_a_link_undone_by_either_takes_nothing_away_any_more(story: Story) -> None:
    story.tell(f"""
        ben  persons-unlinked  person=ben same_as=fin link=link
        fin  {APPROVE} under=f
        ben  record-confirmed  line=talk
    """)


@pytest.mark.parametrize("weak", ["basis=guess", "basis=said-so history on=2025-01-01"])
def test_a_guess_and_old_news_take_nothing_away(story: Story, weak: str) -> None:
    story.tell(f"""
        ben  persons-unlinked  person=ben same_as=fin link=link
        ana  persons-linked    person=ben same_as=fin {weak}
        fin  {APPROVE} under=f
    """)


def test_a_link_gives_nothing_of_the_others(story: Story) -> None:
    story.tell(f"""
        ! not-the-holder  ben  {APPROVE} under=f
        ana  contribution-recorded  contribution=walk project=breath people=ben  as=walk
        ! not-about-you   fin  record-confirmed  line=walk under=-
        ana  decision-opened  decision=d project=breath options=a,b electorate=ben,fin \
method=simple-majority
        ben  vote-cast  decision=d voter=ben choice=a
        fin  vote-cast  decision=d voter=fin choice=a
    """)


def test_links_reach_as_far_as_they_go_and_no_further(story: Story) -> None:
    story.tell("""
        wit  persons-linked  person=wit same_as=fin basis=said-so  as=more
    """)
    names = pseudonyms(story.world, person("ben"))
    assert names == {person("ben"), person("fin"), person("wit")}
    story.tell("wit  persons-unlinked  person=wit same_as=fin link=more")
    assert pseudonyms(story.world, person("wit")) == {person("wit")}


def test_one_person_is_one_validator_under_two_names(story: Story) -> None:
    story.tell(f"""
        ana  persons-linked  person=ana same_as=cy basis=said-so
        cy   {APPROVE} under=c
        ! approved-already    ana  {APPROVE}
        ! too-few-validators  ana  payment-made  payment=p claim=k to=ben kind=expense-refund \
amount=GBP4.00
    """)


def test_who_recorded_a_claim_may_pay_it_and_is_no_validator() -> None:
    story = Story(thresholds={"claim-validators": 2}).tell("""
        ana  project-opened    project=breath
        ana  person-enrolled   person=ben
        ana  person-enrolled   person=wit
        ana  person-enrolled   person=cy
        ana  power-granted     to=cy kinds=budget  as=c
        ana  payment-claimed   claim=k project=breath to=ben kind=expense-refund amount=GBP4.00 \
for=ben witness=wit
    """)
    story.tell(f"""
        cy   {APPROVE} under=c
        ! too-few-validators  ana  payment-made  payment=p claim=k to=ben kind=expense-refund \
amount=GBP4.00
        ana  person-enrolled   person=dee
        ana  power-granted     to=dee kinds=budget  as=d
        dee  {APPROVE} under=d
        ana  payment-made  payment=p claim=k to=ben kind=expense-refund amount=GBP4.00
    """)
