"""What was recorded afterwards is shown, confers nothing, and changes nothing that is live."""

from __future__ import annotations

import pytest
from story import Story, ident, person

from domain.catalogue import EVENTS
from domain.decision import Decision
from domain.power import Authority


@pytest.fixture
def story() -> Story:
    """rec may record; ana may do anything; a live and a past decision, budget and offer."""
    return Story().tell("""
        ana  project-opened   project=breath
        ana  person-enrolled  person=ben
        ana  person-enrolled  person=cy
        ana  person-enrolled  person=rec
        ana  power-granted    to=rec kinds=record  as=r
        ana  budget-opened    budget=live project=breath amount=GBP100.00
        rec  budget-opened    budget=past project=breath amount=GBP100.00 history under=r
    """)


def test_everything_that_may_be_history_needs_only_the_power_to_record(story: Story) -> None:
    story.tell("""
        rec  project-opened   project=old history under=r on=2019-01-01
        rec  person-enrolled  person=dee history under=r
        rec  acting-for-declared  person=dee side=community history under=r
        rec  group-recorded   group=ten project=old label=parents side=community history under=r
        rec  contribution-recorded  contribution=c project=old group=ten history under=r
        rec  problem-proposed  problem=p project=old people=dee history under=r
        rec  decision-opened  decision=d project=old options=yes,no electorate=ben,dee \
method=simple-majority problem=p history under=r on=2019-02-01
        rec  vote-cast        decision=d voter=ben choice=yes history under=r
        rec  vote-cast        decision=d voter=dee choice=yes history under=r
        rec  decision-closed  decision=d tally=auto history under=r
        rec  problem-adopted  problem=p project=old decision=d history under=r
        rec  payment-offered  offer=o project=old to=dee kind=fee amount=GBP5.00 history under=r
        rec  payment-made     payment=p offer=o to=dee kind=fee amount=GBP5.00 history under=r
        rec  power-granted    to=dee kinds=chairing by=ben history under=r  as=chair
        rec  power-revoked    grant=chair holder=dee history under=r
    """)
    assert story.world.get(Decision, ident("decision", "d")).chosen == ("yes",)


@pytest.mark.parametrize(
    "line",
    [
        "ben project-opened project=old history",
        "ben person-enrolled person=dee history",
        "ben acting-for-declared person=ben side=community history",
        "ben contribution-recorded contribution=c project=breath people=ben history",
        "ben problem-proposed problem=p project=breath people=ben history",
        "ben power-granted to=cy kinds=record history",
        "ben budget-opened budget=b project=breath amount=GBP1.00 history",
    ],
)
def test_nothing_is_recorded_afterwards_without_that_power(story: Story, line: str) -> None:
    assert story.refused(line).rule == "no-grant"


def test_charter_keys_days_and_erasures_are_never_history(story: Story) -> None:
    story.tell("! mode-not-allowed  op  day-opened  day=2026-02-02 history")
    assert not any(
        EVENTS[f"{name}/v1"].history
        for name in (
            "charter-adopted",
            "key-enrolled",
            "key-revoked",
            "day-opened",
            "values-erased",
        )
    )


def test_no_live_act_stands_on_a_grant_of_the_past(story: Story) -> None:
    story.tell("""
        rec  power-granted  to=ben kinds=record,budget by=ana history under=r  as=old
        ! stands-on-history  ben  group-recorded  group=g project=breath label=x side=community \
under=old
        ! stands-on-history  ben  group-recorded  group=g project=breath label=x side=community \
history under=old
        ! stands-on-history  ben  power-granted  to=cy kinds=record under=old
    """)


def test_a_past_revocation_does_not_end_a_live_grant(story: Story) -> None:
    story.tell("""
        ana  power-granted  to=ben kinds=record  as=live-grant
        rec  power-granted  to=ben kinds=record history under=r  as=old-grant
        ! history-over-live  rec  power-revoked  grant=live-grant holder=ben history under=r
        ! stands-on-history  ana  power-revoked  grant=old-grant holder=ben
    """)
    live = story.world.get(Authority, story.named["live-grant"])
    assert person("ben") not in live.revoked


def test_no_money_is_spent_from_a_budget_of_the_past(story: Story) -> None:
    story.tell("""
        ! stands-on-history  ana  payment-offered  offer=o project=breath to=ben kind=fee \
amount=GBP1.00 budget=past
        ! history-over-live  rec  payment-offered  offer=o project=breath to=ben kind=fee \
amount=GBP1.00 budget=live history under=r
        rec  payment-offered  offer=o project=breath to=ben kind=fee amount=GBP1.00 budget=past \
history under=r
    """)


def test_a_live_decision_is_not_decided_afterwards_nor_a_past_one_now(story: Story) -> None:
    story.tell("""
        ana  decision-opened  decision=now project=breath options=a,b electorate=ben \
method=simple-majority
        rec  decision-opened  decision=then project=breath options=a,b electorate=ben \
method=simple-majority history under=r on=2020-05-01
        ! history-over-live  rec  vote-cast  decision=now voter=ben choice=a history under=r
        ! stands-on-history  ben  vote-cast  decision=then voter=ben choice=a
        ! before-it-happened  rec  vote-cast  decision=then voter=ben choice=a history under=r \
on=2020-04-30
        rec  vote-cast  decision=then voter=ben choice=a history under=r on=2020-05-01
        rec  decision-closed  decision=then tally=auto history under=r
        ! stands-on-history  ana  budget-opened  budget=b project=breath amount=GBP1.00 \
decision=then
        ben  problem-proposed  problem=p project=breath people=ben
        ! history-over-live  rec  problem-adopted  problem=p project=breath history under=r
        ! stands-on-history  ana  problem-adopted  problem=p project=breath decision=then
    """)


def test_a_live_offer_is_not_answered_afterwards(story: Story) -> None:
    story.tell("""
        ana  payment-offered  offer=o project=breath to=ben kind=fee amount=GBP1.00
        ! history-over-live  rec  payment-accepted  offer=o for=ben history under=r
        ! history-over-live  rec  payment-made  payment=p offer=o to=ben kind=fee amount=GBP1.00 \
history under=r
    """)


def test_a_debt_of_the_past_can_be_paid_today(story: Story) -> None:
    story.tell("""
        rec  payment-offered  offer=o project=breath to=ben kind=fee amount=GBP9.00 history \
under=r \
on=2025-11-01
        ben  payment-accepted  offer=o
        ! no-such-power  rec  payment-made  payment=p offer=o to=ben kind=fee amount=GBP9.00 under=r
        ! before-it-happened  ana  payment-made  payment=p offer=o to=ben kind=fee amount=GBP9.00 \
on=2025-10-31
        ana  payment-made  payment=p offer=o to=ben kind=fee amount=GBP9.00
    """)


def test_a_past_no_is_still_a_no(story: Story) -> None:
    story.tell("""
        rec  payment-offered   offer=o project=breath to=ben kind=fee amount=GBP9.00 history under=r
        rec  payment-declined  offer=o for=ben history under=r
        ! not-accepted  rec  payment-made  payment=p offer=o to=ben kind=fee amount=GBP9.00 \
history under=r
    """)
