"""Counting by elimination: instant runoff, and Condorcet with instant runoff.

    instant-runoff   each ballot counts for the option it prefers among those still standing; one
                     with more than half of the votes wins, else the one with fewest goes out
    condorcet-irv    an option preferred to each other one by more ballots wins; where there is
                     none, instant runoff among those standing

A ballot that prefers several alike is shared equally between them, exactly. One with no opinion
of anything standing counts no more. The next place is found by counting again without whoever
holds the places before it, which is not proportional: that is another rule (``stv.py``).

**Ties.** When several have fewest, each is tried: whoever can win in some way shares the place.
(They go out together where even their votes joined stay below the next option's, since then the
order changes nothing.) Trying is bounded by ``ROUNDS``; a count that ties more often than that
leaves all those standing tied.

Sources: H. M. Robert, «Rules of Order» (preferential voting); V. Conitzer, M. Rognlie, L. Xia,
«Preference functions that score rankings and maximum likelihood estimation» (IJCAI 2009), on ties
in every way they can be broken.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from domain.ranking import Ballots, CountRule, Places, prefer

#: How many different sets of standing options one count looks at.
ROUNDS = 1000

Standing = frozenset[int]
Votes = Mapping[int, Fraction | int]


def first_places(ballots: Ballots, standing: Standing) -> dict[int, Fraction | int]:
    """For each option standing, the votes of the ballots that prefer it to the others standing."""
    votes: dict[int, Fraction | int] = dict.fromkeys(sorted(standing), 0)
    for ranks, number in ballots.items():
        best = min((ranks[option] for option in standing if ranks[option]), default=0)
        if best:
            alike = [option for option in votes if ranks[option] == best]
            share = number if len(alike) == 1 else Fraction(number, len(alike))
            for option in alike:
                votes[option] += share
    return votes


class _Runoff:
    """One count; remembers the sets it has looked at, and how many those were."""

    def __init__(self, ballots: Ballots) -> None:
        self._ballots = ballots
        self._known: dict[Standing, Standing] = {}

    def winners(self, standing: Standing) -> Standing:
        """Everyone who wins in some way of breaking the ties; nobody if nobody has a vote."""
        if standing not in self._known:
            if len(self._known) >= ROUNDS:
                return standing
            self._known[standing] = standing
            self._known[standing] = self._look(standing)
        return self._known[standing]

    def _look(self, standing: Standing) -> Standing:
        votes = first_places(self._ballots, standing)
        total = sum(votes.values())
        if not total:
            return frozenset()
        ahead = [option for option in votes if 2 * votes[option] > total]
        if ahead:
            return frozenset(ahead)
        last = _last(votes)
        if len(last) == len(standing):
            return standing
        if len(last) == 1 or _together(votes, last):
            return self.winners(standing - last)
        return frozenset().union(*(self.winners(standing - {option}) for option in sorted(last)))


def _last(votes: Votes) -> Standing:
    fewest = min(votes.values())
    return frozenset(option for option in votes if votes[option] == fewest)


def _together(votes: Votes, last: Standing) -> bool:
    joined = sum(votes[option] for option in last)
    return all(joined < votes[option] for option in votes if option not in last)


def _places(options: int, winners: Callable[[Standing], Standing]) -> Places:
    standing, places = frozenset(range(options)), []
    while standing:
        first = winners(standing)
        if not first:
            break
        places.append(tuple(sorted(first)))
        standing -= first
    return tuple(places)


def _instant(ballots: Ballots, options: int) -> Places:
    return _places(options, _Runoff(ballots).winners)


def _condorcet(ballots: Ballots, options: int) -> Places:
    matrix, runoff = prefer(ballots, options), _Runoff(ballots)

    def winners(standing: Standing) -> Standing:
        for one in sorted(standing):
            others = standing - {one}
            if others and all(matrix[one][other] > matrix[other][one] for other in others):
                return frozenset({one})
        return runoff.winners(standing)

    return _places(options, winners)


INSTANT_RUNOFF = CountRule(_instant)
CONDORCET_IRV = CountRule(_condorcet)
