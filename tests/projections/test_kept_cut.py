"""What is cut out of a payload is what a decoder finds in it, whatever the payload says."""

from __future__ import annotations

import json
from base64 import b64encode
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import Unverified
from ledger.tree import Frontier, leaf_hash
from projections.kept_cut import COLUMNS, Span, cut

AUTHOR = "person:" + "a" * 26
#: Texts that look like the members around a body.
_ODD = st.sampled_from(
    [
        '},"chain":{"key":"' + "a" * 64,
        '"author":"' + AUTHOR + '","body":{',
        "\n",
        "\\",
        '"',
        "}",
        "",
    ]
)
_TEXT = st.one_of(_ODD, st.text(max_size=12).filter(lambda text: text.isprintable()))
_VALUE = st.recursive(
    st.one_of(_TEXT, st.integers(-(2**53), 2**53), st.booleans(), st.none()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_TEXT, inner, max_size=3)),
    max_leaves=8,
)
_WORDS = st.dictionaries(st.sampled_from(["from", "to", "precision"]), _TEXT, max_size=3)


def envelope(fields: dict[str, Any], **how: Any) -> bytes:
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False, **how)
    payload = b64encode(text.encode()).decode()
    return f'{{"payload":"{payload}","payloadType":"x","signatures":[]}}'.encode()


def leaf(raw: bytes) -> bytes:
    return leaf_hash(b"tallystick/leaf/v1\nsha256:%s\n" % sha256(raw).hexdigest().encode())


def said(raw: bytes) -> dict[str, str]:
    """The only line of every column."""
    [columns] = cut(Span(7, [(leaf(raw), raw)])).columns.values()
    return dict(zip(COLUMNS, columns, strict=True))


@given(st.dictionaries(_TEXT, _VALUE, max_size=4), _WORDS, st.none() | _WORDS, st.booleans())
def test_a_cut_says_what_a_decoder_says(
    body: dict[str, Any], under: dict[str, str], on: dict[str, str] | None, erases: bool
) -> None:
    fields: dict[str, Any] = {
        "anchor": {"root": "r", "size": 1}, "at": "2026-01-01T12:00:00Z", "author": AUTHOR,
        "body": body, "chain": {"key": "0" * 64, "prev": "1" * 64, "seq": 2},
        "ledger": "example.org/log", "mode": "live", "nonce": "n", "signers": ["0" * 64],
        "type": "thing-said/v1", "under": under, "v": 1,
    }  # fmt: skip
    if on is not None:
        fields["on"] = on
    if erases:
        fields["erased"] = ["2" * 64]
    raw = envelope(fields)
    found = said(raw)
    assert (found["index"], found["hash"]) == ("7", sha256(raw).hexdigest())
    assert (found["author"], found["mode"], found["key"]) == (AUTHOR, "live", "0" * 64)
    for name in ("body", "on", "under"):
        assert json.loads(found[name]) == fields.get(name), name
    assert not any("\n" in line for line in found.values())


def test_a_payload_laid_out_in_another_way_gives_the_same() -> None:
    fields = {
        "author": AUTHOR, "body": {"b": 1, "a": "é"}, "chain": {"key": "0" * 64, "seq": 1},
        "ledger": "example.org/log", "mode": "live", "on": {"from": "2026-01-01"},
        "type": "thing-said/v1",
    }  # fmt: skip
    found = said(envelope(fields))
    assert found == said(envelope(fields, indent=1)) | {"hash": found["hash"]}
    assert {name: json.loads(found[name]) for name in ("body", "on", "under")} == {
        "body": fields["body"], "on": fields["on"], "under": {},
    }  # fmt: skip


def test_what_is_no_statement_is_broken_and_gone_is_missing() -> None:
    raws = [envelope({"body": {}}), b"no envelope", b'{"payload":"!"}']
    rows: list[tuple[bytes, bytes | None]] = [(leaf(raw), raw) for raw in raws]
    made = cut(Span(4, [*rows, (leaf(b"gone"), None)]))
    assert ([index for index, _ in made.broken], made.missing) == ([4, 5, 6], [7])
    assert made.columns == {}
    edge = Frontier(4, [leaf(b"of the four before")])
    for level, subtree in made.subtrees:
        edge.add(level, subtree)
    assert edge.size == 8


def test_an_envelope_of_another_leaf_is_refused() -> None:
    raw = envelope({"body": {}})
    with pytest.raises(Unverified, match="entry 3: its envelope does not hash to its leaf"):
        cut(Span(3, [(leaf(raw + b" "), raw)]))
