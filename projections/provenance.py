"""View ``provenance``: how much of what was decided and delivered began with people's proposals.

    origin rate = adopted decisions traceable to a community proposal / adopted decisions

and, beside it, what happened to proposals by the side that made them, priorities that nothing was
delivered for (orphan priorities), and deliveries with no proposal behind them (orphan
interventions). Each figure says of how many; «not recorded» is a column of its own and stays in
the denominator. The chains behind the figures are the view ``chains``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from projections.behind import common_notes
from projections.chains import NEEDS as CHAIN_NEEDS
from projections.chains import read_chains
from projections.decided import Decided, read_decisions
from projections.entries import entries
from projections.facts import Facts, Happened
from projections.limits import LIMIT_TYPES, least_for_a_rate
from projections.origins import Origin, Origins
from projections.proposals import TAKEN_UP, TURNED_DOWN, Delivery, Proposal, deliveries
from projections.result import (
    Asked,
    Cell,
    Column,
    Relation,
    Row,
    Said,
    Summary,
    ViewResult,
    percent,
)
from projections.sides import COMMUNITY, UNSAID
from projections.stage_common import many
from projections.view import View

NEEDS = CHAIN_NEEDS | LIMIT_TYPES
_QUESTION = "How much of what was decided and delivered began with people's proposals?"
_COLUMNS = (
    Column("figure", "text", "", "Figure", guard="open"),
    Column("unit", "text", "", "Counted", guard="open"),
    Column("n", "integer", "", "So many", unknown="nothing recorded", guard="count"),
    Column("of", "integer", "", "of", unknown="nothing recorded", guard="count"),
    Column("not_recorded", "integer", "", "Not recorded", unknown="none", guard="count"),
    Column("share", "percent", "percent", "Share", unknown="not given", guard="derived",
           of=("n", "of")),
)  # fmt: skip


class _Figure(NamedTuple):
    """One figure: part and whole as lists of event indexes, one for each thing counted."""

    key: str
    title: str
    unit: str
    part: Sequence[tuple[int, ...]]
    whole: Sequence[tuple[int, ...]]
    unsaid: Sequence[tuple[int, ...]] | None = None


def provenance(facts: Facts, asked: Asked) -> ViewResult:
    """Fold the figures as ``asked``."""
    size = facts.size_at(asked.at)
    least, limit = least_for_a_rate(facts, size)
    chains = read_chains(facts, asked)
    dated = [one for one in chains.proposals if one.when is Happened.YES]
    decisions, delivered = chains.decisions, chains.delivered
    if asked.period or asked.project:
        decisions = list(read_decisions(facts, asked, ballots=False).by_id.values())
        delivered = deliveries(facts, asked)
    decisions = [one for one in decisions if one.when is Happened.YES and not one.undated]
    delivered = [one for one in delivered if one.when is Happened.YES]
    figures = [
        _origin(decisions, chains.origins),
        *_replies(dated),
        _orphan_priorities(dated),
        _orphan_deliveries(delivered, chains.orphans),
    ]
    rows = tuple(_row(figure, least) for figure in figures)
    return ViewResult(
        view="provenance",
        title="Where decisions and deliveries came from",
        question=_QUESTION,
        formula=(
            "Origin rate: adopted decisions (something other than «do nothing» chosen, and not "
            "reversed) that somebody acting for the community asked for, raised, said or put "
            "forward, divided by all adopted decisions. Priorities: problems taken up or ranked. "
            "Deliveries: standing work at S4b or of the kind delivery, tasks done, and outputs."
        ),
        does_not_show=(
            "Ideas that nobody wrote down, credit for somebody else's idea, and whether a delivery "
            "came of a proposal or only after it. A delivery without a proposal is a prompt to "
            "look: nobody may have recorded what it was for."
        ),
        checkpoint=facts.standing(asked),
        columns=_COLUMNS,
        rows=rows,
        notes=(
            *common_notes(facts, asked, NEEDS),
            *_undated(asked, chains.proposals, dated),
            limit,
        ),
        summary=_summary(rows),
        relations=tuple(
            Relation((row.name, "of"), ((row.name, "n"), (row.name, "not_recorded")), "within")
            for row in rows
            if row.cells["of"] is not None
        ),
    )


def _origin(decisions: Sequence[Decided], origins: Origins) -> _Figure:
    adopted = [(one, origins.origin(one)) for one in decisions if one.adopted]

    def events(pair: tuple[Decided, Origin]) -> tuple[int, ...]:
        return (*pair[0].events, *pair[1].events)

    return _Figure(
        "origin-rate",
        "Adopted decisions that began with the community",
        "decision",
        [events(pair) for pair in adopted if pair[1].side == COMMUNITY],
        [events(pair) for pair in adopted],
        [events(pair) for pair in adopted if pair[1].side == "not recorded"],
    )


def _replies(proposals: Sequence[Proposal]) -> Iterable[_Figure]:
    """What was told to whom: the community, and everybody else whose side is known."""
    theirs = [one for one in proposals if COMMUNITY in one.sides]
    others = [one for one in proposals if COMMUNITY not in one.sides and one.sides - {UNSAID}]
    unsaid = [one for one in proposals if not one.sides - {UNSAID}]
    told: tuple[tuple[str, str, Callable[[Proposal], bool]], ...] = (
        ("taken-up", "taken up or accepted", lambda one: one.reply in TAKEN_UP),
        ("turned-down", "turned down", lambda one: one.reply in TURNED_DOWN),
        ("no-reply", "without a reply", lambda one: one.waits),
        ("delivered", "after which something was delivered", lambda one: bool(one.delivered)),
    )
    for key, title, wanted in told:
        for side, some in (("community", theirs), ("others", others), ("side-unknown", unsaid)):
            if not some and side == "side-unknown":
                continue
            whose = {"community": "of the community", "others": "of others",
                     "side-unknown": "of people whose side is not recorded"}[side]  # fmt: skip
            yield _Figure(
                f"{key}-{side}",
                f"Proposals {whose} {title}",
                "proposal",
                [one.events for one in some if wanted(one)],
                [one.events for one in some],
            )


def _orphan_priorities(proposals: Sequence[Proposal]) -> _Figure:
    priorities = [
        one
        for one in proposals
        if not one.is_input and (one.reply == "adopted" or one.place is not None)
    ]
    return _Figure(
        "orphan-priorities",
        "Priorities for which nothing was delivered",
        "problem",
        [one.events for one in priorities if not one.delivered],
        [one.events for one in priorities],
    )


def _orphan_deliveries(delivered: Sequence[Delivery], orphans: Sequence[Delivery]) -> _Figure:
    alone = {one.fact.index for one in orphans}
    return _Figure(
        "orphan-interventions",
        "Delivered with no proposal behind it",
        "delivery",
        [one.events for one in delivered if one.fact.index in alone],
        [one.events for one in delivered],
    )


def _row(figure: _Figure, least: int) -> Row:
    n, of = len(figure.part), len(figure.whole)
    cells: dict[str, Cell] = {
        "figure": figure.title,
        "unit": figure.unit,
        # Of what nobody wrote down it is not known that there was none.
        "n": n if of else None,
        "of": of or None,
        "not_recorded": len(figure.unsaid) if figure.unsaid is not None and of else None,
        "share": percent(n, of) if of >= max(1, least) else None,
    }
    behind = {"n": _all(figure.part), "of": _all(figure.whole)}
    if figure.unsaid is not None:
        behind["not_recorded"] = _all(figure.unsaid)
    return Row(cells, _all(figure.whole), key=figure.key, behind=behind)


def _all(some: Sequence[tuple[int, ...]]) -> Sequence[int]:
    return entries(index for one in some for index in one)


def _undated(asked: Asked, all_: Sequence[Proposal], dated: Sequence[Proposal]) -> Iterable[str]:
    if asked.dated and len(all_) > len(dated):
        yield (
            f"{many(len(all_) - len(dated), 'proposal')} whose date does not say whether it was "
            f"{asked.span}: in no figure."
        )


def _summary(rows: Sequence[Row]) -> Summary:
    """Sentences of cells, so that they can be said again from what is published."""
    by_key = {row.key: row.cells for row in rows}
    shows: list[str] = []
    unknown: list[str] = []
    for key, words in (
        ("origin-rate", "Adopted decisions that began with the community: {} of {}."),
        ("orphan-priorities", "Priorities for which nothing was delivered: {} of {}."),
        ("orphan-interventions", "Deliveries with no proposal behind them: {} of {}."),
    ):
        cells = by_key[key]
        if cells["of"]:
            shows.append(Said.of(words, {(key, "n"): cells["n"], (key, "of"): cells["of"]}))
    origin = by_key["origin-rate"]
    if not origin["of"]:
        unknown.append("No adopted decision is recorded.")
    elif origin["not_recorded"]:
        lost = {("origin-rate", "not_recorded"): origin["not_recorded"]}
        unknown.append(Said.of("Adopted decisions of which no origin is recorded: {}.", lost))
    return Summary(tuple(shows), (), tuple(unknown))


VIEW = View(
    "provenance",
    "Where decisions and deliveries came from",
    _QUESTION,
    NEEDS,
    provenance,
    filters=frozenset({"project", "period"}),
)
