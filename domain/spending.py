"""The budget vote: options are paid for by votes, in order, until the money is spent.

The allocation rule is named when the decision is opened; it says what happens when the next option
costs more than is left::

    in-order-skip   it is passed over, and cheaper ones behind it are still looked at
    in-order-stop   nothing more is paid for

Options with as many votes as each other are paid for together where the money reaches for all of
them; where it does not, they are tied and the count stops: nobody is paid for by accident. An
option that nobody voted for, or that has no more votes than «do nothing», is never paid for.

    costs 60, 30, 30   votes 9, 5, 5   money 100   in-order-skip → the first; the others are tied
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

Allocation = Literal["in-order-skip", "in-order-stop"]


def fund(
    costs: Sequence[int], votes: Sequence[int], money: int, rule: str, floor: int = 0
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Who is paid for, most votes first, and who is tied for what is left.

    ``costs`` and ``money`` are minor units of one currency; options with ``floor`` votes or fewer
    are left out.
    """
    paid: list[int] = []
    left = money
    for number in sorted({n for n in votes if n > floor}, reverse=True):
        alike = [option for option, n in enumerate(votes) if n == number]
        fitting = [option for option in alike if costs[option] <= left]
        stops = rule == "in-order-stop" and len(fitting) < len(alike)
        if stops and len(alike) == 1:
            break
        wanted = alike if stops else fitting
        if sum(costs[option] for option in wanted) > left:
            return tuple(paid), tuple(wanted)
        paid.extend(wanted)
        left -= sum(costs[option] for option in wanted)
    return tuple(paid), ()
