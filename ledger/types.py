"""What the ledger must know about a type of statement, and the tags it draws from one.

The ledger does not know the domain. For each type the domain hands over a ``TypeInfo``: the
composite tags, whether strangers may see the statement, whether an erasure may withdraw it, and
who may see each disclosed value. The signer chooses none of these: someone who could leave out the
composite tag that stops a double vote would vote twice.

Tags of a statement (design, «Event sourcing»)::

    author
    every typed id in body               person:2b…, decision:7k…
    every 64-digit hex hash in body and under
    composites                           ballot|decision:7k…|person:2b…

A tag is drawn from signed bytes alone, so an audit draws it again and compares (step 8).

Source: format §1a (types that ``ledger`` owns), §5 (classes), design «Event sourcing».
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final, Literal

from ledger.statement import Statement
from ledger.tuples import NamedTuple

#: Who may see a disclosed value: anyone, a reader of the auditor class, or nobody but the people
#: whom the operator shows it to.
Audience = Literal["public", "auditor", "personal"]

CHARTER: Final = "charter-adopted/v1"
KEY_ENROLLED: Final = "key-enrolled/v1"
KEY_ROTATED: Final = "key-rotated/v1"
KEY_REVOKED: Final = "key-revoked/v1"
DAY_OPENED: Final = "day-opened/v1"
OPERATOR_KEY_ROTATED: Final = "operator-key-rotated/v1"
VALUES_ERASED: Final = "values-erased/v1"

#: The types whose fold is the keyring: a statement judged by an older keyring is judged again.
KEYRING_TYPES: Final = frozenset(
    {CHARTER, KEY_ENROLLED, KEY_ROTATED, KEY_REVOKED, DAY_OPENED, OPERATOR_KEY_ROTATED}
)

#: A part of a composite holds no bar, or two different composites could read the same; and no
#: line feed, for tags are kept one a line.
_ESCAPED: Final = {ord("%"): "%25", ord("|"): "%7C", ord("\n"): "%0A"}

_TYPED_ID: Final = re.compile(r"[a-z]+(?:-[a-z]+)*:[a-z2-7]{26}")
_BRANCH: Final = (dict, list)
#: `a:` and 26 characters.
_SHORTEST: Final = 28
_TAG: Final = re.compile(r"[a-z]+(?:-[a-z]+)*:[a-z2-7]{26}|[0-9a-f]{64}")


class TypeInfo(NamedTuple):
    """One type as the ledger sees it.

    ``composites`` are (label, fields): a field is ``author`` or the name of a body field, and a
    composite with a field missing gives no tag. ``values`` maps the name of a disclosed value to
    its audience; a name not listed is ``personal``, the narrowest.
    """

    name: str
    composites: tuple[tuple[str, tuple[str, ...]], ...] = ()
    public: bool = False
    withdrawable: bool = False
    values: Mapping[str, Audience] = MappingProxyType({})

    def audience(self, value: str) -> Audience:
        """Who may see the disclosed value of this name."""
        return self.values.get(value, "personal")


Catalogue = Mapping[str, TypeInfo]


def _owned(name: str) -> TypeInfo:
    return TypeInfo(name=name, public=True)


#: The types the ledger itself owns. All are public: without them a stranger could not tell an
#: erasure from an omission, nor a revoked key from a good one.
LEDGER_TYPES: Final[Catalogue] = MappingProxyType(
    {
        **{name: _owned(name) for name in sorted(KEYRING_TYPES)},
        VALUES_ERASED: TypeInfo(name=VALUES_ERASED, public=True),
    }
)


def typed_ids(value: object) -> frozenset[str]:
    """Every ``kind:`` id anywhere in a JSON value, names of fields included."""
    found: list[str] = []
    _long_strings([value], found)
    return frozenset(text for text in found if _TYPED_ID.fullmatch(text))


def tags_of(statement: Statement, info: TypeInfo | None) -> frozenset[str]:
    """The tags of a statement; without ``info`` (an unknown type) those that need none."""
    is_tag = _TAG.fullmatch
    long: list[str] = []
    _long_strings(statement.body, long)
    tags = {text for text in long if is_tag(text)}
    tags.add(statement.author)
    if statement.under:
        tags.update(statement.under.values())
    if info is not None and info.composites:
        tags.update(_composites(statement, info))
    return frozenset(tags)


def about(statement: Statement) -> frozenset[str]:
    """The ids a statement is about (format §6): its author and every typed id in its body."""
    return typed_ids(statement.body) | {statement.author}


def _composites(statement: Statement, info: TypeInfo) -> Iterator[str]:
    for label, fields in info.composites:
        parts = [
            statement.author if name == "author" else statement.body.get(name) for name in fields
        ]
        if all(isinstance(part, str) for part in parts):
            yield "|".join([label, *(str(part).translate(_ESCAPED) for part in parts)])


def _long_strings(value: dict[str, object] | list[object], found: list[str]) -> None:
    """Every string in a JSON value that is long enough for a tag, names of fields among them.

    This runs on every event, and nearly every string is a name of a field or a code.
    """
    items: Iterable[object] = value
    if isinstance(value, dict):
        found += [name for name in value if len(name) >= _SHORTEST]
        items = value.values()
    for item in items:
        if isinstance(item, str):
            if len(item) >= _SHORTEST:
                found.append(item)
        elif isinstance(item, _BRANCH):
            _long_strings(item, found)
