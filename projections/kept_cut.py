"""What is kept of entries: members of their signed payloads, cut out as they stand.

    rows of the store  ->  hash = leaf?  ->  cut()  ->  columns of each type, subtrees of the leaves

A canonical payload names its members in one order and writes a quote inside a string as ``\\"``, so
each member is found by what stands before and after it, and no decoder is needed. Anything else is
decoded, and gives the same.

A column is text, one line an entry: ``on``, ``body`` and ``under`` are JSON (``null`` where there
is no ``on``), the others words. No line has a line feed: JSON writes it as ``\\n``.

Nothing here depends on the entries before, so a span of them can be cut in any process
(``kept_crew``). Little is imported, for each worker loads it.

Source: format sections 1 (payload), 2 and 7 (leaf, steps 1, 5 and 6).
"""

from __future__ import annotations

import json
import re
from binascii import Error as BadBase64
from binascii import a2b_base64
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from ledger.errors import Malformed
from ledger.tree import subtrees
from ledger.types import CHARTER, DAY_OPENED, KEY_REVOKED, VALUES_ERASED
from projections.payload import decoded, matched, payload_of

#: Indexes in one chunk, and so in one span that is cut.
SPAN: Final = 1024
#: What is kept of an entry beside its type, in the order in which it lies in the file.
COLUMNS: Final = ("index", "hash", "author", "mode", "on", "body", "under", "key")
#: Events that say something about other facts.
NOTED: Final = frozenset({CHARTER, DAY_OPENED, KEY_REVOKED, VALUES_ERASED})

#: Leaf hash and envelope, None where it was withdrawn.
Row = tuple[bytes, bytes | None]

# The members of a canonical payload that a fact is made of; what precedes `author` is not kept.
_BEFORE: Final = re.compile(r'"author":"([a-z]+:[a-z2-7]{26})","body":(?=\{)')
_AFTER: Final = re.compile(
    r',"chain":\{"key":"([0-9a-f]{64})"[^{}]*\},(?:"erased":\[[^\]]*\],)?"ledger":"[^"\\]*",'
    r'"mode":"([a-z]+)","nonce":"[^"\\]*",(?:"on":(\{[^{}]*\}),)?"signers":\[[^\]]*\],'
    r'"type":"([^"\\]*)","under":(\{[^{}]*\}),"v":1\}'
)
_AUTHOR: Final = '"author":"'
_CHAIN: Final = '},"chain":{"key":"'


class Span(NamedTuple):
    """Entries that follow each other, from the index ``first`` on."""

    first: int
    rows: Sequence[Row]


class Cut(NamedTuple):
    """What is kept of a span, in plain values that travel fast from process to process.

    ``columns`` by type, each as lines (``COLUMNS``); the indexes of entries ``missing``, that is
    without an envelope; of those that are ``broken``, with why; of those to be ``noted``, with
    their type; and the complete subtrees of the leaves (``ledger.tree.subtrees``).
    """

    columns: dict[str, tuple[str, ...]]
    missing: list[int]
    broken: list[tuple[int, str]]
    noted: list[tuple[int, str]]
    subtrees: list[tuple[int, bytes]]


def cut(span: Span) -> Cut:
    """Cut what is kept out of a span of entries.

    Raises ``Unverified`` when an envelope does not hash to its leaf.
    """
    lines: defaultdict[str, list[tuple[str, ...]]] = defaultdict(list)
    made = Cut({}, [], [], [], subtrees(span.first, [leaf for leaf, _ in span.rows]))
    for index, (leaf, envelope) in enumerate(span.rows, span.first):
        if envelope is None:
            made.missing.append(index)
            continue
        name = matched(index, envelope, leaf)
        try:
            author, body, key, mode, on, kind, under = _members(index, envelope)
        except (Malformed, ValueError, KeyError, TypeError, BadBase64) as error:
            made.broken.append((index, str(error) or type(error).__name__))
            continue
        lines[kind].append((str(index), name, author, mode, on or "null", body, under, key))
        if kind in NOTED:
            made.noted.append((index, kind))
    for kind, some in lines.items():
        made.columns[kind] = tuple(map("\n".join, zip(*some, strict=True)))
    return made


def _members(index: int, envelope: bytes) -> Sequence[Any]:
    """Author, body, key, mode, ``on`` (or None), type and ``under`` of a payload, as text."""
    text = a2b_base64(payload_of(envelope)).decode()
    before = _BEFORE.match(text, max(0, text.find(_AUTHOR)))
    if before is not None and text.startswith("{") and "\n" not in text:
        end = text.rfind(_CHAIN) + 1
        after = _AFTER.fullmatch(text, end)
        if after is not None and before.end() < end:
            return before[1], text[before.end() : end], *after.groups()
    return _by_the_decoder(decoded(index, envelope))


def _by_the_decoder(said: dict[str, Any]) -> Sequence[Any]:
    """The members of a statement that is not laid out as we write it; slower, and as exact."""
    chain = said.get("chain")
    key = chain.get("key") if isinstance(chain, dict) else ""
    texts = [said["author"], key, said["ledger"], said["mode"], said["type"]]
    if any(not isinstance(text, str) or not re.fullmatch(r'[^"\\\n]*', text) for text in texts):
        raise ValueError("its payload is not a statement")
    body, on, under = (
        json.dumps(value, separators=(",", ":"))
        for value in (said["body"], said.get("on"), said.get("under") or {})
    )
    return said["author"], body, key, said["mode"], on, said["type"], under
