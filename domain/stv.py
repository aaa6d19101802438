"""Several seats in proportion: the single transferable vote as Scottish local elections count it.

    quota       ballots that rank anything ÷ (seats + 1), the remainder dropped, plus one
    elected     whoever has the quota, at the end of any stage
    surplus     what an elected option has above the quota, the largest first. All its papers go on
                to whom each prefers next of those standing, each at (its value × surplus ÷ votes)
    excluded    without a surplus to pass on, whoever has fewest; the papers go on at their value
    last seats  as many standing as seats left: they are elected, without a quota if need be

This is the weighted inclusive Gregory method. Values are whole hundred-thousandths of a vote, what
is smaller is lost: so the order says, and exact fractions would double their digits at each seat.

Three things the order leaves open or to chance, and how they are here: a paper that prefers
several alike is shared equally between them. An option that no paper ranks does not stand. Where
two have equally many (fewest, or the largest surplus), the last earlier stage at which they
differed decides; **if there was none, each way is tried instead of a lot**. Who is elected in every
way is chosen; who is elected in some is tied for the seats left. Trying is bounded by ``STAGES``;
what a count beyond that had not settled is tied.

The places are those elected, in the order of election, then whoever is tied; the rest have none:
their votes went on to others, so no order is left among them, and nobody is «next in order».

Source: The Scottish Local Government Elections Order 2007 (SSI 2007/42), schedule 1, rules 45–52.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from domain.ranking import Ballots, CountRule, Places, Ranks

#: The parts of one vote: five decimal places.
VOTE = 100_000
#: How many stages one count goes through, in all its ways together.
STAGES = 2000

#: Equal papers of one option: what they rank and what each is worth, and how many they are.
Pile = Mapping[tuple[Ranks, int], int]
Votes = Mapping[int, int]


@dataclass(frozen=True, slots=True)
class _Stage:
    """A count at the end of one stage, in one way of breaking its ties."""

    piles: Mapping[int, Pile]
    standing: frozenset[int]
    places: Places = ()
    waiting: frozenset[int] = frozenset()
    #: How the options stood before, as numbers that compare as the last earlier stage does at
    #: which two of them differed.
    before: Mapping[int, int] = field(default_factory=dict)

    @property
    def votes(self) -> Votes:
        """What each option has, in parts of a vote."""
        return {
            option: sum(value * number for (_, value), number in pile.items())
            for option, pile in self.piles.items()
        }

    @property
    def history(self) -> Mapping[int, int]:
        """``before`` for the stage that follows: this one counts first, then those before it."""
        stood = {one: (votes, self.before.get(one, 0)) for one, votes in self.votes.items()}
        places = {pair: at for at, pair in enumerate(sorted(set(stood.values())))}
        return {one: places[pair] for one, pair in stood.items()}

    @property
    def elected(self) -> frozenset[int]:
        """Everyone elected so far."""
        return frozenset(option for place in self.places for option in place)


#: Makes the stage that follows in one way.
_Move = Callable[[], _Stage]


@dataclass(slots=True)
class _Count:
    """One count: its quota, and what came out in each way of breaking ties."""

    seats: int
    quota: int
    stages: int = 0
    ways: list[Places] = field(default_factory=list)
    #: Who was still standing where counting went on too long.
    unsettled: set[int] = field(default_factory=set)

    def go_on(self, first: _Stage) -> None:
        """Count on from here, along every way; a stage is made when its turn comes."""
        todo: list[tuple[_Stage, _Move]] = [(first, lambda: first)]
        while todo and self.stages < STAGES:
            _, move = todo.pop()
            self.stages += 1
            stage = self._elect(move())
            left = self.seats - len(stage.elected)
            if left <= 0 or len(stage.standing) <= left:
                last = _by_votes(stage.standing, stage.votes) if left > 0 else ()
                self.ways.append((*stage.places, *last))
            else:
                todo += [(stage, move) for move in reversed(self._moves(stage, left))]
        # Counting went on too long: of what was not tried, only what came before it is certain.
        for stage in {id(stage): stage for stage, _ in todo}.values():
            self.ways.append(stage.places)
            self.unsettled |= stage.standing

    def _elect(self, stage: _Stage) -> _Stage:
        votes = stage.votes
        new = frozenset(option for option in stage.standing if votes[option] >= self.quota)
        above = frozenset(option for option in new if votes[option] > self.quota)
        return replace(
            stage,
            standing=stage.standing - new,
            places=(*stage.places, *_by_votes(new, votes)),
            waiting=stage.waiting | above,
        )

    def _moves(self, stage: _Stage, left: int) -> list[_Move]:
        """What makes the stages that may follow: one, or as many as a tie can be broken."""
        votes = stage.votes
        if stage.waiting:
            most = max(votes[option] for option in stage.waiting)
            equal = [option for option in stage.waiting if votes[option] == most]
            most_then = _earlier(equal, stage.before, max)
            return [partial(self._pass_surplus, stage, one) for one in most_then]
        fewest = min(votes[option] for option in stage.standing)
        equal = [option for option in stage.standing if votes[option] == fewest]
        if not fewest and len(stage.standing) - len(equal) >= left:
            # Nothing moves when these go, so that their order changes nothing.
            return [partial(_exclude, stage, equal)]
        return [partial(_exclude, stage, [one]) for one in _earlier(equal, stage.before, min)]

    def _pass_surplus(self, stage: _Stage, option: int) -> _Stage:
        total = stage.votes[option]
        surplus = total - self.quota
        piles = {one: dict(pile) for one, pile in stage.piles.items()}
        papers = piles.pop(option)
        _hand_on(piles, stage.standing, papers, lambda value: value * surplus // total)
        piles[option] = {((), self.quota): 1}
        return replace(
            stage,
            piles=piles,
            waiting=stage.waiting - {option},
            before=stage.history,
        )


def _exclude(stage: _Stage, options: Iterable[int]) -> _Stage:
    gone = frozenset(options)
    standing = stage.standing - gone
    piles = {one: dict(pile) for one, pile in stage.piles.items() if one not in gone}
    for option in gone:
        _hand_on(piles, standing, stage.piles[option], lambda value: value)
    return replace(stage, piles=piles, standing=standing, before=stage.history)


def _hand_on(
    piles: dict[int, dict[tuple[Ranks, int], int]],
    standing: frozenset[int],
    papers: Pile,
    worth: Callable[[int], int],
) -> None:
    for (ranks, value), number in papers.items():
        best = min((ranks[one] for one in standing if ranks and ranks[one]), default=0)
        alike = [one for one in standing if best and ranks[one] == best]
        for one in alike:
            key = (ranks, worth(value) // len(alike))
            piles[one][key] = piles[one].get(key, 0) + number


def _by_votes(options: Iterable[int], votes: Votes) -> Places:
    found: dict[int, list[int]] = {}
    for option in sorted(options):
        found.setdefault(votes[option], []).append(option)
    return tuple(tuple(found[number]) for number in sorted(found, reverse=True))


def _earlier(
    equal: Iterable[int], before: Mapping[int, int], pick: Callable[[Iterable[int]], int]
) -> list[int]:
    """Whom the last earlier stage singles out at which these were not equal; all, if none does."""
    stood = {option: before.get(option, 0) for option in equal}
    wanted = pick(stood.values())
    return sorted(option for option, place in stood.items() if place == wanted)


def _count(ballots: Ballots, options: int, seats: int) -> _Count:
    ranked = {ranks: number for ranks, number in ballots.items() if any(ranks)}
    standing = frozenset(one for one in range(options) if any(ranks[one] for ranks in ranked))
    quota = sum(ranked.values()) // (seats + 1) + 1
    piles: dict[int, dict[tuple[Ranks, int], int]] = {one: {} for one in standing}
    papers = {(ranks, VOTE): number for ranks, number in ranked.items()}
    _hand_on(piles, standing, papers, lambda value: value)
    count = _Count(seats, quota * VOTE)
    count.go_on(_Stage(piles, standing))
    return count


def places(ballots: Ballots, options: int, seats: int) -> Places:
    """Those elected to ``seats``, in the order of election; then those tied for what is left."""
    count = _count(ballots, options, seats)
    first, sets = count.ways[0], [{one for place in way for one in place} for way in count.ways]
    certain = set.intersection(*sets)
    tied = (set.union(*sets) | count.unsettled) - certain
    same = 0
    while all(way[: same + 1] == first[: same + 1] for way in count.ways) and same < len(first):
        same += 1
    ordered = [place for place in first[:same] if certain.issuperset(place)]
    behind = certain - {one for place in ordered for one in place}
    rest = tuple(tuple(sorted(group)) for group in (behind, tied) if group)
    return (*ordered, *rest)


def _one_seat(ballots: Ballots, options: int) -> Places:
    return places(ballots, options, 1)


SCOTTISH_STV = CountRule(_one_seat, for_seats=places)
