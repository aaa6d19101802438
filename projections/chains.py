"""View ``chains``: you said, we did, or why not; from each proposal to what came of it.

    proposal  ->  reply, with reasons  ->  decision  ->  delivered  ->  outcome

One row for each problem raised and each thing said, in the order of the log. Every link rests on
entries of its own, which ``--why ROW/COLUMN`` gives. That something was delivered after a proposal
does not say that it was delivered because of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from projections.behind import common_notes, day_said
from projections.decided import DECISION_TYPES, Decided
from projections.decisions import OUTCOMES
from projections.dossier import words
from projections.facts import Facts, Happened, folded_once
from projections.origins import ENDED, Origins
from projections.proposals import (
    DELIVERY_NEEDS,
    PROPOSAL_NEEDS,
    REPLIES,
    TAKEN_UP,
    TURNED_DOWN,
    Delivery,
    Proposal,
    deliveries,
    read_followed,
    tie_together,
)
from projections.result import Asked, Cell, Column, Row, Summary, ViewResult
from projections.sides import COMMUNITY, UNSAID
from projections.stage_common import many
from projections.view import View

NEEDS = PROPOSAL_NEEDS | DELIVERY_NEEDS | DECISION_TYPES
_QUESTION = "What did people ask for, what were they told, and what came of it?"
DELIVERED = {"work": "piece of work", "output": "output", "task": "task"}


class Chains(NamedTuple):
    """Proposals with all that hangs on them, and what hangs on none."""

    proposals: list[Proposal]
    decisions: list[Decided]
    delivered: list[Delivery]
    orphans: list[Delivery]
    origins: Origins
    #: How many proposals lie outside the span that was asked for.
    outside: int


@folded_once
def read_chains(facts: Facts, asked: Asked) -> Chains:
    """Fold proposals as ``asked``, each with the decisions and deliveries that followed it."""
    proposals, decisions, origins, outside, after = read_followed(facts, asked)
    delivered = deliveries(facts, after)
    orphans = tie_together(proposals, decisions, delivered, origins)
    return Chains(proposals, decisions, delivered, orphans, origins, outside)


def chains(facts: Facts, asked: Asked) -> ViewResult:
    """Fold the chains as ``asked``, one row for each proposal."""
    found = read_chains(facts, asked)
    proposals = found.proposals
    rows = tuple(_row(one, asked) for one in proposals)
    return ViewResult(
        view="chains",
        title="You said, we did, or why not",
        question=_QUESTION,
        order="in the order in which they were recorded, the newest at the end",
        newest_last=True,
        formula=(
            "One row for each problem raised and each input. Reply: the latest word of who could "
            "take it up; an adopted decision on it counts as taken up. Delivered: standing work at "
            "S4b or of the kind delivery, tasks done and outputs, that name the problem, cite a "
            "decision traceable to it, keep a promise on it, or cite the input."
        ),
        does_not_show=(
            "Replies that nobody wrote down, and whether what was delivered came of the proposal: "
            "it came after. Outcomes are those said when a problem was closed; others stand in the "
            "view of reflection, by project."
        ),
        checkpoint=facts.standing(asked),
        columns=_columns(asked),
        rows=rows,
        notes=tuple(_notes(facts, asked, proposals, found.outside)),
        summary=_summary(proposals),
    )


def _columns(asked: Asked) -> tuple[Column, ...]:
    columns = [
        Column("proposal", "text", "", "You said", guard="words"),
        Column("kind", "text", "", "Kind", guard="open"),
        Column("project", "text", "", "Project", guard="open"),
        Column("side", "text", "", "Said for", guard="open", identity=True),
        Column("said_on", "date", "", "Said on", unknown="date not recorded", guard="day"),
        Column("reply", "text", "", "Reply", guard="open"),
        Column("replied_on", "date", "", "Replied on", unknown="–", guard="day"),
        Column("reasons", "text", "", "Why, or why not", unknown="no reasons", guard="words"),
        Column(
            "place", "integer", "place", "Place when ranked", unknown="not ranked", guard="open"
        ),
        Column("decision", "text", "", "Decision", unknown="none recorded", guard="open"),
        Column("decided", "text", "", "Decided", unknown="–", guard="open"),
        Column("delivered", "integer", "delivery", "Delivered", guard="count"),
        Column(
            "delivered_as",
            "text",
            "",
            "As",
            unknown="nothing recorded",
            guard="derived",
            of=("delivered", "delivered"),
        ),
        Column("outcome", "text", "", "Outcome", guard="open"),
    ]
    if asked.dated:
        columns.append(Column("dated", "text", "", f"Known to be {asked.span}", guard="open"))
    return tuple(columns)


def _row(one: Proposal, asked: Asked) -> Row:
    replied = one.replied
    ended = [fact for fact in one.replies if fact.type == ENDED]
    kinds = Counter(delivery.kind for delivery in one.delivered)
    cells: dict[str, Cell] = {
        "proposal": one.id,
        "kind": one.kind,
        "project": one.fact.body["project"],
        "side": ", ".join(sorted(one.sides - {UNSAID})) or None,
        "said_on": day_said(one.fact),
        "reply": one.reply_words,
        "replied_on": day_said(replied) if replied else None,
        "reasons": words(replied, "reasons") if replied else None,
        "place": one.place,
        "decision": ", ".join(decision.id for decision in one.decisions) or None,
        "decided": ", ".join(
            f"{OUTCOMES[decision.outcome]}{': ' * bool(decision.chosen)}"
            f"{' + '.join(decision.chosen)}{' (reversed)' * bool(decision.reversed_by)}"
            for decision in one.decisions
        )
        or None,
        "delivered": len(one.delivered),
        "delivered_as": ", ".join(many(n, DELIVERED[kind], _MORE[kind]) for kind, n in
                                  sorted(kinds.items())) or None,
        "outcome": REPLIES[one.reply].removeprefix("closed: ") if ended and one.reply in _ENDS
        else None,
    }  # fmt: skip
    if asked.dated:
        cells["dated"] = "yes" if one.when is Happened.YES else "date unknown"
    decided = [fact.index for decision in one.decisions for fact in decision.all]
    behind = {
        "proposal": (one.fact.index,),
        "side": (one.fact.index, *one.because),
        "reply": tuple(fact.index for fact in one.replies) or (one.fact.index,),
        "reasons": (replied.index,) if replied else (),
        "decision": tuple(sorted(decided)),
        "decided": tuple(sorted(decided)),
        "delivered": tuple(sorted({i for d in one.delivered for i in d.events})),
        "outcome": tuple(fact.index for fact in ended),
    }
    return Row(cells, tuple(sorted({*one.events, *decided})), key=one.id, behind=behind)


_MORE = {"work": "pieces of work", "output": "outputs", "task": "tasks"}
_ENDS = frozenset({"solved", "partly-solved", "not-solved", "no-longer", "merged"})


def _notes(
    facts: Facts, asked: Asked, proposals: Sequence[Proposal], outside: int
) -> Iterable[str]:
    if outside:
        yield f"{many(outside, 'proposal')} said outside the time asked for ({asked.span})."
    yield from common_notes(facts, asked, NEEDS, (one.fact for one in proposals))
    if asked.side is not None:
        yield "A proposal by people of several sides stands under each of them."


def _summary(proposals: Sequence[Proposal]) -> Summary:
    if not proposals:
        return Summary(unknown=("Nobody is recorded as having raised or said anything.",))
    taken = sum(one.reply in TAKEN_UP for one in proposals)
    down = [one for one in proposals if one.reply in TURNED_DOWN]
    why = sum(bool(one.replied and "reasons" in one.replied.body.get("has", ())) for one in down)
    shows = [
        f"{many(len(proposals), 'proposal')}: {taken} taken up or accepted, {len(down)} turned "
        f"down ({why} with reasons)."
    ]
    done = sum(bool(one.delivered) for one in proposals)
    shows.append(f"Something was delivered after {done} of them.")
    open_ = sum(one.waits for one in proposals)
    unknown = [f"{many(open_, 'proposal')} with no reply recorded."] if open_ else []
    theirs = sum(COMMUNITY in one.sides for one in proposals)
    spoke = [f"{theirs} of {len(proposals)} came from people acting for the community."]
    return Summary(tuple(shows), tuple(spoke), tuple(unknown))


VIEW = View(
    "chains",
    "You said, we did, or why not",
    _QUESTION,
    NEEDS,
    chains,
    filters=frozenset({"project", "side", "period"}),
)
