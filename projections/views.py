"""The list of views: a new view is its own file and one line here.

Each module named below offers ``VIEW``. Modules load when they are asked for, so naming them costs
nothing at start. ``answer`` reads the facts a view needs and folds them; ``answers`` and
``one_by_one`` read once for several views, so that a report stands on one state of the record.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING

from projections.view import FILTERS, View

if TYPE_CHECKING:
    from ledger.directory import Directory
    from ledger.log_read import LedgerReader
    from projections.facts import Facts
    from projections.portfolio import Portfolio
    from projections.result import Asked, ViewResult

_MODULES = {
    "home": "projections.home",
    "stages": "projections.stages",
    "voices": "projections.voices",
    "projects": "projections.projects",
    "levels": "projections.levels",
    "time": "projections.time_given",
    "money": "projections.money",
    "inclusion": "projections.inclusion",
    "recognition": "projections.recognition",
    "contributions": "projections.contributions",
    "payments": "projections.payments",
    "reasons": "projections.reasons",
    "owed": "projections.owed",
    "hours": "projections.hours",
    "fairness": "projections.fairness",
    "spread": "projections.spread",
    "power": "projections.power",
    "seats": "projections.seats",
    "motions": "projections.motions",
    "concentration": "projections.concentration",
    "budgets": "projections.budgets",
    "decisions": "projections.decisions",
    "decision": "projections.decision",
    "provenance": "projections.provenance",
    "chains": "projections.chains",
    "unanswered": "projections.unanswered",
    "integrity": "projections.integrity",
    "measures": "projections.measures",
    "reflection": "projections.reflection",
    "concerns": "projections.concerns",
}


def names() -> tuple[str, ...]:
    """Give the names of all views, in the order in which a report shows them."""
    return tuple(_MODULES)


def listed() -> tuple[str, ...]:
    """Give the names of the views that answer about the whole record: those of a report."""
    return tuple(name for name in _MODULES if find(name).listed)


def unfollowed(view: View, asked: Asked) -> tuple[str, ...]:
    """Give what was asked that this view does not follow, and what it cannot do without."""
    given = {name for name in FILTERS if getattr(asked, name) is not None}
    lacking = {"about"} - given if "about" in view.filters and not view.listed else set[str]()
    strange = set(asked.options) - set(view.options)
    if asked.series is not None and asked.happened_by is not None:
        strange.add("happened_by")  # the days of a series say it themselves
    return tuple(sorted((given - view.filters) | lacking | strange))


def not_offered(view: View, asked: Asked) -> dict[str, tuple[str, ...]]:
    """Give the options asked for in a word that the view does not allow, with those it does."""
    return {
        name: view.options[name]
        for name, word in asked.options.items()
        if name in view.options and word not in view.options[name]
    }


def find(name: str) -> View:
    """Give the view of this name; raises ``KeyError`` naming those that exist."""
    if name not in _MODULES:
        raise KeyError(f"there is no view {name!r}; there are {', '.join(_MODULES)}")
    view: View = import_module(_MODULES[name]).VIEW
    return view


def answer(source: LedgerReader | Directory | Portfolio, name: str, asked: Asked) -> ViewResult:
    """Give one view's answer over a record, from a live ledger or a directory.

    Raises ``KeyError`` for an unknown name, ``ValueError`` when the view does not follow what was
    asked, ``NoSuchCell`` when a series is asked of a figure it has not, and what reading the source
    raises.
    """
    return answers(source, [name], asked)[0]


def answers(
    source: LedgerReader | Directory | Portfolio, wanted: Sequence[str], asked: Asked
) -> list[ViewResult]:
    """Give several views' answers over one reading of the record; raises as ``answer`` does."""
    return list(one_by_one(source, wanted, asked))


def one_by_one(
    source: LedgerReader | Directory | Portfolio, wanted: Sequence[str], asked: Asked
) -> Iterator[ViewResult]:
    """Give the same one after the other, each folded when it is asked for.

    Whoever lets go of one before asking for the next holds one at a time, beside the facts. No
    garbage is collected from the first to the last, for every collection would walk the facts.
    """
    from ledger.collector import collection_paused

    views = [find(name) for name in wanted]
    for view in views:
        if wrong := unfollowed(view, asked):
            raise ValueError(f"the view {view.name} does not follow {', '.join(wrong)}")
        for name, words in not_offered(view, asked).items():
            raise ValueError(f"{name} of the view {view.name} is one of {', '.join(words)}")
    with collection_paused():
        yield from _folded(source, views, asked)


def _folded(
    source: LedgerReader | Directory | Portfolio, views: Sequence[View], asked: Asked
) -> Iterator[ViewResult]:
    """Read once, and fold view by view; the facts are gone when this ends."""
    from projections.kept import facts_of
    from projections.portfolio import Portfolio, standing_on

    needs = frozenset[str]().union(*(view.needs for view in views))
    if isinstance(source, Portfolio):
        if asked.series is not None and asked.series.axis != "happened":
            raise ValueError("what several ledgers knew on a day is asked of each of them")
        facts, standings = source.facts(needs, asked)
        now = replace(asked, at=None)  # each ledger was cut where it was asked
        for view in views:
            yield replace(standing_on(answered(view, facts, now), standings), asked=asked)
    else:
        facts = facts_of(source, needs)
        for view in views:
            yield replace(answered(view, facts, asked), asked=asked)


def answered(view: View, facts: Facts, asked: Asked) -> ViewResult:
    """The view's answer, or one figure of it through time, with the hashes of what is behind."""
    from projections.hashes import hashes_of
    from projections.series import through_time

    if asked.series is None:
        found = view.fold(facts, asked)
    else:
        found = through_time(view, facts, asked, asked.series)
    found = replace(found, hashes=hashes_of(found.rows, facts))
    facts.turn()
    return found
