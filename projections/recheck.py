"""A saved view, counted again from a record: does each figure come out as it was saved?

    view JSON, a record  ->  recheck()  ->  Report

What the file says it was asked is asked again at the size of its checkpoint, and every cell of a
column whose ``from`` is ``body`` is held against the answer. Columns that are ``disclosed`` rest on
personal values and are noted as not looked at. A figure that differs is 10; one that this record
cannot give, because entries behind it are withheld from this class of reader, is 11.

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
from ledger.errors import Malformed
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


class Saved(NamedTuple):
    """A saved view taken apart: rows by key, each column with where it comes from."""

    view: str
    asked: Asked
    origin: str
    size: int
    root: bytes
    columns: dict[str, str]
    rows: dict[str, dict[str, Any]]
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
        raise Malformed(f"view: not a view as `tally view --format json` saves it ({error})") from (
            error
        )


def _saved(said: Any) -> Saved:
    if "checkpoints" in said:
        raise OfSeveral("view: counted over several ledgers")
    checkpoint = said["checkpoint"]
    size = checkpoint["size"]
    if type(size) is not int or size < 0:
        raise ValueError("its size is no number of entries")
    columns = {column["name"]: column["from"] for column in said["columns"]}
    keys, rows = said["keys"], said["rows"]
    if len(keys) != len(rows) or len(set(keys)) != len(keys):
        raise ValueError("its rows have no keys of their own")
    for row in rows:
        if not isinstance(row, dict) or not row.keys() <= columns.keys():
            raise ValueError("a row has a cell of no column")
    if not set(columns.values()) <= {"body", "disclosed"}:
        raise ValueError("a column is from neither body nor disclosed")
    return Saved(
        str(said["view"]),
        Asked.of_json(said["asked"]),
        str(checkpoint["origin"]),
        size,
        b64decode(checkpoint["root"], validate=True),
        columns,
        dict(zip(keys, rows, strict=True)),
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
    for key in dict.fromkeys([*saved.rows, *here]):
        mine, theirs = here.get(key), saved.rows.get(key)
        if mine is None or theirs is None:
            where = "the saved view only" if mine is None else "this record only"
            differs(_STEP, None, "row", f"{saved.view}: the row {key} is in {where}{ending}")
            continue
        for column, source in saved.columns.items():
            if source != "body":
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
    withheld = [name for name, source in saved.columns.items() if source != "body"]
    if withheld:
        findings.noted(
            9,
            None,
            "disclosed",
            f"not looked at, for they rest on personal values: {', '.join(withheld)}",
        )


def _said(value: Any) -> str:
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False)[:80]


def _report(saved: Saved, findings: Findings) -> Report:
    return Report(saved.origin, saved.size, saved.root, findings.checked, findings.result())
