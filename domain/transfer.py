"""How power moves besides being granted: shared, elected, handed on, returned, widened, narrowed.

    power-shared       the giver keeps it, and the two hold it side by side
    power-elected      given on a decision that was taken, for a term with an end
    power-transferred  a whole grant changes hands: given, rotated, handed over with a role; the
                       giver has it no longer, and what the giver had passed on ends with it
    power-returned     a holder gives it back to whoever it came from
    power-expanded     a holder gets more; the old grant stays
    power-narrowed     a grant becomes less, by its holder or whoever stands above; the old one ends
    power-said         what a holder says of a grant: available, blocked, not yet needed

A grant whose last day has passed has lapsed: that is derived, nobody says it. Each movement names
from whom, to whom, the kinds, the scope, conditions (a value), and the decision that authorised it.
Losses are recorded by the same events as gains.

Source: domain.md section 7.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import Field

from domain import power
from domain.act import Act
from domain.dates import refuse_changing_live, refuse_resting_on_history
from domain.event import Event, Touches, audiences
from domain.line import Line
from domain.power import Authority, Grant, Passed
from domain.refusal import Refused
from domain.values import DecisionId, Hex64, PersonId
from domain.world import World


class PowerShared(Passed):
    """Someone came to hold a power side by side with who holds it already."""

    TYPE = "power-shared/v1"


class PowerElected(Passed):
    """Someone was chosen by a decision to hold a power for a term."""

    TYPE = "power-elected/v1"
    REFUSED_BY = (*Passed.REFUSED_BY, "no-decision", "delegation-without-end")


class _OfGrant(Passed):
    """What handing on, widening and narrowing have in common: the grant they are about."""

    grant: Hex64 | None = Field(
        default=None,
        description="envelope hash of that grant; left out only if recorded afterwards",
    )
    holder: PersonId = Field(description="who held it")

    def touches(self, act: Act[Any], /) -> Touches:
        yield Authority, act.hash
        if self.grant is not None:
            yield Authority, self.grant
        yield from Line.of(act, self.to)


_OF_GRANT = (
    "no-grant",
    "unknown-person",
    "unknown-grant",
    "not-the-holder",
    "grant-revoked",
    "grant-expired",
    "stands-on-history",
    "history-over-live",
    "decision-not-adopted",
    "not-chosen",
)


class PowerTransferred(_OfGrant):
    """A whole grant changed hands; who held it has it no longer."""

    TYPE = "power-transferred/v1"
    WHO = "its holder"
    REFUSED_BY = (*_OF_GRANT, "to-oneself", "not-as-held")

    way: Literal["transfer", "rotate", "hand-over"] = Field(
        default="transfer", description="given away, in turn, or with a role that ends"
    )


class PowerExpanded(_OfGrant):
    """A holder of a grant got more than it gave."""

    TYPE = "power-expanded/v1"
    REFUSED_BY = (*_OF_GRANT, "grant-outside-what-is-held", "not-as-held")

    def touches(self, act: Act[Any], /) -> Touches:
        return ((Authority, act.hash), *Line.of(act, self.to))


class PowerNarrowed(_OfGrant):
    """A grant became less; its holder keeps the rest."""

    TYPE = "power-narrowed/v1"
    OWN_VOICE = True
    WHO = "its holder, who granted it, the holder of any grant above it, the founders together"
    REFUSED_BY = (*_OF_GRANT, "not-yours-to-revoke", "not-as-held")


class PowerReturned(Event):
    """A holder gave a grant back to whoever it came from."""

    TYPE = "power-returned/v1"
    VALUES = audiences(reason="auditor")
    OWN_VOICE = True
    WHO = "its holder"
    REFUSED_BY = (
        "no-grant",
        "unknown-grant",
        "not-the-holder",
        "grant-already-revoked",
        "history-over-live",
        "stands-on-history",
        "not-as-held",
        "decision-not-adopted",
    )

    grant: Hex64 = Field(description="envelope hash of the event that made the grant")
    holder: PersonId = Field(description="who gives it back")
    to: PersonId = Field(description="to whom: who granted it, or handed it on")
    decision: DecisionId | None = Field(default=None, description="the decision behind it")

    def touches(self, act: Act[Any], /) -> Touches:
        return ((Authority, self.grant), *Line.of(act, self.holder))


class PowerSaid(Event):
    """What a holder says of a power that they did not use, or could not."""

    TYPE = "power-said/v1"
    VALUES = audiences(reason="auditor")
    HISTORY = False
    OWN_VOICE = True
    WHO = "its holder, of their own alone"
    REFUSED_BY: ClassVar[tuple[str, ...]] = ("not-your-grant",)

    grant: Hex64 = Field(description="envelope hash of the event that made the grant")
    holder: PersonId = Field(description="who says so")
    state: Literal["available", "blocked", "not-yet-needed"] = Field(description="what they say")

    def touches(self, act: Act[Any], /) -> Touches:
        return Line.of(act, self.holder)


def elect(world: World, act: Act[PowerElected]) -> None:
    """Give a power to who was chosen."""
    event = act.event
    if event.decision is None and not act.is_history:
        raise Refused("no-decision", "an election cites its decision", "power-elected/v1 with it")
    if event.scope.until is None and not act.is_history:
        raise Refused(
            "delegation-without-end", "a term has a last day", "power-elected/v1 with scope.until"
        )
    power.pass_on(world, act)


def transfer(world: World, act: Act[PowerTransferred]) -> None:
    """Hand a whole grant on."""
    event = act.event
    if event.to == event.holder:
        raise Refused("to-oneself", f"{event.holder} has it already", "somebody else")
    held = _of_grant(world, act)
    if held is None:
        return
    if act.author != event.holder or act.under.get(act.author) != event.grant:
        raise Refused(
            "not-the-holder",
            f"{event.holder} hands on what they hold, naming it in `under`",
            f"{act.type} by its holder",
        )
    whole = held.kinds == frozenset(event.kinds) and event.scope.within(held.scope)
    ends_early = event.scope.model_copy(update={"until": held.scope.until}) == held.scope
    if not whole or not ends_early or event.onward > held.onward:
        raise Refused(
            "not-as-held",
            "a grant is handed on whole: the same kinds and scope, at most as far onward",
            "power-granted/v1 of a part, or power-narrowed/v1 first",
        )
    _refuse_undecided(world, act)


def expand(world: World, act: Act[PowerExpanded]) -> None:
    """Give a holder more."""
    event = act.event
    held = _of_grant(world, act)
    if held is None:
        return
    wider = held.kinds <= frozenset(event.kinds) and held.scope.within(event.scope)
    if event.to != event.holder or not wider:
        raise Refused(
            "not-as-held", "to widen is to give its holder all of it, and more", "power-granted/v1"
        )
    power.pass_on(world, act)


def narrow(world: World, act: Act[PowerNarrowed]) -> None:
    """Make a grant less."""
    event = act.event
    held = _of_grant(world, act)
    if held is None or event.grant is None:
        return
    less = frozenset(event.kinds) <= held.kinds and event.scope.within(held.scope)
    if event.to != event.holder or not less or event.onward > held.onward:
        raise Refused(
            "not-as-held", "to narrow is to leave its holder a part of it", "power-revoked/v1"
        )
    made = world.get(Authority, event.grant)
    if act.author != event.holder and not power.stands_above(world, act, made, event.holder):
        raise Refused(
            "not-yours-to-revoke",
            f"{act.author} neither holds this nor stands above it",
            "power-narrowed/v1 by its holder, its grantor, or any holder above",
        )
    _refuse_undecided(world, act)


def _of_grant(world: World, act: Act[Any]) -> Grant | None:
    """The one live grant that an act is about; None when it is recorded afterwards."""
    event = act.event
    power.refuse_unknown_holder(world, event.to)
    if act.is_history:
        power.require(world, act, "record", project=event.scope.project)
        if event.grant is not None:
            made = world.get(Authority, event.grant)
            refuse_changing_live(act, made.history if made.grants else None, "the grant")
        return None
    if event.grant is None:
        raise Refused("unknown-grant", "the grant is not named", f"{act.type} with `grant`")
    held = power.held(world, event.grant, event.holder, act.today)
    if len(held) != 1:
        raise Refused(
            "not-as-held",
            f"{event.holder} holds {len(held)} grants from that event",
            "power-granted/v1 and power-revoked/v1 of each",
        )
    return held[0]


def _refuse_undecided(world: World, act: Act[Any]) -> None:
    event = act.event
    if event.decision is not None:
        from domain.decision import refuse_unless_decided

        given = None if isinstance(event, PowerNarrowed) else event.to
        refuse_unless_decided(
            world, act, event.decision, project=event.scope.project, chooses=given
        )


def give_back(world: World, act: Act[PowerReturned]) -> None:
    """Give a grant back."""
    event = act.event
    made = world.get(Authority, event.grant)
    mine = [g for g in made.grants if g.to == event.holder]
    if not mine:
        raise Refused(
            "unknown-grant" if not made.grants else "not-the-holder",
            f"{event.holder} has no grant from the event {event.grant[:12]}",
            "power-returned/v1 naming one's own grant",
        )
    if event.holder in made.revoked | made.handed_on:
        raise Refused("grant-already-revoked", f"the grant {event.grant[:12]} has ended")
    refuse_changing_live(act, made.history, f"the grant {event.grant[:12]}")
    refuse_resting_on_history(act, made.history, f"the grant {event.grant[:12]}")
    if event.to not in {g.by for g in mine}:
        raise Refused(
            "not-as-held", f"it came from {mine[0].by}, not from {event.to}", "to who gave it"
        )
    if event.decision is not None:
        from domain.decision import refuse_unless_decided

        refuse_unless_decided(world, act, event.decision, project=mine[0].scope.project)
    if act.is_history:
        power.require(world, act, "record", project=mine[0].scope.project)
    elif act.author != event.holder:
        raise Refused(
            "not-the-holder", f"only {event.holder} gives it back", "power-revoked/v1 from above"
        )


def say(world: World, act: Act[PowerSaid]) -> None:
    """Say how it stands with one's power."""
    event = act.event
    if act.author != event.holder:
        raise Refused("not-your-grant", f"only {event.holder} can say", f"{act.type} by its holder")
    power.held(world, event.grant, event.holder, act.today)
