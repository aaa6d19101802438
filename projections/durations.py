"""How long something took, where some of it has not ended yet.

What is still open has lasted *at least* until today. Leaving it out would make slow payers look
quick, so the median and the 90th percentile are Kaplan and Meier's: with ``d`` ended of ``r`` that
lasted at least ``t`` days,

    S(t) = product over t' <= t of (1 - d/r)        the share that lasts longer than t
    the q-th quantile = the first t with S(t) <= 1 - q

Where nothing is open that is the nearest-rank percentile: the smallest number of days within which
at least that share had ended. Where so much is open that S never falls so low, all that can be said
is «at least» the longest time seen.

Source: E. L. Kaplan and P. Meier, JASA 53 (1958); domain.md section 8, «Time to payment».

Example:
    >>> quantile([Lasted(3, True), Lasted(5, True), Lasted(9, False)], 0.5)
    Quantile(days=5, at_least=False)
    >>> quantile([Lasted(3, True), Lasted(5, False), Lasted(9, False)], 0.5)
    Quantile(days=9, at_least=True)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

_EXACT = 1e-9


class Lasted(NamedTuple):
    """So many days; ``ended`` is False while it still goes on."""

    days: int
    ended: bool


class Quantile(NamedTuple):
    """A quantile in days, or the bound «at least» where too much is still open."""

    days: int
    at_least: bool


def quantile(lasted: Sequence[Lasted], share: float) -> Quantile | None:
    """Give the days within which ``share`` (0 to 1) had ended; None of nothing."""
    if not lasted:
        return None
    ended = Counter(one.days for one in lasted if one.ended)
    gone = Counter(one.days for one in lasted)
    at_risk, longer = len(lasted), 1.0
    for days in sorted(gone):
        longer *= 1 - ended[days] / at_risk
        if ended[days] and longer <= 1 - share + _EXACT:
            return Quantile(days, False)
        at_risk -= gone[days]
    return Quantile(max(gone), True)
