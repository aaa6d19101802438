"""One report of all views in a process of its own, so that its memory can be looked at.

    python -m tests.bench.reported LEDGER.db FACTS.db FOLDER [guarded]

What ``tally report all --format html,csv`` does but for the record of the export: all views folded
over the kept facts, guarded if that is asked for (else ``--identified``), and written as a page and
tables.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from projections.result import ViewResult


def report(path: Path, facts: Path, folder: Path, *, guarded: bool) -> int:
    """Write the report of a ledger in an SQLite file; gives how many files."""
    from cli.render.csv_ import render_csv
    from cli.render.html import render_report
    from ledger.log_read import LedgerReader
    from ledger.store import Store
    from ledger.vault import MemoryVault
    from projections.bridge import catalogue
    from projections.exports import prepared
    from projections.kept import keep_beside
    from projections.result import Asked
    from projections.views import answers, listed
    from tests.projections.book import ORIGIN

    with Store.open(f"sqlite:///{path}", ORIGIN) as store:
        ledger = LedgerReader(store, catalogue(), MemoryVault())
        keep_beside(ledger, facts)
        views: Sequence[ViewResult] = (
            prepared(ledger, listed(), Asked()).views
            if guarded
            else answers(ledger, listed(), Asked())
        )
    folder.mkdir(exist_ok=True)
    (folder / "report.html").write_text(render_report(views, title="bench"), "utf-8")
    for view in views:
        (folder / f"{view.view}.csv").write_text(render_csv(view), "utf-8")
    return 1 + len(views)


if __name__ == "__main__":
    ledger, facts, folder = map(Path, sys.argv[1:4])
    print(json.dumps({"files": report(ledger, facts, folder, guarded="guarded" in sys.argv[4:])}))
