"""Publishing: a ledger as a directory that strangers check with tools of their own.

    publish(ledger, directory, "auditor", policy_text, proofs=[12])

Promise: what is written is format §5 exactly; only checkpoints with the whole quorum of the given
policy are published; a class never sees an envelope or a value that is not for it; publishing
again into the same directory adds what is new and removes what was erased (``publish_folder`` says
how it comes through a crash). Memory does not grow with the ledger but for the ``withheld`` hashes
of a public directory (32 bytes each, and Python's share).

    public    envelopes of types declared public, and values declared public
    auditor   every envelope, and values declared public or for auditors

A withdrawn envelope is simply absent. Source: format §3–§5; C2SP tlog-tiles, tlog-proof and
tlog-witness for the files that carry their forms.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from ledger.checkpoint import Checkpoint, parse_checkpoint
from ledger.directory import (
    DirectoryClass,
    Withheld,
    disclosure_line,
    envelope_path,
    keys_text,
    withheld_lines,
)
from ledger.encoding import sha256, sha256_hex
from ledger.envelope import leaf_entry, parse_envelope
from ledger.errors import LedgerError, Refused, StorageFailed
from ledger.files import locked, read_file
from ledger.keyring import Keyring
from ledger.keys import PublicKey
from ledger.log_read import LedgerReader
from ledger.policy import Policy
from ledger.proof import encode_proof, parse_proof
from ledger.publish_folder import PublishedFolder, check_class
from ledger.publish_plan import Plan
from ledger.records import StoredEntry
from ledger.standing import opened
from ledger.statement import parse_statement
from ledger.tiles import (
    TILE_WIDTH,
    Tile,
    encode_bundle,
    new_tiles,
    partial_tiles,
    tile_path,
)
from ledger.tree import consistency_proof, inclusion_proof, leaf_hash, root_at
from ledger.types import KEYRING_TYPES, LEDGER_TYPES, Audience
from ledger.witness import encode_request

_AUDIENCES: Mapping[DirectoryClass, frozenset[Audience]] = {
    "public": frozenset({"public"}),
    "auditor": frozenset({"public", "auditor"}),
}


@dataclass(frozen=True, slots=True)
class Published:
    """What a directory holds now, and how many envelopes this publication added to it."""

    path: Path
    cls: DirectoryClass
    checkpoint: Checkpoint
    checkpoints: int
    added: int
    withheld: int
    withdrawn: int
    disclosures: int


def publish(
    ledger: LedgerReader,
    directory: Path | str,
    cls: str,
    policy_text: str | bytes,
    proofs: Iterable[int] = (),
) -> Published:
    """Write or update the published directory of ``cls`` (public or auditor).

    ``policy_text`` is the policy the operator suggests, and decides which retained checkpoints
    are published; ``proofs`` are the indexes of entries for which a ``.tlog-proof`` is asked.
    Raises Malformed for the policy, Refused (no quorum-complete checkpoint; an erasure later
    than the newest; the directory of another ledger or class, or ahead of this ledger; an entry
    asked for that is in no checkpoint), Untrusted when the policy does not name this log,
    Unverified, and StorageFailed.
    """
    shown_as = check_class(cls)
    policy = Policy.parse(policy_text)
    folder = PublishedFolder(Path(directory))
    plan = Plan(ledger, policy, shown_as, sorted(set(proofs)))
    folder.check_owner(ledger.origin, shown_as)
    with locked(folder.path / ".lock"):
        folder.claim(ledger.origin, shown_as)
        return _Publication(ledger, folder, plan).run()


class _Publication:
    """One run of publishing a plan into a folder, whose lock is held."""

    def __init__(self, ledger: LedgerReader, folder: PublishedFolder, plan: Plan) -> None:
        self._ledger = ledger
        self._folder = folder
        self._plan = plan
        self._public = plan.shown_as == "public"
        self._resumed = folder.unfinished()
        self._base = self._published_size()
        self._added = 0
        self._withheld: list[bytes] = []
        self._no_longer_shown: list[str] = []

    def run(self) -> Published:
        plan, folder = self._plan, self._folder
        folder.begin()
        try:
            self._add_tiles()
            self._add_envelopes()
            folder.settle()
        except (LedgerError, KeyboardInterrupt):
            folder.take_back(keep_mark=self._resumed)
            raise
        folder.put("class", f"{plan.shown_as}\n".encode())
        folder.put("keys.json", keys_text(self._keys()))
        folder.put_parts("withheld", withheld_lines(self._withheld))
        folder.put("policy", plan.policy.text.encode("utf-8", "surrogateescape"))
        folder.put("checkpoint", plan.note)
        # Values are shown only of entries that the checkpoint covers, so they follow it; and an
        # erased envelope goes when nothing shown refers to it any more.
        disclosures = folder.put_parts("disclosures.jsonl", self._disclosures())
        for envelope_hash in (*plan.withdrawn.values(), *self._no_longer_shown):
            folder.remove(envelope_path(envelope_hash))
        self._put_checkpoints()
        self._put_proofs()
        folder.finish()
        return Published(
            folder.path,
            plan.shown_as,
            parse_checkpoint(plan.note),
            len(plan.checkpoints),
            self._added,
            len(self._withheld),
            len(plan.withdrawn),
            disclosures,
        )

    def _published_size(self) -> int:
        """The size published before: its entries and tiles are there. 0 for a new directory."""
        note = self._folder.published_checkpoint()
        if note is None:
            return 0
        before = parse_checkpoint(note)
        if before.size > self._plan.size:
            raise Refused(
                f"{self._folder.path} shows size {before.size}, and the newest checkpoint with a "
                f"quorum here has size {self._plan.size}; nothing was written",
                hint="is this ledger an old copy? a directory never goes back",
            )
        if before.root != root_at(before.size, self._plan.read):
            raise Refused(
                f"{self._folder.path} shows another past of this ledger up to size {before.size}; "
                "nothing was written",
                hint="keep that directory as evidence and find out which of the two was altered",
            )
        return before.size

    def _add_tiles(self) -> None:
        """Tiles and bundles from the size published before, and the partial ones that each newly
        published checkpoint needs."""
        plan = self._plan
        known = {int(name) for name in self._folder.names("checkpoints") if name.isdecimal()}
        tiles = set(new_tiles(self._base, plan.size))
        for size in plan.checkpoints.keys() - known:
            tiles.update(partial_tiles(size))
        # What an earlier checkpoint already stands on is never written over.
        for size in known:
            tiles.difference_update(partial_tiles(size))
        for tile in sorted(tiles, key=lambda tile: (tile.level, tile.index, tile.width)):
            name = tile_path(tile.level, tile.index, tile.width)
            self._folder.add(name, self._ledger.store.tile(tile.level, tile.index, tile.width))
            if tile.level == 0:
                self._add_bundle(tile)

    def _add_bundle(self, tile: Tile) -> None:
        first = tile.index * TILE_WIDTH
        entries = self._ledger.entries(first, first + tile.width)
        bundle = encode_bundle(leaf_entry(self._hash_of(entry)) for entry in entries)
        self._folder.add(tile_path("entries", tile.index, tile.width), bundle)

    def _add_envelopes(self) -> None:
        """New envelopes that the class sees; and the hashes of all that it does not."""
        before = self._withheld_before()
        start = 0 if self._public else self._base
        for entry in self._ledger.entries(start, self._plan.size):
            if entry.envelope is None or entry.leaf_hash in self._plan.withdrawn:
                self._hash_of(entry)
                continue
            digest = sha256(entry.envelope)
            new = entry.index >= self._base
            if self._shows(entry):
                if new or digest.hex() in before or self._cut_short(digest, entry.envelope):
                    self._folder.add(envelope_path(digest.hex()), entry.envelope)
                    self._added += 1
            else:
                self._withheld.append(digest)
                if not new and digest.hex() not in before:
                    self._no_longer_shown.append(digest.hex())

    def _withheld_before(self) -> Withheld:
        """What was withheld before: a type that became public since is shown from now on."""
        if not self._public or not self._base or self._resumed:
            return Withheld(b"")
        return Withheld.parse(read_file(self._folder.path / "withheld", 1 << 30) or b"")

    def _cut_short(self, digest: bytes, envelope: bytes) -> bool:
        """Whether the publication before this one died before it had written this envelope: then
        ``withheld`` does not tell any more what was shown."""
        path = self._folder.path / envelope_path(digest.hex())
        return self._resumed and read_file(path, 1 << 20) != envelope

    def _shows(self, entry: StoredEntry) -> bool:
        if not self._public or entry.type in LEDGER_TYPES:
            return True
        info = self._ledger.catalogue.get(entry.type)
        return info is not None and info.public

    def _hash_of(self, entry: StoredEntry) -> str:
        """The envelope hash of an entry, held against its leaf hash: a damaged row is not shown."""
        if entry.envelope is None:
            found = self._plan.withdrawn.get(entry.leaf_hash)
        else:
            found = sha256_hex(entry.envelope)
        if found is None or leaf_hash(leaf_entry(found)) != entry.leaf_hash:
            raise StorageFailed(
                f"entry {entry.index}: its envelope does not match its leaf, or is gone without a "
                "recorded erasure; nothing was published",
                hint="check the ledger, and restore it from a backup",
            )
        return found

    def _keys(self) -> list[PublicKey]:
        """Every key ever enrolled, at the size that is published."""
        keyring = Keyring()
        for entry in self._ledger.of_types(KEYRING_TYPES, before=self._plan.size):
            envelope_hash, statement = opened(entry)
            keyring.apply(entry.index, statement, envelope_hash)
        records = keyring.keys()
        return [record.public for record in records]

    def _disclosures(self) -> Iterator[bytes]:
        """The lines of the values this class may see, in the order of entries and digests."""
        audiences = _AUDIENCES[self._plan.shown_as]
        visible = {
            name: frozenset(v for v, audience in info.values.items() if audience in audiences)
            for name, info in self._ledger.catalogue.items()
            if info.public or name in LEDGER_TYPES or not self._public
        }
        types = frozenset(name for name, values in visible.items() if values)
        if not types:
            return
        for entry in self._ledger.of_types(types, before=self._plan.size):
            if entry.leaf_hash in self._plan.withdrawn or not _commits(entry):
                continue
            envelope_hash = self._hash_of(entry)
            for disclosure, _ in self._ledger.disclosures(entry.index):
                erased = (envelope_hash, disclosure.digest) in self._plan.erased
                if disclosure.name in visible[entry.type] and not erased:
                    yield disclosure_line(envelope_hash, disclosure.text)

    def _put_checkpoints(self) -> None:
        """The retained checkpoints, and the proof from each to the next; others go."""
        plan, folder = self._plan, self._folder
        sizes = sorted(plan.checkpoints)
        for size in sizes:
            folder.put(f"checkpoints/{size}", plan.checkpoints[size])
        pairs = {f"{old}-{new}": (old, new) for old, new in pairwise(sizes)}
        for name, (old, new) in pairs.items():
            proof = consistency_proof(old, new, plan.read)
            folder.put(f"consistency/{name}", encode_request(old, proof, plan.checkpoints[new]))
        folder.keep_only("consistency", lambda name: name in pairs)
        gone = folder.keep_only("checkpoints", lambda name: name.isdecimal() and int(name) in sizes)
        self._remove_partial_tiles([int(name) for name in gone if name.isdecimal()])

    def _remove_partial_tiles(self, gone: Iterable[int]) -> None:
        needed = {tile for size in self._plan.checkpoints for tile in partial_tiles(size)}
        for size in gone:
            for tile in set(partial_tiles(size)) - needed:
                self._folder.remove(tile_path(tile.level, tile.index, tile.width))
                if tile.level == 0:
                    self._folder.remove(tile_path("entries", tile.index, tile.width))

    def _put_proofs(self) -> None:
        """The proofs asked for, against the newest checkpoint; those asked for before stay as
        they are while the checkpoint they carry is published, and are made anew otherwise."""
        plan, folder = self._plan, self._folder
        notes = frozenset(plan.checkpoints.values())
        before = {
            int(name.removesuffix(".tlog-proof"))
            for name in folder.names("proofs")
            if not self._proof_holds(name, notes)
        }
        for index in sorted(before.union(plan.proofs)):
            hashes = inclusion_proof(index, plan.size, plan.read)
            folder.put(f"proofs/{index}.tlog-proof", encode_proof(index, hashes, plan.note))

    def _proof_holds(self, name: str, notes: frozenset[bytes]) -> bool:
        data = read_file(self._folder.path / "proofs" / name, 1 << 21) or b""
        return parse_proof(data).checkpoint_note in notes


def _commits(entry: StoredEntry) -> bool:
    """Whether the statement commits to any value: most do not, and cost no query then."""
    if entry.envelope is None:
        return False
    return bool(parse_statement(parse_envelope(entry.envelope).payload).sd)
