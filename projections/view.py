"""What a view is: its name, its question, the event types it needs, and a pure fold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from projections.facts import Facts
from projections.result import Asked, ViewResult

#: By what a view may be narrowed; ``at`` and ``happened_by`` hold for every view.
FILTERS = ("project", "scale", "side", "group", "period", "about")


@dataclass(frozen=True, slots=True)
class View:
    """One view: ``fold`` turns facts of the types in ``needs`` into an answer, and does no I/O.

    ``filters`` are those of ``FILTERS`` that the fold follows: one it does not follow is refused,
    for a figure that silently ignored what was asked would be a wrong one. ``options`` are choices
    of its own, each with the words it allows, the usual one first (``{"ladder": ("stored", …)}``);
    the fold finds what was chosen in ``asked.options``. A view with ``listed`` False answers only
    about one thing (``about``), of ``about_kind`` where that is one kind, or about today; it is in
    no report.
    """

    name: str
    title: str
    question: str
    needs: frozenset[str]
    fold: Callable[[Facts, Asked], ViewResult]
    filters: frozenset[str] = frozenset({"project", "scale"})
    listed: bool = True
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    about_kind: str = ""
