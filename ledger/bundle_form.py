"""The form of a bundle: everything the ledger says about one person, in one JSON file.

    {v: 1, origin,
     checkpoint                        the signed note with its cosignatures, as text
     entries: [{index, envelope, proof}]     envelope as text, proof as base64 hashes, leaf first;
                                             a withdrawn envelope leaves {index, hash, proof}
     disclosures: [{envelope, disclosure}]   envelope by its hash, disclosure in base64url
     keys: [{keyid, keytype, scheme, keyval: {public}}]
     count                             the operator's signed count, an envelope as text
     policy}                           left out, or the policy the operator suggests

``parse_bundle`` is all or nothing and believes nothing. Sizes are bounded before anything is
decoded: 64 MiB, and a hundred thousand entries.

Source: format §6.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from typing import Any, Final

from ledger import jcs
from ledger.encoding import b64decode, b64encode, is_hash, is_id, is_origin
from ledger.errors import Malformed
from ledger.keyring import KeyRecord
from ledger.note import MAX_NOTE
from ledger.tree import HASH_SIZE, MAX_PROOF
from ledger.tuples import NamedTuple

MAX_BUNDLE: Final = 64 * 1024 * 1024
MAX_ENTRIES: Final = 100_000
MAX_DISCLOSURES: Final = 1_000_000
MAX_KEYS: Final = 100_000
#: Lists and objects, those inside the envelopes' text too: each costs more memory than its bytes.
MAX_PARTS: Final = 4_000_000

_REQUIRED = {"v", "origin", "checkpoint", "entries", "disclosures", "keys", "count"}


class BundleEntry(NamedTuple):
    """One entry: its index, its envelope (or only the hash of a withdrawn one), its path."""

    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody asks an entry for
    envelope: bytes | None
    hash: str | None
    proof: tuple[bytes, ...]


class Bundle(NamedTuple):
    """A bundle taken apart and not yet believed; ``keys`` maps key ids to public keys in hex."""

    origin: str
    checkpoint: bytes
    entries: tuple[BundleEntry, ...]
    disclosures: tuple[tuple[str, str], ...]
    keys: Mapping[str, str]
    count: bytes  # type: ignore[assignment]  # hides tuple.count, as `index` above
    policy: str | None


def encode_bundle(bundle: Bundle) -> bytes:
    """The bytes of a bundle, RFC 8785."""
    fields: dict[str, Any] = {
        "v": 1,
        "origin": bundle.origin,
        "checkpoint": bundle.checkpoint.decode(),
        "entries": [_entry_fields(entry) for entry in bundle.entries],
        "disclosures": [
            {"envelope": envelope, "disclosure": text} for envelope, text in bundle.disclosures
        ],
        "keys": keys_json(bundle.keys),
        "count": bundle.count.decode("ascii"),
    }
    if bundle.policy is not None:
        fields["policy"] = bundle.policy
    return jcs.canonical(fields)


def public_keys(records: Iterable[KeyRecord]) -> dict[str, str]:
    """Key ids and public keys in hex, as ``keys`` of a bundle or a directory holds them."""
    return {record.key_id: record.public.hex() for record in records}


def keys_json(keys: Mapping[str, str]) -> list[dict[str, Any]]:
    """Keys in the form that securesystemslib reads (format §5, ``keys.json``)."""
    return [
        {"keyid": key, "keytype": "ed25519", "scheme": "ed25519", "keyval": {"public": public}}
        for key, public in keys.items()
    ]


def parse_bundle(raw: bytes) -> Bundle:
    """The bundle in ``raw``; raises ``Malformed`` with what is wrong, and then uses nothing."""
    if len(raw) > MAX_BUNDLE:
        raise Malformed(f"bundle: {len(raw)} bytes, at most {MAX_BUNDLE} are read", step=1)
    if raw.count(b"{") + raw.count(b"[") > MAX_PARTS:
        raise Malformed(f"bundle: more than {MAX_PARTS} lists and objects", step=1)
    fields = jcs.parse_loose(raw)
    if not isinstance(fields, dict) or not _REQUIRED <= set(fields) <= _REQUIRED | {"policy"}:
        raise Malformed(
            f"bundle: expected the members {', '.join(sorted(_REQUIRED))} and perhaps policy",
            step=1,
        )
    if fields["v"] != 1 or fields["v"] is True:
        raise Malformed(f"bundle: version {fields['v']!r} is not known; this release reads 1")
    checkpoint = _text(fields, "checkpoint").encode()
    if not is_origin(fields["origin"]) or len(checkpoint) > MAX_NOTE:
        raise Malformed("bundle: `origin` or `checkpoint` has another form", step=1)
    return Bundle(
        origin=fields["origin"],
        checkpoint=checkpoint,
        entries=_entries(fields),
        disclosures=tuple(
            _disclosure(item) for item in _items(fields, "disclosures", MAX_DISCLOSURES)
        ),
        keys=_keys(fields),
        count=_text(fields, "count").encode(),
        policy=_text(fields, "policy") if "policy" in fields else None,
    )


def is_person(text: str) -> bool:
    """Whether a bundle can be about this: an id of a person."""
    return is_id(text, "person")


def _entry_fields(entry: BundleEntry) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "index": entry.index,
        "proof": [b64encode(value) for value in entry.proof],
    }
    if entry.envelope is not None:
        return fields | {"envelope": entry.envelope.decode("ascii")}
    return fields | {"hash": entry.hash}


def _entries(fields: Mapping[str, Any]) -> tuple[BundleEntry, ...]:
    entries = tuple(_entry(item) for item in _items(fields, "entries", MAX_ENTRIES))
    indexes = [entry.index for entry in entries]
    if any(later <= earlier for earlier, later in itertools.pairwise(indexes)):
        raise Malformed("bundle: `entries` must come in ascending order, each once", step=1)
    return entries


def _entry(item: Mapping[str, Any]) -> BundleEntry:
    whole, buried = {"index", "envelope", "proof"}, {"index", "hash", "proof"}
    if set(item) not in (whole, buried):
        raise Malformed("bundle: an entry holds index, proof, and either envelope or hash", step=1)
    index, proof = item["index"], item["proof"]
    if type(index) is not int or index < 0:
        raise Malformed("bundle: `index` of an entry must be 0 or more", step=1)
    if not isinstance(proof, list) or len(proof) > MAX_PROOF:
        raise Malformed(f"bundle: entry {index}: `proof` is a list of at most {MAX_PROOF}", step=1)
    hashes = tuple(b64decode(value) if isinstance(value, str) else b"" for value in proof)
    if any(len(value) != HASH_SIZE for value in hashes):
        raise Malformed(f"bundle: entry {index}: a hash of `proof` is not 32 bytes", step=1)
    if "hash" in item:
        if not is_hash(item["hash"]):
            raise Malformed(f"bundle: entry {index}: `hash` must be 64 hex digits", step=1)
        return BundleEntry(index, None, item["hash"], hashes)
    return BundleEntry(index, _text(item, "envelope").encode(), None, hashes)


def _disclosure(item: Mapping[str, Any]) -> tuple[str, str]:
    if set(item) != {"envelope", "disclosure"} or not is_hash(item["envelope"]):
        raise Malformed("bundle: a disclosure holds an envelope's hash and the disclosure", step=1)
    return item["envelope"], _text(item, "disclosure")


def _keys(fields: Mapping[str, Any]) -> dict[str, str]:
    keys: dict[str, str] = {}
    for item in _items(fields, "keys", MAX_KEYS):
        key_id, value = item.get("keyid"), item.get("keyval")
        if not is_hash(key_id) or not isinstance(value, dict) or not is_hash(value.get("public")):
            raise Malformed("bundle: an item of `keys` is not an Ed25519 key", step=1)
        if keys.setdefault(str(key_id), value["public"]) != value["public"]:
            raise Malformed(f"bundle: key {key_id} is listed twice", step=1)
    if fields["keys"] != keys_json(keys):
        raise Malformed("bundle: an item of `keys` is not in the one form it can have", step=1)
    return keys


def _text(item: Mapping[str, Any], name: str) -> str:
    value = item.get(name)
    if not isinstance(value, str):
        raise Malformed(f"bundle: `{name}` must be text", step=1)
    return value


def _items(fields: Mapping[str, Any], name: str, most: int) -> list[dict[str, Any]]:
    value = fields[name]
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise Malformed(f"bundle: `{name}` must be a list of objects", step=1)
    if len(value) > most:
        raise Malformed(f"bundle: {len(value)} {name}, at most {most} are read", step=1)
    return value
