"""How the record is kept, asked at the terminal: looks and exports leave their trace."""

from __future__ import annotations

from pathlib import Path

from user import User


def test_looks_at_figures_and_exports_are_counted(tmp_path: Path) -> None:
    ana = User(tmp_path)
    ana.begins()
    ana.does("project open Clinic")
    ana.does("view decisions")
    ana.does("view decisions")  # the same day: one look
    ana.does("view chains")
    ana.does(f"report decisions -o {tmp_path / 'out'} --for board")
    assert ana.types(f"view decisions -o {tmp_path / 'all.json'} --identified").code == 0
    rows = {
        key: (row["n"], row["of"])
        for found in [ana.does("view integrity")]
        for key, row in zip(found["keys"], found["rows"], strict=True)
    }
    assert rows["figures-viewed.decisions"] == (1, 2)
    assert rows["figures-viewed.chains"] == (1, 2)
    assert rows["exports.board"] == (1, 2)
    assert rows["exports-identified"] == (1, 2)
