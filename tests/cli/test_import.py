"""Import: real records come out with the totals their README gives; bad rows lose nothing."""

from __future__ import annotations

import csv
import json
import os
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from cli.demo import EXAMPLES
from cli.errors import ROWS
from cli.main import tally
from cli.mapping import read_mapping
from cli.planning import Namer, plan
from cli.settings import Settings
from cli.sheets import read_sheet

AUTSPACES = EXAMPLES / "autspaces"
DATA = Path(__file__).parents[3] / "shared" / "data"
SKTIME = DATA / "sktime-contributors" / "contribution_events.csv"
MAP = """
[mapping]
name = "log"
row = ["id"]
unit = "pages"
[project]
key = "clinic"
title = "Late clinic"
[contribution]
person = { column = "who" }
side = "community"
on = { column = "when" }
stage = { column = "stage", map = { design = "S2", "" = "unsorted" } }
time = { column = "hours" }
measure = { column = "pages" }
"""
HEADER = "id,who,when,stage,hours,pages\n"


def clock() -> datetime:
    """The moment of all tests here."""
    return datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def run(*args: object, at: Path | None = None, input: str | None = None) -> Result:
    """Run one command; exceptions are already words and codes."""
    settings = Settings(clock=clock, ledgers=[str(at)] if at else [])
    return CliRunner().invoke(tally, [str(a) for a in args], obj=settings, input=input)


def ok(*args: object, at: Path | None = None) -> Any:
    """Run a command that must succeed, with its JSON answer."""
    result = run("--json", *args, at=at)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def entries(ledger: Path) -> list[dict[str, Any]]:
    """The log."""
    result = run("--json", "log", at=ledger)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """A new ledger whose founder may do everything."""
    ok("init", tmp_path / "book", "--name", "Clinic", "--founder", "Ana", "--no-passphrase")
    return tmp_path / "book"


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    """A small mapping of people, dates, stages, hours and pages."""
    path = tmp_path / "map.toml"
    path.write_text(MAP)
    return path


def log_file(tmp_path: Path, *rows: str) -> Path:
    """A log of these rows."""
    path = tmp_path / "log.csv"
    path.write_text(HEADER + "".join(row + "\n" for row in rows))
    return path


def test_the_shipped_quotations_come_out_with_their_control_totals(ledger: Path) -> None:
    table = AUTSPACES / "session_contributions.csv"
    done = ok("import", table, "--map", AUTSPACES / "mapping.toml", at=ledger)
    assert (done["rows"], done["written"]) == (872, 884)
    rows = ok("view", "voices", at=ledger)["rows"]
    assert [(row["who"], row["people"], row["contributions"], row["amount"]) for row in rows] == [
        ("staff and researchers", None, 383, 8491),
        ("autistic people", 9, 211, 4550),
        ("parents of autistic people", 5, 157, 3291),
        ("autistic parents of autistic people", 4, 117, 2328),
        ("speaker unclear in the source", None, 4, 71),
    ]
    assert {row["unit"] for row in rows} == {"words"}


def test_its_offers_are_payment_not_recorded_and_never_unpaid(ledger: Path) -> None:
    table = AUTSPACES / "session_contributions.csv"
    ok("import", table, "--map", AUTSPACES / "mapping.toml", at=ledger)
    shown = run("view", "payments", at=ledger).stdout
    assert "payment not recorded: 6" in shown
    assert "unpaid" not in shown.lower()
    [row] = ok("view", "payments", at=ledger)["rows"]
    assert row["payment_not_recorded"] == 6
    assert "paid" not in row, "unknown is left out and never zero"


def test_an_import_is_clean_under_the_audit(ledger: Path) -> None:
    table = AUTSPACES / "session_contributions.csv"
    ok("import", table, "--map", AUTSPACES / "mapping.toml", at=ledger)
    report = ok("verify", at=ledger)
    assert report["ok"]
    assert report["checked"]["10"] == report["size"] == 886


def test_importing_again_records_nothing_twice(ledger: Path, mapping: Path, tmp_path: Path) -> None:
    log_file(tmp_path, "1,Ben,2026-04-03,design,2h,3", "2,Cleo,2026-04-04,,unknown,1")
    first = ok("import", tmp_path / "log.csv", "--map", mapping, at=ledger)
    again = ok("import", tmp_path / "log.csv", "--map", mapping, at=ledger)
    log_file(
        tmp_path,
        "1,Ben,2026-04-03,design,2h,3",
        "2,Cleo,2026-04-04,,unknown,1",
        "3,Ben,2026-04-05,,1h,2",
    )
    longer = ok("import", tmp_path / "log.csv", "--map", mapping, at=ledger)
    # project; Ben, his side, his row; Cleo, her side, her row
    assert (first["written"], again["written"], longer["written"]) == (7, 0, 1)
    assert ok("verify", at=ledger)["ok"]


def test_bad_rows_are_told_by_cell_and_nothing_is_saved(
    ledger: Path, mapping: Path, tmp_path: Path
) -> None:
    before = len(entries(ledger))
    log_file(
        tmp_path,
        "1,Ben,2026-04-03,design,2h,3",
        "2,Ben,03/04/26,plan,2h,many",
        "3,,2026-04-05,,1h,2",
        "3,Ben,2026-04-05,,2,2",
    )
    result = run("import", tmp_path / "log.csv", "--map", mapping, at=ledger)
    assert result.exit_code == ROWS
    for part in (
        "cell C3  when = '03/04/26'",
        "cell D3  stage = 'plan'",
        "cell F3  pages = 'many'",
        "cell B4  who = ''",
        "rows 4 and 5 have the same name",
        "Nothing was saved. 3 of 4 rows need fixing.",
    ):
        assert part in result.output, result.output
    assert "Traceback" not in result.output
    assert len(entries(ledger)) == before


def test_the_table_comes_back_whole_with_what_to_fix(
    ledger: Path, mapping: Path, tmp_path: Path
) -> None:
    log_file(tmp_path, "1,Ben,2026-04-03,design,2h,3", "=1+1,Ben,03/04/26,,2h,1")
    run("import", tmp_path / "log.csv", "--map", mapping, at=ledger)
    page = openpyxl.load_workbook(tmp_path / "log_to_fix.xlsx").active
    assert page is not None
    rows = list(page.iter_rows())
    assert [cell.value for cell in rows[0]] == ["What to fix", *HEADER.strip().split(",")]
    assert rows[1][0].value is None
    assert "2026-04-03" in str(rows[2][0].value)
    assert rows[2][3].fill.fgColor.rgb == "FFFFE08A"
    assert (rows[2][1].value, rows[2][1].data_type) == ("=1+1", "s"), "text stays text"


def test_good_rows_are_saved_when_asked(ledger: Path, mapping: Path, tmp_path: Path) -> None:
    log_file(tmp_path, "1,Ben,2026-04-03,design,2h,3", "2,Cleo,03/04/26,,2h,1")
    done = ok("import", tmp_path / "log.csv", "--map", mapping, "--accept-good-rows", at=ledger)
    assert (done["bad_rows"], done["written"]) == (1, 4)
    assert ok("verify", at=ledger)["ok"]


def test_check_signs_nothing(ledger: Path, mapping: Path, tmp_path: Path) -> None:
    before = len(entries(ledger))
    log_file(tmp_path, "1,Ben,2026-04-03,design,2h,3")
    done = ok("import", tmp_path / "log.csv", "--map", mapping, "--check", at=ledger)
    assert done["entries"] == 4
    assert len(entries(ledger)) == before


def test_a_column_nobody_reads_is_named(ledger: Path, mapping: Path, tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("id,who,when,stage,hours,pages,mood\n1,Ben,2026-04-03,,1h,2,fine\n")
    result = run("import", path, "--map", mapping, at=ledger)
    assert result.exit_code == 1
    assert "column «mood»" in result.output
    assert "ignore" in result.output


def test_an_import_cut_short_goes_on_where_it_stopped(
    ledger: Path, mapping: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import cli.importing

    monkeypatch.setattr(cli.importing, "CHUNK", 10)
    log_file(tmp_path, *(f"{n},P{n % 7},2026-04-03,design,2h,{n}" for n in range(40)))
    with stopped_after(2):
        result = run("import", tmp_path / "log.csv", "--map", mapping, at=ledger)
        assert result.exit_code == 1
    assert len(entries(ledger)) == 2 + 20
    done = ok("import", tmp_path / "log.csv", "--map", mapping, at=ledger)
    assert (done["written"], done["known"]) == (1 + 7 * 2 + 40 - 20, 20)
    rows = [e["body"]["row"] for e in entries(ledger) if "row" in e["body"]]
    assert len(rows) == len(set(rows)) == 40
    assert ok("verify", at=ledger)["ok"]


def test_an_import_tells_how_far_it_is_in_rows_and_then_in_entries(
    ledger: Path, mapping: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import cli.importing
    from cli.importing import Import

    monkeypatch.setattr(cli.importing, "CHUNK", 10)
    told: list[tuple[str, int, int]] = []
    judge, record = Import.judge, Import.record
    # Where nobody looks there is no bar; what would move one is called all the same.
    monkeypatch.setattr(
        Import,
        "judge",
        lambda self, today, _: judge(self, today, lambda *at: told.append(("rows", *at))),
    )
    monkeypatch.setattr(
        Import,
        "record",
        lambda self, judged, today, _: record(
            self, judged, today, lambda *at: told.append(("entries", *at))
        ),
    )
    log_file(tmp_path, *(f"{n},P{n % 3},2026-04-03,design,2h,{n}" for n in range(40)))
    done = ok("import", tmp_path / "log.csv", "--map", mapping, at=ledger)
    rows = [(at, whole) for what, at, whole in told if what == "rows"]
    entries = [(at, whole) for what, at, whole in told if what == "entries"]
    assert rows == sorted(rows)
    assert len(rows) == 4
    assert {whole for _, whole in rows} == {40}
    assert rows[-1][0] <= 40
    assert entries == [*((n, 47) for n in range(10, 47, 10)), (47, 47)]
    assert done["written"] == 47


@contextmanager
def stopped_after(chunks: int) -> Iterator[None]:
    """Interrupt the import, as Ctrl-C would, after so many chunks."""
    from ledger.log import Ledger

    real, left = Ledger.record_many, chunks

    def record_many(*args: Any, **more: Any) -> Any:
        nonlocal left
        if left == 0:
            raise KeyboardInterrupt
        left -= 1
        return real(*args, **more)

    Ledger.record_many = record_many  # type: ignore[method-assign]  # put back below
    try:
        yield
    finally:
        Ledger.record_many = real  # type: ignore[method-assign]  # the real one again


def test_somebody_who_writes_meanwhile_is_not_written_over(
    ledger: Path, mapping: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cli.importing import Import

    log_file(tmp_path, "1,Ben,2026-04-03,design,2h,3")
    real = Import.judge
    calls = []

    def judge(self: Import, *given: Any) -> Any:
        judged = real(self, *given)
        calls.append(judged.size)
        if len(calls) == 1:
            ok("person", "add", "Somebody else", at=ledger)
        return judged

    monkeypatch.setattr(Import, "judge", judge)
    done = ok("import", tmp_path / "log.csv", "--map", mapping, at=ledger)
    assert calls == [2, 3], "judged anew over what the other wrote"
    assert done["written"] == 4
    assert ok("verify", at=ledger)["ok"]


def test_the_secret_that_names_rows_is_private_and_missed_when_damaged(
    ledger: Path, mapping: Path, tmp_path: Path
) -> None:
    log_file(tmp_path, "1,Ben,2026-04-03,design,2h,3")
    ok("import", tmp_path / "log.csv", "--map", mapping, at=ledger)
    secret = ledger / "import-names"
    assert oct(os.stat(secret).st_mode)[-3:] == "600"  # noqa: PTH116  mode of the file itself
    secret.write_text("abc")
    result = run("import", tmp_path / "log.csv", "--map", mapping, at=ledger)
    assert result.exit_code == 1
    assert "damaged" in result.output


@given(st.binary(min_size=32, max_size=32), st.text(min_size=1, max_size=20))
def test_names_give_stable_ids_that_only_the_secret_makes(secret: bytes, who: str) -> None:
    namer, other = Namer(secret, "log"), Namer(secret[::-1] + b"x", "log")
    assert namer.id("person", who) == Namer(secret, "log").id("person", who)
    assert namer.id("person", who) != other.id("person", who)
    from ledger.encoding import is_id

    assert is_id(namer.id("person", who), "person")


@pytest.fixture(scope="module")
def sktime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger that holds the sktime history."""
    where = tmp_path_factory.mktemp("sktime") / "book"
    ok("init", where, "--name", "sktime", "--founder", "Ana", "--no-passphrase")
    ok("import", SKTIME, "--map", EXAMPLES / "sktime" / "mapping.toml", at=where)
    return where


@pytest.mark.skipif(
    not (DATA / "sktime-contributors").is_dir(), reason="needs shared/data/sktime-contributors"
)
class TestSktime:
    """1,483 dated additions and removals: totals at any date, both mass mistakes visible."""

    def test_every_row_is_an_entry_of_its_kind(self, sktime: Path) -> None:
        kinds = Counter(entry["type"].partition("/")[0] for entry in entries(sktime))
        with SKTIME.open() as file:
            changes = Counter(row["change"] for row in csv.DictReader(file))
        assert changes == {"added": 1166, "removed": 317}
        recorded, back = kinds["contribution-recorded"], kinds["contribution-reinstated"]
        assert recorded + back == 1166
        assert kinds["contribution-retracted"] == 317

    def test_totals_as_at_any_date_are_those_of_a_plain_count(self, sktime: Path) -> None:
        with SKTIME.open() as file:
            rows = list(csv.DictReader(file))
        for day in ("2020-06-04", "2020-08-11", "2020-08-12", "2022-06-04", "2026-07-27"):
            standing: set[tuple[str, str]] = set()
            for row in rows:
                if row["recorded_at"][:10] <= day:
                    pair = (row["login"], row["contribution_type"])
                    (standing.add if row["change"] == "added" else standing.discard)(pair)
            answer = ok("view", "contributions", "--happened-by", day, at=sktime)
            assert sum(row["standing"] for row in answer["rows"]) == len(standing), day

    def test_both_mass_removals_and_their_reinstatement_are_visible(self, sktime: Path) -> None:
        runs: list[tuple[str, int]] = []
        for entry in entries(sktime):
            kind = entry["type"].partition("/")[0].removeprefix("contribution-")
            if kind in ("retracted", "reinstated"):
                if runs and runs[-1][0] == kind:
                    runs[-1] = (kind, runs[-1][1] + 1)
                else:
                    runs.append((kind, 1))
        first, second = (i for i, (kind, n) in enumerate(runs) if kind == "retracted" and n > 100)
        assert runs[first : first + 2] == [("retracted", 140), ("reinstated", 140)]
        assert runs[second : second + 2] == [("retracted", 139), ("reinstated", 139)]

    def test_the_audit_is_clean(self, sktime: Path) -> None:
        assert ok("verify", at=sktime)["ok"]


def test_a_plan_is_made_anew_each_time_the_same_and_none_of_it_is_kept(
    mapping: Path, tmp_path: Path
) -> None:
    log_file(tmp_path, *(f"{n},P{n % 50},2026-04-03,design,2h,{n}" for n in range(20_000)))
    sheet, read = read_sheet(tmp_path / "log.csv"), read_mapping(mapping)
    planned = plan(sheet, read, Namer(bytes(32), read.name), "GBP", date(2026, 8, 1))
    first = list(islice(planned, 200))
    assert list(islice(planned, 200)) == first
    tracemalloc.start()
    assert not planned.problems
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # What stays is the name of each row, by which a second one of that name is found.
    assert most < 200 * 20_000


def test_the_shipped_mappings_read_every_column_of_their_files() -> None:
    for folder, table in (
        ("autspaces", AUTSPACES / "session_contributions.csv"),
        ("sktime", SKTIME),
    ):
        if table.exists():
            mapping = read_mapping(EXAMPLES / folder / "mapping.toml")
            # A day after the newest row: what is yet to come cannot be recorded.
            planned = plan(
                read_sheet(table), mapping, Namer(bytes(32), mapping.name), "GBP", date(2026, 8, 1)
            )
            assert not planned.problems
