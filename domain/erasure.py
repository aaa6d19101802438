"""Erasure: what may be taken away again, by whom, and on which ground.

Values (names, words, reasons) of any entry can be erased. A whole entry can be withdrawn only if
its type is one that the catalogue and the charter both allow; authority, keys, ballots and money
keep their structure and lose their values alone.

Whose values they were is said, for the erasure stands on that person's statement: it names somebody
who is known, and each line in it is about them or was said by them. Words about nobody (a question,
a title) are the ledger's, and are erased under its origin. That an entry is there and committed to
what is erased, the ledger checks.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from domain import power
from domain.act import Act
from domain.charter import Charter
from domain.event import Event, Touches
from domain.line import Line
from domain.membership import Person
from domain.refusal import Refused
from domain.values import Hex64, HolderId, Many, Part
from domain.world import World

Ground = Literal[
    "request",
    "consent-withdrawn",
    "recorded-in-error",
    "no-longer-needed",
    "unlawful",
    "safety",
]
#: 128 or 256 bits, base64url without padding.
B64Url = Annotated[str, StringConstraints(pattern="^[A-Za-z0-9_-]{22,43}$")]


class ErasedValues(Part):
    """Values of one entry that were erased, by the digests it committed to."""

    entry: Hex64
    digests: Many[B64Url]


class Withdrawn(Part):
    """What is kept of a withdrawn entry, so that chains, tags, counts and replay stay closed."""

    hash: Hex64
    type: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    author: HolderId
    key: Hex64
    seq: Annotated[int, Field(ge=1)]
    nonce: B64Url
    payload_hash: Hex64
    ids: Many[Annotated[str, StringConstraints(max_length=400)]]


class ValuesErased(Event):
    """Values were made unreadable, or whole entries withdrawn, on a stated ground."""

    TYPE = "values-erased/v1"
    PUBLIC = True
    HISTORY = False
    OWN_VOICE = True
    BY_OPERATOR = True
    WHO = "the operator, the person concerned, the holder of information"
    REFUSED_BY = (
        "not-withdrawable",
        "unknown-person",
        "not-about-you",
        "not-about-them",
        "about-others-too",
        "no-grant",
    )

    about: Annotated[str, StringConstraints(min_length=1, max_length=300)] = Field(
        description="the person whose values they were, or the ledger's origin"
    )
    ground: Ground = Field(description="why, as a code")
    values: Many[ErasedValues] = Field(default=(), description="entries and digests erased")
    tombstones: Many[Withdrawn] = Field(default=(), description="entries withdrawn whole")

    def touches(self, _act: Act[Any], /) -> Touches:
        # Replay meets the withdrawn entry's tombstone at its own index, so nothing changes here.
        return ()


def erase(world: World, act: Act[ValuesErased]) -> None:
    """Erase values, and withdraw entries of the types that may be."""
    event = act.event
    if act.author == event.about:
        _refuse_words_of_others(world, event)
    elif act.author != world.get(Charter, "").operator:
        power.require(world, act, "information")
    _refuse_structural(world, event)
    if act.author != event.about:
        _refuse_other_subject(world, event)


def _refuse_other_subject(world: World, event: ValuesErased) -> None:
    """Raises Refused where an erasure would stand on nobody's statement, or on another's."""
    about = event.about
    of_nobody = about == world.get(Charter, "").origin
    if not of_nobody and not world.get(Person, about).known:
        raise Refused(
            "unknown-person",
            f"{about} was never enrolled, so nobody would see what was erased; nothing was",
            "values-erased/v1 about the person whose values they were",
        )
    # A value of nobody may lie in a line about people (the title of a problem); a line does not.
    for entry in [stone.hash for stone in event.tombstones] if of_nobody else _entries(event):
        line = world.get(Line, entry)
        if line.about and about not in {*line.about, line.recorder}:
            raise Refused(
                "not-about-them",
                f"the entry {entry[:12]} is about {', '.join(sorted(line.about))} and was recorded "
                f"by {line.recorder}, not {about}; nothing was erased",
                "values-erased/v1 about one of them",
            )


def _refuse_words_of_others(world: World, event: ValuesErased) -> None:
    for entry in _entries(event):
        if event.about not in world.get(Line, entry).about:
            raise Refused(
                "not-about-you",
                f"the entry {entry[:12]} is not a line about {event.about}",
                "values-erased/v1 by the operator, or under the power of information",
            )
    for stone in event.tombstones:
        others = world.get(Line, stone.hash).about - {event.about}
        if others:
            raise Refused(
                "about-others-too",
                f"the entry {stone.hash[:12]} is about {len(others)} others too, whose record it "
                "is as much",
                "values-erased/v1 of one's own values, or by the operator",
            )


def _entries(event: ValuesErased) -> list[str]:
    return [*(erased.entry for erased in event.values), *(stone.hash for stone in event.tombstones)]


def _refuse_structural(world: World, event: ValuesErased) -> None:
    from domain.catalogue import MODELS

    chartered = world.get(Charter, "").withdrawable
    for stone in event.tombstones:
        model = MODELS.get(stone.type)
        if model is None or not model.WITHDRAWABLE or stone.type not in chartered:
            raise Refused(
                "not-withdrawable",
                f"{stone.type} keeps its place: only its values can be erased",
                "values-erased/v1 listing the entry under `values`",
            )
