"""Files of a report: whole or not there, recorded before they are, and tables as they ever were."""

from __future__ import annotations

import csv
import errno
import hashlib
import io
import json
import os
import signal
import weakref
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from user import Said, User
from whole import render_csv, render_json

from cli.exporting import Export
from cli.render.json_ import as_json
from cli.report import write_files
from cli.workspace import Workspace
from projections.result import Asked, Column, Hidden, Row, Standing, ViewResult, hidden, plain
from projections.views import answers, listed, one_by_one

REFUSED, STORAGE = 4, 5
FORMS = "--format html,csv,json"


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ana's programme, with work, money, a proposal and a decision; Cleo has a key and no power."""
    user = User(tmp_path_factory.mktemp("files"))
    where = user.begins()
    user.does("project open 'Late clinic'")
    for name in ("Ben", "Cleo"):
        user.does(f"person add {name} --acts-for community")
    user.does("contribution record notes --by Ben --stage S1 --kind design --on 2026-05-01")
    user.does("payment offer Ben 50 --for notes")
    user.does("problem propose 'Buses stop at six'")
    user.does("decision open 'Open late?' --everywhere --option late --option nothing --voter Ben")
    user.does("key new Cleo --no-passphrase")
    return where


@pytest.fixture
def ana(begun: Path, tmp_path: Path) -> User:
    """Ana at a copy of that ledger."""
    copytree(begun, tmp_path / "clinic")
    return User(tmp_path, ledger=tmp_path / "clinic")


def exports(user: User) -> list[dict[str, Any]]:
    said = user.types("--json log --type figures-exported/v1")
    return [json.loads(line) for line in said.out.splitlines()]


def there(folder: Path) -> dict[str, bytes]:
    """Everything below a folder, hidden things too."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


# ── what the tables hold ────────────────────────────────────────────────────────────────────────


def plain_csv(result: ViewResult) -> list[list[str]]:
    return list(csv.reader(io.StringIO(render_csv(result), newline="")))


def same_at_once(result: ViewResult) -> None:
    """Hold what is written row by row against what the library writes of the whole at once."""
    assert render_json(result) == json.dumps(as_json(result), ensure_ascii=False, indent=2) + "\n"
    rows = [[plain(row), list(row.events), *filter(None, [hidden(row)])] for row in result.rows]
    text = json.dumps(rows, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert result.digest == hashlib.sha256(text.encode()).hexdigest()
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(plain_csv(result))
    assert render_csv(result) == out.getvalue()


def test_tables_written_row_by_row_are_those_written_at_once(ana: User, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ana.does(f"report all --identified {FORMS} -o {out}")
    with Workspace.at(settings(ana), None) as ws:
        found = answers(ws.ledger, listed(), Asked(at=exports(ana)[0]["body"]["size"]))
    for result in found:
        same_at_once(result)
        assert json.loads((out / f"{result.view}.json").read_text())["digest"] == result.digest
        assert (out / f"{result.view}.csv").read_bytes() == render_csv(result).encode()


def settings(user: User) -> Any:
    from cli.settings import Settings

    return Settings(clock=lambda: user.now, ledgers=[str(user.ledger)])


MADE = ViewResult(
    view="made",
    title="Made up",
    question="?",
    formula="",
    does_not_show="",
    checkpoint=Standing("example.org/made", 9, "root"),
    columns=(Column("a", "text", "", "A"), Column("n", "integer", "", "N")),
    rows=(),
)
NUMBER = st.none() | st.integers() | st.just(Hidden("small"))
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@given(rows=st.lists(st.tuples(TEXT, NUMBER, st.lists(st.integers(0, 9))), max_size=4))
def test_whatever_a_view_holds_its_tables_are_those_written_at_once(
    rows: list[tuple[str, int | Hidden | None, list[int]]],
) -> None:
    result = replace(
        MADE,
        rows=tuple(Row({"a": a, "n": n}, tuple(behind), a) for a, n, behind in rows),
        hashes={index: f"{index:064}" for _, _, behind in rows for index in behind},
    )
    same_at_once(result)


def test_views_one_by_one_are_those_of_one_reading(ana: User) -> None:
    with Workspace.at(settings(ana), None) as ws:
        assert list(one_by_one(ws.ledger, listed(), Asked())) == answers(
            ws.ledger, listed(), Asked()
        )


def test_each_view_is_let_go_of_before_the_next_is_counted(tmp_path: Path) -> None:
    class Behind(dict[int, str]):
        """Entries of which it can be seen whether anybody still holds them."""

    behind: list[weakref.ref[Behind]] = []

    def counted() -> Iterator[ViewResult]:
        for at in range(3):
            assert [held() for held in behind] == [None] * at
            hashes = Behind({at: "f" * 64})
            behind.append(weakref.ref(hashes))
            yield replace(MADE, view=f"made-{at}", hashes=hashes)
            del hashes

    export = Export(counted(), lambda shown: names.extend(view.view for view in shown))
    names: list[str] = []
    written = write_files(export, ["html", "csv", "json"], tmp_path / "out", None, "Made up")
    assert len(written) == 7
    assert names == ["made-0", "made-1", "made-2"]


def test_the_page_comes_first_in_the_answer_and_then_the_tables(ana: User, tmp_path: Path) -> None:
    said = ana.does(f"report all {FORMS} -o {tmp_path / 'out'}")
    names = [Path(path).name for path in said["files"]]
    tables = [f"{name}.{form}" for form in ("csv", "json") for name in listed()]
    assert names == ["report.html", *tables]


# ── whole, or not there ─────────────────────────────────────────────────────────────────────────


def fails(user: User, line: str, code: int, says: str) -> Said:
    said = user.types(line)
    assert (said.code, says in said.err) == (code, True), said.err
    return said


@pytest.mark.parametrize("before", [True, False])
def test_a_refused_report_leaves_no_file_and_changes_none(ana: User, before: bool) -> None:
    out = ana.home / "new" / "out"
    if before:
        ana.does(f"report all {FORMS} -o {out}")
    stood = there(ana.home / "new")
    fails(ana, f"--as Cleo report all {FORMS} -o {out}", REFUSED, "publication")
    assert there(ana.home / "new") == stood
    assert (ana.home / "new").exists() == before
    assert len(exports(ana)) == before


@pytest.mark.parametrize("line", ["report all --format csv", "view stages --format csv", "audit"])
def test_with_a_full_disk_nothing_is_recorded_and_nothing_is_left(
    ana: User, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = ana.home / "out"
    synced = iter([None, None, OSError(errno.ENOSPC, "No space left on device")])

    def fsync(_: int) -> None:
        if (error := next(synced, None)) is not None:
            raise error

    if line.startswith("view"):
        synced = iter([OSError(errno.ENOSPC, "No space left on device")])
    monkeypatch.setattr("ledger.files.os.fsync", fsync)
    fails(ana, f"{line} -o {out}", STORAGE, "No space left on device")
    monkeypatch.undo()
    assert not out.exists()
    assert not list(ana.home.glob(".*"))
    assert exports(ana) == []


def test_a_folder_in_the_way_is_said_before_anything_is_recorded(ana: User) -> None:
    out = ana.home / "out"
    (out / "stages.csv").mkdir(parents=True)
    fails(ana, f"report all --format csv -o {out}", STORAGE, "stages.csv")
    assert [path.name for path in out.iterdir()] == ["stages.csv"]
    assert exports(ana) == []


def test_stopped_while_it_counts_a_report_leaves_nothing(
    ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> Iterator[str]:
        raise KeyboardInterrupt

    out = ana.home / "out"
    monkeypatch.setattr("cli.render.csv_.csv_lines", stopped)
    fails(ana, f"report all --format csv -o {out}", 1, "Stopped")
    assert not out.exists()
    assert exports(ana) == []


@pytest.mark.usefixtures("at_a_terminal")
def test_stopped_while_files_are_moved_all_of_them_are_there_first(
    ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved: list[Path] = []
    replace = Path.replace

    def interrupted(self: Path, target: Path) -> Path:
        if not moved:
            os.kill(os.getpid(), signal.SIGINT)
        moved.append(target)
        return replace(self, target)

    out = ana.home / "out"
    monkeypatch.setattr(Path, "replace", interrupted)
    fails(ana, f"report all {FORMS} -o {out}", 1, "Stopped")
    assert len(there(out)) == len(moved) == 1 + 2 * len(listed())
    assert len(exports(ana)) == 1


def test_what_cannot_be_moved_after_the_record_is_named_and_the_rest_is_whole(
    ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = Path.replace

    def denied(self: Path, target: Path) -> Path:
        if target.name in {"voices.csv", "report.html"}:
            raise PermissionError(errno.EACCES, "Permission denied")
        return replace(self, target)

    out = ana.home / "out"
    ana.does(f"report all {FORMS} -o {out}")
    page = (out / "report.html").read_bytes()
    monkeypatch.setattr(Path, "replace", denied)
    said = fails(ana, f"report all {FORMS} -o {out}", STORAGE, "The export is recorded, but 2 of")
    monkeypatch.undo()
    assert "voices.csv, report.html" in said.err
    size = exports(ana)[-1]["body"]["size"]
    assert f"--at {size}" in said.err
    assert (out / "report.html").read_bytes() == page  # that of before, and whole
    assert len(there(out)) == 1 + 2 * len(listed())
    ana.does(f"report all {FORMS} --at {size} -o {out}")
    assert (out / "report.html").read_bytes() != page


def test_files_are_for_their_owner_alone(ana: User) -> None:
    out = ana.home / "out"
    ana.does(f"report all {FORMS} -o {out}")
    assert {path.stat().st_mode & 0o777 for path in out.iterdir()} == {0o600}
