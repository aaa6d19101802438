"""The command tree: every command has words and an example, and loads only when it is used."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest
from user import User

from cli.errors import NAMES
from cli.lazy import Command
from cli.main import COMMANDS, tally
from cli.reference import README, commands, reference, written

ALL = list(commands(tally))


def test_every_command_of_the_first_tree_is_there() -> None:
    names = {name.removeprefix("tally ") for name, _ in ALL}
    wanted = """init|status|doctor|charter show|key new|key list|key show|key rotate|key revoke|
    person add|person list|person show|person acts-for|group add|project open|project list|
    project show|problem propose|problem adopt|problem show|contribution record|
    contribution retract|contribution reinstate|contribution show|confirm|dispute|budget open|
    budget show|decision open|decision vote|decision close|decision show|payment offer|
    payment accept|payment decline|payment pay|payment show|power grant|power delegate|
    power revoke|power show|erase|log|show|view|verify|checkpoint make|checkpoint show|
    payment claim|payment approve|payment query|payment reply|payment refuse|payment receipt|
    payment reverse|payment write-off|payment redirect|budget allocate|person group|person pause|
    person return|person leave|person handover|person link|person unlink|told|answer|correct|
    access grant|access use|access end|body create|body seat|body chair|body unseat|body show|
    problem reframe|problem prioritise|problem refuse|problem close|problem carry|input submit|
    input answer|input cite|project close|power share|power transfer|power return|power say|
    contribution sort|support ask|gift declare|action move|promise make|output publish|
    reflect point|reflect score|reflect outcome|reflect imbalance|
    checkpoint witness|checkpoint compare|publish|statement"""
    assert {name.strip() for name in wanted.replace("\n", "").split("|")} <= names


@pytest.mark.parametrize(("name", "command"), ALL, ids=[name for name, _ in ALL])
def test_every_command_has_words_an_example_and_words_for_each_option(
    name: str, command: click.Command
) -> None:
    assert command.help
    assert isinstance(command, Command)
    assert command.example.startswith(name)
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help, f"{name}: {option.opts} has no words"


def test_the_command_reference_in_the_readme_is_the_one_the_commands_give() -> None:
    current = README.read_text(encoding="utf-8")
    assert current == written(current, reference(tally)), "run `python -m cli.reference`"


def test_the_list_of_commands_says_of_each_what_its_own_help_says() -> None:
    for name, (_, line) in COMMANDS.items():
        command = tally.get_command(click.Context(tally), name)
        assert command is not None
        assert line.endswith("."), name
        if isinstance(command, click.Group):
            assert command.help == line, name


def test_the_list_of_a_group_says_of_each_member_what_its_own_help_says() -> None:
    context = click.Context(tally)
    for group in (tally.get_command(context, name) for name in COMMANDS):
        for name, (_, line) in getattr(group, "lazy", {}).items():
            assert isinstance(group, click.Group)
            member = group.get_command(context, name)
            assert member is not None
            assert member.name == name
            assert " ".join((member.help or "").split()).startswith(line.rstrip(".")), name
            assert line.endswith("."), name


def test_help_imports_nothing_heavier_than_click() -> None:
    heavy = "sqlalchemy pydantic eventsourcing cryptography ledger domain projections jinja2"
    code = (
        "import sys; from cli.main import tally\n"
        "try: tally.main(['--help'])\n"
        "except SystemExit: pass\n"
        f"sys.stderr.write(','.join(m for m in {heavy.split()!r} if m in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "Commands:" in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize("line", ["--json status", "status --json"])
def test_global_options_mean_the_same_before_and_after_the_command(
    line: str, tmp_path: Path
) -> None:
    user = User(tmp_path)
    user.begins()
    assert user.types(line).json["size"] == 2


def test_a_mistyped_command_names_the_nearest_one(tmp_path: Path) -> None:
    said = User(tmp_path).types("persn add Ben")
    assert said.code == 2
    assert "Did you mean person" in said.err


def test_an_error_has_a_form_for_programs_on_stderr_and_nothing_on_stdout(tmp_path: Path) -> None:
    user = User(tmp_path)
    user.begins()
    said = user.types("show 99 --json")
    assert (said.code, said.out) == (2, "")
    assert set(json.loads(said.err)["error"]) == {"code", "message", "hint"}
    assert said.error["code"] == NAMES[2]


def test_a_mistake_of_ours_is_one_line_and_a_traceback_only_when_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("a mistake of ours")

    user = User(tmp_path)
    user.begins()
    monkeypatch.setattr("cli.workspace.Workspace.today", broken)
    said = user.types("project open X")
    assert said.code == 1
    assert "inside tally itself" in said.err
    assert "TALLY_DEBUG=1" in said.err


def test_no_color_is_honoured_though_click_does_not(tmp_path: Path) -> None:
    from cli.settings import Settings

    for given, environment in ((True, ""), (False, "1")):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("NO_COLOR", environment)
            assert Settings(no_color=given).color is False
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_COLOR", "")
        assert Settings().color is None
