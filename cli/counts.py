"""Counts of secret ballots: by two tellers, or from a file of another tool.

A file is CSV, in one of two forms::

    option,for,against        votes for each option (against may be left out)
    late,12,3

    Ana,Ben,Cy                ranked ballots: a column for each option, a row for each ballot;
    1,2,No opinion            1 most preferred, equal ranks allowed, empty or «No opinion» for none

Columns are option keys or their words. Where fewer than ten may vote the rows are never recorded:
only how many ballots prefer which option to which.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.lazy import Command
from cli.workspace import with_workspace
from cli.writing import Manner, evidence_hash, writes

if TYPE_CHECKING:
    from cli.standing import Standing
    from cli.workspace import Workspace

_NONE = frozenset({"", "no opinion", "-", "–", "0"})
_MOST = 4_000_000  # bytes: a hundred thousand ballots among twenty options


@click.command(
    "import",
    cls=Command,
    example='tally decision import "Steering committee" ballots.csv',
)
@click.argument("which", metavar="DECISION")
@click.argument("file", metavar="FILE", type=click.Path(exists=True, dir_okay=False))
@click.option("--ballots", type=click.IntRange(0), help="How many, if FILE gives votes alone.")
@click.option("--abstained", type=click.IntRange(0), default=0, help="How many of them abstained.")
@click.option("--note", help="Where it comes from, in words.")
@writes
@with_workspace
def import_(
    ws: Workspace,
    which: str,
    file: str,
    ballots: int | None,
    abstained: int,
    note: str | None,
    manner: Manner,
) -> None:
    """Take over a count or anonymous ballots from FILE. It is shown as imported, not proven.

    FILE is CSV: «option,for,against», or ranked ballots with a column for each option. Its
    SHA-256 is recorded. Fewer than ten voters: only sums are recorded, never single ballots.
    """
    from cli.answering import tell
    from cli.standing import standing
    from cli.writer import Writer

    decided = ws.need("decision", which)
    stand = standing(ws, decided)
    counted = read_count(stand, file, ballots, abstained)
    body = {"decision": decided, "source": evidence_hash(file), "counted": counted}
    if "pairs" in counted:
        ws.out.say("Fewer than ten may vote: only how many prefer what to what is recorded.")
    written = Writer(ws).write("ballots-imported/v1", body, {"note": note}, manner=manner)
    tell(ws, written, then=f"{_said(counted)} Next: tally decision close")


@click.command(
    "count",
    cls=Command,
    example='tally decision count "Open late?" --as Ana --cosigner Ben \\\n'
    "    --voted Cleo --voted Dana --for late=1 --for nothing=1",
)
@click.argument("which", metavar="DECISION")
@click.option("--voted", multiple=True, metavar="PERSON", help="Who was given a ballot.")
@click.option("--voted-file", metavar="FILE", help="The same, one a line.")
@click.option("--for", "votes", multiple=True, metavar="KEY=N", help="Votes for an option.")
@click.option("--against", multiple=True, metavar="KEY=N", help="Votes against one.")
@click.option("--abstained", type=click.IntRange(0), default=0, help="Ballots for nothing.")
@click.option("--ballots", "file", metavar="FILE", help="CSV of votes or ranked ballots.")
@click.option("--note", help="What the tellers noted.")
@writes
@with_workspace
def count(
    ws: Workspace,
    which: str,
    voted: tuple[str, ...],
    voted_file: str | None,
    votes: tuple[str, ...],
    against: tuple[str, ...],
    abstained: int,
    file: str | None,
    note: str | None,
    manner: Manner,
) -> None:
    """Record what two tellers counted, signed by both: who voted is on the list.

    The other teller signs too: --cosigner PERSON.
    """
    from cli.answering import tell
    from cli.electorates import people_in_file
    from cli.standing import standing
    from cli.writer import Writer

    decided = ws.need("decision", which)
    names = [*voted, *people_in_file(voted_file)]
    if file is not None:
        counted = read_count(standing(ws, decided), file, None, abstained)
    else:
        support, opposed = _numbers(votes), _numbers(against)
        counted = _tally(support, opposed, sum(support.values()) + abstained, abstained)
    body = {
        "decision": decided,
        "voted": [ws.people.find(name) for name in names],
        "counted": counted,
    }
    written = Writer(ws).write("count-attested/v1", body, {"note": note}, manner=manner)
    tell(ws, written, then=f"{_said(counted)} Next: tally decision close")


def read_count(stand: Standing, file: str, ballots: int | None, abstained: int) -> dict[str, Any]:
    """What a CSV file counted, in the form of the event.

    Raises:
        WrongInput: a column that is no option, a cell that is no number; the cell is named.
    """
    rows = _rows(file)
    header = [cell.strip() for cell in rows[0]]
    if {name.casefold() for name in header} <= {"option", "for", "votes", "against"}:
        return _votes(stand, file, rows, ballots, abstained)
    order = [_option(stand, file, name) for name in header]
    found: Counter[tuple[int, ...]] = Counter()
    for number, row in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in row):
            found[_ranks(stand, file, number, row, order)] += 1
    return _ranked(stand, found)


def _ranked(stand: Standing, found: Counter[tuple[int, ...]]) -> dict[str, Any]:
    from domain.counted import FEWEST
    from domain.ranking import prefer

    silent = sum(number for ranks, number in found.items() if not any(ranks))
    counted: dict[str, Any] = {"ballots": found.total(), "abstained": silent}
    keys = stand.opened.keys
    if stand.opened.voters >= FEWEST:
        rows = sorted(found.items())
        return counted | {"ranked": [{"ranks": list(r), "ballots": n} for r, n in rows]}
    matrix = prefer(found, len(keys))
    pairs = [
        {"option": a, "to": b, "ballots": matrix[i][j]}
        for i, a in enumerate(keys)
        for j, b in enumerate(keys)
        if matrix[i][j]
    ]
    return counted | {"pairs": pairs}


def _rows(file: str) -> list[list[str]]:
    from cli.errors import WrongInput

    path = Path(file)
    try:
        if path.stat().st_size > _MOST:
            raise WrongInput(f"{file} is larger than {_MOST} bytes.", "Count it, and import sums.")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongInput(f"{file} cannot be read: {error}.", "Give CSV in UTF-8.") from error
    rows = [row for row in csv.reader(io.StringIO(text)) if row]
    if not rows:
        raise WrongInput(f"{file} is empty.", "A first line names the options.")
    return rows


def _option(stand: Standing, file: str, name: str) -> str:
    from cli.errors import WrongInput

    known = {key.casefold(): key for key in stand.opened.keys}
    known |= {str(words).casefold(): key for key, words in stand.words.items()}
    key = known.get(name.strip().casefold())
    if key is None:
        raise WrongInput(
            f"{file}: the column «{name}» is no option of this decision.",
            f"Its options are {', '.join(stand.opened.keys)}; use a key, or its words.",
        )
    return key


def _ranks(
    stand: Standing, file: str, number: int, row: list[str], order: list[str]
) -> tuple[int, ...]:
    from cli.errors import WrongInput

    if len(row) != len(order) or sorted(order) != sorted(stand.opened.keys):
        raise WrongInput(
            f"{file}, line {number}: expected a cell for each of the {len(stand.opened.keys)} "
            f"options, found {len(row)} under {len(order)} columns.",
            "Leave a cell empty for no opinion.",
        )
    ranks: dict[str, int] = {}
    for key, cell in zip(order, row, strict=True):
        text = cell.strip()
        if text.casefold() in _NONE:
            ranks[key] = 0
        elif text.isdecimal() and int(text) <= 1000:
            ranks[key] = int(text)
        else:
            raise WrongInput(
                f"{file}, line {number}, «{key}»: «{text}» is no rank.",
                "Write 1, 2, 3 …, or leave it empty for no opinion.",
            )
    return tuple(ranks[key] for key in stand.opened.keys)


def _votes(
    stand: Standing, file: str, rows: list[list[str]], ballots: int | None, abstained: int
) -> dict[str, Any]:
    from cli.errors import WrongInput

    header = [cell.strip().casefold() for cell in rows[0]]
    support: dict[str, int] = {}
    against: dict[str, int] = {}
    for number, row in enumerate(rows[1:], start=2):
        cells = dict(zip(header, (cell.strip() for cell in row), strict=False))
        key = _option(stand, file, cells.get("option", ""))
        for into, text in (
            (support, cells.get("for", cells.get("votes", "0"))),
            (against, cells.get("against", "0")),
        ):
            if not (text or "0").isdecimal():
                raise WrongInput(
                    f"{file}, line {number}: «{text}» is no number of votes.", "Write digits."
                )
            into[key] = int(text or 0)
    total = ballots if ballots is not None else sum(support.values()) + abstained
    return _tally(support, {k: n for k, n in against.items() if n}, total, abstained)


def _tally(
    support: dict[str, int], against: dict[str, int], ballots: int, abstained: int
) -> dict[str, Any]:
    return {
        "ballots": ballots,
        "abstained": abstained,
        "support": [{"option": key, "votes": votes} for key, votes in support.items()],
        "against": [{"option": key, "votes": votes} for key, votes in against.items()],
    }


def _numbers(given: tuple[str, ...]) -> dict[str, int]:
    from cli.errors import WrongInput

    found: dict[str, int] = {}
    for pair in given:
        key, _, number = pair.partition("=")
        if not number.strip().isdecimal() or key.strip() in found:
            raise WrongInput(f"«{pair}» is no count.", "Write KEY=N, each option once.")
        found[key.strip()] = int(number)
    return found


def _said(counted: dict[str, Any]) -> str:
    return f"{counted['ballots']} ballots, {counted['abstained']} of them abstain."
