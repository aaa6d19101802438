"""Payment: offered within a budget, answered freely, paid as offered and never to oneself."""

from __future__ import annotations

import pytest
from story import Story, ident

from domain.budget import Budget
from domain.offer import Offer
from domain.refusal import NotAnEvent


@pytest.fixture
def story() -> Story:
    """A budget of £100; ben and a group of ten may be offered fees; rec only records."""
    return Story().tell("""
        ana  project-opened   project=breath
        ana  project-opened   project=other
        ana  person-enrolled  person=ana
        ana  person-enrolled  person=ben
        ana  person-enrolled  person=cy
        ana  person-enrolled  person=rec
        ana  power-granted    to=rec kinds=record  as=r
        ana  group-recorded   group=ten project=breath label=parents side=community number=10
        ana  budget-opened    budget=pot project=breath amount=GBP100.00
    """)


FEE = "project=breath kind=fee basis=session"


def free(story: Story) -> int:
    state: Budget = story.world.get(Budget, ident("budget", "pot"))
    return state.free()


def test_an_offer_reserves_and_a_payment_spends(story: Story) -> None:
    story.tell(f"""
        ana  payment-offered   offer=o to=ben {FEE} amount=GBP75.00 budget=pot
        ! above-budget  ana  payment-offered  offer=p to=cy {FEE} amount=GBP25.01 budget=pot
        ben  payment-accepted  offer=o budget=pot
        ana  payment-made      payment=p1 offer=o to=ben kind=fee amount=GBP50.00 budget=pot
        ana  payment-made      payment=p2 offer=o to=ben kind=fee amount=GBP25.00 budget=pot
        ! above-offer  ana  payment-made  payment=p3 offer=o to=ben kind=fee amount=GBP0.01 \
budget=pot
    """)
    assert free(story) == 2500
    assert story.world.get(Offer, ident("offer", "o")).paid == 7500


def test_a_decline_gives_back_and_carries_no_reason(story: Story) -> None:
    story.tell(f"""
        ana  payment-offered   offer=o to=ben {FEE} amount=GBP75.00 budget=pot
        ben  payment-declined  offer=o budget=pot
        ! answered-already  ben  payment-accepted  offer=o budget=pot
        ! answered-already  ben  payment-declined  offer=o budget=pot
        ! not-accepted  ana  payment-made  payment=p offer=o to=ben kind=fee amount=GBP1.00 \
budget=pot
    """)
    assert free(story) == 10000
    with pytest.raises(NotAnEvent, match="cannot carry the value reason"):
        story.act("ben payment-declined offer=o budget=pot has=reason")


def test_less_may_be_accepted_and_the_rest_is_free_again(story: Story) -> None:
    story.tell(f"""
        ana  payment-offered   offer=o to=ben {FEE} amount=GBP75.00 budget=pot
        ! above-offer     ben  payment-accepted  offer=o amount=GBP75.01 budget=pot
        ! other-currency  ben  payment-accepted  offer=o amount=EUR20.00 budget=pot
        ben  payment-accepted  offer=o amount=GBP20.00 budget=pot
    """)
    assert free(story) == 8000
    story.tell("""
        ! above-offer  ana  payment-made  payment=p offer=o to=ben kind=fee amount=GBP20.01 \
budget=pot
        ana  payment-made  payment=p offer=o to=ben kind=fee amount=GBP20.00 budget=pot
    """)


def test_someone_may_still_say_no_after_yes_until_paid(story: Story) -> None:
    story.tell(f"""
        ana  payment-offered   offer=o to=ben {FEE} amount=GBP10.00
        ben  payment-accepted  offer=o
        ! answered-already  ben  payment-accepted  offer=o
        ben  payment-declined  offer=o
        ana  payment-offered   offer=p to=ben {FEE} amount=GBP10.00
        ben  payment-accepted  offer=p
        ana  payment-made  payment=p offer=p to=ben kind=fee amount=GBP5.00
        ! answered-already  ben  payment-declined  offer=p
    """)


def test_only_whom_it_was_offered_to_answers(story: Story) -> None:
    story.tell(f"""
        ana  payment-offered   offer=o to=ben {FEE} amount=GBP10.00
        ! not-your-offer    cy   payment-accepted  offer=o
        ! not-your-offer    cy   payment-declined  offer=o
        ! no-grant          cy   payment-accepted  offer=o for=ben witness=rec
        ! no-witness        rec  payment-accepted  offer=o for=ben under=r
        ! witness-not-free  rec  payment-accepted  offer=o for=ben witness=ana with=ana under=r
        ! unknown-offer     ben  payment-accepted  offer=x
        rec  payment-accepted  offer=o for=ben witness=cy under=r
    """)


def test_nothing_is_paid_before_yes(story: Story) -> None:
    story.tell(f"""
        ana  payment-offered   offer=o to=ben {FEE} amount=GBP10.00
        ! not-accepted  ana  payment-made  payment=p offer=o to=ben kind=fee amount=GBP10.00
    """)


def test_a_group_cannot_answer_and_can_be_paid(story: Story) -> None:
    story.tell(f"""
        ana  payment-offered  offer=o to=group:ten number=10 {FEE} amount=GBP10.00 budget=pot
        ! more-than-the-group  ana  payment-offered  offer=p to=group:ten number=11 {FEE} \
amount=GBP1.00
        ! more-than-the-group  ana  payment-offered  offer=p to=ben number=2 {FEE} amount=GBP1.00
        ! unknown-group        ana  payment-offered  offer=p to=group:six {FEE} amount=GBP1.00
        ! not-your-offer       ben  payment-accepted  offer=o budget=pot
        ana  payment-made  payment=p offer=o to=group:ten kind=fee amount=GBP100.00 budget=pot
    """)
    assert free(story) == 0


def test_nobody_offers_or_pays_themselves(story: Story) -> None:
    story.tell(f"""
        ! to-oneself  ana  payment-offered  offer=o to=ana {FEE} amount=GBP10.00
        ana  power-granted  to=ben kinds=budget  as=b
        ben  payment-offered  offer=o to=ana {FEE} amount=GBP10.00 under=b
        ana  payment-accepted  offer=o
        ! to-oneself  ana  payment-made  payment=p offer=o to=ana kind=fee amount=GBP10.00
        ben  payment-made  payment=p offer=o to=ana kind=fee amount=GBP10.00 under=b
    """)


def test_a_payment_never_depends_on_confirming_a_record(story: Story) -> None:
    story.tell(f"""
        ! tied-to-confirmation  ana  payment-offered  offer=o to=ben {FEE} amount=GBP1.00 \
depends_on=confirmation
        ana  payment-offered  offer=o to=ben {FEE} amount=GBP1.00 depends_on=work-done
    """)


def test_types_and_payees_stay_as_offered(story: Story) -> None:
    story.tell(f"""
        ana  payment-offered   offer=o to=ben {FEE} amount=GBP10.00
        ben  payment-accepted  offer=o
        ! not-as-offered  ana  payment-made  payment=p offer=o to=ben kind=wage amount=GBP10.00
        ! not-as-offered  ana  payment-made  payment=p offer=o to=cy kind=fee amount=GBP10.00
        ! other-currency  ana  payment-made  payment=p offer=o to=ben kind=fee amount=EUR10.00
        ana  payment-made  payment=p offer=o to=ben kind=fee amount=GBP5.00
        ! payment-exists  ana  payment-made  payment=p offer=o to=ben kind=fee amount=GBP5.00
        ! unknown-offer   ana  payment-made  payment=q offer=x to=ben kind=fee amount=GBP5.00
    """)


def test_money_needs_the_power_over_budgets(story: Story) -> None:
    story.tell(
        f"""
        ! no-grant       ben  payment-offered  offer=o to=cy {FEE} amount=GBP1.00
        ! no-such-power  rec  payment-offered  offer=o to=cy {FEE} amount=GBP1.00 under=r
        ana  power-granted  to=ben kinds=budget scope.budget=pot scope.amount=GBP5.00  as=b
        ! outside-scope  ben  payment-offered  offer=o to=cy {FEE} amount=GBP1.00 under=b
        ! outside-scope  ben  payment-offered  offer=o to=cy {FEE} amount=GBP5.01 budget=pot under=b
        ben  payment-offered  offer=o to=cy {FEE} amount=GBP5.00 budget=pot under=b
        cy   payment-accepted  offer=o budget=pot
        ! no-grant       cy   payment-made  payment=p offer=o to=cy kind=fee amount=GBP5.00 \
budget=pot with=ben
    """.replace("! no-grant       cy ", "! to-oneself     cy ")
    )


def test_an_offer_rests_on_what_exists(story: Story) -> None:
    story.tell(f"""
        ! unknown-project       ana  payment-offered  offer=o to=ben project=nowhere kind=fee \
amount=GBP1.00
        ! unknown-person        ana  payment-offered  offer=o to=nobody {FEE} amount=GBP1.00
        ! unknown-contribution  ana  payment-offered  offer=o to=ben {FEE} amount=GBP1.00 \
contribution=c
        ! unknown-budget        ana  payment-offered  offer=o to=ben {FEE} amount=GBP1.00 budget=x
        ! unknown-budget        ana  payment-offered  offer=o to=ben project=other kind=fee \
amount=GBP1.00 budget=pot
        ! other-currency        ana  payment-offered  offer=o to=ben {FEE} amount=EUR1.00 budget=pot
        ana  payment-offered  offer=o to=ben {FEE} amount=GBP1.00
        ! offer-exists          ana  payment-offered  offer=o to=ben {FEE} amount=GBP1.00
    """)


def test_answers_and_payments_name_the_offers_budget(story: Story) -> None:
    story.tell(f"""
        ana  payment-offered  offer=o to=ben {FEE} amount=GBP1.00 budget=pot
        ! other-budget  ben  payment-accepted  offer=o
        ! other-budget  ben  payment-declined  offer=o
        ben  payment-accepted  offer=o budget=pot
        ! other-budget  ana  payment-made  payment=p offer=o to=ben kind=fee amount=GBP1.00
        ana  payment-offered  offer=q to=ben {FEE} amount=GBP99.50
        ! other-budget  ben  payment-accepted  offer=q budget=pot
        ben  payment-accepted  offer=q
        ! above-budget  ana  payment-made  payment=p offer=q to=ben kind=fee amount=GBP99.50 \
budget=pot
        ana  payment-made  payment=p offer=q to=ben kind=fee amount=GBP99.00 budget=pot
    """)
    assert free(story) == 0


def test_a_budget_is_opened_once_under_power(story: Story) -> None:
    story.tell("""
        ! budget-exists    ana  budget-opened  budget=pot project=breath amount=GBP1.00
        ! unknown-project  ana  budget-opened  budget=new project=nowhere amount=GBP1.00
        ! no-grant         ben  budget-opened  budget=new project=breath amount=GBP1.00
        ana  budget-opened  budget=hours project=breath amount=time-credit40
    """)


@pytest.mark.parametrize("kind", ["fee", "in-kind", "voucher", "time-credit"])
def test_nothing_is_neither_offered_accepted_paid_nor_taken_back(story: Story, kind: str) -> None:
    of = f"to=ben kind={kind}"
    story.tell(f"""
        ! nothing-paid  ana  payment-offered   offer=o project=breath {of} amount=GBP0.00
        ana  payment-offered   offer=o project=breath {of} amount=GBP5.00
        ! nothing-paid  ben  payment-accepted  offer=o amount=GBP0.00
        ben  payment-accepted  offer=o
        ! nothing-paid  ana  payment-made      payment=p offer=o {of} amount=GBP0.00
        ana  payment-made      payment=p offer=o {of} amount=GBP2.00
        ! nothing-paid  ana  payment-reversed  payment=p offer=o to=ben amount=GBP0.00 cause=mistake
        ! nothing-paid  ana  payment-written-off  offer=o to=ben amount=GBP0.00 cause=other \
has=reason
        ! nothing-paid  ben  payment-claimed   claim=c project=breath {of} amount=GBP0.00
        ben  payment-claimed   claim=c project=breath {of} amount=GBP5.00
        ! nothing-paid  ana  payment-approved  claim=c to=ben amount=GBP0.00
    """)
