"""The one JSON text of a value (RFC 8785), in the narrow profile that signed statements use.

Promise: ``parse(canonical(value)) == value``, and ``parse`` accepts no other bytes. What two
programs could read differently is not in the profile at all (format §1):

    strings    any Unicode text without lone surrogates; escapes as RFC 8785 §3.2.2.2
    integers   |n| < 2^53, so that every JSON reader holds them exactly
    objects    ASCII keys, sorted, none twice; for ASCII, the UTF-16 order of §3.2.3 is byte order
    arrays, true, false
    refused    floats, null, NaN, white space, a value nested deeper than MAX_DEPTH

Parsing runs at the speed of the C library: the bytes are decoded, encoded again and compared.
The comparison alone finds doubled keys, wrong order, white space and every second spelling of a
number or escape; floats stop the decoder by a hook, and only bytes that contain ``null``, are not
plain ASCII or open many brackets are walked in Python.

Where many are read, ``orjson`` reads first, in a third of the time. It only ever accepts: text that
is plain ASCII, that it writes again byte for byte, and in whose value a walk finds nothing but what
the profile has. Anything else is left to the standard library, which alone refuses.

>>> canonical({"b": [1, True], "a": "é"})
b'{"a":"\\xc3\\xa9","b":[1,true]}'
>>> parse(b'{"a": 1}')
Traceback (most recent call last):
ledger.errors.Malformed: JSON: not in canonical form (RFC 8785)
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, NoReturn

from ledger.errors import Malformed

#: Deepest nesting of arrays and objects; the outermost object is level 1.
MAX_DEPTH = 32

#: What a decoded value is made of, floats and null left out.
_LEAF: Final = (str, int)
_BRANCH: Final = (dict, list)

#: Integers stay below this, in either direction.
INTEGER_LIMIT = 2**53


def _no_float(text: str) -> NoReturn:
    raise Malformed(f"JSON: floating point {text[:20]} has no place in a statement; count in units")


def _no_constant(text: str) -> NoReturn:
    raise Malformed(f"JSON: {text} is not a number")


def _integer(text: str) -> int:
    if len(text) > 17 or not -INTEGER_LIMIT < (value := int(text)) < INTEGER_LIMIT:
        raise Malformed(f"JSON: integer {text[:20]} is outside ±(2^53 - 1)")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed("JSON: an object has one key twice")
    return found


_decode = json.JSONDecoder(
    parse_float=_no_float, parse_int=_integer, parse_constant=_no_constant
).raw_decode
_decode_loose = json.JSONDecoder(
    parse_float=_no_float,
    parse_int=_integer,
    parse_constant=_no_constant,
    object_pairs_hook=_unique,
).decode
_encode = json.JSONEncoder(
    ensure_ascii=False,
    check_circular=False,
    allow_nan=False,
    sort_keys=True,
    separators=(",", ":"),
).encode


def canonical(value: object) -> bytes:
    """The RFC 8785 bytes of ``value``: str, int, bool, list or tuple, dict with ASCII keys.

    Raises Malformed for anything else, for integers of 2^53 or more and for deep nesting.
    """
    _check(value, 1)
    try:
        return _encode(value).encode("utf-8")
    except UnicodeEncodeError:
        raise Malformed("JSON: a string holds half of a surrogate pair") from None


def parse(data: bytes) -> dict[str, Any]:
    """The object whose canonical bytes are exactly ``data``; Malformed for any other bytes."""
    return parse_text(_utf8(data))


def parse_text(text: str, *, depth: int = 1) -> dict[str, Any]:
    """As ``parse``, for text already decoded, whose object stands at level ``depth`` of a whole."""
    if (found := _first(text, depth)) is not None:
        return found
    try:
        value, _ = _decode(text)
        canonical_text = _encode(value)
    except (json.JSONDecodeError, RecursionError) as why:
        raise _not_json(why) from None
    # Text after the value is found here too: the decoder stops at the value's end.
    if canonical_text != text:
        raise Malformed("JSON: not in canonical form (RFC 8785)")
    if type(value) is not dict:
        raise Malformed("JSON: expected an object")
    if _needs_walk(text, depth):
        _check(value, depth)
    return value


def parse_loose(data: bytes) -> Any:
    """The value of JSON written by others: any layout and key order, our profile of values.

    Raises Malformed for floats, nulls, doubled keys and whatever else the profile leaves out.
    """
    try:
        value = _decode_loose(_utf8(data))
    except (json.JSONDecodeError, RecursionError) as why:
        raise _not_json(why) from None
    _check(value, 1)
    return value


def hasten() -> None:
    """Load the quick reader now, for whoever knows that many objects will be read."""
    global _first  # noqa: PLW0603  # one reader for the whole process
    _first = _refuse
    with suppress(ImportError):  # then all is read as at first
        import orjson

        _first = _quick_reader(orjson)


def _refuse(_text: str, _depth: int) -> None:
    """Accepts nothing."""


def _wait(_text: str, _depth: int) -> None:
    """Accepts nothing, and loads the quick reader once that is worth it."""
    global _patience  # noqa: PLW0603  # see `hasten`
    _patience -= 1
    if _patience <= 0:
        hasten()


def _quick_reader(orjson: Any) -> _Reader:
    """A reader that gives the object when it is certain, and None when it is not."""
    loads, dumps = orjson.loads, orjson.dumps
    as_we_write: Final[int] = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER

    def read(text: str, depth: int) -> dict[str, Any] | None:
        if not text.isascii():
            return None
        try:
            value = loads(text)
            # ASCII keys: the order of bytes is that of RFC 8785. Integers stay below 2^53.
            if dumps(value, option=as_we_write) != text.encode():
                return None
        except (ValueError, TypeError):
            return None
        return value if type(value) is dict and _is_plain(value, depth) else None

    return read


def _is_plain(value: dict[str, Any] | list[Any], depth: int) -> bool:
    """Whether a decoded container at level ``depth`` holds no float, no null, and not too much."""
    if depth > MAX_DEPTH:
        return False
    for item in value.values() if isinstance(value, dict) else value:
        if isinstance(item, _LEAF):
            continue
        if not isinstance(item, _BRANCH) or not _is_plain(item, depth + 1):
            return False
    return True


#: Text and level in; an object that is certain to be in the profile, or None.
_Reader = Callable[[str, int], dict[str, Any] | None]
#: Objects read before the quick reader is loaded: that takes as long as it gains on so many.
_patience = 2000
_first: _Reader = _wait


def _needs_walk(text: str, depth: int) -> bool:
    """Whether canonical text may hold what the profile refuses and the C decoder lets pass.

    False, the answer for nearly every statement, means: no null, no key outside ASCII, and not
    enough brackets to nest too deep.
    """
    return (
        "null" in text
        or not text.isascii()
        or text.count("[") + text.count("{") > MAX_DEPTH - depth
    )


def _utf8(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("JSON: not UTF-8") from None


def _not_json(why: Exception) -> Malformed:
    if isinstance(why, RecursionError):
        return Malformed(f"JSON: nested deeper than {MAX_DEPTH} levels")
    return Malformed(f"JSON: {str(why)[:80]}")


def _check(value: object, depth: int) -> None:
    """Walks ``value`` and raises Malformed at the first thing outside the profile."""
    if isinstance(value, str):
        if not value.isascii() and _has_lone_surrogate(value):
            raise Malformed("JSON: a string holds half of a surrogate pair")
    elif isinstance(value, int):
        if not -INTEGER_LIMIT < value < INTEGER_LIMIT:
            raise Malformed("JSON: an integer is outside ±(2^53 - 1)")
    elif isinstance(value, dict):
        _check_object(value, depth)
    # A named tuple is a record, and would lose its names: it is not in the profile.
    elif type(value) is list or type(value) is tuple:
        _check_depth(depth)
        for item in value:
            _check(item, depth + 1)
    else:
        kind = type(value).__name__
        raise Malformed(f"JSON: {kind} is not in the profile (str, int, bool, list, dict)")


def _check_object(value: dict[object, object], depth: int) -> None:
    _check_depth(depth)
    for key, item in value.items():
        if not isinstance(key, str) or not key.isascii():
            raise Malformed(f"JSON: key {str(key)[:40]!r} must be ASCII text")
        _check(item, depth + 1)


def _check_depth(depth: int) -> None:
    if depth > MAX_DEPTH:
        raise Malformed(f"JSON: nested deeper than {MAX_DEPTH} levels")


def _has_lone_surrogate(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False
