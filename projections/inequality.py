"""How unevenly something is spread: Gini, Theil T with its parts, and a bootstrap interval.

    Gini      = sum over i of (2i - n - 1) x_i / (n sum x)     x ascending, i = 1..n
    Theil T   = (1/n) sum (x/m) ln(x/m)                        m the mean, 0 ln 0 = 0
    between   = sum over groups of s_g ln(m_g/m)               s_g = n_g m_g / (n m)
    within    = sum over groups of s_g T_g                     between + within = T

Source: domain.md section 8. Neither is defined where nobody has anything: ``None``, not zero.

The interval is the percentile bootstrap over people: as many people are drawn with replacement as
there are, the index is taken anew, and the 2.5th and 97.5th of these are its ends, by linear
interpolation. The draws follow from a seed alone, so that whoever has the record gets the same.

Example:
    >>> gini([1, 1, 1, 1]), gini([0, 0, 0, 1])
    (0.0, 0.75)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from math import floor, fsum, log
from random import Random
from typing import TypeVar

#: How many draws an interval rests on: fewer where there are many people, so that it stays quick.
_DRAWS = (200, 1000)
_WORK = 200_000
#: Above so many people no interval is drawn: it says little more, and nobody would wait for it.
MOST_PEOPLE = 1000

T = TypeVar("T")


def gini(values: Sequence[float]) -> float | None:
    """Give Gini's index of values >= 0, in [0, 1 - 1/n]; None where their sum is zero."""
    n, total = len(values), fsum(values)
    if not total:
        return None
    weighted = fsum((2 * at - n - 1) * x for at, x in enumerate(sorted(values), 1))
    return weighted / (n * total)


def theil(values: Sequence[float]) -> float | None:
    """Give Theil's T of values >= 0, in [0, ln n]; None where their sum is zero."""
    n, total = len(values), fsum(values)
    if not total:
        return None
    mean = total / n
    return fsum(x / mean * log(x / mean) for x in values if x) / n


def theil_parts(groups: Mapping[str, Sequence[float]]) -> tuple[float, float] | None:
    """Give how much of T lies between the groups and how much within; None where T is none."""
    n, total = sum(map(len, groups.values())), fsum(map(fsum, groups.values()))
    if not total:
        return None
    between, within = [], []
    for values in groups.values():
        inner = theil(values)
        if inner is None:  # nobody in it has anything: its share is zero, and 0 ln 0 = 0
            continue
        share = fsum(values) / total
        between.append(share * log(share * n / len(values)))
        within.append(share * inner)
    return fsum(between), fsum(within)


def draws_for(people: int) -> int:
    """How many draws an interval over so many people rests on."""
    least, most = _DRAWS
    return max(least, min(most, _WORK // max(1, people)))


def seed_of(root: str, what: str) -> int:
    """The seed of the draws for one figure, from the root of the record that it stands on."""
    return int.from_bytes(sha256(f"{root}|{what}".encode()).digest())


def interval(
    values: Sequence[T], index: Callable[[Sequence[T]], float | None], seed: int
) -> tuple[float, float] | None:
    """Give the 95 % percentile interval of an index over people; None where it has none.

    ``values`` has one item for each person, of whatever kind ``index`` takes.
    """
    n, draw = len(values), Random(seed).random  # noqa: S311  it must be possible to repeat it
    if n > MOST_PEOPLE:
        return None
    found = []
    for _ in range(draws_for(n)):
        one = index([values[int(draw() * n)] for _ in range(n)])
        if one is not None:
            found.append(one)
    if not found:
        return None
    found.sort()
    return percentile(found, 0.025), percentile(found, 0.975)


def percentile(ascending: Sequence[float], share: float) -> float:
    """Give the value below which ``share`` of them lie, by linear interpolation between two."""
    at = share * (len(ascending) - 1)
    low = floor(at)
    high = min(low + 1, len(ascending) - 1)
    return ascending[low] + (at - low) * (ascending[high] - ascending[low])
