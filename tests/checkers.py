"""The independent checkers of other people's libraries, where they are at hand.

Their sources lie beside this repository in ``../shared/verifiers``; the Go one is built once for
a run. ``need_go()`` and ``need_script(name)`` skip a test with the reason when something is
missing; each gives a function from a directory to ``(accepted, words)``.
"""

from __future__ import annotations

import atexit
import functools
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

VERIFIERS = Path(__file__).parents[2] / "shared" / "verifiers"
GOPATH = Path("/usr/share/gocode")  # where Debian puts the sources of Go libraries
Checker = Callable[[Path], tuple[bool, str]]


@functools.cache
def _built() -> Path | str:
    """The Go verifier, or why there is none."""
    if shutil.which("go") is None:
        return "go is not installed (Debian: golang-go golang-golang-x-mod-dev)"
    if not (GOPATH / "src" / "golang.org" / "x" / "mod").is_dir():
        return "golang.org/x/mod is not installed (Debian: golang-golang-x-mod-dev)"
    if not (VERIFIERS / "go-verify" / "main.go").is_file():
        return "the source of the Go verifier is not beside this repository"
    folder = Path(tempfile.mkdtemp(prefix="tlverify-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    target = folder / "tlverify"
    environment = {**os.environ, "GO111MODULE": "off", "GOPATH": str(GOPATH), "GOFLAGS": ""}
    if not {"HOME", "XDG_CACHE_HOME", "GOCACHE"} & os.environ.keys():
        environment["GOCACHE"] = str(folder / "cache")  # go refuses to build without one
    built = subprocess.run(
        ["go", "build", "-o", str(target), "."],
        cwd=VERIFIERS / "go-verify",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return target if built.returncode == 0 else f"go build failed: {built.stderr[:200]}"


def need_go() -> Checker:
    """The verifier built on golang.org/x/mod."""
    program = _built()
    if isinstance(program, str):
        pytest.skip(program)
    return lambda directory: _run([str(program), str(directory)])


def need_script(name: str, *modules: str) -> Checker:
    """A checker in Python, which needs these modules."""
    if not (VERIFIERS / name).is_file():
        pytest.skip(f"{name} is not beside this repository")
    for module in modules:
        if importlib.util.find_spec(module) is None:
            pytest.skip(f"{name} needs {module}, which is not installed")
    return lambda directory: _run([sys.executable, str(VERIFIERS / name), str(directory)])


def _run(command: list[str]) -> tuple[bool, str]:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode == 0, done.stdout + done.stderr
