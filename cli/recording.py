"""What small writing commands share: find a thing, ask how it stands, record one entry.

A thing is named by the number or hash of the entry that made it, by its id, or by its words;
``made_by`` gives its id. ``standing`` asks the rules' own fold how it stands now, so that a body
can repeat what the rule will compare.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from cli.workspace import Workspace
    from cli.writing import Manner
    from domain.world import Subject

S = TypeVar("S", bound="Subject")


def record(
    ws: Workspace,
    type: str,
    body: Mapping[str, Any],
    values: Mapping[str, Any] | None = None,
    *,
    manner: Manner,
    made: str | None = None,
    then: str = "",
) -> None:
    """Record one event and answer for it; ``made`` is the id it brought into being."""
    from cli.answering import tell
    from cli.writer import Writer

    tell(ws, Writer(ws).write(type, body, values or {}, manner=manner), made, then=then)


def made_by(ws: Workspace, kind: str, text: str) -> str:
    """The id of the ``kind`` that ``text`` names: an entry, an id, or words.

    Raises:
        WrongInput: there is none, several, or the entry is of another kind.
    """
    from cli.errors import WrongInput, events_in_words
    from cli.names import KINDS, find_line

    if not (text.isdecimal() or (len(text) >= 8 and not set(text) - set("0123456789abcdef"))):
        return ws.need(kind, text)
    entry = find_line(ws.ledger, text)
    thing = ws.register(kind).made_by(entry)
    if thing is None:
        made_in = KINDS[kind][0][0].removesuffix("/v1")
        raise WrongInput(
            f"Entry {entry.index} is no {kind} but {events_in_words(entry.type)}.",
            f"`tally log --type {made_in}` lists them; name one by its number, id or words.",
        )
    return thing.id


def standing(ws: Workspace, subject: type[S], key: str) -> S:
    """How a thing stands at the head, as the rules see it."""
    from projections.store_world import StoreWorld

    return StoreWorld(ws.ledger, ws.ledger.head().size).get(subject, key)


def day(text: str | None) -> str | None:
    """A day as the rules write it; None for None.

    Raises:
        WrongInput: it is no day.
    """
    from cli.dates import parse_day

    return parse_day(text).isoformat() if text else None


def line_named(ws: Workspace, text: str) -> str:
    """The envelope hash of the entry that ``text`` names."""
    from cli.names import find_line, hash_of

    return hash_of(find_line(ws.ledger, text))


def body_of(ws: Workspace, text: str, type: str) -> dict[str, Any]:
    """The body of the entry that ``text`` names, which must be of ``type``.

    Raises:
        WrongInput: it is of another type, or was withdrawn.
    """
    from cli.errors import WrongInput, events_in_words
    from cli.names import find_line
    from projections.payload import decoded

    entry = find_line(ws.ledger, text)
    if entry.type != type or entry.envelope is None:
        raise WrongInput(
            f"Entry {entry.index} is no {events_in_words(type)} but {events_in_words(entry.type)}"
            f"{'' if entry.envelope else ', and was withdrawn'}.",
            f"`tally log --type {type.removesuffix('/v1')}` lists them.",
        )
    body: dict[str, Any] = decoded(entry.index, entry.envelope)["body"]
    return body


def payee(ws: Workspace, text: str) -> str:
    """A person, or a group entry named by its id or label.

    Raises:
        WrongInput: neither goes by that name.
    """
    from cli.errors import WrongInput

    if text.startswith("group:"):
        return ws.need("group", text)
    try:
        return ws.people.find(text)
    except WrongInput as error:
        try:
            return ws.need("group", text)
        except WrongInput:
            raise error from None
