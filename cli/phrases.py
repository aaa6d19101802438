"""One entry in words: what happened, who said it, for whom, and what it names.

    contribution recorded by Ana Silva: Wrote the leaflet · Ben Okri
    payment accepted by Ben Okri (recorded by Ana Silva): 20.00 GBP

Used after a write, in ``tally log``, and wherever an entry is shown on one line. Words that
others wrote are made safe for a terminal here, once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from cli.amounts import money_in_words
from cli.errors import WrongInput
from cli.names import KINDS, find_line, short

if TYPE_CHECKING:
    from cli.workspace import Workspace

_WIDTH = 76
_WHAT = {
    "acting-for-declared": "side declared",
    "record-confirmed": "line confirmed",
    "record-disputed": "line disputed",
}
#: Values that tell most about an entry, the most telling first.
_TELLING = ("title", "question", "what", "name")
_SAID = ("reason", "words", "note")
_PEOPLE = ("to", "voter", "person", "holder", "owner")


def phrase(
    ws: Workspace, type: str, author: str, body: Mapping[str, Any], values: Mapping[str, Any]
) -> str:
    """The entry in one line, at most about 150 characters."""
    name = type.partition("/")[0]
    what = _WHAT.get(name, name.replace("-", " "))
    speaker = body.get("for")
    if isinstance(speaker, str) and speaker != author:
        said = f"{what} by {ws.people.label(speaker)} (recorded by {ws.people.label(author)})"
    else:
        said = f"{what} by {ws.people.label(author)}"
    details = " · ".join(dict.fromkeys(part for part in _details(ws, author, body, values) if part))
    return f"{said}: {_cut(details)}" if details else said


def in_names(ws: Workspace, text: str) -> str:
    """``text`` with ids as the names people know them by, and hashes as numbers of entries."""
    import re

    def named(match: re.Match[str]) -> str:
        kind = match[1]
        return ws.register(kind).label(match[0]) if kind in KINDS else short(match[0])

    def numbered(match: re.Match[str]) -> str:
        """A hash says nothing to anybody; the log, `show` and --under take the number."""
        try:
            entry = find_line(ws.ledger, match[2])
        except WrongInput:
            return match[0]
        return ("grant in " if match[1] == "grant" else "") + f"entry {entry.index}"

    text = re.sub(r"\b(grant|line) ([0-9a-f]{12})\b", numbered, text).replace("the entry", "entry")
    return re.sub(r"\b([a-z]+):[a-z2-7]{26}\b", named, text)


def _details(
    ws: Workspace, author: str, body: Mapping[str, Any], values: Mapping[str, Any]
) -> Iterator[str]:
    from cli.render.text import visible

    told = [visible(values[name]) for name in _TELLING if isinstance(values.get(name), str)]
    said = [visible(values[name]) for name in _SAID if isinstance(values.get(name), str)]
    # What it is about comes first: «tired» is no way to speak of a vote.
    yield (told or [_thing(ws, body, unnamed=not said)])[0]
    yield "" if told else (said or [""])[0]
    if isinstance(body.get("amount"), dict):
        yield money_in_words(body["amount"])
    if body.get("choice"):
        yield f"«{body['choice']}»"
    elif body.get("ranking"):
        yield " > ".join("=".join(alike) for alike in body["ranking"])
    elif body.get("approves") or isinstance(body.get("option"), str):
        yield ", ".join(f"«{one}»" for one in body.get("approves") or [body["option"]])
    yield ", ".join(body.get("kinds", ())) if "to" in body and "kinds" in body else ""
    if body.get("outcome"):
        yield f"{body['outcome']} {', '.join(body.get('chosen', ()))}".rstrip()
    yield _people(ws, author, body)
    yield str(body.get("side") or "") if "person" in body else ""
    if body.get("number", 1) != 1 or "label" in body:
        yield f"{body.get('number', 'unknown number of')} people"
    if isinstance(body.get("line"), str):
        entry = ws.ledger.by_hash(body["line"])
        yield f"entry {entry.index}" if entry else short(body["line"])
    yield ", ".join(body.get("views", ())) or str(body.get("view") or "")
    yield str(body.get("day") or "")


def _thing(ws: Workspace, body: Mapping[str, Any], *, unnamed: bool) -> str:
    """What the entry is about, by name; by the beginning of its id only where ``unnamed``."""
    from cli.render.text import visible

    if isinstance(body.get("label"), str):
        return visible(body["label"])
    kinds = ["decision", "problem", "input", "contribution", "offer", "claim", "body"]
    if [name for name in KINDS if name in body] == ["project"]:
        kinds.append("project")  # most entries are in one; of a close it is what there is to say
    for kind in kinds:
        if isinstance(body.get(kind), str):
            label = ws.register(kind).label(body[kind])
            return label if unnamed or label != short(body[kind]) else ""
    for key in ("key", "old"):
        record = ws.ledger.keyring().get(body[key]) if isinstance(body.get(key), str) else None
        if record is not None and "person" not in body:
            return f"{short(record.key_id)} of {ws.people.label(record.holder)}"
    return ""


def _people(ws: Workspace, author: str, body: Mapping[str, Any]) -> str:
    """Whom the entry is about, its author and its speaker left out."""
    found = [body[name] for name in _PEOPLE if isinstance(body.get(name), str)]
    for giver in body.get("people", ()):
        found.append(giver["person"] if isinstance(giver, dict) else giver)
    if isinstance(body.get("about"), str):
        found.append(body["about"])
    if isinstance(body.get("group"), str) and "label" not in body:
        found.append(body["group"])
    known = {author, body.get("for")}
    return ", ".join(
        ws.register(one.partition(":")[0]).label(one)
        for one in dict.fromkeys(found)
        if one not in known and one.partition(":")[0] in KINDS
    )


def _cut(text: str) -> str:
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…"
