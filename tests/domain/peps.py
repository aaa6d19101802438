"""Reading the Python enhancement proposals, which lie beside this repository if anywhere.

Source: github python/peps (public domain or CC0). Nothing of it is kept here. The source names a
delegate on some and says of no other who decided: that is «the office» (one person until 2018, a
council since), one pseudonym. Dates of decisions are mostly missing, so none is claimed.

    proposal                        a problem raised by its authors
    Accepted, Final, Rejected       a decision between accepting and rejecting
    no delegate · one · several     executive · delegated by the office · their consensus
    ``resolution``                  evidence that the decision weighed, named by the link's hash
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from story import hashed, ident, person

DATA = Path(__file__).parents[3] / "shared" / "data" / "pep-decisions"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="needs shared/data/pep-decisions")

DECIDED = {"Accepted": "accept", "Final": "accept", "Rejected": "reject"}
OFFICE = "the office"
PROJECT = ident("project", "peps")


@dataclass(frozen=True)
class Proposal:
    """One proposal: who wrote it, who was to decide, what came of it, and the evidence."""

    number: str
    authors: tuple[str, ...]
    delegates: tuple[str, ...]
    status: str
    resolution: str

    @property
    def outcome(self) -> str | None:
        """What was decided, if anything was."""
        return DECIDED.get(self.status)


def read() -> list[Proposal]:
    """All proposals, in the order of the file."""
    with (DATA / "peps.csv").open(encoding="utf-8", newline="") as file:
        return [
            Proposal(
                row["pep"],
                _names(row["authors"]),
                _names(row["delegate"]),
                row["status"],
                row["resolution"].strip(),
            )
            for row in csv.DictReader(file)
        ]


def _names(text: str) -> tuple[str, ...]:
    # A name that stands twice is one person.
    return tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))


def proposing(proposal: Proposal) -> Iterator[tuple[str, dict[str, Any]]]:
    """A problem raised by its authors, and the evidence, if a link to it is there."""
    yield (
        "problem-proposed",
        {
            "problem": ident("problem", proposal.number),
            "project": PROJECT,
            "people": [person(name) for name in proposal.authors],
        },
    )
    if proposal.outcome and proposal.resolution:
        yield (
            "contribution-recorded",
            {
                "contribution": ident("contribution", proposal.number),
                "project": PROJECT,
                "people": [{"person": person(name)} for name in proposal.authors],
                "evidence": hashed(proposal.resolution),
            },
        )


def opening(proposal: Proposal) -> dict[str, Any]:
    """The question of a proposal: who was to decide it, and how."""
    deciders = proposal.delegates or (OFFICE,)
    method = {1: "delegated" if proposal.delegates else "executive"}.get(len(deciders), "consensus")
    body: dict[str, Any] = {
        "decision": ident("decision", proposal.number),
        "project": PROJECT,
        "options": [{"option": "accept"}, {"option": "reject", "nothing": True}],
        "electorate": [person(name) for name in deciders],
        "method": method,
        "problem": ident("problem", proposal.number),
    }
    if method == "executive":
        body["office"] = "who decides on proposals, not named in the source"
    if method == "delegated":
        body["delegation"] = {"by": person(OFFICE), "role": "delegate for one proposal"}
    if proposal.outcome and proposal.resolution:
        body["inputs"] = [ident("contribution", proposal.number)]
    return body


def ballots(proposal: Proposal) -> Iterator[dict[str, Any]]:
    """The ballots of whoever decided, all for what came of it."""
    body = opening(proposal)
    for voter in body["electorate"]:
        yield {"decision": body["decision"], "voter": voter, "choice": proposal.outcome}
