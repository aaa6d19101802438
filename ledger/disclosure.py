"""Salted disclosures (RFC 9901 §4.2): personal values that a statement commits to, kept apart.

    text    = base64url(JSON [salt, name, value])          no padding, kept as it came
    digest  = base64url(SHA-256(ASCII bytes of text))      sorted into the signed ``_sd``

Promise: a digest says nothing about its value to whoever lacks the salt (128 random bits at
least), and no second text has the same digest. The signed statement holds digests only, so a
value can be erased later and every signature still verifies.

>>> one = Disclosure("AAECAwQFBgcICQoLDA0ODw", "reason", "she asked me to")
>>> parse(one.text) == one
True
>>> one.digest
'GeNGqWmqbVSM5u1U5Xv9kaEY_YoiJmy3GzlVDLAT85w'
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from ledger import jcs
from ledger.encoding import Random, b64url_decode, b64url_encode, sha256
from ledger.errors import Malformed

#: Longest text of one disclosure, in characters: a page of writing, not an attachment.
MAX_TEXT = 256 * 1024

_MIN_SALT = 16
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")


class Disclosure:
    """One personal value with its name and salt; ``text`` is what is stored, sent and hashed.

    ``value`` is any JSON of our profile. Two are equal when their texts are. The repr shows the
    name alone, so that a value does not reach a log by accident.
    """

    # No named tuple: it would show its salt and value to whatever prints or encodes tuples.
    __slots__ = ("name", "salt", "text", "value")

    salt: str
    name: str
    value: Any
    text: str

    def __init__(self, salt: str, name: str, value: Any, text: str = "") -> None:
        _check(salt, name)
        text = text or b64url_encode(jcs.canonical([salt, name, value]))
        if len(text) > MAX_TEXT:
            raise Malformed(f"disclosure {name}: longer than {MAX_TEXT} characters")
        for field, content in (("salt", salt), ("name", name), ("value", value), ("text", text)):
            object.__setattr__(self, field, content)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a disclosure is never changed, nor is its {name}")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Disclosure) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"Disclosure(name={self.name!r})"

    def __reduce__(self) -> tuple[Callable[..., Disclosure], tuple[Any, ...]]:
        return Disclosure, (self.salt, self.name, self.value, self.text)

    @property
    def digest(self) -> str:
        """Base64url of the SHA-256 of ``text``: 43 characters."""
        return digest_of(self.text)


def digest_of(text: str) -> str:
    """The RFC 9901 digest of a disclosure's text, whether or not we would read it."""
    return b64url_encode(sha256(text.encode("ascii")))


def make(name: str, value: object, rng: Random = os.urandom) -> Disclosure:
    """A disclosure of ``value`` under ``name`` with 128 fresh random bits of salt.

    Raises Malformed for a name that is not a short lower-case word or a value outside the profile.
    """
    return Disclosure(b64url_encode(rng(_MIN_SALT)), name, value)


def parse(text: str) -> Disclosure:
    """The disclosure in ``text``, in whatever layout its JSON was written; Malformed otherwise."""
    if len(text) > MAX_TEXT:
        raise Malformed(f"disclosure: {len(text)} characters, at most {MAX_TEXT} are read")
    parts = jcs.parse_loose(b64url_decode(text))
    if not isinstance(parts, list) or len(parts) != 3:
        raise Malformed("disclosure: expected the three elements salt, name and value")
    salt, name, value = parts
    return Disclosure(salt, name, value, text)


def commit(disclosures: Iterable[Disclosure]) -> tuple[str, ...]:
    """The digests for a statement's ``_sd``, sorted; their names belong into the body's ``has``.

    Raises Malformed when two disclosures carry one name.
    """
    all_of_them = list(disclosures)
    if len({one.name for one in all_of_them}) != len(all_of_them):
        raise Malformed("disclosures: one name is used twice in a statement")
    return tuple(sorted(one.digest for one in all_of_them))


def _check(salt: object, name: object) -> None:
    if not isinstance(salt, str) or len(b64url_decode(salt)) < _MIN_SALT:
        raise Malformed(f"disclosure: the salt must be base64url of {_MIN_SALT} bytes or more")
    if not isinstance(name, str) or _NAME.fullmatch(name) is None:
        raise Malformed("disclosure: the name must be a lower-case word of at most 64 characters")
