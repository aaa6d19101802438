"""A saved view, counted again from a record: does each figure come out as it was saved?

    view JSON, a record  ->  recheck()  ->  Report

What the file says it was asked is asked again at the size of its checkpoint, and every cell of a
column that is from ``body`` is held against the answer, with the entries behind each row and the
digest. Which columns those are is the view's to say, and not the file's. Columns that are
``disclosed`` rest on personal values and are noted as not looked at. A figure that differs is 10;
one that this record cannot give, because entries behind it are withheld from this class of reader,
is 11; so are words that are not this release's, for an earlier one may have said it otherwise.

A guarded view is guarded again: the views it was guarded with are counted, under the limits it
names and against the earlier exports it names, and each figure must be shown or hidden alike.

The file comes from outside: it is parsed all or nothing, and nothing in it is run or believed but
what it claims to have asked.
"""

from __future__ import annotations

import json
from base64 import b64decode
from binascii import Error as BadBase64
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from ledger.check_report import Findings, Report
from ledger.errors import DOES_NOT_MATCH, Malformed
from projections.exports import prepared
from projections.guard_rules import Control
from projections.result import Asked, ViewResult, hidden, plain
from projections.views import answer, find

if TYPE_CHECKING:
    from ledger.directory import Directory
    from ledger.log_read import LedgerReader

#: Largest saved view that is read, in bytes.
MAX_VIEW = 64 * 1024 * 1024
_STEP = 10


#: Words of a view, or of a column, by name.
Words = dict[str, str]
_OF_VIEW = ("question", "formula", "does_not_show")
_OF_COLUMN = ("title", "type", "unit", "unknown")


class Saved(NamedTuple):
    """A saved view taken apart: rows and columns by key, each column with its words."""

    view: str
    asked: Asked
    origin: str
    size: int
    root: bytes
    columns: dict[str, Words]
    rows: dict[str, dict[str, Any]]
    #: The entries behind each row, the hash of each of them, and the digest of it all.
    events: dict[str, list[int]]
    hashes: dict[str, str]
    digest: str
    #: What the view says of itself: its question, how it counts, what it does not show.
    words: Words
    #: Why cells are hidden, by row, and with what the view was guarded; None: it is identified.
    hidden: dict[str, dict[str, str]]
    guarded: Guarded | None


class Guarded(NamedTuple):
    """With what a saved view was guarded."""

    control: Control
    together: tuple[str, ...]
    after: tuple[int, ...]


class OfSeveral(Malformed):
    """A saved view stands on several ledgers, and no one record counts it again."""


def parse_saved(text: bytes) -> Saved:
    """Take a saved view apart, all or nothing; raises ``Malformed`` saying what is wrong."""
    if len(text) > MAX_VIEW:
        raise Malformed(f"view: {len(text)} bytes, at most {MAX_VIEW} are read")
    try:
        return _saved(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, BadBase64) as error:
        why = f"it has no {error}" if isinstance(error, KeyError) else error
        raise Malformed(f"view: not a view as `tally view --format json` saves it ({why})") from (
            error
        )


def _saved(said: Any) -> Saved:
    if "checkpoints" in said:
        raise OfSeveral("view: counted over several ledgers")
    checkpoint = said["checkpoint"]
    size = checkpoint["size"]
    if type(size) is not int or size < 0:
        raise ValueError("its size is no number of entries")
    columns = {
        str(column["name"]): {name: str(column[name]) for name in (*_OF_COLUMN, "from")}
        for column in said["columns"]
    }
    keys, rows, behind = said["keys"], said["rows"], said["events"]
    if len(keys) != len(rows) or len(set(keys)) != len(keys):
        raise ValueError("its rows have no keys of their own")
    for row in rows:
        if not isinstance(row, dict) or not row.keys() <= columns.keys():
            raise ValueError("a row has a cell of no column")
    if not {column["from"] for column in columns.values()} <= {"body", "disclosed"}:
        raise ValueError("a column is from neither body nor disclosed")
    return Saved(
        str(said["view"]),
        Asked.of_json(said["asked"]),
        str(checkpoint["origin"]),
        size,
        b64decode(checkpoint["root"], validate=True),
        columns,
        dict(zip(keys, rows, strict=True)),
        {key: list(events) for key, events in zip(keys, behind["rows"], strict=False)},
        dict(behind["hashes"]),
        str(said["digest"]),
        {name: str(said[name]) for name in _OF_VIEW},
        {str(key): dict(reasons) for key, reasons in said.get("hidden", {}).items()},
        _guarded(said.get("control")),
    )


def _guarded(said: Any) -> Guarded | None:
    if said is None:
        return None
    together, after = said["together"], said["after"]
    if any(type(index) is not int for index in after) or any(
        not isinstance(name, str) for name in together
    ):
        raise ValueError("it does not say with what it was guarded")
    return Guarded(Control.of(said), tuple(together), tuple(after))


def recheck(saved: Saved, source: LedgerReader | Directory) -> Report:
    """Count a saved view again and report each figure that differs, step 10.

    Raises ``KeyError`` for a view this release does not have, ``ValueError`` when it does not
    follow what was asked, and what reading the source raises.
    """
    asked = replace(saved.asked, at=saved.size)
    find(saved.view)
    counted = answer(source, saved.view, asked)
    findings = Findings()
    stands = counted.checkpoint
    if stands.origin == saved.origin and stands.size < saved.size:
        findings.unchecked(
            4,
            None,
            "older",
            f"the view was counted from {saved.size} entries; this record has the first "
            f"{stands.size} of them, so it cannot be counted again here. Name a newer copy: "
            "--ledger DIR",
        )
        return _report(saved, findings)
    if (stands.origin, stands.size) != (saved.origin, saved.size):
        findings.wrong(
            4,
            None,
            "another record",
            f"the view was counted from {saved.size} entries of {saved.origin}; this record is "
            f"{stands.origin} and has {stands.size} of them. Name the one it came from: "
            "--ledger DIR",
        )
        return _report(saved, findings)
    if b64decode(stands.root) != saved.root:
        findings.wrong(
            5,
            None,
            "root",
            f"the first {saved.size} entries have the root {stands.root} here, and the view says "
            "another: it was counted from other entries",
        )
    _compare(saved, _as_saved(source, saved, asked, counted), findings)
    return _report(saved, findings)


def _as_saved(
    source: LedgerReader | Directory, saved: Saved, asked: Asked, counted: ViewResult
) -> ViewResult:
    """The view as counted, and guarded again where the saved one was."""
    if saved.guarded is None:
        return counted
    control, together, after = saved.guarded
    if saved.view not in together:
        raise ValueError(f"the view {saved.view} was not guarded with itself")
    out = prepared(source, together, asked, control=control, after=after)
    view = out.views[together.index(saved.view)]
    # What is withheld here is said by the view as counted; guarded, no number is said.
    return replace(view, notes=(*view.notes, *counted.notes))


def _compare(saved: Saved, result: ViewResult, findings: Findings) -> None:
    here = {row.name: plain(row) for row in result.rows}
    dark = {row.name: hidden(row) for row in result.rows}
    absent = any("not shown to this reader" in note for note in result.notes)
    differs = findings.unchecked if absent else findings.wrong
    ending = "; entries behind it are withheld here, so it cannot be counted" if absent else ""
    own = {column.name: column for column in result.columns}
    for name in own.keys() ^ saved.columns.keys():
        where = "this record only" if name in own else "the saved view only"
        findings.wrong(_STEP, None, "column", f"{saved.view}: the column {name} is in {where}")
    body = [name for name, column in own.items() if column.source == "body"]
    for key in dict.fromkeys([*saved.rows, *here]):
        mine, theirs = here.get(key), saved.rows.get(key)
        if mine is None or theirs is None:
            where = "the saved view only" if mine is None else "this record only"
            differs(_STEP, None, "row", f"{saved.view}: the row {key} is in {where}{ending}")
            continue
        for column in body:
            if column not in saved.columns:
                continue
            findings.count(_STEP)
            if dark.get(key, {}).get(column) != saved.hidden.get(key, {}).get(column):
                shows = "hides" if column in saved.hidden.get(key, {}) else "shows"
                differs(
                    _STEP,
                    None,
                    "hidden",
                    f"{saved.view}, {key}, {column}: the view {shows} it, and guarding it again "
                    f"does not{ending}",
                )
            elif mine.get(column) != theirs.get(column):
                differs(
                    _STEP,
                    None,
                    "figure",
                    f"{saved.view}, {key}, {column}: the view says {_said(theirs.get(column))}, "
                    f"the record gives {_said(mine.get(column))}{ending}",
                )
    if not absent and not findings.any(DOES_NOT_MATCH, frozenset({5, _STEP})):
        _compare_behind(saved, result, findings)
    _compare_words(saved, result, findings)
    withheld = [name for name in own if name not in body]
    if withheld:
        findings.noted(
            9,
            None,
            "disclosed",
            f"not looked at, for they rest on personal values: {', '.join(withheld)}",
        )


def _compare_behind(saved: Saved, result: ViewResult, findings: Findings) -> None:
    """The entries behind rows whose figures are all the same, their hashes, and the digest."""
    for row in result.rows:
        if saved.events.get(row.name) != list(row.events):
            text = f"{saved.view}, {row.name}: the view names other entries behind it"
            findings.wrong(_STEP, None, "entries", text)
    if saved.hashes != {str(index): hash_ for index, hash_ in result.hashes.items()}:
        text = f"{saved.view}: an entry that the view names has another hash in this record"
        findings.wrong(_STEP, None, "hash", text)
    if saved.digest != result.digest:
        text = f"{saved.view}: the digest that the view gives is not that of these figures"
        findings.wrong(_STEP, None, "digest", text)


def _compare_words(saved: Saved, result: ViewResult, findings: Findings) -> None:
    """What the file says that its figures are: a column under another title is another figure."""
    said = {name: (saved.words[name], getattr(result, name)) for name in _OF_VIEW}
    for column in result.columns:
        words = saved.columns.get(column.name, {})
        here = {name: getattr(column, name) for name in _OF_COLUMN} | {"from": column.source}
        said |= {f"{name} of {column.name}": (words[name], here[name]) for name in words}
    for what, (theirs, mine) in said.items():
        if theirs != mine:
            text = (
                f"{saved.view}: the {what} is not as this release says it. It was changed, or "
                "another release saved the view"
            )
            findings.unchecked(_STEP, None, "words", text)


def _said(value: Any) -> str:
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False)[:80]


def _report(saved: Saved, findings: Findings) -> Report:
    return Report(saved.origin, saved.size, saved.root, findings.checked, findings.result())
