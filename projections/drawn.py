"""Parts of the dossier of a draw: who drew, for which sides they act, and who stopped it.

A drawer can prevent a draw by keeping their secret, and never steer one (``domain/draw.py``). But
the last to show theirs can already compute what would come out, and a draw that is held again until
somebody likes it is steered after all. So whoever kept theirs is named, and so is every earlier
draw over some of the same people that ended so. No rule asks that drawers act for different sides;
for which they do act is said, and so is whoever the pool lists for another side than they declared,
since quotas are counted by what the pool says.
"""

from __future__ import annotations

from collections.abc import Iterable

from projections.behind import day_said
from projections.decided import CLOSED, RECUSED, REVEALED, SEALED, Decided
from projections.dossier import Dossier
from projections.facts import Fact
from projections.sides import UNSAID, Sides
from projections.stage_common import many


def told_of(one: Decided, person: str) -> tuple[str, Fact | None]:
    """Give what a drawer did, in words, and the last entry that says so."""
    did = {
        type_: fact
        for fact in one.of(RECUSED, SEALED, REVEALED)
        if fact.body["person"] == person
        for type_ in (fact.type,)
    }
    if REVEALED in did:
        return "sealed a secret and showed it", did[REVEALED]
    if RECUSED in did:
        return "stepped back", did[RECUSED]
    if SEALED in did:
        kept = " and never showed it" if one.closed else ""
        return f"sealed a secret{kept}", did[SEALED]
    return "sealed nothing", None


def draw(made: Dossier, one: Decided, others: Iterable[Decided], sides: Sides) -> None:
    """Add whose sides the drawers were, who stopped it, and earlier draws that were stopped."""
    acting = [
        sides.at(person, one.opened.project, one.fact.index) for person in one.opened.electorate
    ]
    because = {at for _, at in acting} - {-1}
    made.add(
        "Draw",
        "those who draw act for",
        (one.fact.index, *because),
        said=side_words([side for side, _ in acting]),
    )
    for option in one.opened.options:
        side, at = sides.at(option.person or "", one.opened.project, one.fact.index)
        if 0 <= at < one.fact.index and side != option.side:
            made.add(
                "Draw",
                "in the pool for another side than declared",
                (one.fact.index, at),
                key=f"put.{option.option}",
                who=option.person,
                side=side,
                said=f"put as {_said(option.side)}",
            )
    ended = one.of(CLOSED)[:1]
    for person in one.kept_back:
        words, fact = told_of(one, person)
        made.add(
            "Draw",
            "stopped by",
            (*(f.index for f in ended), *([fact.index] if fact else [])),
            key=f"stopped.{person}",
            who=person,
            side=_said(sides.at(person, one.opened.project, one.fact.index)[0]),
            said=words,
            day=day_said(ended[0]) if ended else None,
        )
    for other in others:
        if other.fact.index < one.fact.index and other.kept_back and _same_pool(one, other):
            made.add(
                "Draw",
                "an earlier draw over some of the same, stopped",
                other.events,
                key=f"earlier.{other.id}",
                who=", ".join(other.kept_back),
                said=other.id,
                day=day_said(other.of(CLOSED)[0]),
            )


def side_words(sides: list[str]) -> str:
    """Say for how many sides people act: one alone is a reason to look."""
    known = sorted({side for side in sides if side != UNSAID})
    lost = sides.count(UNSAID)
    said = "one side alone" if len(known) == 1 else many(len(known), "side")
    words = f"{said}: {', '.join(known)}" if known else "sides that nobody recorded"
    return f"{words}; of {many(lost, 'drawer')} it is not recorded" if known and lost else words


def _said(side: str) -> str:
    return "not recorded" if side == UNSAID else side


def _same_pool(one: Decided, other: Decided) -> bool:
    def pool(of: Decided) -> set[str]:
        return {option.person or option.option for option in of.opened.options}

    return other.draws and not pool(one).isdisjoint(pool(other))
