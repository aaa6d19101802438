"""One audit of a store in a process of its own, so that its memory can be looked at.

    python -m tests.bench.audited LEDGER.db

Like ``tally``, it imports late: its workers import this module again.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ledger.check_report import Report


def audit_store(path: Path, cores: int | None = None) -> Report:
    """Check a ledger in an SQLite file."""
    from ledger.check import check
    from ledger.check_live import LiveSource
    from ledger.store import Store
    from projections.bridge import catalogue
    from tests.projections.book import ORIGIN

    with Store.open(f"sqlite:///{path}", ORIGIN) as store:
        return check(LiveSource(store), policy=None, catalogue=catalogue(), cores=cores)


if __name__ == "__main__":
    print(json.dumps({"exit": audit_store(Path(sys.argv[1])).exit_code}))
