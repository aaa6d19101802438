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
from binascii import a2b_base64
from collections import defaultdict
from collections.abc import Iterator, Sequence
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

# The members of a canonical payload that a fact is made of; what precedes `author` is not kept. One
# payload is one line, and a match ends where its line ends.
_MEMBERS: Final = re.compile(
    r'"author":"([a-z]+:[a-z2-7]{26})","body":(\{.*\}),"chain":\{"key":"([0-9a-f]{64})"[^{}\n]*\},'
    r'(?:"erased":\[[^\]\n]*\],)?"ledger":"[^"\\\n]*","mode":"([a-z]+)","nonce":"[^"\\\n]*",'
    r'(?:"on":(\{[^{}\n]*\}),)?"signers":\[[^\]\n]*\],"type":"([^"\\\n]*)",'
    r'"under":(\{[^{}\n]*\}),"v":1\}$',
    re.MULTILINE,
)
#: Author, body, key, mode, ``on`` (empty when there is none), type and ``under``, as text.
_Members = tuple[str, str, str, str, str, str, str]


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
    made = Cut({}, [], [], [], subtrees(span.first, [leaf for leaf, _ in span.rows]))
    indexes, names, envelopes = [], [], []
    for index, (leaf, envelope) in enumerate(span.rows, span.first):
        if envelope is None:
            made.missing.append(index)
        else:
            indexes.append(index)
            names.append(matched(index, envelope, leaf))
            envelopes.append(envelope)
    said = _at_once(envelopes) or _one_by_one(indexes, envelopes, made.broken)
    lines: defaultdict[str, list[tuple[str, ...]]] = defaultdict(list)
    for index, name, members in zip(indexes, names, said, strict=True):
        if members is not None:
            author, body, key, mode, on, kind, under = members
            lines[kind].append((str(index), name, author, mode, on or "null", body, under, key))
            if kind in NOTED:
                made.noted.append((index, kind))
    for kind, some in lines.items():
        made.columns[kind] = tuple(map("\n".join, zip(*some, strict=True)))
    return made


def _at_once(envelopes: Sequence[bytes]) -> Sequence[_Members] | None:
    """The members of payloads that are all laid out as we write them, else None.

    As many lines as payloads, all of them objects, and as many matches: each line has one match.
    """
    try:
        payloads = [a2b_base64(payload_of(envelope)) for envelope in envelopes]
        text = b"\n".join(payloads).decode()
    except (ValueError, KeyError, TypeError):
        return None
    found: list[_Members] = _MEMBERS.findall(text)
    plain = (
        len(found) == len(payloads) == text.count("\n") + 1
        and text.startswith("{")
        and text.count("\n{") + 1 == len(payloads)
    )
    return found if plain else None


def _one_by_one(
    indexes: Sequence[int], envelopes: Sequence[bytes], broken: list[tuple[int, str]]
) -> Iterator[_Members | None]:
    """The same of each payload by itself; None where there are none, and why in ``broken``."""
    for index, envelope in zip(indexes, envelopes, strict=True):
        try:
            found = _at_once([envelope])
            yield found[0] if found else _by_the_decoder(decoded(index, envelope))
        except (Malformed, ValueError, KeyError, TypeError) as error:
            broken.append((index, str(error) or type(error).__name__))
            yield None


def _by_the_decoder(said: dict[str, Any]) -> _Members:
    """The members of a statement that is not laid out as we write it; slower, and as exact."""
    chain = said.get("chain")
    key = chain.get("key") if isinstance(chain, dict) else ""
    texts = [said["author"], key, said["ledger"], said["mode"], said["type"]]
    if any(not isinstance(text, str) or not re.fullmatch(r'[^"\\\n]*', text) for text in texts):
        raise ValueError("its payload is not a statement")
    author, key, _, mode, kind = texts
    body, on, under = (
        json.dumps(value, separators=(",", ":"))
        for value in (said["body"], said.get("on"), said.get("under") or {})
    )
    return author, body, key, mode, on, kind, under
