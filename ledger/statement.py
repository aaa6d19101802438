"""The signed statement: what one person or the operator said, in the bytes they signed.

Promise: ``parse_statement`` accepts exactly the payloads of format §1 and nothing near them; every
field of the result has been checked and none is defaulted. ``compose`` is the one function that
makes bytes to be signed, and what it makes always parses.

The grammar below is the format, one line a field, in the order RFC 8785 gives the keys. Outside
``body`` a statement holds no free text, so one regular expression reads all of it, proves its
canonical form and leaves only ``body`` to the JSON parser. A payload that does not match is read
again, slowly, to say which field is wrong.

    {"_sd":[…],"_sd_alg":"sha-256",                    both, or neither when nothing is committed
     "anchor":{"root":…,"size":…},"at":…,"author":…,"body":{…},
     "chain":{"key":…,"prev":…,"seq":…},               prev left out exactly at seq 1
     "erased":[…],                                     only when values-erased withdraws envelopes
     "ledger":…,"mode":…,"nonce":…,
     "on":{"from":…,"precision":…,"to":…},             left out when the statement has no date
     "signers":[…],"type":…,"under":{…},"v":1}

What a regular expression cannot say is checked after it: real dates, ``from`` not after ``to``,
one day for ``day``, no date exactly for ``unknown``, unique signers with the chain's key among
them, grants only for signers, the empty anchor's root, sorted digests, integers below 2^53.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ledger import jcs
from ledger.encoding import ORIGIN_PATTERN
from ledger.errors import Malformed
from ledger.tuples import NamedTuple

if TYPE_CHECKING:
    from typing import Required, TypedDict, Unpack

    class Fields(TypedDict, total=False):
        """What a statement says, by the names of ``composed``."""

        type: Required[str]
        ledger: Required[str]
        author: Required[str]
        key: Required[str]
        seq: Required[int]
        prev: Required[str | None]
        signers: Required[Sequence[str]]
        body: Required[Mapping[str, Any]]
        at: Required[str]
        nonce: Required[str]
        under: Mapping[str, str] | None
        anchor: Mapping[str, int | str] | None
        on: Mapping[str, str] | None
        mode: str
        sd: Sequence[str]
        erased: Sequence[str]


#: Largest payload, in bytes: with every signature it still fits an envelope of 1 MiB.
MAX_PAYLOAD = 700 * 1024

#: Most keys that can sign one statement.
MAX_SIGNERS = 64

MODES = ("live", "history")
PRECISIONS = ("day", "month", "quarter", "year", "period", "unknown")

#: The root of no entries, SHA-256 of nothing (RFC 6962 §2.1), in base64.
EMPTY_ROOT_B64 = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="

#: The anchor of somebody who has not seen a checkpoint yet.
EMPTY_ANCHOR: Mapping[str, int | str] = {"size": 0, "root": EMPTY_ROOT_B64}

_HASH = "[0-9a-f]{64}"
_ROOT = "[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]="
_DIGEST = "[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]"
_NONCE = "[A-Za-z0-9_-]{21}[AQgw]"
_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TYPE = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*/v[1-9][0-9]{0,3}"
_SIZE = "0|[1-9][0-9]{0,15}"
_SEQ = "[1-9][0-9]{0,15}"

# Field name, then the pattern of its canonical text with one group for each part we keep.
_SD = rf'\["({_DIGEST}(?:","{_DIGEST})*)"\]'
_ANCHOR = rf'\{{"root":"({_ROOT})","size":({_SIZE})\}}'
# The hour is bounded here: some releases of the standard library read 24:00 as midnight.
_AT = rf'"({_DAY}T(?:[01][0-9]|2[0-3]):[0-9]{{2}}:[0-9]{{2}})Z"'
_AUTHOR = '"((?:person|operator):[a-z2-7]{26})"'
_BODY = r"(\{.*\})"
_CHAIN = rf'\{{"key":"({_HASH})",(?:"prev":"({_HASH})","seq":(?!1\}})({_SEQ})|"seq":1)\}}'
_ERASED = rf'\["({_HASH}(?:","{_HASH})*)"\]'
_ON = rf'\{{(?:"from":"({_DAY})",)?"precision":"({"|".join(PRECISIONS)})"(?:,"to":"({_DAY})")?\}}'
_SIGNERS = rf'\["({_HASH}(?:","{_HASH}){{0,{MAX_SIGNERS - 1}}})"\]'
_UNDER = rf'\{{("{_HASH}":"{_HASH}"(?:,"{_HASH}":"{_HASH}")*)?\}}'

_FIELDS: Mapping[str, str] = {
    "_sd": _SD,
    "_sd_alg": '"sha-256"',
    "anchor": _ANCHOR,
    "at": _AT,
    "author": _AUTHOR,
    "body": _BODY,
    "chain": _CHAIN,
    "erased": _ERASED,
    "ledger": f'"({ORIGIN_PATTERN})"',
    "mode": f'"({"|".join(MODES)})"',
    "nonce": f'"({_NONCE})"',
    "on": _ON,
    "signers": _SIGNERS,
    "type": f'"({_TYPE})"',
    "under": _UNDER,
    "v": "1",
}
_OPTIONAL = frozenset({"_sd", "_sd_alg", "erased", "on"})


def _grammar() -> re.Pattern[str]:
    """One expression for a whole statement, out of the fields above."""
    text = f'(?:"_sd":{_SD},"_sd_alg":"sha-256",)?'
    for name, pattern in _FIELDS.items():
        if name not in ("_sd", "_sd_alg", "v"):
            member = f'"{name}":{pattern},'
            text += f"(?:{member})?" if name in _OPTIONAL else member
    return re.compile(rf'\{{{text}"v":1\}}', re.DOTALL)


_match = _grammar().fullmatch
_day = date.fromisoformat
_second = datetime.fromisoformat
_new = tuple.__new__


class Statement(NamedTuple):
    """One statement as it was signed; ``payload`` is those bytes, and decides equality.

    ``sd`` are the digests of values kept apart (base64url), ``erased`` the envelope hashes that an
    erasure withdraws, ``under`` maps key ids to the envelope hashes of grants. Nobody may change
    ``body``, ``under`` or ``on``.
    """

    type: str
    ledger: str
    nonce: str
    author: str
    key: str
    seq: int
    prev: str | None
    signers: tuple[str, ...]
    under: dict[str, str]
    anchor_size: int
    anchor_root: str
    at: str
    on: dict[str, str] | None
    mode: str
    body: dict[str, Any]
    sd: tuple[str, ...]
    erased: tuple[str, ...]
    payload: bytes

    @property
    def payload_hash(self) -> str:
        """Hex SHA-256 of the payload: what the next statement of this chain calls ``prev``."""
        return hashlib.sha256(self.payload).hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Statement) and self.payload == other.payload

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self.payload)


def parse_statement(payload: bytes) -> Statement:
    """The statement in ``payload``, all or nothing.

    Raises Malformed, naming the field, for whatever format §1 does not allow.
    """
    if len(payload) > MAX_PAYLOAD:
        raise Malformed(f"statement: {len(payload)} bytes, at most {MAX_PAYLOAD} are read")
    try:
        match = _match(payload.decode("utf-8"))
    except UnicodeDecodeError:
        raise Malformed("statement: not UTF-8") from None
    if match is None:
        raise _explain(payload)
    (
        sd, root, size, at, author, body, key, prev, seq, erased,
        ledger, mode, nonce, start, precision, end, signers, kind, under,
    ) = match.groups()  # fmt: skip
    try:
        _second(at)
    except ValueError:
        raise Malformed(f"statement field at: {at}Z is not a moment of the calendar") from None
    signer_ids = (key,) if signers == key else _signers(tuple(signers.split('","')), key)
    fields = (
        kind,
        ledger,
        nonce,
        author,
        key,
        _link(seq),
        prev,
        signer_ids,
        _under(under, signer_ids) if under else {},
        _anchor_size(size, root),
        root,
        at + "Z",
        _on(start, precision, end) if precision else None,
        mode,
        jcs.parse_text(body, depth=2),
        _sorted(sd.split('","')) if sd else (),
        _erased(erased.split('","'), kind) if erased else (),
        payload,
    )
    # Not by the constructor, which would only count them: this runs on every entry.
    return _new(Statement, fields)


def composed(**said: Unpack[Fields]) -> Statement:
    """A new statement; the only place where the bytes to sign, its ``payload``, are made.

    ``at`` is ``YYYY-MM-DDTHH:MM:SSZ``; ``prev`` the payload hash of the same key's statement
    ``seq - 1`` and None at 1; ``anchor`` a retained checkpoint ``{"size", "root"}`` (root in
    base64) or None for none seen; ``sd`` is sorted here. Raises Malformed for what would not parse.
    """
    key, prev, sd = said["key"], said["prev"], said.get("sd", ())
    fields: dict[str, Any] = {
        "anchor": dict(said.get("anchor") or EMPTY_ANCHOR),
        "at": said["at"],
        "author": said["author"],
        "body": said["body"],
        "chain": {"key": key, "seq": said["seq"]} | ({} if prev is None else {"prev": prev}),
        "ledger": said["ledger"],
        "mode": said.get("mode", "live"),
        "nonce": said["nonce"],
        "signers": list(said["signers"]),
        "type": said["type"],
        "under": dict(said.get("under") or {}),
        "v": 1,
    }
    if sd:
        fields |= {"_sd": sorted(sd), "_sd_alg": "sha-256"}
    if (on := said.get("on")) is not None:
        fields["on"] = dict(on)
    if erased := said.get("erased"):
        fields["erased"] = list(erased)
    return parse_statement(jcs.canonical(fields))


def compose(**said: Unpack[Fields]) -> bytes:
    """The bytes to sign for a statement; as ``composed``, with its errors."""
    return composed(**said).payload


def _link(seq: str | None) -> int:
    number = int(seq or 1)
    if number >= jcs.INTEGER_LIMIT:
        raise Malformed(f"statement field chain: seq {number} is not below 2^53")
    return number


def _anchor_size(text: str, root: str) -> int:
    size = int(text)
    if size >= jcs.INTEGER_LIMIT:
        raise Malformed(f"statement field anchor: size {size} is not below 2^53")
    if size == 0 and root != EMPTY_ROOT_B64:
        raise Malformed(
            f"statement field anchor: size 0 has the root {EMPTY_ROOT_B64}, found {root}"
        )
    return size


def _signers(ids: tuple[str, ...], key: str) -> tuple[str, ...]:
    if len(ids) > 1 and len(set(ids)) != len(ids):
        raise Malformed("statement field signers: a key is named twice")
    if key not in ids:
        raise Malformed(f"statement field signers: the chain's key {key[:16]} is not among them")
    return ids


def _under(text: str, signers: tuple[str, ...]) -> dict[str, str]:
    """The grants out of fixed-width text: ``"`` 64 ``":"`` 64 ``"``, then a comma."""
    grants = {text[i + 1 : i + 65]: text[i + 68 : i + 132] for i in range(0, len(text), 134)}
    keys = list(grants)
    if len(text) != 134 * len(keys) - 1 or sorted(keys) != keys:
        raise Malformed("statement field under: keys are not sorted and unique")
    for key in keys:
        if key not in signers:
            raise Malformed(f"statement field under: key {key[:16]} is not among the signers")
    return grants


@lru_cache(1024)  # many are of one day; nobody may change what is given
def _on(start: str | None, precision: str, end: str | None) -> dict[str, str]:
    found = {"precision": precision}
    try:
        if start is not None:
            found["from"] = start
            _day(start)
        if end is not None:
            found["to"] = end
            _day(end)
    except ValueError:
        raise Malformed("statement field on: not a day of the calendar") from None
    if precision == "unknown" or start is None or end is None:
        if (precision == "unknown") != (start is None and end is None):
            raise Malformed(
                "statement field on: precision unknown goes without dates, and every other with "
                f"one at least (precision {precision}, from {start or 'none'}, to {end or 'none'})"
            )
    elif start > end:
        raise Malformed(f"statement field on: from {start} is after to {end}")
    elif precision == "day" and start != end:
        raise Malformed(f"statement field on: {start} to {end} is more than one day")
    return found


def _sorted(digests: list[str]) -> tuple[str, ...]:
    if len(digests) > 1 and sorted(set(digests)) != digests:
        raise Malformed("statement field _sd: digests are not sorted and unique")
    return tuple(digests)


def _erased(hashes: list[str], kind: str) -> tuple[str, ...]:
    if not kind.startswith("values-erased/"):
        raise Malformed(f"statement field erased: only an erasure has it, not {kind}")
    if len(set(hashes)) != len(hashes):
        raise Malformed("statement field erased: an envelope is named twice")
    return tuple(hashes)


def _explain(payload: bytes) -> Malformed:
    """Why the grammar did not match: the first wrong field, in the words of the format."""
    try:
        fields = jcs.parse(payload)
    except Malformed as why:
        return Malformed(f"statement: {why.message}")
    unknown = sorted(fields.keys() - _FIELDS.keys())
    if unknown:
        return Malformed(f"statement: unknown field {unknown[0][:40]!r}; nothing may be added")
    for name, pattern in _FIELDS.items():
        if name not in fields:
            if name not in _OPTIONAL:
                return Malformed(f"statement: field {name} is missing")
            continue
        text = jcs.canonical(fields[name]).decode("utf-8")
        if re.fullmatch(pattern, text, re.DOTALL) is None:
            return Malformed(f"statement field {name}: {text[:80]} is not of the form of format §1")
    return Malformed("statement: _sd and _sd_alg stand together or not at all")
