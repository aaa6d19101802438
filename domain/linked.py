"""One person under two pseudonyms: what a link takes away, and never gives.

A link gives neither pseudonym anything of the other's: keys, grants, seats and ballots stay with
each. But nobody stands on both sides of one act under two names: who recorded a line does not
confirm it, who claims money does not approve it, nobody pays or lets look themselves, two tellers
or drawers are two people. This holds while the link stands: said live, not undone, and more than a
guess. Either of the two may undo it at once; link and undoing stay in the record.

    pseudonyms(world, ana)      ana, and every pseudonym that links lead to from there
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from domain.act import Act
from domain.world import Subject, World

_LINKED, _UNLINKED = "persons-linked/v1", "persons-unlinked/v1"


@dataclass(frozen=True, slots=True)
class Links(Subject):
    """The links of one pseudonym that stand: the hash of each, and whom it leads to."""

    types: ClassVar = frozenset({_LINKED, _UNLINKED})

    standing: tuple[tuple[str, str], ...] = ()

    def apply(self, act: Act[Any], key: str, /) -> Links:
        event = act.event
        if act.type == _UNLINKED:
            return Links(tuple(link for link in self.standing if link[0] != event.link))
        if act.is_history or event.basis == "guess":
            return self
        other = event.same_as if event.person == key else event.person
        return Links((*self.standing, (act.hash, other)))


def pseudonyms(world: World, person: str) -> frozenset[str]:
    """All pseudonyms that are said to be this one person, itself among them."""
    found, waiting = {person}, [person]
    while waiting:
        others = {other for _, other in world.get(Links, waiting.pop()).standing} - found
        found |= others
        waiting += sorted(others)
    return frozenset(found)
