"""The house is in order: who may import whom, what is written down, what is shipped, how long.

``pyproject.toml`` holds the rule of the rooms for import-linter; here every import is read again,
by other means, and held against what each room's README says it may import.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("ledger", "domain", "projections", "cli")
#: Whom a room may import, besides itself and the standard library.
ALLOWED = {
    "ledger": {"cryptography", "orjson", "sqlalchemy", "psycopg", "eventsourcing"},
    "domain": {"pydantic"},
    "projections": {"domain", "ledger", "orjson"},
    "cli": {
        "domain", "ledger", "projections",
        "click", "jinja2", "markupsafe", "vl_convert", "openpyxl", "xlsxwriter", "defusedxml",
    },
}  # fmt: skip
#: What checking offline must not load, in time or in trust.
HEAVY = {"sqlalchemy", "psycopg", "eventsourcing", "pydantic", "domain", "projections", "cli"}
#: Steps 1–9 over files alone: one person's bundle, and a published directory.
OFFLINE = ("ledger.bundle", "ledger.check", "ledger.check_directory", "ledger.directory")


def modules() -> dict[str, Path]:
    """Every module of the four rooms, by its dotted name."""
    found = {}
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(part for part in parts if part != "__init__")] = path
    return found


@cache
def imports(path: Path, *, at_import: bool = False) -> frozenset[str]:
    """The dotted names a file imports, anywhere in it; ``at_import`` only those that run then."""
    names = set()
    for node in _nodes(ast.parse(path.read_text(encoding="utf-8")), at_import=at_import):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide the room"
            names.add(node.module or "")
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return frozenset(names)


def _nodes(node: ast.AST, *, at_import: bool) -> Iterator[ast.AST]:
    yield node
    for child in ast.iter_child_nodes(node):
        later = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for_types = isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"
        if not (at_import and (later or for_types)):
            yield from _nodes(child, at_import=at_import)


def top(name: str) -> str:
    """The package a dotted name belongs to."""
    return name.partition(".")[0]


def source_files() -> list[Path]:
    """Every file of ours that somebody wrote by hand, vectors of others left out."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("this is no git checkout: which files are ours is not known")
    vectors = ROOT / "tests" / "vectors"
    paths = (ROOT / name for name in listed.stdout.splitlines())
    return [
        path
        for path in paths
        if path.is_file() and (path.suffix == ".py" or vectors not in path.parents)
    ]


# --- imports -----------------------------------------------------------------------------------


def test_the_contract_of_the_rooms_is_kept() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()",
         "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 kept, 0 broken" in done.stdout


def test_every_import_of_a_room_is_one_it_may_make() -> None:
    strangers = {
        f"{name}: {imported}"
        for name, path in modules().items()
        for imported in imports(path)
        if top(imported) not in {top(name), *ALLOWED[top(name)], *sys.stdlib_module_names}
    }
    assert strangers == set()


def test_one_module_alone_imports_the_eventsourcing_library() -> None:
    users = [name for name, path in modules().items() if "eventsourcing" in map(top, imports(path))]
    assert users == ["ledger.adapter"]


def test_the_table_of_what_rooms_may_import_has_nothing_that_no_room_imports() -> None:
    used = {
        (room, top(imported))
        for name, path in modules().items()
        for room in [top(name)]
        for imported in imports(path)
    }
    assert {(room, name) for room, names in ALLOWED.items() for name in names} <= used


def test_what_is_imported_is_what_the_package_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["postgres"]]
    names = {re.split(r"[\[<>=~! ]", line)[0].replace("-", "_").lower() for line in asked}
    # The distribution of vl_convert has a longer name; markupsafe comes with jinja2.
    names = {"vl_convert" if name == "vl_convert_python" else name for name in names}
    foreign = {name for allowed in ALLOWED.values() for name in allowed} - set(ROOMS)
    assert foreign == names | {"markupsafe"}


def test_checking_offline_reaches_no_module_that_loads_a_database_or_a_model() -> None:
    known, reached, waiting = modules(), set[str](), list(OFFLINE)
    while waiting:
        name = waiting.pop()
        reached.add(name)
        assert not HEAVY & set(map(top, imports(known[name], at_import=True))), name
        for imported in imports(known[name], at_import=True):
            if imported in known and imported not in reached:
                waiting.append(imported)
    assert len(reached) > 20


@pytest.mark.parametrize("module", OFFLINE)
def test_a_module_that_checks_offline_loads_no_database_and_no_model(module: str) -> None:
    code = f"import sys, {module}; print(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not HEAVY & set(done.stdout.split())


# --- what is written down ----------------------------------------------------------------------


@pytest.mark.parametrize("room", ROOMS)
def test_the_readme_of_a_room_names_each_of_its_files(room: str) -> None:
    text = (ROOT / room / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(?:\w+/)*(\w+\.py)`", text))
    there = {path.name for path in (ROOT / room).rglob("*.py")} - {"__init__.py"}
    assert sorted(there - named) == []


def test_every_module_and_test_file_begins_with_what_it_is() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in source_files()
        if path.suffix == ".py" and ast.get_docstring(ast.parse(path.read_text())) is None
    ]
    assert silent == []


def test_no_file_is_longer_than_five_hundred_lines() -> None:
    """Papers made by commands (the READMEs' references) and tables of data are read otherwise."""
    written = {".py", ".c", ".j2", ".css", ".toml", ""}
    long = {
        str(path.relative_to(ROOT)): lines
        for path in source_files()
        if path.suffix in written and (lines := path.read_bytes().count(b"\n")) >= 500
    }
    assert long == {}


def test_no_function_is_longer_than_sixty_lines() -> None:
    long = [
        f"{path.relative_to(ROOT)}: {node.name}"
        for path in source_files()
        if path.suffix == ".py"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= 60
    ]
    assert long == []


def test_no_two_files_that_tests_share_have_one_name() -> None:
    """They are found by that name alone, whichever room asks; files of tests are not."""
    names = Counter(
        path.name
        for path in (ROOT / "tests").rglob("*.py")
        if not path.name.startswith(("test_", "__")) and path.name != "conftest.py"
    )
    assert [name for name, count in names.items() if count > 1] == []


def test_no_file_names_a_place_on_somebodys_machine_or_a_package_registry() -> None:
    # Written in halves, so that this file does not name them either.
    places = [f"/{name}/" for name in ("wo" + "rk", "ho" + "me", "ro" + "ot", "Us" + "ers")]
    hosts = ["pypi" + ".org", "python" + "hosted", "npm" + "js.", "proxy.go" + "lang",
             "gh" + "cr.io", "docker" + ".io", "index" + "-url"]  # fmt: skip
    pattern = re.compile("|".join(map(re.escape, [*places, *hosts])))
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in source_files()
        for match in pattern.finditer(path.read_bytes().decode("utf-8", "replace"))
    ]
    assert found == []


def test_nothing_is_left_to_do_later_and_every_ignore_gives_its_reason() -> None:
    later = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|Not" + r"ImplementedError)\b")
    ignore = re.compile(r"#\s*type:\s*ig" + r"nore(?!\[[\w, -]+\]\s+#\s*\w)")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in source_files()
        if path.suffix == ".py"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if later.search(line) or ignore.search(line)
    ]
    assert found == []


# --- what is shipped ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.Path:
    """The wheel that an installation would get, built with the backend and no network."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT, capture_output=True, check=True,
    )  # fmt: skip
    [built] = folder.glob("tallystick-*-py3-none-any.whl")
    return zipfile.Path(built)


def test_the_wheel_has_every_file_of_the_rooms_and_nothing_else(wheel: zipfile.Path) -> None:
    listed = (name for name in wheel.root.namelist() if not name.endswith("/"))
    names = {name for name in listed if ".dist-info/" not in name}
    there = {
        path.relative_to(ROOT).as_posix()
        for room in ROOMS
        for path in (ROOT / room).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert names == there
    assert {
        "cli/examples/autspaces/mapping.toml",
        "cli/examples/autspaces/session_contributions.csv",
        "cli/examples/sktime/mapping.toml",
        "cli/render/templates/page.html.j2",
        "cli/render/templates/style.css",
    } <= names


def test_the_wheel_brings_the_command_the_licence_and_the_promise_of_its_python(
    wheel: zipfile.Path,
) -> None:
    [folder] = [name for name in wheel.iterdir() if name.name.endswith(".dist-info")]
    assert "tally = cli.main:main" in (folder / "entry_points.txt").read_text()
    assert (folder / "licenses" / "LICENSE").read_text() == (ROOT / "LICENSE").read_text()
    metadata = (folder / "METADATA").read_text(encoding="utf-8")
    assert "Requires-Python: >=3.11" in metadata
    assert "License-Expression: Apache-2.0" in metadata
    assert "# Tallystick" in metadata
