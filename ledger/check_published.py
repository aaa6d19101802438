"""The files beside the entries of a published directory, held against what the entries give.

    tile/L/N[.p/W]            = the hashes of the computed tree, at every retained size
    tile/entries/N.p/W        = the first W entries of the bundle
    keys.json                 = every key the replay enrolled, in its one form
    proofs/INDEX.tlog-proof   leads from the entry to a signed root of this tree
    consistency/OLD-NEW       leads from checkpoints/OLD to a signed root of this tree
    envelopes/HH/HASH.json    each is an entry of the log

Promise: each file there is read, and each file that must be there is missed. A file the format does
not know is noted, for nothing vouches for it. Source: format §5.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from ledger.check_report import Findings, counted
from ledger.check_source import OpenNote
from ledger.check_tree import TreeFold
from ledger.checkpoint import Checkpoint
from ledger.directory import Directory, keys_text
from ledger.errors import LedgerError, Malformed
from ledger.keyring import Keyring
from ledger.proof import parse_proof
from ledger.rooted import RootedFolder
from ledger.tiles import TILE_WIDTH, parse_bundle, tile_path, tiles_at
from ledger.tree import HASH_SIZE, leaf_hash, verify_consistency, verify_inclusion
from ledger.witness import parse_request

_KNOWN: Final = frozenset(
    {
        "class",
        "policy",
        "checkpoint",
        "checkpoints",
        "tile",
        "consistency",
        "proofs",
        "envelopes",
        "withheld",
        "disclosures.jsonl",
        "keys.json",
    }
)
_TILE: Final = re.compile(
    r"tile/(entries|[0-7])/((?:x[0-9]{3}/){0,4}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?"
)
_MAX_TILE: Final = TILE_WIDTH * (2 + 91)
_MAX_FILES: Final = 1 << 22


def check_published(
    directory: Directory, tree: TreeFold, keyring: Keyring, opened: OpenNote, findings: Findings
) -> None:
    """Hold every file beside the entries against the tree and the keys that were computed."""
    folder = RootedFolder(directory.path)
    try:
        published = _Published(directory, folder, tree, opened, findings)
        published.tiles()
        published.keys(keyring)
        published.proofs()
        published.consistency()
        published.strays()
    finally:
        folder.close()


@dataclass(slots=True)
class _Published:
    directory: Directory
    folder: RootedFolder
    tree: TreeFold
    opened: OpenNote
    findings: Findings

    def tiles(self) -> None:
        """Step 5: every tile that must be there is, and every one that is there is right."""
        present = set()
        for path in self._walk("tile"):
            place = _TILE.fullmatch(path)
            width = int(place[3] or TILE_WIDTH) if place else 0
            if place is None or not 1 <= width <= TILE_WIDTH:
                self.findings.wrong(5, None, "a file that is no tile", f"{path}: not a tile's name")
                continue
            present.add(path)
            self._tile(path, place[1], _number(place[2]), width)
        for path in sorted(self._needed() - present):
            message = f"{path} is missing: a signed checkpoint needs it; the entries are all judged"
            self.findings.wrong(5, None, "a tile is missing", message)

    def keys(self, keyring: Keyring) -> None:
        """Step 8: ``keys.json`` is what replay gives."""
        records = list(keyring.keys())
        should = keys_text(record.public for record in records)
        try:
            does = self.directory.keys()
        except Malformed as error:
            self.findings.wrong(1, None, "a malformed file", error.message)
            return
        if does == should:
            return
        found = "it is missing" if does is None else _first_difference(should, does)
        self.findings.wrong(
            8,
            None,
            "keys.json differs from the log",
            f"keys.json: expected the {counted(len(records), 'key', 'keys')} of the log; {found}. "
            "Signatures were verified with the log's keys, not with these",
        )

    def proofs(self) -> None:
        """Step 5: each proof leads from its entry to a signed root of this tree."""
        for index in self._listed(self.directory.proof_indexes):
            name = f"proofs/{index}.tlog-proof"
            try:
                proof = parse_proof(self.directory.proof(index))
                if proof.index != index or index >= self.tree.size:
                    raise Malformed(f"it is for entry {proof.index} of {self.tree.size}")
                checkpoint = self.opened(proof.checkpoint_note, name)
                if checkpoint is None or not self._of_this_tree(checkpoint, name):
                    continue
                leaf = self.tree.leaf(index)
                verify_inclusion(index, checkpoint.size, leaf, proof.hashes, checkpoint.root)
            except LedgerError as error:
                self._bad(index, "a proof that does not hold", f"{name}: {error.message}")

    def consistency(self) -> None:
        """Step 4: each consistency file leads from one retained root to a later one."""
        sizes = set(self._listed(self.directory.checkpoint_sizes))
        pairs = self._listed_pairs()
        for old, new in sorted(set(pairwise(sorted(sizes))) - set(pairs)):
            message = (
                f"consistency/{old}-{new} is missing: it leads from one checkpoint to the next"
            )
            self.findings.wrong(4, None, "a consistency file is missing", message)
        for old, new in pairs:
            name = f"consistency/{old}-{new}"
            try:
                request = parse_request(self.directory.consistency(old, new))
                checkpoint = self.opened(request.note, name)
                if checkpoint is None or not self._of_this_tree(checkpoint, name):
                    continue
                if request.old != old or checkpoint.size != new:
                    raise Malformed(f"it leads from {request.old} to {checkpoint.size}")
                if old not in sizes or not 1 <= old <= self.tree.size:
                    raise Malformed(f"there is no checkpoints/{old}")
                root = self.tree.root(old)
                verify_consistency(old, new, root, checkpoint.root, request.proof)
                self.findings.count(4)
            except LedgerError as error:
                message = f"{name}: {error.message}"
                self.findings.wrong(4, None, "a consistency file that does not hold", message)

    def _of_this_tree(self, checkpoint: Checkpoint, name: str) -> bool:
        """Step 4: a root that was signed, wherever it lies, is one that this tree had."""
        size = checkpoint.size
        if size <= self.tree.size and self.tree.root(size) == checkpoint.root:
            return True
        what = (
            f"another root at size {size}: two pasts of one log (split view); keep both"
            if size <= self.tree.size
            else f"size {size}, and the tree here has {self.tree.size}: the log was rolled back"
        )
        self.findings.wrong(
            4, None, "a signed root of no tree here", f"{name}: it is signed for {what}"
        )
        return False

    def strays(self) -> None:
        """Files nobody vouches for: envelopes of no entry do not match, the rest is noted."""
        for name in self.folder.names(""):
            if name not in _KNOWN:
                message = f"{name}: not part of a published directory; nothing vouches for it"
                self.findings.noted(1, None, "a file of no meaning", message)
        if sum(1 for _ in self._walk("envelopes")) == self.findings.checked["6"]:
            return  # as many files as entries found theirs: none is left over
        entries = {self.tree.leaf(at) for at in range(self.tree.size)}
        for path in self._walk("envelopes"):
            if not self._is_entry(path, entries):
                message = f"{path}: not an entry of this ledger"
                self.findings.wrong(6, None, "an envelope of no entry", message)

    def _is_entry(self, path: str, entries: set[bytes]) -> bool:
        name = path.rpartition("/")[2].removesuffix(".json")
        leaf = leaf_hash(f"tallystick/leaf/v1\nsha256:{name}\n".encode())
        return leaf in entries and path == f"envelopes/{name[:2]}/{name}.json"

    def _tile(self, path: str, level: str, index: int, width: int) -> None:
        try:
            data = self.folder.read(path, _MAX_TILE) or b""
            if level == "entries":
                hashes = [leaf_hash(entry) for entry in parse_bundle(data, width)]
                data, level = b"".join(hashes), "0"
        except Malformed as error:
            self._bad(None, "a tile that does not parse", f"{path}: {error.message}")
            return
        should = self.tree.tile(int(level), index, width)
        if data == should and len(should) == width * HASH_SIZE:
            return
        at = next((n for n in range(width) if _hash(data, n) != _hash(should, n)), None)
        if at is None:  # every hash is right, and the file is too long or too short
            self._bad(
                None,
                "a tile of another length",
                f"{path}: expected {width * HASH_SIZE} bytes, found {len(data)}; the hashes it "
                "should hold are all there, and the root was computed from the entries",
            )
            return
        self._bad(
            None,
            "a tile differs from the entries",
            f"{path}: hash {at} differs from the entries (expected "
            f"{_hash(should, at).hex() or 'none'}, found {_hash(data, at).hex() or 'none'}); the "
            "root was computed from the entries",
        )

    def _needed(self) -> set[str]:
        """Full tiles of the newest tree, and partial ones that a retained checkpoint needs.

        A partial tile that has become full since is not needed: readers fall back to the full one.
        """
        sizes = set(self._listed(self.directory.checkpoint_sizes))
        full: set[str] = set()
        partial: set[tuple[str, str]] = set()
        for size in sorted({s for s in sizes if s <= self.tree.size} | {self.tree.size}):
            for tile in tiles_at(size):
                for level in (tile.level, "entries") if tile.level == 0 else (tile.level,):
                    whole = tile_path(level, tile.index)
                    if tile.width == TILE_WIDTH:
                        full.add(whole)
                    else:
                        part = tile_path(level, tile.index, tile.width)
                        partial.add((whole, part))
        return full | {part for whole, part in partial if whole not in full}

    def _walk(self, top: str) -> Iterator[str]:
        """Every file below ``top``, folders that cannot be read named and left out."""
        waiting, seen = [top], 0
        while waiting:
            folder = waiting.pop()
            try:
                names = self.folder.names(folder)
            except Malformed:
                yield folder  # a file, or something that is neither
                continue
            for name in names:
                seen += 1
                path = f"{folder}/{name}"
                if "." in name and not name.endswith(".p"):
                    yield path
                else:
                    waiting.append(path)
            if seen > _MAX_FILES:
                self._bad(None, "too many files", f"{top}: more than {_MAX_FILES} files")
                return

    def _listed(self, names: object) -> list[int]:
        try:
            return list(names())  # type: ignore[operator]  # a method of Directory
        except LedgerError as error:
            self.findings.wrong(1, None, "a malformed file", error.message)
            return []

    def _listed_pairs(self) -> list[tuple[int, int]]:
        try:
            return self.directory.consistency_pairs()
        except LedgerError as error:
            self.findings.wrong(1, None, "a malformed file", error.message)
            return []

    def _bad(self, entry: int | None, kind: str, message: str) -> None:
        self.findings.wrong(5, entry, kind, message)


def _number(path: str) -> int:
    """``x001/x234/067`` is 1234067."""
    return int(path.replace("x", "").replace("/", ""))


def _hash(data: bytes, at: int) -> bytes:
    return data[at * HASH_SIZE : (at + 1) * HASH_SIZE]


def _first_difference(should: bytes, does: bytes) -> str:
    pairs = enumerate(zip(should.split(b"\n"), does.split(b"\n"), strict=False), start=1)
    for number, (expected, found) in pairs:
        if expected != found:
            return f"line {number} reads {found[:120]!r}, not {expected[:120]!r}"
    return f"it has {len(does)} bytes, not {len(should)}"
