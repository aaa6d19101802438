"""What this reader can call things: names and words out of the disclosures held here.

Titles of projects, problems, decisions and bodies, and the names of people, each read when a cell
asks for it: a view of ten rows opens ten values, however large the ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from cli.names import KINDS

if TYPE_CHECKING:
    from cli.render.names import Known
    from cli.workspace import Workspace


def known_to(ws: Workspace) -> Known:
    """What whoever uses this ledger directory can call things by."""
    from cli.render.names import Known

    return Known(_Names(ws), lambda index, name: _said(ws, index, name))


def known_to_several(
    ledgers: Sequence[Workspace], place: Callable[[int], tuple[Workspace, int]]
) -> Known:
    """The same of several ledgers read together; ``place`` says where an entry lies."""
    from cli.render.names import Known

    def said(index: int, name: str) -> str | None:
        ws, own = place(index)
        return _said(ws, own, name)

    # Ids never meet, so whichever ledger knows one has its name.
    return Known(_NamesOfAll([_Names(ws) for ws in ledgers]), said)


class _Names(Mapping[str, str]):
    """Names by id, looked up one by one."""

    def __init__(self, ws: Workspace) -> None:
        self._ws = ws

    def __getitem__(self, thing_id: str) -> str:
        kind, colon, rest = thing_id.partition(":")
        if kind == "operator" and rest:
            return "the operator"
        if not colon or kind not in KINDS or not rest.isalnum():
            raise KeyError(thing_id)
        thing = self._ws.register(kind).get(thing_id)
        if thing is None or not thing.name:
            raise KeyError(thing_id)
        return thing.name

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


class _NamesOfAll(_Names):
    """Names by id, each asked of the ledgers in their order."""

    def __init__(self, each: Sequence[_Names]) -> None:
        self._each = each

    def __getitem__(self, thing_id: str) -> str:
        for names in self._each:
            if thing_id in names:
                return names[thing_id]
        raise KeyError(thing_id)


def _said(ws: Workspace, index: int, name: str) -> str | None:
    """The words disclosed beside an entry, safe to print; None when erased or not held.

    ``options/late`` names one text of a value that holds several, the options of a decision. What
    is personal is told to whom it concerns and to who may open anybody's records (``looking.py``).
    """
    from cli.listing import as_object
    from cli.render.text import visible
    from domain.catalogue import EVENTS
    from ledger.errors import Refused

    value, _, key = name.partition("/")
    entry = ws.ledger.entry(index)
    kind = EVENTS.get(entry.type)
    if kind is not None and kind.values.get(value) == "personal":
        words = as_object(ws, entry).get("disclosed", {}).get(value)
        return visible(words) if isinstance(words, str) and words else None
    try:
        words = ws.ledger.disclosed(index).get(value)
    except Refused:  # the data key was destroyed
        return None
    if key:
        words = words.get(key) if isinstance(words, dict) else None
    return visible(words) if isinstance(words, str) and words else None
