"""``tally verify`` in words: one thing and many, and nothing loaded that a bundle does not need."""

from __future__ import annotations

import subprocess
import sys

import pytest

from cli.settings import Settings
from cli.verify import STEPS, words
from ledger.check_report import STEPS as COUNTED
from ledger.check_report import Report, counted
from ledger.errors import Finding


def _report(checked: dict[str, int]) -> Report:
    return Report("example.org/one", 1, bytes(32), checked, [])


def test_one_thing_is_not_called_things() -> None:
    lines = words(_report({"1": 1, "2": 1, "3": 2, "7": 888}), Settings())
    assert lines[0] == "✔ Nothing was changed: 1 entry, all signatures hold."
    assert lines[-1] == (
        "  Checked: 1 entry or checkpoint read, 1 checkpoint signed by the log, "
        "2 cosignatures of witnesses, 888 signatures."
    )


def test_the_entry_of_a_finding_is_named_once() -> None:
    found = Finding(10, 7, 3, "entry 3: its key was revoked")
    report = Report("example.org/one", 4, bytes(32), {}, [found])
    assert "✖ step 7, entry 3: its key was revoked" in words(report, Settings())


def test_every_step_that_is_counted_has_words() -> None:
    assert tuple(STEPS) == COUNTED


@pytest.mark.parametrize(("number", "text"), [(0, "0 values"), (1, "1 value"), (2, "2 values")])
def test_a_number_stands_with_the_word_for_that_many(number: int, text: str) -> None:
    assert counted(number, "value", "values") == text


def test_verifying_a_bundle_loads_click_and_the_bundle_check_alone() -> None:
    # Not even paths and templates; what click itself loads is click's.
    code = (
        "import sys; import click; before = set(sys.modules)\n"
        "import cli.main, cli.verify, ledger.bundle, ledger.bundle_form\n"
        "tops = {name.split('.')[0] for name in set(sys.modules) - before}\n"
        "print(sorted(name for name in sys.modules if name.startswith('cli.')))\n"
        "slow = {'pathlib', 'dataclasses', 'urllib', 'sqlalchemy', 'pydantic', 'eventsourcing', "
        "'domain', 'projections'}\n"
        "print(sorted(slow & tops))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    rooms, slow = done.stdout.splitlines()
    assert rooms == "['cli.lazy', 'cli.main', 'cli.settings', 'cli.verify']"
    assert slow == "[]"
