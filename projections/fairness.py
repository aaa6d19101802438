"""View ``fairness``: was what was promised paid, whose time was covered, and how long it took.

One row for each figure (``figure.py``), after the formulas of domain.md section 8. The main test is
paid as promised. How unevenly anything is spread is another view, ``spread``: choice is not
injustice, and such an index does not belong on a first page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from projections import offers
from projections.cover import NEEDS, Cover, read
from projections.facts import Facts
from projections.fairness_rows import acceptance, promised, time_to_payment, uncovered
from projections.figure import Figure, figure_columns, n_again
from projections.hourly import hourly, ratios
from projections.limits import LIMIT_TYPES, least_for_a_rate, notes_of
from projections.result import Asked, Row, Said, Summary, ViewResult
from projections.stage_common import counted, many
from projections.view import View

_QUESTION = "Were people paid as promised, was their time covered, and how long did it take?"


def fairness(facts: Facts, asked: Asked) -> ViewResult:
    """Fold the figures, each with n, period, what was left out and its interval."""
    size = facts.size_at(asked.at)
    cover = read(facts, asked)
    least, limit = least_for_a_rate(facts, size)
    money = offers.read(facts, asked)
    figures = [
        *promised(money),
        *uncovered(cover),
        *acceptance(list(money.dated)),
        *time_to_payment(money),
        *hourly(cover),
        *ratios(cover),
    ]
    root, period = facts.root_at(size), asked.span or "all that is recorded"
    rows = tuple(figure.row(least, period, root) for figure in figures)
    return ViewResult(
        view="fairness",
        title="Fairness",
        question=_QUESTION,
        formula=_FORMULA,
        does_not_show=(
            "Whether a fee was enough, what should have been offered, or why somebody said no. "
            "Time that nobody recorded. A rate for an hour is an illustration and never anybody's "
            "own: involvement is not employment."
        ),
        checkpoint=facts.standing(asked),
        columns=figure_columns(),
        rows=rows,
        notes=(*_notes(facts, asked, cover, money), limit),
        summary=_summary(rows, figures),
        relations=(
            *(relation for figure in figures for relation in figure.relations),
            *(relation for row in rows for relation in n_again(row)),
        ),
    )


_FORMULA = (
    "Paid as promised: as in the view payments; there is no policy of payment in a record, so "
    "what an offer or an approval says stands for it. Uncovered time: as in the view hours; the "
    "difference is the community's share minus the institution's. Accepted of answered: accepted, "
    "wholly or for less, divided by accepted + redirected + declined; by people: who accepted "
    "anything, of who answered. Left out: promises not due yet or whose payment nobody recorded, "
    "offers without an answer, time whose cover is not known, fees whose hours are not. Days from "
    "claim to payment: the median and the 90th percentile after Kaplan and Meier, where open "
    "claims count as lasting at least until the day the record had reached; «at least» where too "
    "many are open to say more. Fees for an hour: fees and wages paid for one named piece of work "
    "over its recorded time. The interval is the 95 % percentile bootstrap over people (1,000 "
    "draws for up to 200 people, 200 for 1,000, none above); its draws follow from the root of "
    "the record and the row's key, so they can be repeated."
)


def _notes(facts: Facts, asked: Asked, cover: Cover, money: offers.Money) -> Iterable[str]:
    yield from notes_of(facts, asked, cover.record)
    unrecorded = sum(one.unrecorded for one in money.matters)
    if unrecorded:
        yield (
            f"Payment is not recorded for {many(unrecorded, 'offer')}; that says nothing about "
            "whether it was made, and they are in no figure of payment."
        )
    if asked.dated:
        undated = sum(not one.dated for one in money.matters)
        yield f"{many(undated, 'offer')} with dates that do not say whether {asked.span}: left out."
    yield "Types of payment and currencies are never added together."


def _summary(rows: Sequence[Row], figures: Sequence[Figure]) -> Summary:
    shows, unknown = list[str](), list[str]()
    for row, figure in zip(rows, figures, strict=True):
        if figure.key.startswith(("promised-", "accepted-")):
            text = f"{figure.measure}, {figure.of}: {{}} of {{}} {figure.n_of}."
            counts = {(row.key, name): row.cells[name] for name in ("numerator", "denominator")}
            shows.append(Said.of(text, counts))
        elif row.cells["value"] is None and row.cells["share"] is None:
            unknown.append(f"{figure.measure}, {figure.of}: not given ({_why(figure)}).")
        else:
            value = row.cells["share"] if row.cells["value"] is None else row.cells["value"]
            shows.append(
                f"{figure.measure}, {figure.of}: {figure.reading} {value} {figure.unit} "
                f"({counted(figure.n, figure.n_of)})."
            )
    if not rows:
        unknown.append("No offer, claim or time is recorded that fairness could be counted from.")
    return Summary(tuple(shows), (), tuple(unknown))


def _why(figure: Figure) -> str:
    if figure.value is None:
        return "not recorded" if figure.reading == "as recorded" else figure.reading
    return f"only {counted(figure.n, figure.n_of)}"


VIEW = View(
    "fairness",
    "Fairness",
    _QUESTION,
    NEEDS | LIMIT_TYPES,
    fairness,
    filters=frozenset({"project", "scale", "side", "group", "period"}),
)
