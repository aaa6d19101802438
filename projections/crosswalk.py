"""Levels of involvement on the ladders of others: the crosswalk of domain.md section 3.

The stored level has five steps; the ladders have others, and what they share is three bands: doing
*to*, *for* and *with* people. So a stored level is shown on a ladder as the rungs of its band, and
no rung is claimed to be the same as another's.

    †  from general knowledge of the source, not checked against its text
    ‡  the crosswalk of this ladder is a default of the product, not a norm of the field

Example:
    >>> LADDERS["arnstein"].rungs("consult")
    'consultation, placation'
"""

from __future__ import annotations

from typing import NamedTuple

#: The stored levels in order, each with its band.
BANDS = {
    "inform": "to",
    "consult": "for",
    "involve": "for",
    "collaborate": "with",
    "lead": "with",
}
LEVELS = tuple(BANDS)
BAND_TITLES = {"to": "doing to", "for": "doing for", "with": "doing with"}


class Ladder(NamedTuple):
    """One ladder: its title with its mark, the rungs of each band, and what to say with it."""

    title: str
    to: str
    for_: str
    with_: str
    note: str = ""

    def rungs(self, level: str) -> str:
        """Give the rungs of a stored level's band."""
        return {"to": self.to, "for": self.for_, "with": self.with_}[BANDS[level]]


_DEFAULT = (
    "‡ Where this ladder's rungs stand beside the bands is a default of this program, not a norm "
    "of the field."
)
LADDERS = {
    "stored": Ladder("Stored levels", "inform", "consult, involve", "collaborate, lead"),
    "un": Ladder(
        "UN 2005",
        "old administration, compliance",
        "new public management, «you said, we did»",
        "responsive governance, partnership",
    ),
    "arnstein": Ladder(
        "Arnstein 1969",
        "manipulation, therapy†, informing",
        "consultation, placation",
        "partnership, delegated power, citizen control",
        "Arnstein calls manipulation and therapy non-participation, and informing to placation "
        "tokenism; Wilton files informing under doing to. † Not checked against the text.",
    ),
    "carman": Ladder(
        "Carman 2013",
        "giving information",
        "surveys, focus groups, advising representatives",
        "shared decisions, equal seats, co-leadership",
    ),
    "slay-stephens": Ladder(
        "Slay & Stephens 2013",
        "coercing, educating, informing",
        "consulting, engaging",
        "co-production and genuine involvement",
    ),
    "senge": Ladder("Senge 1990", "telling, selling", "testing, consulting", "co-creating"),
    "iap2": Ladder("IAP2‡", "inform", "consult, involve", "collaborate, empower", _DEFAULT),
    "involvement-matrix": Ladder(
        "Involvement Matrix‡",
        "listener",
        "co-thinker, adviser",
        "partner, decision-maker",
        _DEFAULT,
    ),
}


def highest(levels: set[str]) -> str | None:
    """Give the highest of these stored levels; None where none is sorted."""
    return max(levels & set(LEVELS), key=LEVELS.index, default=None)
