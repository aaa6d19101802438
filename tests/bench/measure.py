"""How a line is measured: ours and its limit in turn, in one run, and the median of the ratios.

    A B · B A · A B …       each letter a round of a second or less

Nothing here compares with a number written down: machines differ and are busy, ratios hardly are.
Each round gives a ratio; the median of them is the figure, and the lowest and highest are told.
A round gives seconds for one piece of work (an event, a process), whatever the unit shown.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

#: One round: does the work some number of times and gives the cost of one.
Round = Callable[[], float]


class NotHere(Exception):
    """A line cannot be measured on this machine; the message says what to install."""


@dataclass(frozen=True, slots=True)
class Run:
    """What was asked for: a folder to work in, how many rounds, and whether it may take minutes."""

    folder: Path
    rounds: int = 7
    long: bool = False


@dataclass(slots=True)
class Pair:
    """A line, ready to be measured.

    ``limit`` is None where the limit is a number (``Line.fixed``). ``alone`` is what a profile
    looks at, when ``ours`` itself works in other processes. ``notes`` are said under the line.
    """

    ours: Round
    limit: Round | None = None
    alone: Callable[[], object] | None = None
    notes: Callable[[], list[str]] = list


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table.

    ``unit``: ``/s`` shows rates, and the ratio is ours ÷ limit; ``ms`` and ``MB`` show amounts
    (``ms`` of seconds), with the same ratio. A target is at least, or at most, that ratio; None
    where a line is shown without one.
    """

    name: str
    work: str
    against: str
    unit: str
    prepare: Callable[[Run], AbstractContextManager[Pair]]
    at_least: float | None = None
    at_most: float | None = None
    fixed: float | None = None
    rounds: int | None = None
    long: bool = False

    def reached(self, ratio: float) -> bool | None:
        """Whether the target is reached; None when there is none."""
        if self.at_least is not None:
            return ratio >= self.at_least
        if self.at_most is not None:
            return ratio <= self.at_most
        return None

    @property
    def target(self) -> str:
        """The target in a few characters."""
        if self.at_least is not None:
            return f"≥ {self.at_least:g}"
        return "–" if self.at_most is None else f"≤ {self.at_most:g}"


@dataclass(frozen=True, slots=True)
class Figure:
    """What came out of a line, in its unit; ``low`` and ``high`` are the extremes of the ratio."""

    line: Line
    ours: float
    limit: float
    ratio: float
    low: float
    high: float
    notes: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        """For programs."""
        line = self.line
        return {
            "name": line.name,
            "work": line.work,
            "against": line.against,
            "unit": line.unit,
            "ours": self.ours,
            "limit": self.limit,
            "ratio": self.ratio,
            "ratio_low": self.low,
            "ratio_high": self.high,
            "target": line.target,
            "reached": line.reached(self.ratio),
            "notes": self.notes,
        }


def measure(line: Line, pair: Pair, rounds: int) -> Figure:
    """Measure both sides in turn and give the medians."""
    shown = _rate if line.unit.startswith("/s") else _amount
    ours: list[float] = []
    limits: list[float] = []
    for turn in _turns(rounds, both=pair.limit is not None):
        if turn == "ours" or pair.limit is None:
            ours.append(shown(pair.ours()))
        else:
            limits.append(shown(pair.limit()))
    if pair.limit is None:
        limits = [line.fixed or 1.0] * len(ours)
    ratios = [one / other for one, other in zip(ours, limits, strict=True)]
    middle = statistics.median
    return Figure(
        line,
        middle(ours),
        middle(limits),
        middle(ratios),
        min(ratios),
        max(ratios),
        pair.notes(),
    )


def _turns(rounds: int, *, both: bool) -> Iterator[str]:
    """A B, B A, A B …: a machine that slows down or speeds up favours neither."""
    for at in range(rounds):
        if not both:
            yield "ours"
        else:
            yield from ("ours", "limit") if at % 2 == 0 else ("limit", "ours")


def _rate(seconds: float) -> float:
    return 1 / seconds


def _amount(value: float) -> float:
    return value
