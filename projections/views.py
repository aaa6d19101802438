"""The list of views: a new view is its own file and one line here.

Each module named below offers ``VIEW``. Modules load when they are asked for, so naming them costs
nothing at start. ``answer`` reads the facts a view needs and folds them; ``answers`` reads once
for several views, so that a report stands on one state of the record.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from projections.view import View

if TYPE_CHECKING:
    from ledger.directory import Directory
    from ledger.log_read import LedgerReader
    from projections.result import Asked, ViewResult

_MODULES = {
    "stages": "projections.stages",
    "voices": "projections.voices",
    "projects": "projections.projects",
    "contributions": "projections.contributions",
    "payments": "projections.payments",
}


def names() -> tuple[str, ...]:
    """Give the names of all views, in the order in which a report shows them."""
    return tuple(_MODULES)


def find(name: str) -> View:
    """Give the view of this name; raises ``KeyError`` naming those that exist."""
    if name not in _MODULES:
        raise KeyError(f"there is no view {name!r}; there are {', '.join(_MODULES)}")
    view: View = import_module(_MODULES[name]).VIEW
    return view


def answer(source: LedgerReader | Directory, name: str, asked: Asked) -> ViewResult:
    """Give one view's answer over a record, from a live ledger or a directory.

    Raises ``KeyError`` for an unknown name, and what reading the source raises.
    """
    return answers(source, [name], asked)[0]


def answers(
    source: LedgerReader | Directory, wanted: Sequence[str], asked: Asked
) -> list[ViewResult]:
    """Give several views' answers over one reading of the record."""
    from ledger.collector import collection_paused
    from projections.replay import read_facts

    views = [find(name) for name in wanted]
    needs = frozenset[str]().union(*(view.needs for view in views))
    with collection_paused():
        facts = read_facts(source, needs)
        return [view.fold(facts, asked) for view in views]
