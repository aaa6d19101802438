"""Reading a ledger: entries, disclosed values, keys, checkpoints and proofs.

``Ledger`` (``ledger.log``) is a reader that also writes. Nothing is verified again here: what the
store holds was verified when it was recorded, and ``ledger.check`` verifies all of it.

Source: format §2–§4.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ledger.checkpoint import parse_checkpoint
from ledger.disclosure import Disclosure
from ledger.encoding import b64encode
from ledger.envelope import Envelope, parse_envelope
from ledger.erasure import reveal, tombstone
from ledger.errors import Refused
from ledger.keyring import Keyring
from ledger.owned import Tombstone
from ledger.proof import encode_proof
from ledger.records import Head, Item, StoredEntry
from ledger.standing import Standing, payload_hash_of, tombstone_of
from ledger.statement import EMPTY_ANCHOR, Statement, parse_statement
from ledger.store import Store
from ledger.tiles import TileReader
from ledger.tree import consistency_proof, inclusion_proof, root_at
from ledger.types import Catalogue
from ledger.vault import Vault


class LedgerReader:
    """One ledger, for reading; safe to share between threads."""

    def __init__(self, store: Store, catalogue: Catalogue, vault: Vault) -> None:
        self.store = store
        self.catalogue = catalogue
        self.vault = vault
        self._standing = Standing(store)

    @property
    def origin(self) -> str:
        """The ledger's name, equal to that of its checkpoints."""
        return self.store.origin

    def head(self) -> Head:
        """Size and root of the tree as it is committed now."""
        return self.store.head()

    def keyring(self) -> Keyring:
        """Keys, charter and ledger day caught up to the head; ``size`` says which. Not to be
        changed: use ``copy`` to fold further."""
        self._standing.catch_up()
        return self._standing.keyring

    def next_link(self, key_id: str) -> tuple[int, str | None]:
        """``seq`` and ``prev`` (hex payload hash, none at 1) for the next statement of a key."""
        entry = self.store.chain_tip(key_id)
        if entry is None or entry.seq is None:
            return 1, None
        return entry.seq + 1, payload_hash_of(self.store, entry)

    def anchor(self) -> Mapping[str, int | str]:
        """The newest retained checkpoint as an anchor ``{size, root}``; size 0 without one."""
        note = self.newest_checkpoint()
        if note is None:
            return EMPTY_ANCHOR
        checkpoint = parse_checkpoint(note)
        return {"size": checkpoint.size, "root": b64encode(checkpoint.root)}

    def entry(self, index: int) -> StoredEntry:
        """The entry at an index from 0; raises ``Malformed`` outside the tree."""
        return self.store.entry(index)

    def entries(self, start: int = 0, stop: int | None = None) -> Iterator[StoredEntry]:
        """Entries with ``start <= index < stop`` in order, streamed."""
        return self.store.entries(start, stop)

    def envelopes(self, start: int, stop: int) -> list[tuple[bytes, bytes | None]]:
        """Leaf hash and envelope (None when withdrawn) of the entries ``start`` to before ``stop``.

        All held in memory.
        """
        return self.store.envelopes(start, stop)

    def matching(
        self, items: Sequence[Item], *, after: int = 0, before: int | None = None
    ) -> Iterator[StoredEntry]:
        """Entries that match any item (types, tags), in index order, streamed."""
        return self.store.matching(items, after=after, before=before)

    def about(self, subject: str, *, before: int | None = None) -> Iterator[StoredEntry]:
        """Entries whose author or body names a typed id, in index order (format §6)."""
        return self.matching([(frozenset(), frozenset({subject}))], before=before)

    def of_types(
        self, types: frozenset[str], *, after: int = 0, before: int | None = None
    ) -> Iterator[StoredEntry]:
        """Entries of any of these types, in index order."""
        return self.matching([(types, frozenset())], after=after, before=before)

    def by_hash(self, envelope_hash: str) -> StoredEntry | None:
        """The entry with this envelope hash, withdrawn or not."""
        return self.store.by_hash(envelope_hash)

    def opened(self, index: int) -> tuple[Envelope, Statement]:
        """Envelope and statement at an index; raises ``Refused`` when it was withdrawn."""
        raw = self.store.entry(index).envelope
        if raw is None:
            raise Refused(f"the envelope of entry {index} was withdrawn by an erasure")
        envelope = parse_envelope(raw)
        return envelope, parse_statement(envelope.payload)

    def withdrawn_hash(self, index: int) -> str:
        """The envelope hash of a withdrawn entry, from its tombstone."""
        return tombstone_of(self.store, self.store.entry(index)).hash

    def disclosures(self, entry: int | str) -> list[tuple[Disclosure, str]]:
        """The values kept for an entry (index or envelope hash), each with its subject.

        Raises ``Refused`` for one whose data key was destroyed.
        """
        return [
            (reveal(value, self.vault, self.origin), value.subject)
            for value in self.store.disclosures(entry)
        ]

    def disclosed(self, entry: int | str) -> dict[str, Any]:
        """The values of an entry by name; what was erased is not among them."""
        return {found.name: found.value for found, _ in self.disclosures(entry)}

    def tombstone_for(self, index: int) -> Tombstone:
        """The tombstone an erasure must carry to withdraw the envelope at ``index``."""
        envelope, statement = self.opened(index)
        return tombstone(envelope, statement, self.catalogue.get(statement.type))

    def newest_checkpoint(self) -> bytes | None:
        """The newest retained signed checkpoint, or nothing."""
        kept = self.store.checkpoints()
        return kept[-1][1] if kept else None

    def checkpoints(self) -> list[tuple[int, bytes]]:
        """Every retained checkpoint as (size, note), smallest first."""
        return self.store.checkpoints()

    def hash_reader(self, size: int | None = None) -> TileReader:
        """The hashes of the tree at ``size`` (now, when none is given)."""
        return self.store.hash_reader(size)

    def root_at(self, size: int) -> bytes:
        """The root of the first ``size`` entries."""
        return root_at(size, self.hash_reader(size))

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """The inclusion proof of an entry in the tree of ``size`` (now, when none is given)."""
        read = self.hash_reader(size)
        return inclusion_proof(index, read.size, read)

    def consistency(self, old: int, new: int) -> list[bytes]:
        """The proof that the tree of ``old`` entries begins the tree of ``new``."""
        return consistency_proof(old, new, self.hash_reader(new))

    def proof(self, index: int) -> bytes:
        """A C2SP tlog-proof of an entry against the newest checkpoint.

        Raises ``Refused`` when no checkpoint holds the entry yet.
        """
        note = self.newest_checkpoint()
        size = 0 if note is None else parse_checkpoint(note).size
        if note is None or index >= size:
            raise Refused(
                f"entry {index} is in no checkpoint yet: the newest has size {size}",
                hint="make a checkpoint first",
            )
        return encode_proof(index, self.inclusion(index, size), note)
