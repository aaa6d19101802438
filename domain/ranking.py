"""Ranked ballots: what voters prefer to what, and who takes the seats.

A ballot gives each option a rank, in the order in which the options were put::

    (1, 3, 3, 0)      the first is most preferred, the next two alike, no opinion of the last

A smaller number is preferred; equal numbers are alike; numbers need not be consecutive. **No
opinion (0) ranks neither way**: the ballot says nothing between that option and any other. A
ballot of nothing but 0 abstains.

A count rule (``schulze.py``, ``runoff.py``, ``stv.py``) orders the options into *places*: the
first, the second …, each held by one option or shared. A shared place is a tie and stays one: where
it straddles the last seat nobody gets that seat by accident.

    places ((2,), (0, 1), (3,))   one seat → 2     two seats → 2, and 0 and 1 tied for the second
                                  three seats → 2, 0, 1
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

#: One number for each option, in the order in which they were put; 0 is no opinion.
Ranks = tuple[int, ...]
#: How many cast each ballot.
Ballots = Mapping[Ranks, int]
#: ``matrix[a][b]``: how many ballots prefer ``a`` to ``b``.
Matrix = Sequence[Sequence[int]]
#: Options by number, best first; several in one place are tied.
Places = tuple[tuple[int, ...], ...]

CountRuleName = Literal["schulze", "instant-runoff", "condorcet-irv", "scottish-stv"]


def prefer(ballots: Ballots, options: int) -> list[list[int]]:
    """For each two options, how many ballots prefer the one to the other."""
    matrix = [[0] * options for _ in range(options)]
    for ranks, number in ballots.items():
        said = [(rank, option) for option, rank in enumerate(ranks) if rank]
        for rank, option in said:
            row = matrix[option]
            for other_rank, other in said:
                if rank < other_rank:
                    row[other] += number
    return matrix


def without(ranks: Ranks, gone: frozenset[int]) -> Ranks:
    """The same ballot with no opinion of the options that are ``gone``."""
    return tuple(0 if option in gone else rank for option, rank in enumerate(ranks))


def seat(places: Places, seats: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Who takes a seat, best first, and who is tied for the last of them."""
    chosen: list[int] = []
    for place in places:
        left = seats - len(chosen)
        if not left:
            break
        if len(place) > left:
            return tuple(chosen), place
        chosen.extend(place)
    return tuple(chosen), ()


@dataclass(frozen=True, slots=True)
class CountRule:
    """One way to order the options.

    ``from_ballots`` needs the ballots themselves; ``from_pairs``, where there is one, does with
    how many prefer what to what, which says less about each voter. ``for_seats``, where there is
    one, counts for so many seats at once: its places are those elected, nobody is next in order.
    """

    from_ballots: Callable[[Ballots, int], Places]
    from_pairs: Callable[[Matrix], Places] | None = None
    for_seats: Callable[[Ballots, int, int], Places] | None = None
