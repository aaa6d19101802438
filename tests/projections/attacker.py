"""An attacker who adds and subtracts everything published: integer programming by scipy.

Independent of the solver under test: it is told the figures, what is shown of each, and the laws,
and finds the least and the largest whole number that each hidden figure can be.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from projections.guard_solve import Figure, Law

_FAR = 100_000


def ranges(
    figures: Sequence[Figure], laws: Sequence[Law], wanted: Iterable[int]
) -> dict[int, tuple[int, int]]:
    """What the attacker can say of each figure in ``wanted``: at least, and at most."""
    count = len(figures)
    matrix = np.zeros((max(1, len(laws)), count))
    low = np.full(max(1, len(laws)), -np.inf)
    high = np.zeros(max(1, len(laws)))
    for number, law in enumerate(laws):
        for at, sign in law.terms:
            matrix[number, at] += sign
        low[number] = 0 if law.equal else -np.inf
    bounds = Bounds(
        [0 if figure.hidden else figure.low for figure in figures],
        [_FAR if figure.hidden else figure.high for figure in figures],
    )
    found = {}
    for at in wanted:
        ends = []
        for way in (1, -1):
            aim = np.zeros(count)
            aim[at] = way
            answer = milp(
                aim,
                constraints=LinearConstraint(matrix, low, high),
                bounds=bounds,
                integrality=np.ones(count),
            )
            assert answer.status == 0, answer.message  # the truth itself always fits
            ends.append(round(way * answer.fun))
        found[at] = (ends[0], ends[1])
    return found
