"""Reading the Kubernetes elections of 2017–2025, which lie beside this repository if anywhere.

Source: github kubernetes/community, folder ``elections/`` (Apache-2.0). Nothing of it is kept here
but the control figures: who won, and how many of how many voted. Two lists of voters differ from
the number of eligible voters that was published (2018: 691 names for 692; 2019: 880 for 859), and
that of 2017 is not there; those electorates are known as a number alone.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "shared" / "data" / "k8s-elections"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="needs shared/data/k8s-elections")


@dataclass(frozen=True)
class Published:
    """What was published: ballots, eligible voters, seats, winners by the beginning of a name."""

    ballots: int
    eligible: int
    seats: int
    winners: tuple[str, ...]


CONTROL = {
    "steering-2017": Published(
        309, 392, 6, ("derek", "michelle", "phillip", "timothy", "quinton", "aaron-c")
    ),
    "steering-2018": Published(307, 692, 3, ("aaron", "timothy", "davanum")),
    "steering-2019": Published(377, 859, 4, ("paris", "nikhita", "christoph", "derek")),
    "steering-2020": Published(312, 761, 3, ("jordan", "bob", "davanum")),
    "steering-2021": Published(256, 685, 4, ("paris", "justaugustus", "cblecker", "tpepper")),
    "steering-2022": Published(219, 698, 3, ("mrbobbytables", "bentheelder", "palnabarun")),
    "steering-2023": Published(209, 712, 4, ("soltysh", "pohly", "pacoxu", "justaugustus")),
    "steering-2023-GB": Published(6, 7, 1, ("cblecker",)),
    "steering-2024": Published(233, 660, 3, ("bentheelder", "aojea", "saschagrunert")),
    "steering-2025": Published(210, 653, 4, ("soltysh", "ritazh", "pacoxu", "katcosgrove")),
    "steering-2025-GB": Published(7, 7, 1, ("cblecker",)),
    # published as elected together, without an order
    "code-of-conduct-2023": Published(7, 7, 2, ("jeremyrickard", "anammedina21")),
    "code-of-conduct-2025": Published(6, 7, 3, ("endocrimes", "divya", "stmcginnis")),
}  # fmt: skip


@dataclass(frozen=True)
class Election:
    """One election as its files have it."""

    name: str
    candidates: dict[str, str]
    ballots: tuple[tuple[int, ...], ...]
    voters: tuple[str, ...]
    published: Published

    @property
    def count_rule(self) -> str:
        """The rule that its results name; the tool of later ones (Elekto) counts by Schulze."""
        return "condorcet-irv" if self.name in {"steering-2019", "steering-2020"} else "schulze"

    @property
    def file(self) -> Path:
        """Its ballots."""
        return DATA / self.name / "ballots.csv"

    def won(self, chosen: tuple[str, ...]) -> bool:
        """Whether these options are the published winners, in order."""
        winners = self.published.winners
        return len(chosen) == len(winners) and all(
            option.startswith(winner) for option, winner in zip(chosen, winners, strict=True)
        )


def read(name: str) -> Election:
    """One election by the name of its folder."""
    with (DATA / name / "ballots.csv").open(encoding="utf-8-sig") as file:
        header, *rows = csv.reader(file)
    ballots = tuple(tuple(int(c) if c.isdecimal() else 0 for c in row) for row in rows)
    published = CONTROL[name]
    voters = _voters(DATA / name)
    known = voters if len(voters) == published.eligible else ()
    return Election(name, {_key(words): words for words in header}, ballots, known, published)


def _key(words: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", words.casefold()).strip("-")[:40]


def _voters(folder: Path) -> tuple[str, ...]:
    for path in folder.glob("voters.*"):
        text = path.read_text(encoding="utf-8").partition("eligible_voters:")
        lines = (text[2] or text[0]).splitlines()
        found = (re.match(r"\s*(?:\d+\.|-|\*)\s+([^*#]\S*)\s*$", line) for line in lines)
        return tuple(match[1].strip("'\"") for match in found if match)
    return ()
