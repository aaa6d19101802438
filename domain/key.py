"""Keys: who signs with what. The bytes are the ledger's affair, the permission is ours.

A person's first key is enrolled by the holder of ``enrol`` or ``keys``, or by the operator; a
later one also by the person with an earlier key. Whoever could enrol a key for somebody who has
one could speak as them, so after the first key the operator cannot.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from domain import power
from domain.act import Act
from domain.charter import Charter, CharterAdopted, refuse_unless_operator
from domain.event import Event, Touches
from domain.refusal import Refused
from domain.values import Hex64, PersonId
from domain.world import Subject, World

Reason = Literal["lost", "stolen", "replaced", "left", "mistake", "unsaid"]


class KeyEnrolled(Event):
    """A person was given a key; from the next entry on it speaks for them."""

    TYPE = "key-enrolled/v1"
    PUBLIC = True
    HISTORY = False
    OWN_VOICE = True
    BY_OPERATOR = True
    WHO = "the person with an earlier key, the holder of enrol or keys; a first key: the operator"
    REFUSED_BY = ("key-exists", "unknown-person", "first-key-only", "not-as-stated", "no-grant")

    person: PersonId = Field(description="whose key it is")
    key: Hex64 = Field(description="key id, hex SHA-256 of its SPKI")
    public: Hex64 = Field(description="the 32 public bytes, hex")
    via: Literal["person", "operator", "grant"] = Field(
        description="who vouches: the person's earlier key, the operator, or a grant"
    )

    def touches(self, _act: Act[Any], /) -> Touches:
        from domain.membership import Person

        return ((Key, self.key), (Person, self.person))


class KeyRotated(Event):
    """A person exchanged their key for a new one; the old one has ended."""

    TYPE = "key-rotated/v1"
    PUBLIC = True
    HISTORY = False
    OWN_VOICE = True
    WHO = "the holder of the old key"
    REFUSED_BY: ClassVar[tuple[str, ...]] = (
        "unknown-key",
        "key-ended",
        "key-exists",
        "not-your-key",
    )

    old: Hex64 = Field(description="key id that ends")
    new: Hex64 = Field(description="key id that begins")
    public: Hex64 = Field(description="the new key's 32 public bytes, hex")

    def touches(self, _act: Act[Any], /) -> Touches:
        return ((Key, self.old), (Key, self.new))


class OperatorKeyRotated(KeyRotated):
    """The operator exchanged their event key for a new one."""

    TYPE = "operator-key-rotated/v1"
    OWN_VOICE = False
    BY_OPERATOR = True
    WHO = "the operator"
    REFUSED_BY = ("not-the-operator", *KeyRotated.REFUSED_BY)


class KeyRevoked(Event):
    """A key ended; ``suspect_from`` marks its later entries as contested."""

    TYPE = "key-revoked/v1"
    PUBLIC = True
    HISTORY = False
    OWN_VOICE = True
    BY_OPERATOR = True
    WHO = "the holder, the operator, the holder of keys"
    REFUSED_BY = ("unknown-key", "key-ended", "no-grant")

    key: Hex64 = Field(description="key id that ends")
    reason: Reason = Field(description="why, as a code")
    suspect_from: Annotated[int, Field(ge=0)] | None = Field(
        default=None, description="0-based index of the first entry that is in doubt"
    )

    def touches(self, _act: Act[Any], /) -> Touches:
        return ((Key, self.key),)


@dataclass(frozen=True, slots=True)
class Key(Subject):
    """Whose key it is, empty if unknown, and whether it has ended."""

    types: ClassVar = frozenset(
        {
            CharterAdopted.TYPE,
            KeyEnrolled.TYPE,
            KeyRotated.TYPE,
            OperatorKeyRotated.TYPE,
            KeyRevoked.TYPE,
        }
    )

    holder: str = ""
    ended: bool = False

    def apply(self, act: Act[Any], key: str, /) -> Key:
        match act.event:
            case CharterAdopted(keys=keys):
                return Key(next(k.holder for k in keys if k.key == key))
            case KeyEnrolled(person=person):
                return Key(person)
            case KeyRotated(new=new) if new == key:
                return Key(act.author)
        return replace(self, ended=True)


def enrol(world: World, act: Act[KeyEnrolled]) -> None:
    """Give a person a key: they vouch themselves, or a grant does, or the operator once."""
    from domain.membership import Person

    event = act.event
    person = world.get(Person, event.person)
    _refuse_used(world, event.key)
    if not person.known:
        raise Refused("unknown-person", f"{event.person} was never enrolled", "person-enrolled/v1")
    _refuse_other_voucher(act)
    if event.via == "operator":
        refuse_unless_operator(world, act)
        if person.has_key:
            raise Refused(
                "first-key-only",
                f"{event.person} has a key; the operator could speak as them with another",
                "key-enrolled/v1 by that person, or under a grant to keep keys",
            )
    elif event.via == "grant":
        power.require(world, act, "keys", *(() if person.has_key else ("enrol",)))


def _refuse_other_voucher(act: Act[KeyEnrolled]) -> None:
    by_person, by_operator = act.author == act.event.person, act.author.startswith("operator:")
    stated = {"person": by_person, "operator": by_operator, "grant": not by_operator}
    if not stated[act.event.via]:
        raise Refused(
            "not-as-stated",
            f"the entry is vouched for by «{act.event.via}», and its author is {act.author}",
            "key-enrolled/v1 with the `via` that is true",
        )


def _refuse_used(world: World, key: str) -> None:
    if world.get(Key, key).holder:
        raise Refused("key-exists", f"the key {key[:12]} is already enrolled", "another key")


def rotate(world: World, act: Act[KeyRotated]) -> None:
    """Exchange one's own key."""
    old = _live(world, act.event.old)
    if old.holder != act.author:
        raise Refused(
            "not-your-key",
            f"the key {act.event.old[:12]} is held by {old.holder}",
            "key-rotated/v1 by its holder",
        )
    _refuse_used(world, act.event.new)


def rotate_operator(world: World, act: Act[OperatorKeyRotated]) -> None:
    """Exchange the operator's event key."""
    refuse_unless_operator(world, act)
    rotate(world, act)


def revoke(world: World, act: Act[KeyRevoked]) -> None:
    """End a key."""
    key = _live(world, act.event.key)
    if act.author not in {key.holder, world.get(Charter, "").operator}:
        power.require(world, act, "keys")


def _live(world: World, key: str) -> Key:
    state = world.get(Key, key)
    if not state.holder:
        raise Refused("unknown-key", f"the key {key[:12]} was never enrolled", "key-enrolled/v1")
    if state.ended:
        raise Refused("key-ended", f"the key {key[:12]} has ended", "key-enrolled/v1 of a new key")
    return state
