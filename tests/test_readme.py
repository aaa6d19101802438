"""The README's walk is run, line by line, as somebody new would type it."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _walk() -> list[tuple[str, list[str]]]:
    """Each ``$`` line of the console blocks, with the lines that it should say."""
    steps: list[tuple[str, list[str]]] = []
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                steps.append((line[2:], []))
            else:
                steps[-1][1].append(line)
    return steps


def test_the_walk_of_the_readme_says_what_it_promises(tmp_path: Path) -> None:
    steps = _walk()
    assert len(steps) > 15
    here = tmp_path
    environment = {**os.environ, "NO_COLOR": "1", "PYTHONPATH": str(ROOT), "COLUMNS": "100"}
    for command, promised in steps:
        words = shlex.split(command)
        if words[0] == "cd":
            here = here / words[1]
            continue
        assert words[0] == "tally"
        done = subprocess.run(
            [sys.executable, "-W", "error", "-m", "cli.main", *words[1:]],
            cwd=here,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        said = done.stdout + done.stderr
        for line in promised:
            pattern = r".*".join(re.escape(part.strip()) for part in line.split("…"))
            assert re.search(pattern, said), f"$ {command}\n{said}"
        refused = any(line.startswith("✖") for line in promised)
        unsure = any(line.startswith("?") for line in promised)
        expected = 4 if refused else 11 if unsure else 0
        assert done.returncode == expected, f"$ {command}\n{said}"


def test_the_first_screen_gives_exactly_two_commands() -> None:
    first = README.split("## ")[0]
    blocks = re.findall(r"```sh\n(.*?)```", first, re.DOTALL)
    assert [block.strip().split(" && ")[-1] for block in blocks] == [
        ".venv/bin/tally demo",
        ".venv/bin/python -m pytest",
    ]


def test_every_view_and_every_file_the_readme_names_exists() -> None:
    for path in re.findall(r"`((?:cli|ledger|domain|projections)/[\w./]*)`", README):
        assert (ROOT / path).exists(), path


def test_the_readme_names_no_option_that_does_not_exist() -> None:
    from cli.main import COMMANDS

    for name in re.findall(r"tally ([a-z]+)", README):
        assert name in {*COMMANDS, "stick"}, name


def test_every_view_in_the_readmes_table_can_be_asked_for() -> None:
    from projections.views import names

    table = README.split("## What it shows")[1].split("## ")[0]
    rows = [row for row in table.splitlines() if row.startswith("| ") and "`" in row]
    named = {name for row in rows for name in re.findall(r"`([a-z]+)`", row)}
    assert len(rows) == 6
    assert named <= set(names()), f"no such view: {named - set(names())}"
    assert {"stages", "decisions", "power", "payments", "concerns"} <= named
