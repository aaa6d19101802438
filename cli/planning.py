"""From rows to entries: what an import would write, and every row that cannot be written.

Nothing is signed and nothing is stored here. A row that cannot be read is a ``Problem`` that names
its cell, what it holds and what to write instead; the others become ``Planned`` entries, in the
order of the file, each with a permanent name. From that name a secret of the ledger makes its ids
and its nonce, so the same row imported again is found and not written twice, and nobody without
the secret can go from an id back to the login or name in the row.
"""

from __future__ import annotations

import hmac
import re
from base64 import b32encode, urlsafe_b64encode
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from cli.amounts import counted_in, parse_minutes, parse_money
from cli.dates import parse_on, settled
from cli.errors import CliError, WrongInput
from cli.mapping import Field, ImportMapping
from cli.sheets import Row, Sheet

#: Ids of the people enrolled already, by name in small letters.
Known = Mapping[str, tuple[str, ...]]

_NOT_SLUG = re.compile(r"[^a-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Problem:
    """One cell that cannot be used: ``B13  date = '03/04/26'   write the date as …``."""

    row: int
    cell: str
    column: str
    found: str
    advice: str

    def __str__(self) -> str:
        if self.cell.startswith("row "):  # of no one cell
            return f"{self.cell}  {self.column}: {self.advice}"
        return f"cell {self.cell}  {self.column} = {self.found!r}   {self.advice}"


@dataclass(frozen=True, slots=True)
class Planned:
    """One entry to be written: its permanent name, type, body, values and date."""

    name: str
    type: str
    body: Mapping[str, Any]
    values: Mapping[str, str] = field(default_factory=dict)
    on: Mapping[str, str] | None = None
    #: Number of the row it came from; None for what the mapping says itself.
    row: int | None = None
    #: The person whom its values concern, if any.
    concerns: str | None = None

    @property
    def is_row(self) -> bool:
        """Whether it says what its row says, and not who is in it for the first time."""
        return self.name.startswith(("row|", "turn|"))

    @property
    def undated(self) -> bool:
        """Whether it says no day and no span of days."""
        return self.on is None or not self.on.keys() & {"from", "to"}


class Plan:
    """All an import would write, in order, and what stands in the way.

    Entries are made as they are asked for, the same each time, and none is kept: a hundred thousand
    rows would take half a gigabyte.

    Raises (as ``plan`` does, when it is made or gone through):
        CliError: file and mapping do not belong together, or a constant of the mapping is wrong.
    """

    def __init__(
        self,
        sheet: Sheet,
        mapping: ImportMapping,
        namer: Namer,
        currency: str,
        today: date,
        known: Known,
    ) -> None:
        _check_columns(sheet, mapping)
        self._given = (sheet, mapping, namer, currency, today, known)
        self._problems: tuple[Problem, ...] | None = None
        self.rows = len(sheet.rows)

    def __iter__(self) -> Iterator[Planned]:
        planner = _Planner(*self._given)
        yield from planner.constants()
        for row in planner.sheet.rows:
            yield from planner.row(row)
        self._problems = tuple(planner.problems)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Every cell that cannot be used; found by going through all of it."""
        if self._problems is None:
            deque(self, maxlen=0)
        return self._problems or ()


class Namer:
    """Ids, nonces and row names of one mapping, from a 32-byte secret that stays here."""

    def __init__(self, secret: bytes, mapping: str) -> None:
        self._secret = secret
        self._mapping = mapping

    def id(self, kind: str, name: str) -> str:
        """A typed id: ``kind:`` and 26 characters."""
        return f"{kind}:{b32encode(self._mac('id', kind, name)[:16]).decode().lower()[:26]}"

    def nonce(self, name: str) -> str:
        """The nonce of the entry of this name, b64url."""
        return urlsafe_b64encode(self._mac("nonce", name)[:16]).decode().rstrip("=")

    def row(self, name: str) -> str:
        """What the entry says of its row: 64 hex digits that show nothing of its cells."""
        return self._mac("row", name).hex()

    def _mac(self, *parts: str) -> bytes:
        message = "\x00".join(("tallystick/import/v1", self._mapping, *parts))
        return hmac.new(self._secret, message.encode(), sha256).digest()


def plan(
    sheet: Sheet,
    mapping: ImportMapping,
    namer: Namer,
    currency: str,
    today: date,
    known: Known = MappingProxyType({}),
) -> Plan:
    """Everything that importing ``sheet`` would write, and every problem of its rows.

    ``known`` are the people enrolled already, by name in small letters: rows name them, and only
    others are enrolled.

    Raises:
        CliError: a column that the mapping reads is missing, or one of the file is neither read
            nor set aside; a constant of the mapping is no date, amount or number.
    """
    return Plan(sheet, mapping, namer, currency, today, known)


def _check_columns(sheet: Sheet, mapping: ImportMapping) -> None:
    missing = sorted(mapping.columns() - set(sheet.columns))
    if missing:
        raise CliError(
            f"{sheet.path} has no column «{missing[0]}», which {mapping.path.name} reads; "
            f"it has {', '.join(sheet.columns)}.",
            "Nothing was saved. Give the file that belongs to this mapping, or change the mapping.",
        )
    unread = [name for name in sheet.columns if name not in mapping.columns()]
    if unread:
        raise CliError(
            f"{sheet.path} has a column «{unread[0]}» that {mapping.path.name} neither reads "
            "nor sets aside.",
            f'Nothing was saved. Read it, or add "{unread[0]}" to `ignore` in [mapping].',
        )


class _Planner:
    """Reads one file with one mapping; remembers people met and what stands."""

    def __init__(
        self,
        sheet: Sheet,
        mapping: ImportMapping,
        namer: Namer,
        currency: str,
        today: date,
        known: Known,
    ) -> None:
        self.sheet = sheet
        self.mapping = mapping
        self.namer = namer
        self.currency = currency
        self.today = today
        self.project = mapping.project.get("id") or namer.id("project", mapping.project["key"])
        self.problems: list[Problem] = []
        self._known = known
        self._people: set[str] = set()
        self._standing: dict[str, tuple[str, bool]] = {}
        self._names: dict[str, int] = {}

    def constants(self) -> Iterator[Planned]:
        """The project, unless it is here already, and the mapping's own groups and offers."""
        mapping = self.mapping
        if "key" in mapping.project:
            yield Planned(
                f"project|{mapping.project['key']}",
                "project-opened/v1",
                {"project": self.project},
                {"title": mapping.project["title"]},
            )
        for group in mapping.groups:
            yield self._group(group)
        for offer in mapping.offers:
            yield self._offer(offer)

    def _group(self, group: Mapping[str, Any]) -> Planned:
        count = group.get("count")
        body = {
            "group": self.namer.id("group", group["key"]),
            "project": self.project,
            "label": group.get("label", group["key"]),
            "side": group.get("side", "unsaid"),
            "number": count,
            "counted": "unknown" if count is None else "exact",
        }
        return Planned(
            f"group|{group['key']}",
            "group-recorded/v1",
            {name: value for name, value in body.items() if value is not None},
            {"note": group["note"]} if "note" in group else {},
            self._constant_on(group),
        )

    def _offer(self, offer: Mapping[str, Any]) -> Planned:
        group = next((g for g in self.mapping.groups if g["key"] == offer.get("group")), None)
        if group is None:
            raise WrongInput(
                f"The mapping {self.mapping.path}, offer «{offer['key']}»: there is no group "
                f"«{offer.get('group')}».",
                "Nothing was saved.",
            )
        body = {
            "offer": self.namer.id("offer", offer["key"]),
            "project": self.project,
            "to": self.namer.id("group", group["key"]),
            "kind": offer.get("type", "fee"),
            "amount": parse_money(str(offer.get("amount", "")), self.currency),
            "number": group.get("count", 1),
            "basis": offer.get("basis", "other"),
        }
        return Planned(
            f"offer|{offer['key']}",
            "payment-offered/v1",
            body,
            {"what": offer["what"]} if "what" in offer else {},
            self._constant_on(offer),
        )

    def _constant_on(self, table: Mapping[str, Any]) -> Mapping[str, str] | None:
        return parse_on(str(table["on"]), self.today) if "on" in table else None

    def row(self, row: Row) -> Iterator[Planned]:
        """The entries of one row; none when it has a problem."""
        before = len(self.problems)
        for column in sorted(row.formulas & self.mapping.columns()):
            self._problem(row, column, "a formula: copy the column and paste it as values")
        name = self._name(row)
        on = self._on(row)
        if len(self.problems) > before:
            self._complain(row)
            return
        entries = list(self._entries(row, name, on))
        if len(self.problems) == before:
            yield from entries

    def _complain(self, row: Row) -> None:
        """Find the other problems of a row that is lost already, so that it is mended at once."""
        for source in (self.mapping.group, self.mapping.person):
            if source is not None:
                self._read(row, source)
        self._fields(row)

    def _entries(self, row: Row, name: str, on: Mapping[str, str] | None) -> Iterator[Planned]:
        change = self.mapping.change
        if change is None:
            yield from self._recorded(row, name, name, on)
            return
        what = self._read(row, change.field)
        about = "|".join(row.cells[column] for column in change.about)
        if what == "recorded":
            yield from self._put(row, name, about, on)
        elif what == "retracted":
            yield from self._take_back(row, name, about, on)

    def _put(
        self, row: Row, name: str, about: str, on: Mapping[str, str] | None
    ) -> Iterator[Planned]:
        contribution, standing = self._standing.get(about, ("", False))
        if standing:
            self._problem(row, self._about(), f"«{about}» stands already; it cannot be added twice")
        elif contribution:
            self._standing[about] = (contribution, True)
            yield self._turn(row, name, contribution, "contribution-reinstated/v1", on)
        else:
            yield from self._recorded(row, name, about, on)

    def _take_back(
        self, row: Row, name: str, about: str, on: Mapping[str, str] | None
    ) -> Iterator[Planned]:
        contribution, standing = self._standing.get(about, ("", False))
        if not standing:
            self._problem(row, self._about(), f"«{about}» does not stand, so it cannot be removed")
            return
        self._standing[about] = (contribution, False)
        yield self._turn(row, name, contribution, "contribution-retracted/v1", on)

    def _about(self) -> str:
        return self.mapping.change.about[0] if self.mapping.change else ""

    def _turn(
        self,
        row: Row,
        name: str,
        contribution: str,
        type: str,
        on: Mapping[str, str] | None,
    ) -> Planned:
        body = {"contribution": contribution, "cause": "list-changed"}
        return Planned(f"turn|{name}", type, body, {}, on, row.number)

    def _recorded(
        self, row: Row, name: str, about: str, on: Mapping[str, str] | None
    ) -> Iterator[Planned]:
        body: dict[str, Any] = {
            "contribution": self.namer.id("contribution", about),
            "project": self.project,
            "row": self.namer.row(name),
        }
        concerns: str | None = None
        before = len(self.problems)
        if self.mapping.group is not None:
            body["group"] = self.namer.id("group", self._group_key(row, self.mapping.group))
        elif self.mapping.person is not None:
            who = self._read(row, self.mapping.person)
            if not who:
                self._problem(row, self.mapping.person.column or "", "say who it was")
            concerns = self._person(row, who)
            body["people"] = [{"person": concerns}]
        body |= self._fields(row)
        values = {
            name: text
            for name in ("what", "words")
            if (text := self._read(row, self.mapping.fields.get(name)))
        }
        new = concerns is not None and concerns not in self._people
        side = self._read(row, self.mapping.side) if new else ""
        if len(self.problems) > before:
            return
        if concerns is not None and new:
            yield from self._meet(row, who, concerns, side, on)
        if self.mapping.change is not None:
            self._standing[about] = (body["contribution"], True)
        yield Planned(
            f"row|{name}", "contribution-recorded/v1", body, values, on, row.number, concerns
        )

    def _group_key(self, row: Row, source: Field) -> str:
        key = self._read(row, source)
        if key not in {group["key"] for group in self.mapping.groups}:
            self._problem(row, source.column or "", "no group of the mapping has this key")
        return key

    def _person(self, row: Row, who: str) -> str:
        """The one enrolled under this name; else somebody new, whom this import enrols."""
        new = self.namer.id("person", who)
        enrolled = self._known.get(who.casefold(), ())
        if not enrolled or new in enrolled:
            return new
        if len(enrolled) > 1 and self.mapping.person is not None:
            column = self.mapping.person.column or ""
            self._problem(row, column, f"{len(enrolled)} people have this name: say which")
        return enrolled[0]

    def _meet(
        self, row: Row, who: str, person: str, side: str, on: Mapping[str, str] | None
    ) -> Iterator[Planned]:
        """Enrol somebody at their first row, and say whom they act for if the mapping says."""
        self._people.add(person)
        if person == self.namer.id("person", who):
            yield Planned(
                f"person|{who}",
                "person-enrolled/v1",
                {"person": person, "project": self.project, "route": "unknown"},
                {"name": who},
                on,
                row.number,
                person,
            )
        if side:
            yield Planned(
                f"side|{who}",
                "acting-for-declared/v1",
                {"person": person, "project": self.project, "side": side},
                {},
                on,
                row.number,
            )

    def _fields(self, row: Row) -> dict[str, Any]:
        fields = self.mapping.fields
        body: dict[str, Any] = {}
        for name in ("stage", "level", "scale", "speaks_for"):
            if text := self._read(row, fields.get(name)):
                body[name] = text
        if text := self._read(row, fields.get("kind")):
            body["kinds"] = [kind.strip() for kind in text.split(",")]
        if text := self._read(row, fields.get("recorded_as")):
            body["recorded_as"] = _NOT_SLUG.sub("-", text.lower()).strip("-")[:40] or "unnamed"
        if text := self._read(row, fields.get("time")):
            body["time"] = self._time(row, fields["time"], text)
        if text := self._read(row, fields.get("measure")):
            body["measure"] = self._measure(row, fields["measure"], text)
        return body

    def _time(self, row: Row, source: Field, text: str) -> dict[str, Any]:
        try:
            basis, minutes = parse_minutes(counted_in(text, source.unit) if source.unit else text)
        except WrongInput as error:
            whole = 'If the whole column does, the mapping can say unit = "hours".'
            bare = not source.unit and text[:1].isdecimal() and text[-1:].isdecimal()
            self._problem(row, source.column or "", f"{error.hint} {whole}" if bare else error.hint)
            return {}
        return {"basis": basis} if minutes is None else {"basis": basis, "minutes": minutes}

    def _measure(self, row: Row, source: Field, text: str) -> dict[str, Any]:
        if not text.isdecimal() or not text.isascii() or len(text) > 15:
            self._problem(row, source.column or "", "write a whole number")
            return {}
        return {"amount": int(text), "unit": self.mapping.unit or "items"}

    def _on(self, row: Row) -> Mapping[str, str] | None:
        source = self.mapping.fields.get("on")
        if source is None:
            return None
        text = self._read(row, source)
        try:
            day = settled(text, source.order) if source.order else _day_of(text)
            on = parse_on(day or "unknown", self.today)
        except WrongInput as error:
            self._problem(row, source.column or "", error.hint)
            return None
        if on.get("from", "") > self.today.isoformat():
            self._problem(row, source.column or "", f"this is yet to come: today is {self.today}")
        return on

    def _read(self, row: Row, source: Field | None) -> str:
        if source is None:
            return ""
        try:
            return source.read(row.cells)
        except KeyError:
            what = "no word of the ledger" if source.values is None else "not in the mapping"
            known = ", ".join(sorted(source.values or source.codes))
            self._problem(row, source.column or "", f"{what}; known: {known}")
            return ""

    def _name(self, row: Row) -> str:
        """The row's permanent name; two rows of one name are a problem of the second."""
        columns = self.mapping.row
        name = "|".join(row.cells[column] for column in columns) if columns else f"#{row.number}"
        first = self._names.setdefault(name, row.number)
        if first != row.number:
            self._problem(row, columns[0], f"rows {first} and {row.number} have the same name")
        return name

    def _problem(self, row: Row, column: str, advice: str) -> None:
        found = row.cells.get(column, "")
        cell = self.sheet.cell(row, column) if column in self.sheet.columns else f"row {row.number}"
        self.problems.append(Problem(row.number, cell, column, found, advice))


def _day_of(text: str) -> str:
    """The local date of a timestamp such as 2020-06-04T11:05:59+01:00; other texts as they are."""
    if "T" in text:
        try:
            return datetime.fromisoformat(text).date().isoformat()
        except ValueError:
            return text
    return text
