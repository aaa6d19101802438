"""Claims: said in one's own voice, judged by somebody else, paid, taken back, written off."""

from __future__ import annotations

import pytest
from story import Story, ident

from domain.budget import Budget
from domain.claim import Claim, due_on
from domain.offer import Offer
from domain.payment import Payment
from domain.refusal import NotAnEvent

CAST = """
    ana  project-opened   project=breath
    ana  project-opened   project=other
    ana  person-enrolled  person=ana
    ana  person-enrolled  person=ben
    ana  person-enrolled  person=cy
    ana  person-enrolled  person=fin
    ana  person-enrolled  person=rec
    ana  person-enrolled  person=wit
    ana  power-granted    to=rec kinds=record  as=r
    ana  power-granted    to=fin kinds=budget,record  as=f
    ana  group-recorded   group=ten project=breath label=parents side=community number=10
    ana  budget-opened    budget=pot project=breath amount=GBP100.00
"""
BUS = "to=ben kind=expense-refund"
CLAIM = f"project=breath {BUS}"


@pytest.fixture
def story() -> Story:
    """A budget of £100; ana and fin hold its power, rec records, ben spends."""
    return Story().tell(CAST)


def free(story: Story, name: str = "pot") -> int:
    state: Budget = story.world.get(Budget, ident("budget", name))
    return state.free()


def test_money_spent_is_claimed_on_no_offer_approved_and_paid(story: Story) -> None:
    story.tell(f"""
        ben  payment-claimed   claim=c {CLAIM} amount=GBP4.00 spent_on=2026-01-03
        ! not-approved  fin  payment-made  payment=p claim=c {BUS} amount=GBP4.00 under=f
        fin  payment-approved  claim=c to=ben amount=GBP4.00 budget=pot under=f
    """)
    assert free(story) == 9600
    story.tell(f"""
        ! other-budget  fin  payment-made  payment=p claim=c {BUS} amount=GBP4.00 under=f
        ! above-claim   fin  payment-made  payment=p claim=c {BUS} amount=GBP4.01 budget=pot under=f
        ! not-as-claimed  fin  payment-made  payment=p claim=c to=ben kind=fee amount=GBP4.00 \
budget=pot under=f
        ! not-as-claimed  fin  payment-made  payment=p claim=c to=cy kind=expense-refund \
amount=GBP4.00 budget=pot under=f
        ! other-currency  fin  payment-made  payment=p claim=c {BUS} amount=EUR4.00 budget=pot \
under=f
        ! not-accepted  fin  payment-made  payment=p claim=c {BUS} amount=GBP4.00 budget=pot \
charity=yes under=f
        fin  payment-made  payment=p claim=c {BUS} amount=GBP4.00 budget=pot under=f
    """)
    assert free(story) == 9600
    assert story.world.get(Claim, ident("claim", "c")).open == 0


def test_a_claim_says_what_is_known_to_exist(story: Story) -> None:
    story.tell(f"""
        ! unknown-project       ben  payment-claimed  claim=c project=nowhere {BUS} amount=GBP4.00
        ! not-yet-spent         ben  payment-claimed  claim=c {CLAIM} amount=GBP4.00 \
spent_on=2026-01-06
        ! unknown-contribution  ben  payment-claimed  claim=c {CLAIM} amount=GBP4.00 contribution=x
        ! unknown-offer         ben  payment-claimed  claim=c {CLAIM} amount=GBP4.00 offer=x
        ! not-enrolled          ben  payment-claimed  claim=c project=breath to=zoe kind=fee \
amount=GBP4.00
        ben  payment-claimed  claim=c {CLAIM} amount=GBP4.00 spent_on=2026-01-05
        ! claim-exists          ben  payment-claimed  claim=c {CLAIM} amount=GBP4.00
    """)
    with pytest.raises(NotAnEvent, match="only an expense to be refunded was spent"):
        story.act(
            "ben payment-claimed claim=d project=breath to=ben kind=fee amount=GBP1.00 \
spent_on=2026-01-03"
        )


def test_a_claim_is_ones_own_or_recorded_with_a_witness(story: Story) -> None:
    story.tell(f"""
        ! no-grant          cy   payment-claimed  claim=c {CLAIM} amount=GBP4.00
        ! no-witness        rec  payment-claimed  claim=c {CLAIM} amount=GBP4.00 for=ben under=r
        ! not-about-you     rec  payment-claimed  claim=c {CLAIM} amount=GBP4.00 for=cy \
witness=wit under=r
        ! witness-not-free  rec  payment-claimed  claim=c {CLAIM} amount=GBP4.00 for=ben \
witness=ben under=r
        rec  payment-claimed  claim=c {CLAIM} amount=GBP4.00 for=ben witness=wit under=r
        ! no-grant          cy   payment-claimed  claim=d project=breath to=group:ten kind=in-kind \
amount=GBP9.00
        ! unknown-group     rec  payment-claimed  claim=d project=breath to=group:six kind=in-kind \
amount=GBP9.00 under=r
        rec  payment-claimed  claim=d project=breath to=group:ten kind=in-kind amount=GBP9.00 \
under=r
        fin  payment-approved  claim=d to=group:ten amount=GBP9.00 under=f
        fin  payment-made  payment=p claim=d to=group:ten kind=in-kind amount=GBP9.00 under=f
    """)


def test_nobody_judges_what_they_claim_recorded_witnessed_or_gain_from(story: Story) -> None:
    story.tell(f"""
        ana  power-granted  to=ben kinds=budget  as=b
        ana  power-granted  to=wit kinds=budget  as=w
        fin  payment-claimed  claim=c {CLAIM} amount=GBP4.00 for=ben witness=wit under=f
        ! own-claim  ben  payment-approved  claim=c to=ben amount=GBP4.00 under=b
        ! own-claim  fin  payment-approved  claim=c to=ben amount=GBP4.00 under=f
        ! own-claim  wit  payment-approved  claim=c to=ben amount=GBP4.00 under=w
        ! own-claim  wit  payment-refused   claim=c to=ben cause=other has=reason under=w
        ! no-such-power  rec  payment-approved  claim=c to=ben amount=GBP4.00 under=r
        ! no-grant       cy   payment-approved  claim=c to=ben amount=GBP4.00
        ! not-the-holder  ana  payment-approved  claim=c to=ben amount=GBP4.00 by=fin
        ana  payment-approved  claim=c to=ben amount=GBP4.00
        ! witness-not-free  wit  payment-made  payment=p claim=c {BUS} amount=GBP4.00 under=w
        ! to-oneself        ben  payment-made  payment=p claim=c {BUS} amount=GBP4.00 under=b
        fin  payment-made  payment=p claim=c {BUS} amount=GBP4.00 under=f
    """)


def test_a_query_asks_and_an_answer_puts_the_claim_back(story: Story) -> None:
    story.tell(f"""
        ben  payment-claimed  claim=c {CLAIM} amount=GBP4.00
        ! not-queried      ben  query-answered   claim=c to=ben
        ! no-reason-given  fin  payment-queried  claim=c to=ben under=f
        ! unknown-claim    fin  payment-queried  claim=x to=ben has=question under=f
        ! not-as-claimed   fin  payment-queried  claim=c to=cy has=question under=f
        fin  payment-queried  claim=c to=ben has=question under=f
        ! no-grant  cy   query-answered  claim=c to=ben has=words
        ben  query-answered  claim=c to=ben has=words evidence=ticket
        fin  payment-approved  claim=c to=ben amount=GBP4.00 under=f
        ! claim-settled  fin  payment-queried  claim=c to=ben has=question under=f
    """)


def test_a_refusal_says_why_and_leaves_room_for_another_claim(story: Story) -> None:
    story.tell(f"""
        ben  payment-claimed  claim=c {CLAIM} amount=GBP4.00
        ! no-reason-given  fin  payment-refused  claim=c to=ben cause=not-covered under=f
        fin  payment-refused  claim=c to=ben cause=not-covered has=reason under=f
        ! claim-settled  fin  payment-approved  claim=c to=ben amount=GBP4.00 under=f
        ! not-approved   fin  payment-made  payment=p claim=c {BUS} amount=GBP4.00 under=f
        ben  payment-claimed  claim=d {CLAIM} amount=GBP4.00
    """)


def test_an_approval_is_of_at_most_what_was_claimed_and_offered(story: Story) -> None:
    story.tell("""
        fin  payment-offered   offer=o project=breath to=ben kind=fee amount=GBP50.00 budget=pot \
term=14 under=f
        ! not-accepted    ben  payment-claimed  claim=c project=breath to=ben kind=fee \
amount=GBP60.00 offer=o
        ben  payment-accepted  offer=o budget=pot
        ! not-as-offered  ben  payment-claimed  claim=c project=breath to=ben kind=wage \
amount=GBP60.00 offer=o
        ben  payment-claimed   claim=c project=breath to=ben kind=fee amount=GBP60.00 offer=o
        ! above-claim     fin  payment-approved  claim=c to=ben amount=GBP60.01 offer=o budget=pot \
under=f
        ! above-offer     fin  payment-approved  claim=c to=ben amount=GBP50.01 offer=o budget=pot \
under=f
        ! other-currency  fin  payment-approved  claim=c to=ben amount=EUR50.00 offer=o budget=pot \
under=f
        ! other-budget    fin  payment-approved  claim=c to=ben amount=GBP50.00 offer=o under=f
        ! not-as-claimed  fin  payment-approved  claim=c to=ben amount=GBP50.00 budget=pot under=f
        fin  payment-approved  claim=c to=ben amount=GBP50.00 offer=o budget=pot under=f
        fin  payment-made  payment=p offer=o claim=c to=ben kind=fee amount=GBP50.00 budget=pot \
under=f
    """)
    claim = story.world.get(Claim, ident("claim", "c"))
    assert due_on(claim, story.world.get(Offer, ident("offer", "o"))) == "2026-01-19"
    assert due_on(claim, Offer()) is None
    assert free(story) == 5000


def test_more_than_one_validator_where_the_charter_says_so() -> None:
    story = Story(thresholds={"claim-validators": 2}).tell(CAST)
    story.tell(f"""
        ben  payment-claimed   claim=c {CLAIM} amount=GBP4.00
        ana  payment-approved  claim=c to=ben amount=GBP4.00 budget=pot
        ! approved-already  ana  payment-approved  claim=c to=ben amount=GBP4.00 budget=pot
        ! not-as-approved   fin  payment-approved  claim=c to=ben amount=GBP3.00 budget=pot under=f
        ! too-few-validators  ana  payment-made  payment=p claim=c {BUS} amount=GBP4.00 budget=pot
        fin  payment-approved  claim=c to=ben amount=GBP4.00 budget=pot under=f
        ana  payment-made  payment=p claim=c {BUS} amount=GBP4.00 budget=pot
        ana  payment-offered   offer=o project=breath to=ben kind=fee amount=GBP5.00
        ben  payment-accepted  offer=o
        ! too-few-validators  ana  payment-made  payment=q offer=o to=ben kind=fee amount=GBP5.00
    """)
    assert free(story) == 9600


def test_a_part_taken_back_returns_to_the_budget(story: Story) -> None:
    story.tell(f"""
        ben  payment-claimed   claim=c {CLAIM} amount=GBP40.00
        fin  payment-approved  claim=c to=ben amount=GBP40.00 budget=pot under=f
        fin  payment-made      payment=p claim=c {BUS} amount=GBP40.00 budget=pot under=f
        ! not-as-paid      fin  payment-reversed  payment=p to=ben claim=c amount=GBP1.00 \
cause=mistake under=f
        ! not-as-paid      fin  payment-reversed  payment=p to=cy claim=c amount=GBP1.00 \
budget=pot cause=mistake under=f
        ! unknown-payment  fin  payment-reversed  payment=x to=ben claim=c amount=GBP1.00 \
budget=pot cause=mistake under=f
        ! other-currency   fin  payment-reversed  payment=p to=ben claim=c amount=EUR1.00 \
budget=pot cause=mistake under=f
        fin  payment-reversed  payment=p to=ben claim=c amount=GBP15.00 budget=pot cause=mistake \
under=f
        ! above-payment    fin  payment-reversed  payment=p to=ben claim=c amount=GBP25.01 \
budget=pot cause=mistake under=f
        ana  power-granted  to=ben kinds=budget  as=b
        ! to-oneself       ben  payment-reversed  payment=p to=ben claim=c amount=GBP1.00 \
budget=pot cause=given-back under=b
    """)
    assert free(story) == 7500
    assert story.world.get(Claim, ident("claim", "c")).open == 1500


def test_what_is_written_off_is_never_paid_and_says_why(story: Story) -> None:
    story.tell("""
        fin  payment-offered   offer=o project=breath to=ben kind=fee amount=GBP50.00 budget=pot \
under=f
        ! not-accepted  fin  payment-written-off  offer=o to=ben amount=GBP50.00 budget=pot \
cause=no-money has=reason under=f
        ben  payment-accepted  offer=o budget=pot
        ! no-reason-given  fin  payment-written-off  offer=o to=ben amount=GBP50.00 budget=pot \
cause=no-money under=f
        ! above-offer      fin  payment-written-off  offer=o to=ben amount=GBP50.01 budget=pot \
cause=no-money has=reason under=f
        ! not-as-offered   fin  payment-written-off  offer=o to=cy amount=GBP50.00 budget=pot \
cause=no-money has=reason under=f
        ! no-grant         cy   payment-written-off  offer=o to=ben amount=GBP50.00 budget=pot \
cause=no-money has=reason
        fin  payment-written-off  offer=o to=ben amount=GBP20.00 budget=pot \
cause=cannot-be-reached has=reason under=f
        ! above-offer      fin  payment-made  payment=p offer=o to=ben kind=fee amount=GBP30.01 \
budget=pot under=f
        ben  payment-claimed  claim=c project=breath to=ben kind=fee amount=GBP4.00
        ! not-approved     fin  payment-written-off  claim=c to=ben amount=GBP4.00 \
cause=no-money has=reason under=f
        fin  payment-approved  claim=c to=ben amount=GBP4.00 under=f
        ! not-as-claimed   fin  payment-written-off  claim=c offer=o to=ben amount=GBP4.00 \
cause=no-money has=reason under=f
        fin  payment-written-off  claim=c to=ben amount=GBP4.00 cause=no-money has=reason under=f
        ! above-claim      fin  payment-made  payment=p claim=c to=ben kind=fee amount=GBP0.01 \
under=f
    """)
    assert free(story) == 7000


def test_the_person_says_whether_it_reached_them(story: Story) -> None:
    story.tell(f"""
        ben  payment-claimed   claim=c {CLAIM} amount=GBP4.00
        fin  payment-approved  claim=c to=ben amount=GBP4.00 under=f
        fin  payment-made      payment=p claim=c {BUS} amount=GBP4.00 under=f
        ! unknown-payment   ben  payment-received  payment=x to=ben
        ! not-as-paid       cy   payment-received  payment=p to=cy
        ! no-grant          cy   payment-received  payment=p to=ben
        ! witness-not-free  rec  payment-received  payment=p to=ben for=ben witness=fin under=r
        ben  payment-received  payment=p to=ben received=nothing
        ! said-already      ben  payment-received  payment=p to=ben received=nothing
        ben  payment-received  payment=p to=ben
    """)
    assert story.world.get(Payment, ident("payment", "p")).received == "all"


def test_a_charity_has_it_when_the_person_says_so(story: Story) -> None:
    story.tell("""
        fin  payment-offered     offer=o project=breath to=ben kind=fee amount=GBP50.00 under=f
        ! not-your-offer  cy  payment-redirected  offer=o has=charity
        ben  payment-redirected  offer=o has=charity
        ! answered-already  ben  payment-redirected  offer=o
        ! not-accepted  fin  payment-made  payment=p offer=o to=ben kind=fee amount=GBP50.00 under=f
        fin  payment-made  payment=p offer=o to=ben kind=fee amount=GBP50.00 charity=yes under=f
        ! answered-already  ben  payment-declined  offer=o
        fin  payment-offered     offer=q project=breath to=ben kind=fee amount=GBP50.00 under=f
        ben  payment-accepted    offer=q
        ! not-accepted  fin  payment-made  payment=r offer=q to=ben kind=fee amount=GBP50.00 \
charity=yes under=f
        ben  payment-redirected  offer=q
        ben  payment-declined    offer=q
        ! answered-already  ben  payment-redirected  offer=q
    """)


def test_history_names_who_approved_and_changes_nothing_live(story: Story) -> None:
    story.tell(f"""
        rec  payment-claimed   claim=old {CLAIM} amount=GBP4.00 on=2025-03-01 history under=r
        ! own-claim           rec  payment-approved  claim=old to=ben amount=GBP4.00 by=ben \
on=2025-04-01 history under=r
        ! before-it-happened  rec  payment-approved  claim=old to=ben amount=GBP4.00 by=fin \
on=2025-02-01 history under=r
        rec  payment-approved  claim=old to=ben amount=GBP4.00 by=fin on=2025-04-01 history under=r
        fin  payment-made  payment=p claim=old {BUS} amount=GBP4.00 under=f
        ben  payment-claimed   claim=new {CLAIM} amount=GBP4.00
        ! history-over-live   rec  payment-approved  claim=new to=ben amount=GBP4.00 by=fin \
history under=r
    """)


def test_reasons_for_saying_no_are_counted_and_linked_to_nobody(story: Story) -> None:
    told = "counts=benefits:3,does-not-want-money:5"
    story.tell(f"""
        ! no-grant          ben  decline-reasons-tallied  first=2025-10-01 last=2025-12-31 {told}
        ! too-few-to-tally  rec  decline-reasons-tallied  first=2025-10-01 last=2025-12-31 \
counts=benefits:7 under=r
        ! period-too-short  rec  decline-reasons-tallied  first=2025-12-05 last=2025-12-31 {told} \
under=r
        rec  decline-reasons-tallied  first=2025-10-01 last=2025-12-31 {told} under=r
        ! period-overlaps   rec  decline-reasons-tallied  first=2025-12-31 last=2026-02-28 {told} \
under=r
        rec  decline-reasons-tallied  first=2025-09-01 last=2025-09-30 {told} under=r
    """)
    with pytest.raises(NotAnEvent, match="each reason once"):
        story.act(
            "rec decline-reasons-tallied first=2025-06-01 last=2025-07-31 \
counts=benefits:8,benefits:1 under=r"
        )


def test_advice_and_pace_name_no_benefit_and_no_reason(story: Story) -> None:
    story.tell("""
        ! advice-not-offered  ben  advice-answered  person=ben answer=taken
        ! unknown-person      rec  advice-offered   person=zoe under=r
        ! no-grant            cy   advice-offered   person=ben
        rec  advice-offered   person=ben under=r
        ana  power-granted    to=cy kinds=record scope.project=breath  as=part
        ! outside-scope       cy   advice-offered   person=ben under=part
        cy   advice-offered   person=ben project=breath under=part
        ! unknown-project     ben  advice-answered  person=ben project=nowhere answer=later
        ben  pacing-requested  person=ben project=breath pace=monthly
        ! unknown-project     ben  pacing-requested  person=ben project=nowhere pace=monthly
        ben  advice-answered  person=ben answer=not-wanted
        ! no-grant            cy   advice-answered  person=ben answer=taken
        ben  pacing-requested  person=ben pace=monthly
        ! unknown-person      rec  pacing-requested  person=zoe pace=hold under=r
        ! no-witness          rec  pacing-requested  person=ben pace=hold for=ben under=r
        rec  pacing-requested  person=ben pace=hold for=ben witness=wit under=r
    """)
    with pytest.raises(NotAnEvent, match="cannot carry the value"):
        story.act("ben pacing-requested person=ben pace=monthly has=reason")


def test_a_line_of_a_budget_has_its_own_balance_and_controller(story: Story) -> None:
    new = "project=breath from=pot"
    story.tell(f"""
        ! above-budget    fin  budget-allocated  budget=user {new} amount=GBP100.01 under=f
        ! other-currency  fin  budget-allocated  budget=user {new} amount=EUR1.00 under=f
        ! not-enrolled    fin  budget-allocated  budget=user {new} amount=GBP1.00 controller=zoe \
under=f
        ! unknown-budget  fin  budget-allocated  budget=user project=breath from=x amount=GBP1.00 \
under=f
        ! budget-exists   fin  budget-allocated  budget=pot {new} amount=GBP1.00 under=f
        fin  budget-allocated  budget=user {new} amount=GBP60.00 controller=ben stages=S4b,S5 \
under=f
    """)
    assert (free(story), free(story, "user")) == (4000, 6000)
    story.tell("""
        ! not-the-controller  fin  payment-offered  offer=o project=breath to=cy kind=fee \
amount=GBP5.00 budget=user under=f
        fin  payment-offered   offer=o project=breath to=cy kind=fee amount=GBP5.00 budget=user \
under=f with=ben
        cy   payment-accepted  offer=o budget=user
        ! not-the-controller  fin  payment-written-off  offer=o to=cy amount=GBP5.00 budget=user \
cause=no-money has=reason under=f
        fin  payment-made  payment=p offer=o to=cy kind=fee amount=GBP5.00 budget=user under=f
        ! not-the-controller  fin  budget-allocated  budget=more project=breath from=user \
amount=GBP5.00 under=f
        fin  budget-allocated  budget=more project=breath from=user amount=GBP5.00 under=f with=ben
        cy   payment-claimed  claim=c project=breath to=cy kind=fee amount=GBP1.00
        ! not-the-controller  fin  payment-approved  claim=c to=cy amount=GBP1.00 budget=user \
under=f
    """)
    assert free(story, "user") == 5000
