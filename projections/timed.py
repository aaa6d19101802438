"""Time as intervals: what was worked or estimated, what lies in a band, and what nobody knows.

    worked, estimated   at least and at most the minutes stated
    band                «up to»: at least nothing, at most the minutes stated
    unknown             in neither; counted apart, for it is not zero

Work of several givers is shared equally among them in whole minutes, the first taking what is left
over, so that the shares of a contribution add up to its time. The time of a group entry is what the
entry states for the contribution, once.

Example: 50 minutes by Ben and Cleo -> 25 each; a band up to 60 by Ben alone -> 0 to 60.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from projections.given import Given, Giver


class Share(NamedTuple):
    """One giver's part of the time of one contribution; ``minutes`` None where it is not known."""

    work: Given
    giver: Giver
    basis: str
    minutes: int | None

    @property
    def least(self) -> int:
        return 0 if self.basis == "band" else self.minutes or 0

    @property
    def most(self) -> int:
        return self.minutes or 0


def shares(work: Given) -> Iterator[Share]:
    """Give each giver's part: equal parts, whole minutes; nothing said is ``unknown`` too."""
    minutes, givers = work.minutes, work.givers
    if minutes is None or len(givers) == 1:
        for giver in givers:
            yield Share(work, giver, work.basis, minutes)
    else:
        each, more = divmod(minutes, len(givers))
        for at, giver in enumerate(givers):
            yield Share(work, giver, work.basis, each + (at < more))


@dataclass(slots=True)
class Minutes:
    """A sum of shares: minutes by basis, and how many pieces of work have no time."""

    worked: int = 0
    estimated: int = 0
    band: int = 0
    unknown: int = 0

    def add(self, share: Share) -> None:
        """Add one share under its basis."""
        if share.minutes is None:
            self.unknown += 1
        else:
            setattr(self, share.basis, getattr(self, share.basis) + share.minutes)

    @property
    def least(self) -> int:
        """What was given at least, in minutes."""
        return self.worked + self.estimated

    @property
    def most(self) -> int:
        """What was given at most by the work that has a time."""
        return self.worked + self.estimated + self.band


def in_hours(minutes: int) -> str:
    """Give minutes as people say them: ``2 h 30``."""
    return f"{minutes // 60} h {minutes % 60:02d}" if minutes % 60 else f"{minutes // 60} h"
