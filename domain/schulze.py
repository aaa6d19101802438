"""The Schulze method: who is beaten by whom along the strongest path.

    link    a → b   as strong as the number of ballots preferring a to b, if more than the reverse
    path            as strong as its weakest link; between two options the strongest path counts
    a beats b       when the strongest path from a to b is stronger than that from b to a
    place of a      one more than the number of options that beat it

Beating is transitive, so whom nobody beats holds the first place, and an option never stands
behind one that it beats. Several that nobody beats are tied for the first place.

Where paths leave two options undecided, other orders are in use: taking away winners layer by
layer, or counting victories. The first leaves ties that this one settles, the second can put one
unbeaten option before another. The published Kubernetes rankings agree with this one alone.

An option that no ballot compares with any other has no place: having no opinion of it is no reason
to elect it.

Sources: M. Schulze, «A new monotonic, clone-independent, reversal symmetric, and
Condorcet-consistent single-winner election method», Social Choice and Welfare 36 (2011), sections
2.2 and 2.3 (strength by winning votes). Cost: options cubed.
"""

from __future__ import annotations

from domain.ranking import Ballots, CountRule, Matrix, Places, prefer


def order(matrix: Matrix) -> Places:
    """The places, from how many ballots prefer which option to which."""
    paths = strongest_paths(matrix)
    some = [a for a, row in enumerate(matrix) if any(row) or any(other[a] for other in matrix)]
    beaten = {a: sum(paths[b][a] > paths[a][b] for b in some) for a in some}
    return tuple(
        tuple(option for option in some if beaten[option] == times)
        for times in sorted(set(beaten.values()))
    )


def strongest_paths(matrix: Matrix) -> list[list[int]]:
    """The strength of the strongest path between each two options; 0 where there is none."""
    options = range(len(matrix))
    path = [[matrix[a][b] if matrix[a][b] > matrix[b][a] else 0 for b in options] for a in options]
    for via in options:
        onward = path[via]
        for start in options:
            row, reach = path[start], path[start][via]
            if start == via or not reach:
                continue
            for end in options:
                strength = min(reach, onward[end])
                if end != start and strength > row[end]:
                    row[end] = strength
    return path


def _order_ballots(ballots: Ballots, options: int) -> Places:
    return order(prefer(ballots, options))


SCHULZE = CountRule(_order_ballots, order)
