"""What every event has in common: its fields, its permanent name, and what it changes.

An event is a frozen pydantic model of a statement's ``body``. Names and free text are never
fields: they are *values* (salted disclosures, erasable), listed in ``has``, each with an audience:

    public     anyone: the words of a question, the title of a project
    auditor    whoever may see the auditor's directory: what was done, under what terms
    personal   the person concerned and whoever keeps the record: names, own words, reasons
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from domain.values import Many, Part, PersonId, Slug

if TYPE_CHECKING:
    from domain.act import Act
    from domain.world import Subject, Tombstone

Audience = Literal["public", "auditor", "personal"]


def audiences(**values: Audience) -> Mapping[str, Audience]:
    """The erasable values that an event may carry, each with who may see it."""
    return MappingProxyType(values)


#: The subjects an event changes: their class and key.
Touches = Iterable[tuple["type[Subject]", str]]


class Event(Part):
    """A past fact. The class variables are what the catalogue hands to the other rooms."""

    #: The recorded name, written by hand; never changes, however classes move.
    TYPE: ClassVar[str]
    #: Names of the erasable values it may carry, and who may see each.
    VALUES: ClassVar[Mapping[str, Audience]] = MappingProxyType({})
    #: Whether a charter may let its whole envelope be withdrawn.
    WITHDRAWABLE: ClassVar[bool] = False
    #: Whether the public directory shows its envelope.
    PUBLIC: ClassVar[bool] = False
    #: Tags made of several fields, so that a rule can ask about their combination.
    COMPOSITES: ClassVar[tuple[tuple[str, tuple[str, ...]], ...]] = ()
    #: Whether it can be recorded afterwards (mode ``history``).
    HISTORY: ClassVar[bool] = True
    #: Whether it can be said without any grant by whom it concerns.
    OWN_VOICE: ClassVar[bool] = False
    #: Whether the operator may be its author.
    BY_OPERATOR: ClassVar[bool] = False
    #: Who may sign it, in words for the generated table.
    WHO: ClassVar[str]
    #: The rules of its own that can refuse it; the common ones are in ``catalogue``.
    REFUSED_BY: ClassVar[tuple[str, ...]] = ()

    has: Many[Slug] = Field(default=(), description="names of the erasable values it carries")

    def touches(self, act: Act[Any], /) -> Touches:
        """The subjects this event changes; every key is a tag of the event or its own hash."""
        raise TypeError(f"{type(self).__name__} does not say what it touches: {act.type}")

    @classmethod
    def tombstone_touches(cls, _tombstone: Tombstone, /) -> Touches:
        """What is still known to have been changed by a withdrawn event of this type."""
        return ()

    def as_body(self) -> dict[str, Any]:
        """The body to be signed: JSON names and types, nothing that is not said."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


#: What refuses an event that somebody says themselves, or through a recorder with a witness.
SPOKEN: tuple[str, ...] = (
    "not-about-you",
    "no-grant",
    "no-witness",
    "witness-not-free",
    "witness-unsigned",
)


class OnBehalf(Event):
    """An event that someone may record for another: who, in whose words, who was there."""

    for_: PersonId | None = Field(
        default=None, alias="for", description="whose act this is, when the author only records it"
    )
    said_by: PersonId | None = Field(
        default=None, description="who said so, when it was not that person (a carer, say)"
    )
    witness: PersonId | None = Field(
        default=None, description="who was there; chosen by the person, neither records nor pays"
    )
