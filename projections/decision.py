"""View ``decision``: the dossier of one decision, from where it began to what was done.

What was fixed beforehand stands apart from what came in; a count is said to be counted again,
attested or taken over, each for what it is; and a part of which nothing is recorded says so. The
order of the parts is that of domain.md section 5. See ``dossier.py`` for the columns,
``decided.py`` for how the outcome is counted again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from projections.behind import common_notes, day_said
from projections.cited import CITING, Acts, acts_citing
from projections.decided import (
    ATTESTED,
    CLOSED,
    DECISION_TYPES,
    DISSENTED,
    IMPORTED,
    METHODS,
    OPENED,
    OVERRIDDEN,
    REVEALED,
    REVERSED,
    SEALED,
    VOTED,
    Decided,
    read_decisions,
)
from projections.decision_parts import done, electorate, inputs, interests, objections, options
from projections.decisions import OUTCOMES, count_words, tie_words
from projections.dossier import COLUMNS, NOTHING, Dossier, words
from projections.drawn import draw
from projections.facts import Facts
from projections.linked import LINK_TYPES, Linked
from projections.origins import ORIGIN_NEEDS, WAYS, Origins
from projections.result import Asked, Summary, ViewResult
from projections.sides import UNSAID
from projections.stage_common import many
from projections.view import View

NEEDS = DECISION_TYPES | ORIGIN_NEEDS | CITING | LINK_TYPES
_QUESTION = "How was this decided, by whom, under which rule, and what became of it?"


def decision(facts: Facts, asked: Asked) -> ViewResult:
    """Fold the dossier of the decision that ``asked.about`` names."""
    size = facts.size_at(asked.at)
    one = read_decisions(facts, asked).by_id.get(asked.about or "")
    origins = Origins.of(facts, size)
    made = Dossier()
    notes: list[str] = []
    if one is None:
        notes.append("No decision of this name had been opened by then.")
    else:
        acts = acts_citing(facts, asked, size).get(one.id, Acts())
        _fill(made, one, origins, facts, size)
        done(made, acts)
        notes += _notes(one)
        notes += common_notes(facts, asked, NEEDS, one.all)
    return ViewResult(
        view="decision",
        title="Dossier of a decision",
        question=_QUESTION,
        formula=(
            "One line for each thing that is recorded of it. The outcome is counted again from "
            "the ballots, or from the count that was given, by the method fixed at opening and "
            "the domain's own rules. Sides are those declared when the decision was opened."
        ),
        does_not_show=(
            "What was said in the room, pressure, or what people would have chosen had other "
            "options been put. A count by tellers or from elsewhere is not proven. What cites the "
            "decision was done in its name, which is not to say because of it."
        ),
        checkpoint=facts.standing(asked),
        columns=COLUMNS,
        rows=tuple(made.rows),
        notes=tuple(notes),
        summary=_summary(one, origins) if one else Summary(unknown=tuple(notes)),
    )


def _fill(made: Dossier, one: Decided, origins: Origins, facts: Facts, size: int) -> None:
    _question(made, one)
    _origin(made, one, origins)
    options(made, one)
    electorate(made, one, origins.sides, Linked.of(facts, size))
    _rule(made, one)
    if one.draws:
        others = read_decisions(facts, Asked(at=size)).by_id.values()
        draw(made, one, others, origins.sides)
    _count(made, one)
    inputs(made, one, origins)
    interests(made, one, origins)
    objections(made, one)
    _outcome(made, one)
    _after(made, one, facts, size)


def _question(made: Dossier, one: Decided) -> None:
    opened, fact = one.opened, one.fact
    here = (fact.index,)
    made.add("Question", "question", here, said=one.id, day=day_said(fact))
    if "background" in opened.has:
        made.add("Question", "background", here, words=words(fact, "background"))
    where = [opened.project or "the whole programme", *([opened.body] if opened.body else [])]
    for item, said in zip(("project", "body"), where, strict=False):
        made.add("Question", item, here, said=said)
    major = "major, as the charter lists" if opened.major else "not listed as major"
    made.add("Question", "subject", here, said=f"{opened.subject}: {major}")
    if fact.mode == "history":
        made.add("Question", "recorded", here, said="afterwards, not at the time")
    if opened.revisits:
        made.add("Question", "revisits", here, said=opened.revisits)


def _origin(made: Dossier, one: Decided, origins: Origins) -> None:
    found = origins.origin(one)
    for at, way in enumerate(found.ways):
        made.add(
            "Origin",
            WAYS[way.kind],
            way.events,
            key=f"{at}.{way.kind}",
            # Who asks, and who puts an option forward, takes part in deciding; who raised a problem
            # or said something is a contributor, whom no general view names.
            who=", ".join(way.people) if way.kind in {"asked", "option"} else None,
            side=", ".join(sorted(side for side in way.sides if side != UNSAID)) or "not recorded",
            said=None if way.kind == "asked" else way.thing,
        )
    if not found.ways:
        made.nothing("Origin", "proposal")


def _rule(made: Dossier, one: Decided) -> None:
    opened, here = one.opened, (one.fact.index,)

    def rule(item: str, said: object) -> None:
        if said is not None:
            made.add("Rule", item, here, said=str(said))

    rule("method", METHODS.get(opened.method, opened.method))
    rule("count rule", opened.count_rule)
    rule("seats", opened.seats if opened.seats > 1 else None)
    rule("quorum", f"{opened.quorum} ballot{'s' * (opened.quorum > 1)}")
    if opened.threshold is not None:
        share = opened.threshold
        rule("threshold", f"{share.over}/{share.under} of {share.of}")
    if opened.money is not None:
        rule("money", f"{opened.money}; {opened.allocation}")
    for quota in opened.quotas:
        rule(f"at least, of {quota.side}", quota.seats)
    if opened.by_seats:
        rule("who decides", "the voting seats of the body, as they stood at opening")
    if opened.casting is not None:
        made.add("Rule", "breaks a tie", here, who=opened.casting)
    rule("most options on a ballot", opened.picks)
    rule("office", opened.office)
    if opened.delegation is not None:
        given = opened.delegation
        made.add(
            "Rule",
            "delegated by",
            here,
            who=given.by,
            said=given.role,
            day=f"until {given.until}" if given.until else None,
        )
    rule("last day to show a secret" if one.draws else "last day to vote", opened.last_day)
    first = min((f.index for f in one.all if f is not one.fact and f.type != CLOSED), default=None)
    rule(
        "fixed",
        f"with the opening, entry {one.fact.index}"
        + (f"; the first that followed is entry {first}" if first is not None else ""),
    )


def _count(made: Dossier, one: Decided) -> None:
    came = tuple(fact.index for fact in one.of(VOTED, ATTESTED, IMPORTED, SEALED, REVEALED))
    made.add("Count", "how it is known", (one.fact.index, *came), said=count_words(one))
    for person in one.opened.tellers:
        made.add("Count", "teller", (one.fact.index,), key=f"teller.{person}", who=person)
    for fact in one.of(IMPORTED):
        made.add("Count", "taken from", (fact.index,), said=f"file {fact.body['source'][:12]}…")
    if one.few:
        made.add(
            "Count",
            "numbers",
            came,
            said="not shown: fewer than ten may vote, so they would tell who voted how",
        )
        return
    made.add(
        "Count",
        "ballots",
        came,
        number=one.ballots.ballots,
        unit="ballot",
        electorate=one.opened.voters,
    )
    made.add(
        "Count",
        "abstained",
        came,
        number=one.ballots.abstained,
        unit="ballot",
        electorate=one.opened.voters,
    )


def _outcome(made: Dossier, one: Decided) -> None:
    ended = one.of(CLOSED)[:1]
    if one.closed is None:
        made.add("Outcome", "as counted", (one.fact.index,), said="open; nothing is decided yet")
        return
    here = (ended[0].index,)
    counted = one.counted
    made.add(
        "Outcome",
        "as counted",
        here,
        said=_said(counted["outcome"], counted["chosen"]),
        day=day_said(ended[0]),
    )
    made.add("Outcome", "tie", here, said=tie_words(one) or "none")
    for fact in one.of(OVERRIDDEN)[:1]:
        body = fact.body
        where = body.get("cites") or (
            f"document {body['evidence'][:12]}…" if "evidence" in body else "the charter"
        )
        made.add(
            "Outcome",
            "overridden by a cited rule",
            (fact.index,),
            day=day_said(fact),
            said=f"{body['kind']}, in {where}",
            words=words(fact, "rule"),
        )
        if words(fact, "reasons"):
            made.add("Outcome", "why the rule applies", (fact.index,), words=words(fact, "reasons"))
    for fact in one.of(REVERSED)[:1]:
        made.add(
            "Outcome",
            "reversed by",
            (fact.index,),
            said=fact.body["by"],
            day=day_said(fact),
            words=words(fact, "reasons"),
        )
    stands = "nothing: it was reversed" if one.reversed_by else _said(one.outcome, one.chosen)
    behind = (*here, *(fact.index for fact in one.of(OVERRIDDEN, REVERSED)))
    made.add("Outcome", "what stands", behind, said=stands)


def _said(outcome: str, chosen: Sequence[str]) -> str:
    word = OUTCOMES.get(outcome, outcome)
    return f"{word}: {', '.join(chosen)}" if chosen else word


def _after(made: Dossier, one: Decided, facts: Facts, size: int) -> None:
    for fact in one.of(CLOSED)[:1]:
        here, body = (fact.index,), fact.body
        reasons = words(fact, "reasons")
        made.add("Reasons", "reasons", here, words=reasons, said=None if reasons else NOTHING)
        if words(fact, "dissent"):
            made.add("Dissent", "as the close states it", here, words=words(fact, "dissent"))
        owner = body.get("owner")
        made.add("Owner", "who carries it out", here, who=owner, said=None if owner else NOTHING)
        review = body.get("review_on")
        said = None if review else NOTHING
        made.add("Review", "to be looked at again", here, said=said, day=review)
        if "evidence" in body:
            made.add("Evidence", "document", here, said=f"file {body['evidence'][:12]}…")
    for fact in one.of(DISSENTED):
        made.add(
            "Dissent",
            "dissent",
            (fact.index,),
            key=f"dissent.{fact.body['person']}.{fact.index}",
            who=fact.body["person"],
            words=words(fact, "words"),
            day=day_said(fact),
        )
    for fact in facts.of(OPENED, before=size):
        if fact.body.get("revisits") == one.id:
            made.add(
                "Review",
                "looked at again by",
                (fact.index,),
                key=f"again.{fact.index}",
                said=fact.body["decision"],
                day=day_said(fact),
            )
    if one.lacks:
        made.add(
            "Lacking",
            "an auditable decision cites, and this one does not",
            (one.fact.index, *(f.index for f in one.of(CLOSED)[:1])),
            key="lacks",
            said=", ".join(one.lacks),
        )


def _notes(one: Decided) -> Iterable[str]:
    if one.differs:
        yield (
            "What is recorded does not give the outcome that the close states; run `tally verify` "
            "for a full account."
        )
    if one.undated:
        yield "Some of its dates do not say whether it was by the day asked for."
    if one.opened.ballots != "open":
        yield f"The count is {one.known_by}: the outcome follows from it, no more."


def _summary(one: Decided, origins: Origins) -> Summary:
    origin = origins.origin(one)
    method = METHODS.get(one.opened.method, one.opened.method)
    may = "draw" if one.draws else "may vote"
    shows = [f"By {method}, {many(one.opened.voters, 'person', 'people')} {may}."]
    shows.append(
        f"{_said(one.outcome, one.chosen).capitalize()}." if one.closed else "It is still open."
    )
    if one.reversed_by:
        shows.append("It was reversed later.")
    if one.kept_back:
        shows.append(f"{many(len(one.kept_back), 'drawer')} showed no secret, which stopped it.")
    spoke = [f"It began with {origin.side}."] if origin.ways else []
    unknown = [] if origin.ways else ["Where it began is not recorded."]
    if one.lacks:
        unknown.append(f"Nothing is recorded of its {', '.join(one.lacks)}.")
    if one.unhandled:
        unknown.append(f"{many(len(one.unhandled), 'interest')} that nobody handled.")
    return Summary(tuple(shows), tuple(spoke), tuple(unknown))


VIEW = View(
    "decision",
    "Dossier of a decision",
    _QUESTION,
    NEEDS,
    decision,
    filters=frozenset({"about"}),
    listed=False,
    about_kind="decision",
)
