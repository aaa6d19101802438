"""The only replay loop: a record's entries in log order, from a live ledger or a directory.

Promise: entries come in order of index without gap, each with the envelope hash that its leaf
commits to. What is read is checked as far as a reader can do alone: the bytes of an envelope must
hash to their leaf (format sections 2 and 7, steps 5 and 6), and the root that a view prints is
computed from the very leaves that were read. Signatures, links and rules are ``tally verify``'s.

    a ledger's rows, a directory's files  ->  entries()  ->  read_facts()  ->  a view

Two depths of reading serve two readers. ``entries`` gives bytes; ``read_facts`` decodes bodies
without the domain's models, for speed. Judging acts is ``conduct``.
"""

from __future__ import annotations

from array import array
from base64 import b64encode
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import date
from hashlib import sha256
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from ledger.check_tree import TreeFold
from ledger.checkpoint import parse_checkpoint
from ledger.envelope import parse_leaf_entry
from ledger.errors import Unverified
from ledger.tiles import TILE_WIDTH
from ledger.types import CHARTER, DAY_OPENED, KEY_REVOKED
from projections.facts import Contested, Fact, Facts
from projections.payload import VERIFY, decoded, matched

if TYPE_CHECKING:
    from ledger.directory import Directory
    from ledger.log_read import LedgerReader

_BATCH = 1000
_DAYS = frozenset({CHARTER, DAY_OPENED})
#: The indexes of the facts that a key has signed, by key and type, in log order.
Signed = defaultdict[tuple[str, str], "array[int]"]


class Entry(NamedTuple):
    """One entry as read: ``envelope`` is ``None`` when this source does not have it.

    ``hash`` is the hex envelope hash, empty when neither envelope nor hash is there; ``type`` is
    known before decoding only where the source keeps it beside the bytes, else empty.
    """

    index: int  # type: ignore[assignment]  # the record's word; a tuple's search is not missed
    hash: str
    envelope: bytes | None
    type: str


def entries(
    source: LedgerReader | Directory, *, stop: int | None = None, tree: TreeFold | None = None
) -> Iterator[Entry]:
    """Give the entries with ``index < stop``; their leaf hashes go into ``tree``.

    ``source`` is an open ledger or a published directory. Raises ``Unverified`` when bytes do not
    hash to their leaf, and what the source raises.
    """
    live = hasattr(source, "entries")
    batches = _live(source, stop) if live else _published(source, stop)  # type: ignore[arg-type]  # told apart by what they offer, so that neither is imported here
    for batch in batches:
        if tree is not None:
            tree.extend(batch.leaves)
        yield from batch.entries


class _Batch(NamedTuple):
    leaves: bytes
    entries: list[Entry]


def _live(ledger: LedgerReader, stop: int | None) -> Iterator[_Batch]:
    stored = ledger.entries(0, stop)
    while some := list(islice(stored, _BATCH)):
        found = [
            Entry(
                one.index, _hashed(one.index, one.envelope, one.leaf_hash), one.envelope, one.type
            )
            for one in some
        ]
        yield _Batch(b"".join([one.leaf_hash for one in some]), found)


def _published(directory: Directory, stop: int | None) -> Iterator[_Batch]:
    """Give a directory's entries up to its newest checkpoint, whose root they must have."""
    checkpoint = parse_checkpoint(directory.checkpoint() or b"")
    whole = TreeFold()
    for first in range(0, checkpoint.size, TILE_WIDTH):
        width = min(TILE_WIDTH, checkpoint.size - first)
        lines = directory.bundle(first // TILE_WIDTH, width)
        leaves = [sha256(b"\x00" + line).digest() for line in lines]
        whole.extend(b"".join(leaves))
        found = []
        for at, line in enumerate(lines):
            hash_ = parse_leaf_entry(line)
            envelope = directory.envelope(hash_)
            if envelope is not None:
                _hashed(first + at, envelope, leaves[at])
            found.append(Entry(first + at, hash_, envelope, ""))
        if stop is not None and first + width > stop:
            keep = max(0, stop - first)
            yield _Batch(b"".join(leaves[:keep]), found[:keep])
            return
        yield _Batch(b"".join(leaves), found)
    if whole.root(checkpoint.size) != checkpoint.root:
        raise Unverified(
            f"the entries of {directory.path} do not have the root of its checkpoint at size "
            f"{checkpoint.size}; no figure was made from them",
            hint=VERIFY,
            step=5,
        )


def _hashed(index: int, envelope: bytes | None, leaf: bytes) -> str:
    """Give the hex hash of an envelope that matches its leaf, empty when it is not there."""
    return "" if envelope is None else matched(index, envelope, leaf)


def read_facts(source: LedgerReader | Directory, types: Set[str] | None = None) -> Facts:
    """Give the facts of a whole record; only those of ``types`` when given.

    Raises ``Malformed`` when an envelope does not decode, ``Unverified`` as ``entries`` does.
    """
    tree = TreeFold()
    by_type: dict[str, list[Fact]] = {}
    days: list[tuple[int, date]] = []
    missing: list[int] = []
    origin, day = "", None
    led: Signed = defaultdict(lambda: array("Q"))
    suspicions: list[tuple[str, int, int]] = []
    wanted = None if types is None else frozenset(types) | _DAYS | {KEY_REVOKED}
    for index, hash_, envelope, known_type in entries(source, tree=tree):
        if envelope is None:
            missing.append(index)
            continue
        if wanted is not None and known_type and known_type not in wanted:
            continue
        said = decoded(index, envelope)
        kind = said["type"]
        if kind in _DAYS:
            day = date.fromisoformat(said["at"][:10] if kind == CHARTER else said["body"]["day"])
            days.append((index, day))
            origin = origin or said["ledger"]
        elif kind == KEY_REVOKED and type(since := said["body"].get("suspect_from")) is int:
            suspicions.append((str(said["body"].get("key")), since, index))
        if wanted is None or kind in wanted:
            fact = Fact(
                index,
                hash_,
                kind,
                said["author"],
                day,
                said["mode"],
                said.get("on"),
                said["body"],
                said.get("under") or {},
            )
            by_type.setdefault(kind, []).append(fact)
            led[_key(said), kind].append(index)
    return Facts(
        origin=origin,
        size=tree.size,
        by_type=by_type,
        days=tuple(days),
        root_at=lambda size: b64encode(tree.root(size)).decode(),
        missing=tuple(missing),
        contested=tuple(contested(suspicions, led)),
    )


def contested(suspicions: Sequence[tuple[str, int, int]], led: Signed) -> Iterator[Contested]:
    """Give what each suspicion touches, by type; ``led`` are the facts that a key has signed."""
    for key, since, revoked_at in suspicions:
        for (signed, kind), indexes in led.items():
            touched = indexes[bisect_left(indexes, since) : bisect_right(indexes, revoked_at)]
            if signed == key and touched:
                yield Contested(key, since, revoked_at, kind, tuple(touched))


def _key(said: Mapping[str, Any]) -> str:
    chain = said.get("chain")
    return str(chain.get("key")) if isinstance(chain, dict) else ""
