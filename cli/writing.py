"""Options that every writing command shares, gathered into one value.

--on DATE          when it happened (a claim); see ``dates.py`` for the forms
--under LINE       the grant it stands on, when more than one fits
--afterwards       recorded afterwards (mode ``history``); confers no authority on a live act
--evidence FILE    the SHA-256 of the file is recorded, not the file
--cosigner PERSON  who signs as well, with their own key; may be repeated
--dry-run          go through every rule and record nothing

--recorded-for PERSON [--said-by PERSON] [--witness PERSON]   for somebody without a key
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import click


@dataclass(frozen=True, slots=True)
class Manner:
    """How a statement is to be written; the texts are as typed, resolved by the writer."""

    on: str | None = None
    under: str | None = None
    afterwards: bool = False
    cosigners: tuple[str, ...] = ()
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Behalf:
    """For whom it is recorded, whose words they are, and who was there; as typed."""

    recorded_for: str | None = None
    said_by: str | None = None
    witness: str | None = None


_MANNER: tuple[Callable[[Any], Any], ...] = (
    click.option("--on", metavar="DATE", help="When it happened: 2026-04-03, 2026-04, unknown, …"),
    click.option("--under", metavar="LINE", help="The grant it stands on, if several fit."),
    click.option("--afterwards", is_flag=True, help="Recorded afterwards: history, not live."),
    click.option(
        "--cosigner", "cosigners", multiple=True, metavar="PERSON", help="Who signs as well."
    ),
    click.option("--dry-run", is_flag=True, help="Check everything, record nothing."),
)
_BEHALF: tuple[Callable[[Any], Any], ...] = (
    click.option("--recorded-for", metavar="PERSON", help="You only record it: whose act it is."),
    click.option("--said-by", metavar="PERSON", help="Who said so, if it was somebody else."),
    click.option("--witness", metavar="PERSON", help="Who was there, chosen by that person."),
)


def writes(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of every writing command; it gets ``manner=Manner(…)``."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        manner = Manner(**{name: kwargs.pop(name) for name in Manner.__slots__})
        return command(*args, manner=manner, **kwargs)

    return _with(run, _MANNER)


def on_behalf(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --recorded-for, --said-by and --witness; it gets ``behalf=Behalf(…)``."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        behalf = Behalf(**{name: kwargs.pop(name) for name in Behalf.__slots__})
        return command(*args, behalf=behalf, **kwargs)

    return _with(run, _BEHALF)


def evidence_hash(file: str | None) -> str | None:
    """Hex SHA-256 of a file of any size; None for no file."""
    if file is None:
        return None
    with Path(file).open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _with(
    command: Callable[..., Any], options: tuple[Callable[[Any], Any], ...]
) -> Callable[..., Any]:
    for option in reversed(options):
        command = option(command)
    return command
