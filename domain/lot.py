"""The draw: from sealed secrets to an order of the pool that anybody can compute again.

Every text is UTF-8, every line ends in LF, every digest is SHA-256 in lower-case hex::

    seal     SHA-256("tallystick/draw-seal/v1\\n" decision "\\n" drawer "\\n" secret "\\n")
    seed     SHA-256("tallystick/draw-seed/v1\\n" decision "\\n"
                     for each option as put:     key " " person-or-- " " side "\\n"
                     for each drawer, by id:     drawer " " secret "\\n")
    ticket   SHA-256("tallystick/draw-ticket/v1\\n" seed "\\n" key "\\n")   of each option
    order    the options by their tickets, smallest first

A secret is 32 random bytes as 64 hex digits, drawn by its drawer. Sealed before anybody shows
theirs, and bound to decision and drawer, so that nobody can choose theirs by the others' or copy
one: **whoever keeps one secret honestly random makes the order random**, whatever the others do.
What is left to the last to show theirs is to keep it: then there is no draw at all.

    quotas   each side's number is taken first, from its own options in order; the seats left go to
             whoever comes next in order, of any side
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class Ticket:
    """One option of the pool: its key, whom it stands for, whom they act for."""

    key: str
    person: str = ""
    side: str = "unsaid"


def seal(decision: str, drawer: str, secret: str) -> str:
    """The seal of a secret, hex: tells nothing of it, and fits no other."""
    return _digest("seal", decision, drawer, secret)


def seed(decision: str, pool: Iterable[Ticket], secrets: Iterable[tuple[str, str]]) -> str:
    """What the order is drawn by, hex, from pairs of drawer and secret in any order."""
    return _digest(
        "seed",
        decision,
        *(f"{one.key} {one.person or '-'} {one.side}" for one in pool),
        *(f"{drawer} {secret}" for drawer, secret in sorted(secrets)),
    )


def order(drawn: str, keys: Iterable[str]) -> tuple[str, ...]:
    """The keys in the order of the draw whose seed is ``drawn``."""
    return tuple(sorted(keys, key=lambda key: (_digest("ticket", drawn, key), key)))


def take(
    drawn: Sequence[str], sides: dict[str, str], quotas: Iterable[tuple[str, int]], seats: int
) -> tuple[str, ...]:
    """Who is drawn for ``seats``: each side's quota first, then whoever is next; in order."""
    taken: set[str] = set()
    for side, number in quotas:
        taken.update([key for key in drawn if sides[key] == side][:number])
    left = [key for key in drawn if key not in taken]
    taken.update(left[: max(0, seats - len(taken))])
    return tuple(key for key in drawn if key in taken)


def _digest(what: str, *lines: str) -> str:
    text = "".join(f"{line}\n" for line in (f"tallystick/draw-{what}/v1", *lines))
    return sha256(text.encode()).hexdigest()
