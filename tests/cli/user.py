"""Somebody at a terminal: runs ``tally`` with a clock of its own and keeps what it said.

sam = User(tmp_path)
sam.begins()                              # a ledger with the founder Ana Silva
said = sam.types("person add", "Ben Okri")
assert said.code == 0
"""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from cli.main import tally
from cli.settings import Settings


@dataclass(frozen=True)
class Said:
    """What a run gave: exit code, stdout, stderr."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The answer as JSON."""
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, str]:
        """The error in its JSON form."""
        form: dict[str, str] = json.loads(self.err)["error"]
        return form


@dataclass
class User:
    """Runs commands in one directory; ``now`` moves only when told to."""

    home: Path
    now: datetime = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
    ledger: Path | None = None
    environment: dict[str, str] = field(default_factory=dict)

    def types(self, line: str, *more: str, stdin: str | None = None) -> Said:
        """Run ``tally`` with the words of ``line`` and then ``more`` as they are.

        With ``stdin`` somebody sits at a terminal and types it; without, nobody does.
        """
        settings = Settings(
            clock=lambda: self.now,
            terminal=lambda: stdin is not None,
            ledgers=[str(self.ledger)] if self.ledger else [],
        )
        done = CliRunner(env=self.environment).invoke(
            tally, [*shlex.split(line), *more], obj=settings, input=stdin
        )
        assert "Traceback" not in done.output
        return Said(done.exit_code, done.stdout, done.stderr)

    def does(self, line: str, *more: str) -> Any:
        """Run a command that must succeed; gives its JSON answer."""
        said = self.types(f"{line} --json", *more)
        assert said.code == 0, said.err
        return said.json if said.out.strip() else None

    def begins(self, name: str = "clinic") -> Path:
        """Make a ledger with the founder Ana Silva, and use it from now on."""
        self.ledger = None
        where = self.home / name
        said = self.types(f"init {where} --name Clinic --founder 'Ana Silva' --no-passphrase")
        assert said.code == 0, said.err
        self.ledger = where
        return where

    def sleeps(self, days: int = 1) -> None:
        """Let days pass."""
        self.now += timedelta(days=days)
