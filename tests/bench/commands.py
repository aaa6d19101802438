"""Commands as processes: ``tally --help``, and one person checking their bundle offline."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ledger.bundle import check_bundle
from ledger.bundle_make import make_bundle
from ledger.intake import Item
from ledger.note import ED25519, make_vkey
from ledger.policy import Policy
from tests.bench.measure import Line, Pair, Run
from tests.bench.record import TODAY, Seed
from tests.projections.book import ORIGIN

_ROOT = Path(__file__).parents[2]
_FEW, _MANY = 10, 1000

_TALLY = "import sys\nfrom cli.main import main\nsys.exit(main())\n"
#: The smallest program that shows help: click, a group, a command, nothing of ours.
_BARE = """\
import sys
import click

@click.group()
def main():
    "A group with a command."

@main.command()
def one():
    "A command."

sys.exit(main())
"""
_CHECK = """\
import sys
from ledger.bundle import check_bundle
from ledger.policy import Policy
with open(sys.argv[1], "rb") as bundle, open(sys.argv[2], "rb") as policy:
    report = check_bundle(bundle.read(), Policy.parse(policy.read()))
sys.exit(report.exit_code)
"""
_CRYPTOGRAPHY = "from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey\n"


@contextmanager
def _help(run: Run) -> Iterator[Pair]:
    tally, bare = _script(run, "tally", _TALLY), _script(run, "bare", _BARE)
    yield Pair(lambda: _process([tally, "--help"]), lambda: _process([bare, "--help"]))


@contextmanager
def _bundle(run: Run, lines: int = _FEW) -> Iterator[Pair]:
    """The limit is 45 ms + 0.12 ms a signature, given as a number; the pair shows the process."""
    seed = Seed(people=1)
    with seed.plant(f"sqlite:///{run.folder / 'ledger.db'}") as ledger:
        made = seed.contributions(lines)
        ledger.record_many([Item(one.envelope) for one in made], today=TODAY)
        ledger.make_checkpoint(seed.log_key)
        policy = f"log {make_vkey(ORIGIN, ED25519, seed.log_key.public)}\nquorum none\n"
        bundle = make_bundle(ledger, seed.chains[0].person, seed.operator_key, policy)
    file, trusted = run.folder / "bundle.json", run.folder / "policy"
    file.write_bytes(bundle)
    trusted.write_text(policy)
    check = _script(run, "check", _CHECK)
    bare = _script(run, "cryptography", _CRYPTOGRAPHY)
    nothing = _script(run, "nothing", "")
    signatures = check_bundle(bundle, Policy.parse(policy)).checked["7"]
    shown: dict[str, list[float]] = {"import": [], "start": []}

    def ours() -> float:
        shown["import"].append(_process([bare]))
        shown["start"].append(_process([nothing]))
        return _process([check, str(file), str(trusted)])

    def notes() -> list[str]:
        alone = [sorted(times)[len(times) // 2] * 1e3 for times in shown.values()]
        return [
            f"{lines} lines, {signatures} signatures; a process that only imports cryptography "
            f"{alone[0]:.1f} ms, one that does nothing {alone[1]:.1f} ms"
        ]

    budget = 0.045 + 0.00012 * signatures
    yield Pair(ours, lambda: budget, notes=notes)


@contextmanager
def _long_bundle(run: Run) -> Iterator[Pair]:
    with _bundle(run, _MANY) as pair:
        yield pair


def _script(run: Run, name: str, text: str) -> str:
    path = run.folder / f"run_{name}.py"  # not the name of a module that it imports
    path.write_text(text)
    return str(path)


def _process(words: Sequence[str]) -> float:
    """Seconds of one Python process from its start to its end; its exit code must be 0."""
    environment = os.environ | {"PYTHONPATH": str(_ROOT)}
    start = time.perf_counter()
    subprocess.run([sys.executable, *words], env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


_BUDGET = "45 ms + 0.12 ms a signature"

LINES = [
    Line(
        "help",
        "tally --help, time of the process",
        "a bare click group with one command",
        "s",
        _help,
        at_most=1.15,
        rounds=40,
    ),
    Line("bundle", "offline check of a bundle", _BUDGET, "s", _bundle, at_most=1.0, rounds=15),
    Line(
        "bundle-long",
        "the same, of a long bundle",
        _BUDGET,
        "s",
        _long_bundle,
        at_most=1.0,
        rounds=5,
    ),
]
