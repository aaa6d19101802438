"""Playing a story: each line typed as its user would, each question answered by its command.

Nothing is done for a story that somebody at a terminal could not do: the commands run as they are,
with the story's day as the clock. A line that is refused ends the telling, with what it said; an
answer that is not as the story says is a failure that names its line.
"""

from __future__ import annotations

import io
import json
import re
import shlex
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from cli.settings import Settings
from cli.story import Answer, Question, Step, Story, StoryError

CASES = Path(__file__).with_name("cases")
_NINE = time(9, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Answered:
    """A command and what it said to a person."""

    command: str
    text: str


@dataclass
class Player:
    """Plays one story into a new ledger at ``directory``."""

    story: Story
    directory: Path
    lines: dict[str, int] = field(default_factory=dict)

    def found(self) -> None:
        """Make the ledger, with keys that have no passphrase, on the story's first day."""
        from cli.founding import Founding, found

        founding = Founding(
            name=self.story.title, founder=self.story.heads["founder"], charter=self.story.charter
        )
        found(self.directory, founding, self._settings(self.story.steps[0], "")).close()

    def play(self, each: Callable[[Step], object] = lambda _step: None) -> None:
        """Type every line in turn; ``each`` is told of a line when it is done.

        Raises ``StoryError`` with what was said when a line is refused.
        """
        for step in self.story.steps:
            code, out, err = self._run(step, step.speaker, f"--json {self._meant(step)}")
            if code:
                said = json.loads(err)["error"] if err.startswith("{") else {"message": err}
                hint = f" {said['hint']}" if said.get("hint") else ""
                raise StoryError(
                    step.line, f"`{step.command}` was refused. {said['message']}{hint}"
                )
            if step.name:
                self.lines[step.name] = _index(step, out)
            each(step)

    def answer(self, question: Question) -> list[Answered]:
        """Type the commands that answer a question, hold them to the story, and give the answers.

        Raises ``StoryError`` when one is refused, or is not as the story says.
        """
        return [self._answer(answer) for answer in question.answers]

    def _answer(self, answer: Answer) -> Answered:
        step = Step(answer.line, self.story.steps[-1].day, "", answer.command)
        code, out, err = self._run(step, "", self._meant(step))
        if code:
            raise StoryError(answer.line, f"`{answer.command}` gives no answer: {err.strip()}")
        flat = " ".join(out.split())
        for line, words, wanted in answer.says:
            if (" ".join(words.split()) in flat) is not wanted:
                verb = "does not say" if wanted else "says"
                raise StoryError(line, f"`{answer.command}` {verb} «{words}». It says:\n{out}")
        if answer.cells:
            self._hold(answer, step)
        return Answered(answer.command, out)

    def _hold(self, answer: Answer, step: Step) -> None:
        """Hold each cell that the story tells to the answer in JSON."""
        _, out, _ = self._run(step, "", f"--json {self._meant(step)}")
        rows = _rows(json.loads(out), self._names())
        for line, row, column, value in answer.cells:
            if row not in rows:
                raise StoryError(line, f"no row {row}; there are {', '.join(rows) or 'none'}")
            if column not in rows[row]:
                raise StoryError(line, f"no column {column}; there are {', '.join(rows[row])}")
            found = _written(rows[row][column])
            if found != value:
                raise StoryError(line, f"{row}/{column} is {found}, the story says {value}")

    def _names(self) -> dict[str, str]:
        """What ids are called in this ledger."""
        from cli.names import KINDS
        from cli.workspace import Workspace

        step = self.story.steps[-1]
        with Workspace.at(self._settings(step, ""), str(self.directory)) as ws:
            things = [thing for kind in KINDS for thing in ws.register(kind).things.values()]
            return {thing.id: thing.name for thing in things if thing.name}

    def _meant(self, step: Step) -> str:
        """The command with the numbers of entries in the place of their names."""

        def number(match: re.Match[str]) -> str:
            if match[1] not in self.lines:
                raise StoryError(step.line, f"no line was named {match[1]} before")
            return str(self.lines[match[1]])

        return re.sub(r"\$([a-z][a-z0-9-]*)", number, step.command)

    def _settings(self, step: Step, speaker: str) -> Settings:
        moment = datetime.combine(step.day, _NINE) + timedelta(seconds=step.line)
        return Settings(
            clock=lambda: moment,
            ledgers=[str(self.directory)],
            person=speaker or None,
            no_input=True,
            no_color=True,
        )

    def _run(self, step: Step, speaker: str, line: str) -> tuple[int, str, str]:
        from cli.main import tally

        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            try:
                tally.main(shlex.split(line), obj=self._settings(step, speaker))
            except SystemExit as done:
                code = done.code if isinstance(done.code, int) else 0
        return code, out.getvalue(), err.getvalue()


def cases() -> Iterator[str]:
    """The names of the cases that are shipped, in order."""
    for path in sorted(CASES.glob("*.story")):
        yield path.stem


def _index(step: Step, out: str) -> int:
    """The number of the entry that a command wrote."""
    said = json.loads(out)
    if not isinstance(said, dict) or not isinstance(said.get("index"), int):
        raise StoryError(step.line, f"`{step.command}` wrote no entry that could be named")
    index: int = said["index"]
    return index


def _rows(view: Any, names: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Rows of a view by their keys, ids called by their names."""
    if not isinstance(view, dict) or "keys" not in view:
        return {}
    return {
        _named(key, names): {
            column: _named(cell, names) if isinstance(cell, str) else cell
            for column, cell in row.items()
        }
        for key, row in zip(view["keys"], view["rows"], strict=True)
    }


def _named(text: str, names: dict[str, str]) -> str:
    return re.sub(r"[a-z]+:[a-z2-7]{26}", lambda match: names.get(match[0], match[0]), text)


def _written(cell: Any) -> str:
    """A cell as a story writes it."""
    from projections.result import Amount

    if cell is None:
        return "unknown"
    if isinstance(cell, dict) and "minor" in cell:
        return str(Amount(cell["minor"], cell["currency"], cell["exponent"]))
    return str(cell)
