"""One audit of a store in a process of its own, so that its memory can be looked at.

    python -m tests.bench.audited LEDGER.db [--rules]

With ``--rules`` the rules of conduct are replayed as well (step 10), as ``tally verify`` does.

Like ``tally``, it imports late: its workers import this module again.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ledger.check_report import Report


def audit_store(path: Path, cores: int | None = None, *, rules: bool = False) -> Report:
    """Check a ledger in an SQLite file; with ``rules``, replay them as well."""
    from ledger.check import check
    from ledger.check_live import LiveSource
    from ledger.store import Store
    from projections.bridge import catalogue
    from projections.conduct import Conduct
    from tests.projections.book import ORIGIN

    with Store.open(f"sqlite:///{path}", ORIGIN) as store:
        return check(
            LiveSource(store),
            policy=None,
            catalogue=catalogue(),
            conduct=Conduct() if rules else None,
            cores=cores,
        )


if __name__ == "__main__":
    asked = audit_store(Path(sys.argv[1]), rules="--rules" in sys.argv[2:])
    print(json.dumps({"exit": asked.exit_code}))
