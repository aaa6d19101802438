"""One report of all views in a process of its own, so that its memory can be looked at.

    python -m tests.bench.reported LEDGER.db FACTS.db FOLDER [guarded]

What ``tally report all --format html,csv`` does, by its own functions, but for the record of the
export: all views folded over the kept facts, guarded if that is asked for (else ``--identified``),
and written as a page and tables.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def report(path: Path, facts: Path, folder: Path, *, guarded: bool) -> int:
    """Write the report of a ledger in an SQLite file; gives how many files."""
    from cli.exporting import Export
    from cli.report import write_files
    from ledger.log_read import LedgerReader
    from ledger.store import Store
    from ledger.vault import MemoryVault
    from projections.bridge import catalogue
    from projections.exports import prepared
    from projections.kept import keep_beside
    from projections.result import Asked
    from projections.views import listed, one_by_one
    from tests.projections.book import ORIGIN

    with Store.open(f"sqlite:///{path}", ORIGIN) as store:
        ledger = LedgerReader(store, catalogue(), MemoryVault())
        keep_beside(ledger, facts)
        counted = (
            prepared(ledger, listed(), Asked()).views
            if guarded
            else one_by_one(ledger, listed(), Asked())
        )
        export = Export(counted, lambda _: None)
        return len(write_files(export, ["html", "csv"], folder, None, "bench"))


if __name__ == "__main__":
    ledger, facts, folder = map(Path, sys.argv[1:4])
    print(json.dumps({"files": report(ledger, facts, folder, guarded="guarded" in sys.argv[4:])}))
