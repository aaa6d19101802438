"""What goes into a store and what comes out of it.

A store keeps opaque bytes with a few facts beside them; only ``ledger.log`` knows that the bytes
are signed statements and that the facts repeat what they say.

    >>> Condition.of(types={"vote-cast/v1"}, tags={"ballot|d|p"}, after=12)
    Condition(items=((frozenset({'vote-cast/v1'}), frozenset({'ballot|d|p'})),), after=12)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

#: One alternative of a query: any of these types (none = every type) and all of these tags.
Item = tuple[frozenset[str], frozenset[str]]


class Condition(NamedTuple):
    """«No entry with index >= ``after`` matches any of ``items``»; no items match every entry.

    ``after`` is the size the reader had seen when it decided.
    """

    items: tuple[Item, ...]
    after: int

    @classmethod
    def of(
        cls, *, types: Iterable[str] = (), tags: Iterable[str] = (), after: int = 0
    ) -> Condition:
        """The condition with one item."""
        return cls(((frozenset(types), frozenset(tags)),), after)


@dataclass(frozen=True, slots=True)
class StoredDisclosure:
    """One erasable value of one entry: ``blob`` is encrypted under the data key of ``subject``."""

    index: int
    digest: str
    subject: str
    blob: bytes


class Pending(NamedTuple):
    """One envelope waiting to be recorded, and the columns that lie beside it.

    ``chain`` (hex key id), ``seq`` and ``nonce`` are None only for bytes that are no statement.
    ``disclosures`` are (digest, subject, encrypted blob). No tag contains a line feed.
    """

    envelope: bytes
    type: str
    tags: Iterable[str] = ()
    chain: str | None = None
    seq: int | None = None
    nonce: str | None = None
    disclosures: tuple[tuple[str, str, bytes], ...] = ()
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where an envelope lies; ``duplicate`` when it was there already."""

    index: int
    leaf_hash: bytes
    duplicate: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """The tree as it stands: how many entries, and how the root over them is had."""

    size: int
    compute_root: Callable[[], bytes] = field(repr=False, compare=False)

    @property
    def root(self) -> bytes:
        """The 32-byte root of the first ``size`` entries; reads the newest leaf hashes."""
        return self.compute_root()


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """One entry as the store has it; ``envelope`` is None once an erasure withdrew it."""

    index: int
    chain: str | None
    seq: int | None
    nonce: str | None
    type: str
    tag_text: str
    leaf_hash: bytes
    envelope: bytes | None

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags, sorted."""
        return tuple(self.tag_text.split("\n")) if self.tag_text else ()
