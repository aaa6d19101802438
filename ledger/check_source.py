"""Where an audit reads from: a live store or a published directory, behind one narrow protocol.

A source is not believed. It hands over bytes in index order, a chunk of at most 1024 entries at a
time, and says of each what it claims: the leaf hash, the envelope or its absence, the columns a
store derived from it, the disclosures shown with it. Everything else is computed from those bytes.

    chunk   first, leaf hashes, envelope hashes (where the source has them apart), envelopes,
            columns (live store only), disclosures

Source: format §5 (published directory), design «Store».
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, Protocol

from ledger.check_report import Findings
from ledger.check_tree import TreeFold
from ledger.checkpoint import Checkpoint
from ledger.keyring import Keyring

#: What a source may show: everything (the store itself), or what a published class may see.
Class = Literal["live", "public", "auditor"]

#: Entries in a chunk: four tiles, enough that handing one to a worker costs little an entry.
CHUNK: Final = 1024


#: What a store wrote beside an envelope; each must equal what the signed bytes say. The tags are
#: sorted and joined by LF, so that one comparison covers them. Plain tuples travel fastest.
Columns = tuple[str | None, int | None, str | None, str, str]
COLUMNS: Final = ("chain", "seq", "nonce", "type", "tags")


#: In place of an envelope hash: the source has said already that nothing is known of this entry.
LOST: Final = "lost"
#: Before a digest, in place of a disclosure: the value is kept, but cannot be read here.
SEALED: Final = "sealed:"

#: Steps 2 and 3 for one signed note: what it says if it was signed; findings are made on the way.
#: The second argument says in messages where the note was found.
OpenNote = Callable[[bytes, str], Checkpoint | None]


@dataclass(slots=True)
class Chunk:
    """Entries ``first`` … ``first + len(hashes) - 1``, as the source holds them.

    ``leaves`` are 32 bytes each. ``hashes`` are hex, empty where the source keeps none apart from
    the envelope, or LOST. ``envelopes`` has ``None`` for an absent one, and is ``None`` itself
    when whoever examines the chunk reads them by their hashes. ``disclosures`` maps a position
    in the chunk to the disclosure texts shown for that entry.
    """

    first: int
    leaves: bytes
    hashes: list[str]
    envelopes: list[bytes | None] | None
    columns: list[Columns | None] | None
    disclosures: dict[int, list[str]]


class Source(Protocol):
    """What an audit asks of the thing it checks. Findings made on the way go to ``findings``.

    Methods raise ``StorageFailed`` when the medium fails and ``Malformed`` when nothing of the
    part asked for can be read.
    """

    @property
    def shown_as(self) -> Class:
        """Which class of reader this source is for."""

    @property
    def size(self) -> int:
        """How many entries the source holds."""

    @property
    def folder(self) -> Path | None:
        """The published directory that workers read envelopes from, if it is one."""

    def policy(self) -> bytes | None:
        """The policy kept with the source, or nothing."""

    def newest(self) -> bytes | None:
        """The newest checkpoint note, or nothing when none was ever signed."""

    def checkpoints(self, findings: Findings) -> Iterator[tuple[int, bytes]]:
        """Size and note of each retained checkpoint, in the order of size."""

    def chunks(self, findings: Findings) -> Iterator[Chunk]:
        """All entries below ``size``, in index order."""

    def envelope(self, envelope_hash: str) -> bytes | None:
        """One envelope by its hex hash, or nothing; unverified. Raises Malformed for no file."""

    def withheld(self, envelope_hash: str) -> bool:
        """Whether the source declares that it does not show this envelope."""

    def erasures(self) -> Iterator[bytes]:
        """Every envelope that may be an erasure; others may be among them."""

    def still_shown(self, erased: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, str]]:
        """Envelope hash and digest of each disclosure shown that is among ``erased``."""

    def finish(
        self, tree: TreeFold, keyring: Keyring, opened: OpenNote, findings: Findings
    ) -> None:
        """Steps 5 and 8 for what is kept beside the entries: tiles, head, keys, proofs."""


def words(shown_as: Class) -> str:
    """How messages name the source."""
    return "the live ledger" if shown_as == "live" else f"the {shown_as} directory"
