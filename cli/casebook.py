"""``tally demo --case``: one case played for a reader, question by question.

A case is told by commands that anybody can type, so what a reader sees is what they could do
themselves; each answer is held to the story while it is shown.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from cli.output import Out
    from cli.playing import Player
    from cli.settings import Settings
    from cli.story import Story


def show_case(settings: Settings, directory: Path, name: str) -> int:
    """Play the case ``name`` into a new ledger at ``directory``, and answer its questions.

    Gives the exit code of its check. Raises ``WrongInput`` for a case that is not there.
    """
    from cli.output import Out
    from cli.playing import CASES, Player
    from cli.story import read_story

    out = Out(settings)
    if name == "list":
        _list(out)
        return 0
    _known(name)
    story = read_story(CASES / f"{name}.story")
    player = Player(story, directory)
    out.say(f"{out.bold(story.title)}  (after {story.heads.get('source', 'no source')})")
    if "note" in story.heads:
        out.say(story.heads["note"])
    player.found()
    player.play()
    out.say(f"✔ {len(story.steps)} commands played into {directory}; no key has a passphrase.")
    answers = _answers(out, player)
    code = _check(settings, directory)
    out.answer(
        {"directory": str(directory), "case": name, "answers": answers, "exit": code},
        ["", f"Ask more:  tally --ledger {directory} view", f"The story: {CASES / name}.story"],
    )
    return code


def _answers(out: Out, player: Player) -> list[dict[str, str]]:
    found = []
    for question in player.story.questions:
        out.say("")
        out.say(out.bold(question.text))
        for answered in player.answer(question):
            out.say(f"  $ tally {answered.command}")
            out.say(answered.text.rstrip())
            found.append({"question": question.text, "command": answered.command})
    return found


def _check(settings: Settings, directory: Path) -> int:
    from cli.auditing import check_path
    from cli.verify import words

    report = check_path(settings, directory, None)
    if not settings.json:
        click.echo("")
        for line in words(report, settings):
            click.echo(line, color=settings.color)
    return report.exit_code


def _list(out: Out) -> None:
    from cli.playing import CASES, cases
    from cli.story import read_story

    stories: list[Story] = [read_story(CASES / f"{name}.story") for name in cases()]
    rows = [{"case": s.name, "title": s.title, "asks": s.heads["asks"]} for s in stories]
    out.rows(rows, (("case", "CASE"), ("asks", "ASKS")), "There is no case.")


def _known(name: str) -> None:
    import difflib

    from cli.errors import WrongInput
    from cli.playing import cases

    there = list(cases())
    if name not in there:
        near = difflib.get_close_matches(name, there, n=2)
        raise WrongInput(
            f"There is no case {name}.",
            (f"Did you mean {' or '.join(near)}? " if near else "")
            + f"The cases are {', '.join(there)}.",
        )


def table() -> str:
    """The cases as a Markdown table, case, question, command: what projections/README.md shows."""
    from cli.playing import CASES, cases
    from cli.story import read_story

    lines = ["| case | question | command |", "| --- | --- | --- |"]
    for name in cases():
        story = read_story(CASES / f"{name}.story")
        for question in story.questions:
            commands = "<br>".join(f"`tally {answer.command}`" for answer in question.answers)
            lines.append(f"| {name} | {question.text} | {commands} |")
    return "\n".join(lines)


if __name__ == "__main__":
    click.echo(table())
