"""``python -m tests.bench [NAME…]``: each line of the design's table, measured here and now.

python -m tests.bench                    all lines but the long ones
python -m tests.bench append import      some of them (a name means all that begin with it)
python -m tests.bench --long             also a million events (some minutes, 3 GB of disk)
python -m tests.bench --json out.json    the figures for programs, too
python -m tests.bench --profile append   where the time of a line goes
python -m tests.bench --list             the lines, with their limits
"""

from __future__ import annotations

import argparse
import cProfile
import json
import os
import platform
import pstats
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.measure import Figure, Line, NotHere, Pair, Run, measure


def lines() -> list[Line]:
    """Every line, in the order of the design's table.

    Imported here and not above: worker processes import this module again, and would otherwise
    load a database and the rules, which no worker of ``tally`` does.
    """
    from tests.bench import (
        append,
        audit,
        clients,
        commands,
        conduct,
        importing,
        peers,
        reading,
        reports,
    )

    rooms = (append, importing, audit, conduct, clients, reading, reports, peers, commands)
    return [line for room in rooms for line in room.LINES]


def main() -> int:
    """Measure what was asked for; exit 0 whatever comes out, for a figure is no test."""
    asked = _arguments()
    chosen = [line for line in lines() if _wanted(line, asked)]
    if not chosen:
        print("no such line; --list shows them", file=sys.stderr)
        return 2
    if asked.list:
        for line in chosen:
            print(f"{line.name:24} {line.work}: {line.target} of {line.against}")
        return 0
    _keep_bytecode()
    print(_machine())
    figures = []
    for line in chosen:
        if asked.profile:
            _profile(line, asked)
            continue
        figure = _measured(line, asked)
        if figure is not None:
            figures.append(figure)
    if asked.json:
        text = json.dumps(
            {"machine": _machine(), "figures": [f.as_json() for f in figures]}, ensure_ascii=False
        )
        asked.json.write_text(text + "\n", encoding="utf-8")
    return 0


def _keep_bytecode() -> None:
    """Let processes that are started keep bytecode, as those of an installed package have it.

    Where the environment forbids it, each worker would compile anew whatever it imports: half as
    long again as checking a bundle.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    cache = Path(tempfile.gettempdir()) / f"tally-bench-bytecode-{os.getuid()}"
    os.environ["PYTHONPYCACHEPREFIX"] = str(cache)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--rounds", type=int, default=None, help="rounds of each side")
    parser.add_argument("--long", action="store_true", help="also what takes minutes")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    parser.add_argument("--profile", action="store_true", help="show where the time goes")
    parser.add_argument("--list", action="store_true", help="show the lines and their limits")
    parser.add_argument("--folder", type=Path, help="work here instead of in a temporary folder")
    return parser.parse_args()


def _wanted(line: Line, asked: argparse.Namespace) -> bool:
    if line.name in asked.names:
        return True
    if line.long and not asked.long:
        return False
    return not asked.names or any(line.name.startswith(name) for name in asked.names)


@contextmanager
def _prepared(line: Line, rounds: int, asked: argparse.Namespace) -> Iterator[Pair]:
    with (
        tempfile.TemporaryDirectory(prefix="tally-bench-", dir=asked.folder) as folder,
        line.prepare(Run(Path(folder), rounds, asked.long)) as pair,
    ):
        yield pair


def _measured(line: Line, asked: argparse.Namespace) -> Figure | None:
    rounds = asked.rounds or line.rounds or 7
    try:
        with _prepared(line, rounds, asked) as pair:
            figure = measure(line, pair, rounds)
    except NotHere as why:
        print(f"{line.name:24} not measured: {why}")
        return None
    print(_row(figure), flush=True)
    return figure


def _row(figure: Figure) -> str:
    line = figure.line
    verdict = {True: "reached", False: "NOT REACHED", None: "shown"}[line.reached(figure.ratio)]
    row = (
        f"{line.name:24} {_shown(figure.ours, line):>12} {_shown(figure.limit, line):>12} "
        f"{figure.ratio:7.2f}  {line.target:>6}  {verdict:<12} "
        f"({figure.low:.2f}–{figure.high:.2f})"
    )
    return "\n".join([row, *(f"{'':24}   {note}" for note in figure.notes)])


def _shown(value: float, line: Line) -> str:
    if line.unit.startswith("/s"):
        return f"{value:,.0f}/s"
    if line.unit == "MB":
        return f"{value:,.0f} MB"
    if value < 1e-4:
        return f"{value * 1e6:,.1f} µs"
    return f"{value:,.2f} s" if value >= 1 else f"{value * 1e3:,.2f} ms"


def _profile(line: Line, asked: argparse.Namespace) -> None:
    with _prepared(line, 3, asked) as pair:
        profiler = cProfile.Profile()
        profiler.runcall(pair.alone or pair.ours)
    print(f"== {line.name}: {line.work}")
    pstats.Stats(profiler).sort_stats("tottime").print_stats(30)


def _machine() -> str:
    return (
        f"{time.strftime('%Y-%m-%d %H:%M')}  Python {platform.python_version()}, "
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    )


if __name__ == "__main__":
    sys.exit(main())
