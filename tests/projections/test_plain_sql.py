"""The views ``time`` and ``payments`` against sums that plain SQL makes of the same facts.

The SQL of the bench is a second way to the same figures, written without a line of the folds.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from projections.replay import read_facts
from projections.result import Asked
from projections.views import answers
from tests.bench.mixed import Mixed
from tests.bench.plain_sql import by_sql, by_views, rows, table


def test_plain_sql_gives_the_figures_of_time_and_payments(tmp_path: Path) -> None:
    with closing(Mixed().fill(f"sqlite:///{tmp_path / 'mixed.db'}", 600)) as ledger:
        views = by_views(answers(ledger, ["time", "payments"], Asked()))
        with closing(table(tmp_path / "plain.db", rows(read_facts(ledger)))) as db:
            sums = by_sql(db.execute)
    assert len(sums) > 150
    assert sums == views


def test_every_chapter_of_a_mixed_record_has_names_of_its_own(tmp_path: Path) -> None:
    with closing(Mixed().fill(f"sqlite:///{tmp_path / 'mixed.db'}", 600)) as ledger:
        facts = read_facts(ledger)
    offers = [fact.body["offer"] for fact in facts.of("payment-offered/v1", before=600)]
    assert facts.size == 600
    assert len(offers) == len(set(offers)) > 24
