"""Every case that is shipped, played through the real commands, and its questions answered."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time
from pathlib import Path

import pytest
from user import User

from cli.casebook import table
from cli.errors import USAGE
from cli.playing import CASES, Player, cases
from cli.story import Story, StoryError, parse_story, read_story

ROOT = Path(__file__).parents[2]
HEAD = "title T\nasks Q?\nfounder Ana\n"


def played(story: Story, folder: Path) -> Player:
    player = Player(story, folder / "ledger")
    player.found()
    player.play()
    return player


@pytest.mark.parametrize("name", list(cases()))
def test_a_case_answers_its_questions_and_its_ledger_holds(name: str, tmp_path: Path) -> None:
    story = read_story(CASES / f"{name}.story")
    player = played(story, tmp_path)
    assert story.questions
    for question in story.questions:
        assert question.answers, question.text
        for answer in question.answers:
            assert answer.cells or answer.says, f"line {answer.line} asks and expects nothing"
        player.answer(question)
    afterwards = datetime.combine(story.steps[-1].day, time(18), tzinfo=UTC)
    checked = User(tmp_path, ledger=player.directory, now=afterwards).types("verify")
    assert checked.code == 0, checked.out


def test_the_readme_lists_every_case_with_its_questions_and_commands() -> None:
    text = (ROOT / "projections" / "README.md").read_text(encoding="utf-8")
    assert table() in text, "run `python -m cli.casebook` and put what it prints into the README"


def test_a_case_is_shown_question_by_question_with_what_to_type(tmp_path: Path) -> None:
    said = User(tmp_path).types(f"demo {tmp_path / 'shown'} --case review-of-papers")
    assert said.code == 0, said.err
    assert "In which projects did communities only deliver?" in said.out
    assert "$ tally view projects" in said.out
    assert "Nothing was changed" in said.out


def test_the_cases_are_listed_and_a_mistyped_one_is_told_the_nearest(tmp_path: Path) -> None:
    said = User(tmp_path).types("demo --case list")
    assert all(name in said.out for name in cases())
    wrong = User(tmp_path).types("demo --case review-of-paper")
    assert wrong.code == USAGE
    assert "Did you mean review-of-papers?" in wrong.err


def test_a_refused_line_ends_the_telling_with_its_number_and_the_rule(tmp_path: Path) -> None:
    story = parse_story("x", HEAD + "2026-01-05\nproject open Clinic\nconfirm 1\n")
    with pytest.raises(StoryError, match=r"line 6: `confirm 1` was refused"):
        played(story, tmp_path)


def asked(expectation: str) -> Story:
    return parse_story(
        "x",
        HEAD + "2026-01-05\nproject open Clinic\nperson add Ben --acts-for community\n"
        "contribution record Notes --by Ben --kind writing\n"
        f"? How many?\n  $ view contributions\n  {expectation}\n",
    )


@pytest.mark.parametrize(
    ("expectation", "says"),
    [
        ("= writing/standing: 2", "writing/standing is 1, the story says 2"),
        ("= dancing/standing: 1", "no row dancing; there are writing"),
        ("= writing/colour: 1", "no column colour"),
        ("~ an elephant", "does not say «an elephant»"),
        ("~ not writing", "says «writing»"),
    ],
)
def test_an_answer_that_is_not_as_told_fails_with_both(
    tmp_path: Path, expectation: str, says: str
) -> None:
    story = asked(expectation)
    player = played(story, tmp_path)
    with pytest.raises(StoryError, match=re.escape(says)):
        player.answer(story.questions[0])


def test_a_cell_a_word_and_a_denial_that_hold_pass(tmp_path: Path) -> None:
    for at, expectation in enumerate(("= writing/standing: 1", "~ writing", "~ not dancing")):
        story = asked(expectation)
        (tmp_path / str(at)).mkdir()
        player = played(story, tmp_path / str(at))
        assert player.answer(story.questions[0])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2026-01-05\n", "the head «title» is missing"),
        ("colour red\n", "expected a head"),
        (HEAD + "charter {\n", "the charter is not JSON"),
        (HEAD + "2026-02-30\n", "not a day of the calendar"),
        (HEAD + "2026-01-05\n2026-01-04\n", "a ledger's day never goes back"),
        (HEAD + "2026-01-05\n? Q\n  $ log\nproject open X\n", "told before the questions"),
        (HEAD + "2026-01-05\n? Q\n  = a/b: 1\n", "expected `$ command`"),
        (HEAD + "2026-01-05\n? Q\n  $ log\n  = nothing\n", "expected row/column: value"),
    ],
)
def test_a_story_that_cannot_be_read_is_refused_with_its_line(text: str, says: str) -> None:
    with pytest.raises(StoryError, match=re.escape(says)):
        parse_story("x", text)


def test_lines_go_on_are_spoken_by_others_and_are_named(tmp_path: Path) -> None:
    story = parse_story(
        "x",
        HEAD + "# a comment\n2026-01-05\nproject open Clinic\nperson add Ben\n"
        "key new Ben --no-passphrase\n"
        'Ben: problem propose\n    "Buses stop at six" -> buses\n'
        "problem adopt $buses\n? Who?\n  $ log --type problem-proposed\n  ~ by Ben\n",
    )
    assert story.steps[-2].command == 'problem propose "Buses stop at six"'
    player = played(story, tmp_path)
    assert player.answer(story.questions[0])
    with pytest.raises(StoryError, match="no line was named trams"):
        played(
            parse_story("y", HEAD + "2026-01-05\nshow $trams\n"),
            tmp_path / "y",
        )
