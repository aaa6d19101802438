"""A mapping: how the columns of somebody's file become entries of the ledger.

A TOML file beside the data, written once and kept with it, so that a stranger can see how a cell
became a figure. Each field of an entry is a constant or is read from a column:

    [mapping]
    name = "focus-groups"            # part of each row's permanent name; never change it
    row = ["session", "line"]        # the columns that name a row; without it, the row number
    mode = "history"                 # it happened before it was recorded

    [project]                        # a new one; ``id = "project:…"`` is one that is here already
    key = "platform"
    title = "A platform built together"

    [[groups]]                       # people who are not named, counted
    key = "parents"
    label = "parents of autistic people"
    side = "community"
    count = 5                        # left out when nobody wrote it down: unknown, not zero
    on = "2019-09-18..2019-10-04"

    [[offers]]                       # what was offered, as constants
    key = "parents-session"
    group = "parents"
    type = "fee"
    amount = "75.00 GBP"
    on = "2019-09-18..2019-10-04"

    [contribution]
    group = { column = "group", map = { parent = "parents" } }
    stage = { column = "section", map = { "1. Aims" = "S1" }, otherwise = "unsorted" }
    on = { column = "session" }

A column of times may say what its bare numbers count, ``unit = "hours"`` or ``"minutes"``; a
column of dates what 03/04/26 means in it, ``order = "day-month"`` or ``"month-day"``. ``person``
instead of ``group`` names people, enrolled at their first row; ``side`` says whom they act for.
A column that no field reads must stand in ``[mapping] ignore``: nothing is left out in silence.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, get_args

from cli.errors import WrongInput

MAX_BYTES = 2**20


@dataclass(frozen=True, slots=True)
class Field:
    """Where a value comes from: a constant, or a column with an optional map of values."""

    constant: str | None = None
    column: str | None = None
    values: Mapping[str, str] | None = None
    otherwise: str | None = None
    #: Of a column of times: what its bare numbers count, hours or minutes.
    unit: str | None = None
    #: Of a column of dates: what 03/04/26 means in it, day-month or month-day.
    order: str | None = None
    #: Of a column of codes, such as stages: those that the ledger knows.
    codes: tuple[str, ...] = ()

    def read(self, cells: Mapping[str, str]) -> str:
        """The value for one row; the empty text where the cell is empty and nothing stands in.

        Raises:
            KeyError: the map does not know the cell's text, or the ledger not what comes of it; its
                argument is that text.
        """
        if self.column is None:
            return self.constant or ""
        found = self._found(cells[self.column])
        if found and self.codes and not set(map(str.strip, found.split(","))) <= set(self.codes):
            raise KeyError(found)
        return found

    def _found(self, text: str) -> str:
        if self.values is None:
            return text or self.otherwise or ""
        if text in self.values:
            return self.values[text]
        if self.otherwise is None:
            raise KeyError(text)
        return self.otherwise


@dataclass(frozen=True, slots=True)
class Change:
    """Rows that take back and put back: which column says so, and what the rows are about."""

    field: Field
    about: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImportMapping:
    """A mapping file, read and checked; see the module for its form."""

    path: Path
    name: str
    row: tuple[str, ...]
    mode: str
    #: What ``measure`` counts: «words», «pages».
    unit: str
    credit: str
    note: str
    ignore: tuple[str, ...]
    #: ``id`` of a project that is here already, or ``key`` and ``title`` of a new one.
    project: Mapping[str, str]
    groups: tuple[Mapping[str, Any], ...]
    offers: tuple[Mapping[str, Any], ...]
    person: Field | None
    group: Field | None
    side: Field | None
    fields: Mapping[str, Field]
    change: Change | None

    def columns(self) -> set[str]:
        """Every column that the mapping reads or sets aside."""
        read = [*self.fields.values(), self.person, self.group, self.side]
        named = {field.column for field in read if field is not None and field.column}
        if self.change is not None:
            named |= {*self.change.about, self.change.field.column or ""}
        return named | {*self.row, *self.ignore}


UNITS = {"unit": ("hours", "minutes")}
ORDERS = {"order": ("day-month", "month-day")}
_TOP = {"mapping", "project", "groups", "offers", "contribution", "change"}
_HEAD = {"name", "row", "mode", "credit", "note", "ignore", "unit"}
_GROUP = {"key", "label", "side", "count", "on", "note"}
_OFFER = {"key", "group", "type", "amount", "basis", "on", "what"}
#: Fields of a contribution that a mapping can fill, as the domain names them.
FIELDS = {
    "on",
    "stage",
    "kind",
    "recorded_as",
    "level",
    "scale",
    "time",
    "speaks_for",
    "measure",
    "what",
    "words",
}


def read_mapping(path: Path) -> ImportMapping:
    """Read a mapping file, whole or not at all.

    Raises:
        WrongInput: it cannot be read, is not TOML, or a setting is missing, unknown or misplaced.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise WrongInput(f"The mapping {path} cannot be read: {why}.") from error
    if len(raw) > MAX_BYTES:
        raise WrongInput(f"The mapping {path} is larger than {MAX_BYTES // 2**20} MB.")
    try:
        table = tomllib.loads(raw.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongInput(f"The mapping {path} is not valid TOML: {error}.") from error
    return _Reader(path).mapping(table)


@cache
def _codes() -> Mapping[str, tuple[str, ...]]:
    """The words that the domain knows, by the field they stand in."""
    from domain import values

    types = {
        "stage": values.Stage,
        "level": values.Level,
        "scale": values.Scale,
        "speaks_for": values.SpeaksFor,
        "kind": values.Kind,
        "side": values.Side,
    }
    return {name: get_args(type_) for name, type_ in types.items()}


class _Reader:
    """Reads one file; every complaint names the file and the place in it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def wrong(self, where: str, what: str) -> WrongInput:
        return WrongInput(f"The mapping {self.path}, [{where}]: {what}.", "Nothing was saved.")

    def mapping(self, table: dict[str, Any]) -> ImportMapping:
        self.only(table, _TOP, "the file")
        head = self.table(table, "mapping")
        self.only(head, _HEAD, "mapping")
        contribution = dict(self.table(table, "contribution"))
        self.only(contribution, FIELDS | {"person", "group", "side"}, "contribution")
        person = self.optional(contribution.pop("person", None), "contribution.person")
        group = self.optional(contribution.pop("group", None), "contribution.group")
        if (person is None) == (group is None):
            raise self.wrong("contribution", "name either `person` or `group`, the one who gave")
        side = self.optional(contribution.pop("side", None), "contribution.side")
        return ImportMapping(
            path=self.path,
            name=self.text(head, "name", "mapping"),
            row=self.texts(head.get("row", []), "mapping.row"),
            mode=self.one_of(head.get("mode", "live"), ("live", "history"), "mapping.mode"),
            unit=str(head.get("unit", "")),
            credit=str(head.get("credit", "")),
            note=str(head.get("note", "")),
            ignore=self.texts(head.get("ignore", []), "mapping.ignore"),
            project=self.project(table),
            groups=self.tables(table.get("groups", []), "groups", _GROUP),
            offers=self.tables(table.get("offers", []), "offers", _OFFER),
            person=person,
            group=group,
            side=side,
            fields={
                name: self.field(value, f"contribution.{name}")
                for name, value in contribution.items()
            },
            change=self.change(table.get("change")),
        )

    def project(self, table: dict[str, Any]) -> dict[str, str]:
        project = self.table(table, "project")
        self.only(project, {"id", "key", "title"}, "project")
        if "id" in project and len(project) > 1:
            raise self.wrong(
                "project", "`id` is a project that is here; `key` and `title` open one"
            )
        names = ("id",) if "id" in project else ("key", "title")
        return {name: self.text(project, name, "project") for name in names}

    def change(self, value: Any) -> Change | None:
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.wrong("change", "expected a table")
        self.only(value, {"column", "map", "about"}, "change")
        field = self.field({key: value[key] for key in value if key != "about"}, "change")
        known = set((field.values or {}).values())
        if not known or not known <= {"recorded", "retracted"}:
            raise self.wrong("change.map", "each text becomes «recorded» or «retracted»")
        about = self.texts(value.get("about", []), "change.about")
        if not about:
            raise self.wrong("change", "`about` names the columns that say what was changed")
        return Change(field, about)

    def optional(self, value: Any, where: str) -> Field | None:
        return None if value is None else self.field(value, where)

    def field(self, value: Any, where: str) -> Field:
        if isinstance(value, str):
            return Field(constant=value)
        if not isinstance(value, dict) or not isinstance(value.get("column"), str):
            raise self.wrong(where, "expected a text, or a table with `column`")
        told = {"contribution.time": UNITS, "contribution.on": ORDERS}.get(where, {})
        self.only(value, {"column", "map", "otherwise", *told}, where)
        for name, known in told.items():
            self.one_of(value.get(name, known[0]), known, f"{where}.{name}")
        values = value.get("map")
        if values is not None and not (
            isinstance(values, dict) and all(isinstance(v, str) for v in values.values())
        ):
            raise self.wrong(where, "`map` is a table of texts")
        otherwise = value.get("otherwise")
        if otherwise is not None and not isinstance(otherwise, str):
            raise self.wrong(where, "`otherwise` is a text")
        return Field(
            column=value["column"],
            values=values,
            otherwise=otherwise,
            unit=value.get("unit"),
            order=value.get("order"),
            codes=_codes().get(where.removeprefix("contribution."), ()),
        )

    def table(self, table: dict[str, Any], name: str) -> dict[str, Any]:
        value = table.get(name)
        if not isinstance(value, dict):
            raise self.wrong(name, "this part is missing")
        return value

    def tables(self, value: Any, where: str, known: set[str]) -> tuple[dict[str, Any], ...]:
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.wrong(where, f"write each as its own [[{where}]]")
        for item in value:
            self.only(item, known, where)
            self.text(item, "key", where)
        keys = [item["key"] for item in value]
        if len(set(keys)) != len(keys):
            raise self.wrong(where, "two of them have the same key")
        return tuple(value)

    def text(self, table: dict[str, Any], name: str, where: str) -> str:
        value = table.get(name)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(where, f"`{name}` is missing; expected a text")
        return value

    def texts(self, value: Any, where: str) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.wrong(where, "expected a list of column names")
        return tuple(value)

    def one_of(self, value: Any, known: Iterable[str], where: str) -> str:
        if value not in known:
            raise self.wrong(where, f"expected {' or '.join(known)}, found {value!r}")
        return str(value)

    def only(self, table: dict[str, Any], known: set[str], where: str) -> None:
        unknown = sorted(set(table) - known)
        if unknown:
            raise self.wrong(
                where, f"`{unknown[0]}` is not known here; known are {', '.join(sorted(known))}"
            )
