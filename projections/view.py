"""What a view is: its name, its question, the event types it needs, and a pure fold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from projections.facts import Facts
from projections.result import Asked, ViewResult


@dataclass(frozen=True, slots=True)
class View:
    """One view: ``fold`` turns facts of the types in ``needs`` into an answer, and does no I/O."""

    name: str
    title: str
    question: str
    needs: frozenset[str]
    fold: Callable[[Facts, Asked], ViewResult]
