"""The bodies of the statements that the ledger itself owns, read all or nothing.

    charter-adopted/v1       {origin, log, keys: [{key, person|operator, public}], withdrawable, …}
    key-enrolled/v1          {person, key, public, via}
    key-rotated/v1           {old, new, public}
    key-revoked/v1           {key, reason, suspect_from?}
    day-opened/v1            {day}
    operator-key-rotated/v1  {old, new, public}
    values-erased/v1         {about, ground, values: [{entry, digests}], tombstones: [{hash, type,
                              author, key, seq, nonce, payload_hash, ids}]}

Steps 7–9 of checking read these without knowing the domain, so their shape is part of the public
format and frozen with it. The charter carries more (grants, thresholds, the rules' version): that
part belongs to the domain and is only required to be there when the domain checks it.

A public key is accepted only if its key id is the hash of it and it is of full order: with a
small-order key every message verifies (format §2).

Source: format §1a.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Final

from ledger.errors import Malformed
from ledger.keys import PublicKey, public_key
from ledger.statement import Statement
from ledger.tuples import NamedTuple

_HEX64: Final = re.compile(r"[0-9a-f]{64}")
_HOLDER: Final = re.compile(r"(?:person|operator):[a-z2-7]{26}")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DIGEST: Final = re.compile(r"[A-Za-z0-9_-]{43}")


class NewKey(NamedTuple):
    """A key that a statement brings in: its id, whose it is (empty: as the old key), its bytes."""

    key_id: str
    holder: str
    public: PublicKey


class Charter(NamedTuple):
    """The ledger's part of the charter.

    ``log`` is the verifier key of the log in C2SP form; ``operator_key`` the id of the operator's
    event key; ``withdrawable`` the types whose envelopes an erasure may withdraw.
    """

    origin: str
    log: str
    keys: tuple[NewKey, ...]
    operator_key: str
    withdrawable: frozenset[str]


class Rotation(NamedTuple):
    """One key in the place of another."""

    old: str
    new: NewKey


class Revocation(NamedTuple):
    """The end of a key; entries from ``suspect_from`` (0-based index) on are contested."""

    key_id: str
    reason: str
    suspect_from: int | None


class ErasedValues(NamedTuple):
    """Digests of one recorded envelope (hex hash) whose disclosures are gone."""

    entry: str
    digests: tuple[str, ...]


class Tombstone(NamedTuple):
    """What stays of a withdrawn envelope; ``ids`` are all its tags, sorted, its author among them.

    ``prev`` is not kept: a link into a withdrawn entry is checked by ``payload_hash``, a link out
    of it can no longer be.
    """

    hash: str
    type: str
    author: str
    key: str
    seq: int
    nonce: str
    payload_hash: str
    ids: tuple[str, ...]

    def as_body(self) -> dict[str, object]:
        """The tombstone as it stands in the body of ``values-erased/v1``."""
        return {
            "hash": self.hash,
            "type": self.type,
            "author": self.author,
            "key": self.key,
            "seq": self.seq,
            "nonce": self.nonce,
            "payload_hash": self.payload_hash,
            "ids": list(self.ids),
        }


class Erasure(NamedTuple):
    """Whose values were erased, on what ground, which digests and which whole envelopes."""

    about: str
    ground: str
    values: tuple[ErasedValues, ...]
    tombstones: tuple[Tombstone, ...]


def read_charter(statement: Statement) -> Charter:
    """The ledger's part of a charter.

    Raises ``Malformed`` when a field is missing, a key does not match its id or is of small
    order, a key is listed twice, or there is not exactly one operator's key.
    """
    body = statement.body
    keys = tuple(_founding_key(item) for item in _list(body, "keys"))
    if len({key.key_id for key in keys}) != len(keys):
        raise Malformed("charter: a key is listed twice under `keys`", step=7)
    operators = [key.key_id for key in keys if key.holder.startswith("operator:")]
    if len(operators) != 1:
        raise Malformed(
            f"charter: `keys` must hold exactly one operator's event key, found {len(operators)}",
            step=7,
        )
    return Charter(
        origin=_text(body, "origin"),
        log=_text(body, "log"),
        keys=keys,
        operator_key=operators[0],
        withdrawable=frozenset(_texts(body, "withdrawable")),
    )


def read_enrolled(statement: Statement) -> NewKey:
    """The key that ``key-enrolled/v1`` brings; raises ``Malformed``."""
    body = _exactly(statement, {"person", "key", "public", "via"})
    return _new_key(body, "key", _match(body, "person", _HOLDER))


def read_rotated(statement: Statement) -> Rotation:
    """Old and new key of ``key-rotated/v1`` or ``operator-key-rotated/v1``; raises Malformed."""
    body = _exactly(statement, {"old", "new", "public"})
    rotation = Rotation(old=_match(body, "old", _HEX64), new=_new_key(body, "new", ""))
    if rotation.old == rotation.new.key_id:
        raise Malformed(f"{statement.type}: `old` and `new` are the same key", step=7)
    return rotation


def read_revoked(statement: Statement) -> Revocation:
    """What ``key-revoked/v1`` ends; raises ``Malformed``."""
    body = _exactly(statement, {"key", "reason"}, {"suspect_from"})
    suspect = body.get("suspect_from")
    if suspect is not None and (type(suspect) is not int or suspect < 0):
        raise Malformed("key-revoked/v1: `suspect_from` must be an index of 0 or more", step=1)
    return Revocation(_match(body, "key", _HEX64), _text(body, "reason"), suspect)


def read_day(statement: Statement) -> dt.date:
    """The UTC day that ``day-opened/v1`` opens; raises ``Malformed``."""
    return parse_day(_match(_exactly(statement, {"day"}), "day", _DAY))


def parse_day(text: str) -> dt.date:
    """A date written as YYYY-MM-DD; raises ``Malformed``."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise Malformed(f"{text!r} is not a day of the calendar", step=1) from error


def read_erased(statement: Statement) -> Erasure:
    """What ``values-erased/v1`` erases.

    Raises ``Malformed`` when the shape is wrong, an entry is listed twice, or the withdrawn
    envelopes in ``tombstones`` are not those in the statement's ``erased``.
    """
    body = _exactly(statement, {"about", "ground", "values", "tombstones"})
    erasure = Erasure(
        about=_text(body, "about"),
        ground=_text(body, "ground"),
        values=tuple(_erased_values(item) for item in _list(body, "values")),
        tombstones=tuple(_tombstone(item) for item in _list(body, "tombstones")),
    )
    if len({value.entry for value in erasure.values}) != len(erasure.values):
        raise Malformed("values-erased/v1: an entry is listed twice under `values`", step=1)
    buried = [stone.hash for stone in erasure.tombstones]
    if len(set(buried)) != len(buried) or set(buried) != set(statement.erased):
        raise Malformed(
            "values-erased/v1: `erased` and `tombstones` must name the same envelopes, once each",
            step=1,
        )
    return erasure


def _founding_key(item: Mapping[str, object]) -> NewKey:
    holders = [name for name in ("person", "operator") if name in item]
    if len(holders) != 1 or set(item) != {"key", "public", holders[0]}:
        raise Malformed(
            "charter: each of `keys` holds key, public, and either person or operator", step=1
        )
    holder = _match(item, holders[0], _HOLDER)
    if not holder.startswith(holders[0] + ":"):
        raise Malformed(f"charter: `{holders[0]}` of a key is {holder!r}", step=1)
    return _new_key(item, "key", holder)


def _new_key(body: Mapping[str, object], field: str, holder: str) -> NewKey:
    key_id = _match(body, field, _HEX64)
    public = public_key(_match(body, "public", _HEX64))
    if public.key_id != key_id:
        raise Malformed(
            f"`{field}` is not the id of `public`: expected {public.key_id}, found {key_id}",
            step=7,
        )
    return NewKey(key_id, holder, public)


def _erased_values(item: Mapping[str, object]) -> ErasedValues:
    _fields(item, {"entry", "digests"}, set(), "values-erased/v1 `values`")
    digests = _texts(item, "digests")
    if not digests or len(set(digests)) != len(digests) or not all(map(_DIGEST.fullmatch, digests)):
        raise Malformed("values-erased/v1: `digests` must be distinct b64url digests", step=1)
    return ErasedValues(_match(item, "entry", _HEX64), digests)


def _tombstone(item: Mapping[str, object]) -> Tombstone:
    names = {"hash", "type", "author", "key", "seq", "nonce", "payload_hash", "ids"}
    _fields(item, names, set(), "values-erased/v1 `tombstones`")
    seq = item["seq"]
    if type(seq) is not int or seq < 1:
        raise Malformed("values-erased/v1: `seq` of a tombstone must be 1 or more", step=1)
    ids = _texts(item, "ids")
    if list(ids) != sorted(set(ids)):
        raise Malformed("values-erased/v1: `ids` of a tombstone must be sorted, once each", step=1)
    return Tombstone(
        hash=_match(item, "hash", _HEX64),
        type=_text(item, "type"),
        author=_match(item, "author", _HOLDER),
        key=_match(item, "key", _HEX64),
        seq=seq,
        nonce=_text(item, "nonce"),
        payload_hash=_match(item, "payload_hash", _HEX64),
        ids=ids,
    )


def _exactly(
    statement: Statement, required: set[str], optional: set[str] | None = None
) -> Mapping[str, object]:
    # `has` lists the values that exist (format §1) and may stand in any body.
    _fields(statement.body, required, (optional or set()) | {"has"}, statement.type)
    return statement.body


def _fields(item: Mapping[str, object], required: set[str], optional: set[str], what: str) -> None:
    found = set(item)
    if missing := sorted(required - found):
        raise Malformed(f"{what}: missing {', '.join(missing)}", step=1)
    if unknown := sorted(found - required - optional):
        raise Malformed(f"{what}: unknown {', '.join(unknown)}", step=1)


def _text(body: Mapping[str, object], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise Malformed(f"`{name}` must be text, found {value!r}", step=1)
    return value


def _match(body: Mapping[str, object], name: str, pattern: re.Pattern[str]) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise Malformed(f"`{name}` must match {pattern.pattern}, found {value!r}", step=1)
    return value


def _texts(body: Mapping[str, object], name: str) -> tuple[str, ...]:
    value = body.get(name)
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise Malformed(f"`{name}` must be a list of texts", step=1)
    return tuple(value)


def _list(body: Mapping[str, object], name: str) -> list[dict[str, object]]:
    value = body.get(name)
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise Malformed(f"`{name}` must be a list of objects", step=1)
    return value
