"""Budgets: money set aside for a project, of which no more can be promised than there is.

    free = opened - paid - promised        (minor units of one currency)

An offer that names a budget reserves its amount; a decline gives it back, accepting less gives the
rest back, a payment turns it into money spent. So that a balance can be read from the budget's own
events, answers and payments repeat the budget that their offer names.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from pydantic import Field

from domain import power
from domain.act import Act
from domain.dates import refuse_changing_live, refuse_resting_on_history
from domain.event import Event, Touches, audiences
from domain.project import refuse_unknown_project
from domain.refusal import Refused
from domain.values import BudgetId, DecisionId, Money, ProjectId
from domain.world import Subject, World


class BudgetOpened(Event):
    """Money, or time credits, were set aside."""

    TYPE = "budget-opened/v1"
    VALUES = audiences(title="public", source="auditor")
    WHO = "the holder of budget"
    REFUSED_BY = ("no-grant", "unknown-project", "budget-exists", "decision-not-adopted")

    budget: BudgetId = Field(description="the new budget")
    project: ProjectId = Field(description="for which project")
    amount: Money = Field(description="how much, minor units of its currency")
    decision: DecisionId | None = Field(default=None, description="the decision that set it aside")

    def touches(self, _act: Act[Any], /) -> Touches:
        return ((Budget, self.budget),)


@dataclass(slots=True)
class Budget(Subject):
    """What a budget holds, what was paid from it, and what is promised, by offer."""

    types: ClassVar = frozenset(
        {
            BudgetOpened.TYPE,
            "payment-offered/v1",
            "payment-accepted/v1",
            "payment-declined/v1",
            "payment-made/v1",
        }
    )

    project: str = ""
    amount: Money | None = None
    history: bool = False
    paid: int = 0
    promised: int = 0
    by_offer: dict[str, int] = field(default_factory=dict)

    def apply(self, act: Act[Any], _key: str, /) -> Budget:
        event = act.event
        match act.type:
            case "payment-offered/v1":
                self._promise(event.offer, event.total.minor)
            case "payment-declined/v1":
                self._promise(event.offer, 0)
            case "payment-accepted/v1":
                self._accept(event)
            case "payment-made/v1":
                self.paid += event.amount.minor
                kept = self.by_offer.get(event.offer, 0) - event.amount.minor
                self._promise(event.offer, max(kept, 0))
            case _:
                self.project, self.amount = event.project, event.amount
                self.history = act.is_history
        return self

    def _accept(self, event: Any) -> None:
        if event.amount is not None:
            self._promise(event.offer, min(event.amount.minor, self.by_offer.get(event.offer, 0)))

    def _promise(self, offer: str, minor: int) -> None:
        self.promised += minor - self.by_offer.pop(offer, 0)
        if minor:
            self.by_offer[offer] = minor

    def free(self, offer: str = "") -> int:
        """Minor units neither paid nor promised, those promised to ``offer`` not counted."""
        total = self.amount.minor if self.amount else 0
        return total - self.paid - self.promised + self.by_offer.get(offer, 0)


def open_budget(world: World, act: Act[BudgetOpened]) -> None:
    """Set money aside."""
    event = act.event
    refuse_unknown_project(world, event.project)
    power.require(
        world, act, "budget", project=event.project, budget=event.budget, amount=event.amount
    )
    if world.get(Budget, event.budget).project:
        raise Refused("budget-exists", f"{event.budget} was opened already", "another id")
    if event.decision is not None:
        from domain.decision import refuse_unless_decided

        refuse_unless_decided(world, act, event.decision, project=event.project)


def refuse_beyond(
    world: World, act: Act[Any], budget: str, amount: Money, *, project: str, offer: str = ""
) -> None:
    """Raises Refused unless the budget serves the project, in this currency, and holds enough.

    ``offer`` is the offer being paid, whose own promise counts as available.
    """
    state = world.get(Budget, budget)
    if state.amount is None or state.project != project:
        raise Refused(
            "unknown-budget", f"{budget} was not opened for {project}", "budget-opened/v1"
        )
    refuse_resting_on_history(act, state.history, budget)
    refuse_changing_live(act, state.history, budget)
    if state.amount.unit != amount.unit:
        raise Refused(
            "other-currency",
            f"{budget} is in {state.amount.currency}, the amount in {amount.currency}",
            "a budget in that currency",
        )
    if amount.minor > state.free(offer):
        free = Money(
            minor=max(state.free(offer), 0),
            currency=amount.currency,
            exponent=amount.exponent,
        )
        raise Refused(
            "above-budget",
            f"{amount} is more than the {free} that {budget} has left",
            "budget-opened/v1 with more money, or a smaller amount",
        )
