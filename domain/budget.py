"""Budgets: money set aside for a project, of which no more can be promised than there is.

    free = opened - allocated - paid - promised        (minor units of one currency)

An offer that names a budget reserves its amount; a decline gives it back, accepting less gives the
rest back, a payment turns it into money spent, taking a payment back returns it. A claim on no
offer reserves when it is approved. So that a balance can be read from the budget's own events,
answers, approvals and payments repeat the budget that their offer or claim names.

A budget, or a line allocated from one, can have a controller: whatever newly binds its money is
signed by that person too, whoever holds the power of budget. ``stages`` says what it was set aside
for, so that money meant for delivery can be seen to have gone elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from pydantic import Field

from domain import power
from domain.act import Act
from domain.dates import refuse_changing_live, refuse_resting_on_history
from domain.event import Event, Touches, audiences
from domain.project import refuse_beginning, refuse_unknown_project
from domain.refusal import Refused
from domain.values import BudgetId, DecisionId, Many, Money, PersonId, ProjectId, Stage
from domain.world import Subject, World


class _SetAside(Event):
    """What opening a budget and allocating a line of one have in common."""

    VALUES = audiences(title="public", source="auditor")

    budget: BudgetId = Field(description="the new budget, or line of one")
    project: ProjectId = Field(description="for which project")
    amount: Money = Field(description="how much, minor units of its currency")
    controller: PersonId | None = Field(
        default=None, description="who signs whatever newly binds its money"
    )
    stages: Many[Stage] = Field(default=(), description="the stages it is set aside for")
    decision: DecisionId | None = Field(default=None, description="the decision that set it aside")


class BudgetOpened(_SetAside):
    """Money, or time credits, were set aside."""

    TYPE = "budget-opened/v1"
    WHO = "the holder of budget"
    REFUSED_BY = (
        "no-grant",
        "unknown-project",
        "project-ended",
        "budget-exists",
        "not-enrolled",
        "decision-not-adopted",
    )

    def touches(self, _act: Act[Any], /) -> Touches:
        return ((Budget, self.budget),)


class BudgetAllocated(_SetAside):
    """Part of a budget became a line of its own, perhaps with its own controller."""

    TYPE = "budget-allocated/v1"
    WHO = "the holder of budget; with its controller, where the budget has one"
    REFUSED_BY = (
        *BudgetOpened.REFUSED_BY,
        "unknown-budget",
        "other-currency",
        "above-budget",
        "not-the-controller",
        "history-over-live",
        "stands-on-history",
    )

    from_: BudgetId = Field(alias="from", description="the budget it is taken from")

    def touches(self, _act: Act[Any], /) -> Touches:
        return ((Budget, self.budget), (Budget, self.from_))


@dataclass(slots=True)
class Budget(Subject):
    """What a budget holds, what was paid from it, and what is promised, by offer or claim."""

    types: ClassVar = frozenset(
        {
            BudgetOpened.TYPE,
            BudgetAllocated.TYPE,
            "payment-offered/v1",
            "payment-accepted/v1",
            "payment-redirected/v1",
            "payment-declined/v1",
            "payment-approved/v1",
            "payment-made/v1",
            "payment-reversed/v1",
            "payment-written-off/v1",
        }
    )

    project: str = ""
    amount: Money | None = None
    controller: str | None = None
    history: bool = False
    allocated: int = 0
    paid: int = 0
    promised: int = 0
    by_offer: dict[str, int] = field(default_factory=dict)
    claims: set[str] = field(default_factory=set)

    def apply(self, act: Act[Any], key: str, /) -> Budget:
        event = act.event
        match act.type:
            case "payment-offered/v1":
                self._promise(event.offer, event.total.minor)
            case "payment-declined/v1":
                self._promise(event.offer, 0)
            case "payment-accepted/v1":
                self._accept(event)
            case "payment-approved/v1":
                self._approve(event)
            case "payment-made/v1" | "payment-written-off/v1" | "payment-reversed/v1":
                self._settle(act.type, event)
            case BudgetOpened.TYPE | BudgetAllocated.TYPE:
                self._set_aside(act, key)
        return self

    def _set_aside(self, act: Act[Any], key: str) -> None:
        event = act.event
        if isinstance(event, BudgetAllocated) and event.from_ == key:
            self.allocated += event.amount.minor
            return
        self.project, self.amount = event.project, event.amount
        self.controller, self.history = event.controller, act.is_history

    def _accept(self, event: Any) -> None:
        if event.amount is not None:
            self._promise(event.offer, min(event.amount.minor, self.by_offer.get(event.offer, 0)))

    def _approve(self, event: Any) -> None:
        if event.claim not in self.claims:  # a second validator promises nothing more
            self.claims.add(event.claim)
            self._promise(event.claim, event.amount.minor)

    def _settle(self, type: str, event: Any) -> None:
        minor, promise = event.amount.minor, event.offer or event.claim
        if type == "payment-reversed/v1":
            self.paid -= minor
            return
        if type == "payment-made/v1":
            self.paid += minor
        self._promise(promise, max(self.by_offer.get(promise, 0) - minor, 0))

    def _promise(self, promise: str, minor: int) -> None:
        self.promised += minor - self.by_offer.pop(promise, 0)
        if minor:
            self.by_offer[promise] = minor

    def free(self, promise: str = "") -> int:
        """Minor units neither allocated, paid nor promised; those under ``promise`` count free."""
        total = self.amount.minor if self.amount else 0
        spoken_for = self.allocated + self.paid + self.promised
        return total - spoken_for + self.by_offer.get(promise, 0)


def open_budget(world: World, act: Act[BudgetOpened]) -> None:
    """Set money aside."""
    event = act.event
    refuse_unknown_project(world, event.project)
    refuse_beginning(world, act, event.project)
    power.require(
        world, act, "budget", project=event.project, budget=event.budget, amount=event.amount
    )
    _refuse_unclear(world, act)


def allocate(world: World, act: Act[BudgetAllocated]) -> None:
    """Make a line of its own out of part of a budget."""
    event = act.event
    refuse_unknown_project(world, event.project)
    refuse_beginning(world, act, event.project)
    power.require(
        world, act, "budget", project=event.project, budget=event.from_, amount=event.amount
    )
    _refuse_unclear(world, act)
    refuse_beyond(world, act, event.from_, event.amount, project=event.project)


def _refuse_unclear(world: World, act: Act[BudgetOpened] | Act[BudgetAllocated]) -> None:
    from domain.membership import refuse_strangers

    event = act.event
    if world.get(Budget, event.budget).project:
        raise Refused("budget-exists", f"{event.budget} was opened already", "another id")
    if event.controller is not None:
        refuse_strangers(world, (event.controller,), event.project)
    if event.decision is not None:
        from domain.decision import refuse_unless_decided

        refuse_unless_decided(world, act, event.decision, project=event.project)


def refuse_beyond(
    world: World, act: Act[Any], budget: str, amount: Money, *, project: str, promise: str = ""
) -> None:
    """Raises Refused unless the budget serves the project, in this currency, and holds enough.

    ``promise`` is the offer or claim being paid, whose own promise counts as available; money that
    none promised is newly bound, and needs the budget's controller.
    """
    state = world.get(Budget, budget)
    if state.amount is None or state.project != project:
        raise Refused(
            "unknown-budget", f"{budget} was not opened for {project}", "budget-opened/v1"
        )
    refuse_resting_on_history(act, state.history, budget)
    refuse_changing_live(act, state.history, budget)
    if promise not in state.by_offer:
        refuse_uncontrolled(world, act, budget)
    if state.amount.unit != amount.unit:
        raise Refused(
            "other-currency",
            f"{budget} is in {state.amount.currency}, the amount in {amount.currency}",
            "a budget in that currency",
        )
    if amount.minor > state.free(promise):
        free = Money(
            minor=max(state.free(promise), 0),
            currency=amount.currency,
            exponent=amount.exponent,
        )
        raise Refused(
            "above-budget",
            f"{amount} is more than the {free} that {budget} has left",
            "budget-opened/v1 with more money, or a smaller amount",
        )


def refuse_nothing(amount: Money | None) -> None:
    """Raises Refused for an amount of nothing, of whatever type: in kind, too, is worth something.

    An amount that is left out is another matter, and passes.
    """
    if amount is not None and amount.minor == 0:
        raise Refused(
            "nothing-paid",
            f"{amount} is nothing, and nothing is not paid, offered or owed",
            "an amount above zero; or no entry at all",
        )


def refuse_uncontrolled(world: World, act: Act[Any], budget: str) -> None:
    """Raises Refused unless the budget's controller, if it has one, signed the act too."""
    controller = world.get(Budget, budget).controller
    if controller is not None and controller not in act.signed_by and not act.is_history:
        raise Refused(
            "not-the-controller",
            f"{budget} is controlled by {controller}, who did not sign this",
            f"{act.type} signed by {controller} as well",
        )
