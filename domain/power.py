"""Power: who may make, block, shape or resource decisions, and where that authority comes from.

Every grant descends from the charter. It is named by the envelope hash of the event that made it
and its holder; an act names the grants it stands on in ``under``. A grant is *live* while it is
neither revoked nor expired at the ledger date, and the same holds of every grant above it.

    power-granted    the holder of a grant passes part of it on, in the new holder's own right
    power-delegated  the same for a time: the end is required
    power-revoked    by who granted it, by any holder above, or given back by its holder;
                     a founding grant by as many founders as the charter's amendment rule asks

Sharing, electing, handing on whole, returning, widening and narrowing are in ``transfer.py``. A
grant that was handed on rests on its old place: whoever stood above it still does, and who gave it
away does not.

Nobody passes on what they do not hold: kinds are a subset, scope lies within scope, and
``onward``, how many more times it may be passed on, becomes strictly less. What was recorded
afterwards (mode ``history``) is shown, and confers nothing on a live act.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar

from pydantic import Field

from domain.act import Act
from domain.dates import refuse_changing_live, refuse_resting_on_history
from domain.event import Event, Touches, audiences
from domain.refusal import Refused
from domain.values import (
    BodyId,
    BudgetId,
    Day,
    DecisionId,
    Hex64,
    Money,
    Part,
    PersonId,
    Power,
    ProjectId,
)
from domain.world import Subject, World

CHARTER = "charter-adopted/v1"
Onward = Annotated[int, Field(ge=0, le=8)]


class Scope(Part):
    """Where a power holds. A field left out does not restrict; ``until`` is its last day.

    ``amount`` bounds each single act, in one currency; what may be spent in all is a budget's.
    """

    project: ProjectId | None = None
    body: BodyId | None = None
    budget: BudgetId | None = None
    amount: Money | None = None
    until: Day | None = None

    def within(self, outer: Scope) -> bool:
        """Whether everything this scope allows, ``outer`` allows too."""
        if outer.until is not None and (self.until is None or self.until > outer.until):
            return False
        if outer.amount is not None and not fits(self.amount, outer.amount):
            return False
        return all(
            bound is None or bound == own
            for own, bound in (
                (self.project, outer.project),
                (self.body, outer.body),
                (self.budget, outer.budget),
            )
        )


def fits(amount: Money | None, limit: Money) -> bool:
    """Whether an amount is stated, in the limit's currency, and not above it."""
    return amount is not None and amount.unit == limit.unit and amount.minor <= limit.minor


class FoundingGrant(Part):
    """A grant that the charter itself gives."""

    to: PersonId
    kinds: Annotated[tuple[Power, ...], Field(strict=False, min_length=1)]
    scope: Scope = Scope()
    onward: Onward = 0


class Passed(Event):
    """What all ways of passing a power on have in common."""

    WHO: ClassVar[str] = "the holder of a grant that may be passed on and covers this one"
    REFUSED_BY: ClassVar[tuple[str, ...]] = (
        "no-grant",
        "grant-outside-what-is-held",
        "unknown-person",
        "decision-not-adopted",
        "not-chosen",
    )
    VALUES = audiences(conditions="auditor")

    to: PersonId = Field(description="the new holder")
    kinds: Annotated[tuple[Power, ...], Field(strict=False, min_length=1)] = Field(
        description="the kinds of power"
    )
    scope: Scope = Field(
        default=Scope(), description="project, body, budget, amount a single act, last day"
    )
    onward: Onward = Field(default=0, description="how many more times it may be passed on, 0–8")
    decision: DecisionId | None = Field(default=None, description="the decision that authorised it")
    by: PersonId | None = Field(
        default=None, description="who granted it; only when recorded afterwards"
    )

    def touches(self, act: Act[Any], /) -> Touches:
        from domain.line import Line

        return ((Authority, act.hash), *Line.of(act, self.to))


class PowerGranted(Passed):
    """Someone was given part of a power in their own right."""

    TYPE = "power-granted/v1"


class PowerDelegated(Passed):
    """Someone was given part of a power until a stated day; the giver keeps it too."""

    TYPE = "power-delegated/v1"
    REFUSED_BY = (*Passed.REFUSED_BY, "delegation-without-end")


class PowerRevoked(Event):
    """A grant ended before its time: taken back, or given back by its holder."""

    TYPE = "power-revoked/v1"
    VALUES = audiences(reason="auditor")
    OWN_VOICE = True
    WHO = (
        "who granted it, the holder of any grant above it, its holder (giving it back); a founding "
        "grant: as many founders as the charter's amendment rule asks"
    )
    REFUSED_BY = (
        "unknown-grant",
        "not-the-holder",
        "grant-already-revoked",
        "not-yours-to-revoke",
        "history-over-live",
        "stands-on-history",
        "decision-not-adopted",
    )

    grant: Hex64 = Field(description="envelope hash of the event that made the grant")
    holder: PersonId = Field(description="whose grant ends")
    decision: DecisionId | None = Field(default=None, description="the decision that authorised it")

    def touches(self, act: Act[Any], /) -> Touches:
        from domain.line import Line

        return ((Authority, self.grant), *Line.of(act, self.holder))


@dataclass(frozen=True, slots=True)
class Grant:
    """Authority of one holder; ``parent`` is the grant it was passed on from, held by ``by``.

    ``instead`` says that it took the place of ``by``'s own, who then gave that up.
    """

    by: str
    to: str
    kinds: frozenset[str]
    scope: Scope
    onward: int
    parent: str | None = None
    instead: bool = False


@dataclass(frozen=True, slots=True)
class Authority(Subject):
    """The grants that one event made (a charter: several), and whose ended since."""

    types: ClassVar = frozenset(
        {
            CHARTER,
            "power-granted/v1",
            "power-delegated/v1",
            "power-shared/v1",
            "power-elected/v1",
            "power-transferred/v1",
            "power-expanded/v1",
            "power-narrowed/v1",
            "power-returned/v1",
            "power-revoked/v1",
        }
    )
    keyed: ClassVar = "hash"

    grants: tuple[Grant, ...] = ()
    revoked: frozenset[str] = frozenset()
    handed_on: frozenset[str] = frozenset()
    history: bool = False

    def apply(self, act: Act[Any], key: str, /) -> Authority:
        event = act.event
        if act.type in {"power-revoked/v1", "power-returned/v1"}:
            return replace(self, revoked=self.revoked | {event.holder})
        if act.type in _INSTEAD and event.grant == key:
            return replace(self, handed_on=self.handed_on | {event.holder})
        if isinstance(event, Passed):
            return replace(self, grants=(_made(act, event),), history=act.is_history)
        return replace(
            self,
            grants=tuple(
                Grant(act.author, g.to, frozenset(g.kinds), g.scope, g.onward)
                for g in act.event.grants
            ),
        )


#: Ways of passing on that end the grant they name, and take its place.
_INSTEAD = frozenset({"power-transferred/v1", "power-narrowed/v1"})


def _made(act: Act[Any], passed: Any) -> Grant:
    by = passed.by or act.author
    parent = None if act.is_history else act.under.get(act.author)
    if act.type in _INSTEAD:
        by = passed.holder
        parent = None if act.is_history else passed.grant
    return Grant(
        by,
        passed.to,
        frozenset(passed.kinds),
        passed.scope,
        passed.onward,
        parent,
        act.type in _INSTEAD,
    )


def held(world: World, grant: str, holder: str, today: str) -> tuple[Grant, ...]:
    """The live grants that ``holder`` has from the event with hash ``grant`` on the day ``today``.

    Raises Refused when there are none: unknown, someone else's, recorded only as history, revoked,
    expired, or resting on one that is.
    """
    current = _unended(world, grant, holder, today)
    below = list(current)
    while below:  # a loop: grants can be handed on without end
        one = below.pop()
        if one.parent is not None:
            below.extend(_unended(world, one.parent, one.by, today, instead=one.instead))
    return current


def _unended(
    world: World, grant: str, holder: str, today: str, *, instead: bool = False
) -> tuple[Grant, ...]:
    """The holder's grants that have not ended themselves; ``instead``: handed on is no end."""
    made = world.get(Authority, grant)
    _refuse_unless_held(made, grant, holder)
    if holder in made.revoked or (holder in made.handed_on and not instead):
        raise Refused(
            "grant-revoked",
            f"the grant {grant[:12]} of {holder} was "
            + ("revoked" if holder in made.revoked else "handed on"),
            "a new power-granted/v1",
        )
    mine = [g for g in made.grants if g.to == holder]
    current = tuple(g for g in mine if g.scope.until is None or g.scope.until >= today)
    if not current:
        raise Refused(
            "grant-expired",
            f"the grant {grant[:12]} of {holder} ended on {mine[0].scope.until}, "
            f"and the ledger date is {today}",
            "a new power-granted/v1",
        )
    return current


def _refuse_unless_held(made: Authority, grant: str, holder: str) -> None:
    if not made.grants:
        raise Refused(
            "unknown-grant",
            f"no charter, power-granted or power-delegated has the hash {grant[:12]}…",
            "power-granted/v1",
        )
    if made.history:
        raise Refused(
            "stands-on-history",
            f"the grant {grant[:12]} was only recorded afterwards and confers no authority",
            "power-granted/v1 in live mode",
        )
    if all(g.to != holder for g in made.grants):
        raise Refused(
            "not-the-holder",
            f"the grant {grant[:12]} is not held by {holder}",
            "power-granted/v1 to that person",
        )


def require(
    world: World,
    act: Act[Any],
    *kinds: Power,
    project: str | None = None,
    body: str | None = None,
    budget: str | None = None,
    amount: Money | None = None,
) -> Grant:
    """The grant under which the author may do this; in history mode always one to ``record``.

    Raises Refused when the author names no grant, or none of its kinds and scope.
    """
    wanted: tuple[Power, ...] = ("record",) if act.is_history else kinds
    named = act.under.get(act.author)
    words = " or ".join(wanted)
    if named is None:
        raise Refused(
            "no-grant",
            f"{act.type} by {act.author} needs the power {words} and names no grant",
            f"power-granted/v1 with {words}, named in `under`",
        )
    limit = None if act.is_history else amount
    grants = held(world, named, act.author, act.today)
    for grant in grants:
        if not grant.kinds.isdisjoint(wanted) and _covers(
            grant.scope, project, body, budget, limit
        ):
            return grant
    if all(grant.kinds.isdisjoint(wanted) for grant in grants):
        raise Refused(
            "no-such-power",
            f"{act.type} needs the power {words}; the grant {named[:12]} gives "
            + ", ".join(sorted({kind for g in grants for kind in g.kinds})),
            f"power-granted/v1 with {words}",
        )
    raise Refused(
        "outside-scope",
        f"the grant {named[:12]} gives {words}, but not for this project, budget or amount",
        f"power-granted/v1 with {words} and a scope that covers it",
    )


def _covers(
    scope: Scope, project: str | None, body: str | None, budget: str | None, amount: Money | None
) -> bool:
    return (
        (scope.project is None or scope.project == project)
        and (scope.body is None or scope.body == body)
        and (scope.budget is None or scope.budget == budget)
        and (scope.amount is None or amount is None or fits(amount, scope.amount))
    )


def pass_on(world: World, act: Act[Any]) -> None:
    """Grant, delegate or share: only what is held, to someone known, on a decision taken."""
    event = act.event
    refuse_unknown_holder(world, event.to)
    if act.is_history:
        require(world, act, "record", project=event.scope.project)
        return
    _refuse_granting_for_another(act)
    if isinstance(event, PowerDelegated) and event.scope.until is None:
        raise Refused(
            "delegation-without-end",
            "a delegation has a last day",
            "power-delegated/v1 with scope.until, or power-granted/v1",
        )
    _refuse_more_than_held(world, act)
    if event.decision is not None:
        from domain.decision import refuse_unless_decided

        refuse_unless_decided(
            world, act, event.decision, project=event.scope.project, chooses=event.to
        )


def refuse_unknown_holder(world: World, person: str) -> None:
    """Raises Refused unless the person was enrolled, or founded the ledger."""
    from domain.membership import Person

    if not world.get(Person, person).known:
        raise Refused("unknown-person", f"{person} was never enrolled", "person-enrolled/v1")


def _refuse_granting_for_another(act: Act[Passed]) -> None:
    if act.event.by is not None and act.event.by != act.author:
        raise Refused(
            "not-the-holder",
            f"{act.event.by} would have to grant this, not {act.author}",
            "power-granted/v1 by the holder, or in history mode",
        )


def _refuse_more_than_held(world: World, act: Act[Passed]) -> None:
    event = act.event
    named = act.under.get(act.author)
    if named is None:
        raise Refused(
            "no-grant", "power is passed on from a grant, and none is named", "power-granted/v1"
        )
    from domain.lacking import lacking

    missing = [lacking(event, grant) for grant in held(world, named, act.author, act.today)]
    if not all(missing):
        return
    what, instead = min(missing, key=len)[0]
    raise Refused(
        "grant-outside-what-is-held",
        f"{act.author} does not hold all of this to pass on: {what}",
        f"{act.type} {instead}",
    )


def revoke(world: World, act: Act[PowerRevoked]) -> None:
    """End a grant: by who stands above it in its chain, or by its own holder."""
    event = act.event
    made = world.get(Authority, event.grant)
    if not made.grants or all(g.to != event.holder for g in made.grants):
        raise Refused(
            "unknown-grant" if not made.grants else "not-the-holder",
            f"{event.holder} has no grant from the event {event.grant[:12]}",
            "power-revoked/v1 naming the event that made the grant, and its holder",
        )
    if event.holder in made.revoked:
        raise Refused(
            "grant-already-revoked", f"the grant {event.grant[:12]} of {event.holder} has ended"
        )
    refuse_changing_live(act, made.history, f"the grant {event.grant[:12]}")
    refuse_resting_on_history(act, made.history, f"the grant {event.grant[:12]}")
    if event.decision is not None:
        from domain.decision import refuse_unless_decided

        refuse_unless_decided(world, act, event.decision, project=made.grants[0].scope.project)
    if act.is_history:
        require(world, act, "record", project=made.grants[0].scope.project)
        return
    # Who handed it on has nothing to give back: ending it would end what another holds now.
    if act.author == event.holder and event.holder not in made.handed_on:
        return
    if not stands_above(world, act, made, event.holder):
        raise Refused(
            "not-yours-to-revoke",
            f"{act.author} neither granted this nor holds a grant above it",
            "power-revoked/v1 by its grantor, any holder above, or the founders together",
        )


def stands_above(world: World, act: Act[Any], made: Authority, holder: str) -> bool:
    """Whether the author granted this, holds a grant above it, or founders agree together."""
    for grant in made.grants:
        if grant.to != holder:
            continue
        at: Grant | None = grant
        while at is not None and at.parent is not None:
            if at.by == act.author and not at.instead:
                return True
            at = _above(world, at)
        if at is not None and _founders_agree(world, act):
            return True
    return False


def _above(world: World, grant: Grant) -> Grant | None:
    if grant.parent is None:
        return None
    made = world.get(Authority, grant.parent)
    return next((g for g in made.grants if g.to == grant.by), None)


def _founders_agree(world: World, act: Act[Any]) -> bool:
    from domain.charter import Charter

    charter = world.get(Charter, "")
    return charter.adopted and len(act.signed_by & charter.founders) >= charter.founders_needed
