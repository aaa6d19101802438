r"""The notation in which cases are told: a history in the program's own commands, then questions.

    title     Late clinic
    source    Wilton
    asks      Who has chaired, from which side, since when?
    founder   Ana

    2026-01-05                                      the day on which what follows is written
    project open "Late clinic"                      a command, as typed after ``tally``
    person add Ben --acts-for community
    Ben: problem propose "Buses stop at six" -> buses   said by Ben, with Ben's key; named for later
    problem adopt $buses                            the number of the entry that was named

    ? Who proposed what was adopted?                a question of the case
      $ view provenance                             the command that answers it
      = buses/adopted: 1                            a cell of its answer: row/column: value
      ~ Buses stop at six                           words that the answer says
      ~ not cancelled                               words that it does not say

Heads come first, one a line; ``charter`` may be JSON that sets more of the charter. ``#`` begins a
comment; a line that begins with white space goes on from the line before, except under a question.
A value is a number, an amount (``12.00 GBP``), ``unknown``, or text. A story is parsed all or
nothing, and a mistake names its line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

_HEADS = ("title", "source", "asks", "founder", "note", "charter")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_SPOKEN = re.compile(r"([A-Z][\w' -]{0,40}): +(.*)")
_NAMED = re.compile(r"(.*\S) +-> +([a-z][a-z0-9-]*)")
_CELL = re.compile(r"(.+)/([a-z_0-9A-Z]+): *(.+)")


class StoryError(Exception):
    """A line of a story that cannot be read, or that did not go as it says."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line}: {message}")
        self.line = line


@dataclass(frozen=True, slots=True)
class Step:
    """One command: written on ``day``, by ``speaker`` (the founder when empty)."""

    line: int
    day: date
    speaker: str
    command: str
    name: str = ""


@dataclass(slots=True)
class Answer:
    """A command that answers a question, with what its answer must hold."""

    line: int
    command: str
    cells: list[tuple[int, str, str, str]] = field(default_factory=list)
    says: list[tuple[int, str, bool]] = field(default_factory=list)


@dataclass(slots=True)
class Question:
    """A question of the case, and the commands that answer it."""

    line: int
    text: str
    answers: list[Answer] = field(default_factory=list)


@dataclass(slots=True)
class Story:
    """One case, ready to be played."""

    name: str
    heads: dict[str, str]
    steps: list[Step] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)

    @property
    def title(self) -> str:
        """What the case is called."""
        return self.heads["title"]

    @property
    def charter(self) -> dict[str, Any]:
        """More of the charter than the founder's usual one."""
        found: dict[str, Any] = json.loads(self.heads.get("charter", "{}"))
        return found


def read_story(path: Path) -> Story:
    """The story in a file, named for the file; raises ``StoryError``."""
    return parse_story(path.stem, path.read_text(encoding="utf-8"))


def parse_story(name: str, text: str) -> Story:
    """The story that ``text`` tells, all or nothing; raises ``StoryError``."""
    story = Story(name, {})
    day: date | None = None
    for number, line in _joined(text):
        if line[0].isspace() or line.startswith("?"):
            _ask(story, number, line.strip())
        elif _DAY.fullmatch(line):
            day = _day(number, line, day)
        elif day is None:
            _head(story, number, line)
        elif story.questions:
            raise StoryError(number, "what happens is told before the questions")
        else:
            story.steps.append(_step(number, day, line))
    for needed in ("title", "asks", "founder"):
        if needed not in story.heads:
            raise StoryError(1, f"the head «{needed}» is missing")
    return story


def _joined(text: str) -> Iterator[tuple[int, str]]:
    """Lines with their numbers; what goes on from the line before is joined to it."""
    held: tuple[int, str] | None = None
    asking = False
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.rstrip()
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        asking = asking or line.startswith("?")
        if line[0].isspace() and not asking and held is not None:
            held = (held[0], f"{held[1]} {line.strip()}")
            continue
        if held is not None:
            yield held
        held = (number, line)
    if held is not None:
        yield held


def _head(story: Story, number: int, line: str) -> None:
    name, _, value = line.partition(" ")
    if name not in _HEADS or not value.strip():
        raise StoryError(number, f"expected a head ({', '.join(_HEADS)}) or a day, found «{line}»")
    if name == "charter":
        try:
            json.loads(value)
        except ValueError as error:
            raise StoryError(number, f"the charter is not JSON: {error}") from None
    story.heads[name] = value.strip()


def _day(number: int, line: str, before: date | None) -> date:
    try:
        found = date.fromisoformat(line)
    except ValueError:
        raise StoryError(number, f"{line} is not a day of the calendar") from None
    if before is not None and found < before:
        raise StoryError(number, f"{line} comes before {before}: a ledger's day never goes back")
    return found


def _step(number: int, day: date, line: str) -> Step:
    spoken = _SPOKEN.fullmatch(line)
    speaker, command = (spoken[1], spoken[2]) if spoken else ("", line)
    named = _NAMED.fullmatch(command)
    if named:
        return Step(number, day, speaker, named[1], named[2])
    return Step(number, day, speaker, command)


def _ask(story: Story, number: int, line: str) -> None:
    sign, _, rest = line.partition(" ")
    rest = rest.strip()
    if sign == "?" and rest:
        story.questions.append(Question(number, rest))
        return
    if not story.questions:
        raise StoryError(number, f"«{line}» goes on from nothing")
    answers = story.questions[-1].answers
    if sign == "$" and rest:
        answers.append(Answer(number, rest))
    elif sign in ("=", "~") and rest and answers:
        _expect(answers[-1], number, sign, rest)
    else:
        raise StoryError(
            number, f"expected `$ command`, `= row/column: value` or `~ words`: {line}"
        )


def _expect(answer: Answer, number: int, sign: str, rest: str) -> None:
    if sign == "~":
        denied = rest.startswith("not ")
        answer.says.append((number, rest.removeprefix("not ") if denied else rest, not denied))
        return
    cell = _CELL.fullmatch(rest)
    if cell is None:
        raise StoryError(number, f"expected row/column: value, found «{rest}»")
    answer.cells.append((number, cell[1], cell[2], cell[3].strip()))
