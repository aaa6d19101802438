"""The only replay loop: a record's entries in log order, from a live ledger or a directory.

Promise: entries come in order of index without gap, each with the envelope hash that its leaf
commits to. What is read is checked as far as a reader can do alone: the bytes of an envelope must
hash to their leaf (format sections 2 and 7, steps 5 and 6), and the root that a view prints is
computed from the very leaves that were read. Signatures, links and rules are ``tally verify``'s.

    source.chunks()  ->  entries()  ->  read_facts()  ->  a view folds them

Two depths of reading serve two readers. ``entries`` gives bytes; ``read_facts`` decodes bodies
without the domain's models, for speed. Judging acts is ``conduct``.
"""

from __future__ import annotations

import json
from base64 import b64encode
from binascii import Error as BadBase64
from binascii import a2b_base64
from collections.abc import Iterator, Set
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from ledger.check_report import Findings
from ledger.check_source import COLUMNS
from ledger.check_tree import TreeFold
from ledger.errors import DOES_NOT_MATCH, Malformed, Unverified
from ledger.types import CHARTER, DAY_OPENED
from projections.facts import Fact, Facts

if TYPE_CHECKING:
    from ledger.check_source import Chunk, Source

_LEAF = b"tallystick/leaf/v1\nsha256:"
_TYPE = COLUMNS.index("type")
_DAYS = frozenset({CHARTER, DAY_OPENED})


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
    source: Source, *, stop: int | None = None, tree: TreeFold | None = None
) -> Iterator[Entry]:
    """Give the entries with ``index < stop`` (all when ``None``); leaf hashes go into ``tree``.

    Raises ``Unverified`` when bytes do not hash to their leaf, and what the source raises.
    """
    findings = Findings()
    for chunk in source.chunks(findings):
        if stop is not None and chunk.first >= stop:
            break
        if tree is not None:
            tree.extend(chunk.leaves)
        yield from _chunk_entries(chunk, stop)
    _no_mismatch(findings)


def _chunk_entries(chunk: Chunk, stop: int | None) -> Iterator[Entry]:
    leaves, known, columns = chunk.leaves, chunk.hashes, chunk.columns
    for at, envelope in enumerate(chunk.envelopes):
        index = chunk.first + at
        if stop is not None and index >= stop:
            return
        if envelope is None:
            hash_ = known[at] if known is not None else ""
        else:
            hash_ = sha256(envelope).hexdigest()
            leaf = sha256(b"\x00" + _LEAF + hash_.encode() + b"\n").digest()
            if leaf != leaves[32 * at : 32 * at + 32]:
                raise Unverified(
                    f"entry {index}: its bytes do not hash to its leaf (expected "
                    f"{leaves[32 * at : 32 * at + 32].hex()}, computed {leaf.hex()})",
                    hint="run `tally verify` for a full account",
                    entry=index,
                    step=6,
                )
        yield Entry(index, hash_, envelope, columns[at][_TYPE] if columns is not None else "")


def _no_mismatch(findings: Findings) -> None:
    for finding in findings.result():
        if finding.code == DOES_NOT_MATCH:
            raise Unverified(
                finding.message,
                hint="run `tally verify` for a full account",
                entry=finding.entry,
                step=finding.step,
            )


def read_facts(source: Source, types: Set[str] | None = None) -> Facts:
    """Give the facts of a whole record; only those of ``types`` when given.

    Raises ``Malformed`` when an envelope does not decode, ``Unverified`` as ``entries`` does.
    """
    tree = TreeFold()
    by_type: dict[str, list[Fact]] = {}
    days: list[tuple[int, date]] = []
    missing: list[int] = []
    origin, day = "", None
    wanted = None if types is None else frozenset(types) | _DAYS
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
    return Facts(
        origin=origin,
        size=tree.size,
        by_type=by_type,
        days=tuple(days),
        root_at=lambda size: b64encode(tree.root(size)).decode(),
        missing=tuple(missing),
    )


def decoded(index: int, envelope: bytes) -> dict[str, Any]:
    """Give the statement inside an envelope as plain JSON, unjudged.

    Raises ``Malformed`` when envelope or payload do not decode to an object.
    """
    try:
        said = json.loads(a2b_base64(json.loads(envelope)["payload"]))
    except (ValueError, KeyError, TypeError, BadBase64) as error:
        raise Malformed(
            f"entry {index}: its envelope does not decode ({error})",
            hint="run `tally verify` for a full account",
            entry=index,
            step=1,
        ) from error
    if not isinstance(said, dict) or not isinstance(said.get("body"), dict):
        raise Malformed(f"entry {index}: its payload is not a statement", entry=index, step=1)
    return said
