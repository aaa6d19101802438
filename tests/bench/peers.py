"""Against others: an event store that signs nothing, and git with signed commits."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.append import Portions, record, timed
from tests.bench.measure import Line, NotHere, Pair, Run
from tests.bench.record import Seed

_MANY = 200
_COMMITS = 5


def peers_home() -> Path:
    """The environment of the peers, apart from ours: the library caps SQLAlchemy below 2.1."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get("TALLY_BENCH_PEERS") or cache / "tallystick-bench")


@contextmanager
def _library(run: Run, way: str = "save") -> Iterator[Pair]:
    home = peers_home()
    python = home / "bin" / "python"
    if not python.exists():
        raise NotHere(
            f"eventsourcing-sqlalchemy is not installed: python3 -m venv {home} && "
            f"{home}/bin/pip install eventsourcing-sqlalchemy"
        )
    seed = Seed()
    made = seed.contributions(_MANY * (run.rounds + 1))
    size = len(made[0].envelope)
    ledger = seed.plant(f"sqlite:///{run.folder / 'ours.db'}")
    portions = Portions(made, _MANY)
    record(ledger, portions.next())
    script = Path(__file__).with_name("peer_library.py")
    command = [str(python), str(script), str(run.folder), str(size)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as peer:
        versions = _answer(peer, "versions")
        _answer(peer, f"{way} {_MANY}")
        yield Pair(
            lambda: timed(lambda: record(ledger, portions.next()), _MANY),
            lambda: float(_answer(peer, f"{way} {_MANY}")),
            notes=lambda: [f"against {versions}, which verifies and hashes nothing"],
        )
        if peer.stdin is not None:
            peer.stdin.close()
    ledger.close()


@contextmanager
def _recorder(run: Run) -> Iterator[Pair]:
    with _library(run, "insert") as pair:
        yield pair


def _answer(peer: subprocess.Popen[str], asked: str) -> str:
    if peer.stdin is None or peer.stdout is None:
        raise RuntimeError("the peer has no pipes")
    peer.stdin.write(f"{asked}\n")
    peer.stdin.flush()
    line = peer.stdout.readline().strip()
    if not line:
        raise RuntimeError("the peer ended; its words are above")
    return line


@contextmanager
def _git(run: Run) -> Iterator[Pair]:
    for program in ("git", "ssh-keygen"):
        if shutil.which(program) is None:
            raise NotHere(f"{program} is not installed (Debian: git openssh-client)")
    seed = Seed()
    made = seed.contributions(_MANY * (run.rounds + 1))
    commit = _Git(run.folder / "git", made[0].envelope)
    ledger = seed.plant(f"sqlite:///{run.folder / 'ours.db'}")
    portions = Portions(made, _MANY)
    record(ledger, portions.next())
    commit()
    yield Pair(lambda: timed(lambda: record(ledger, portions.next()), _MANY), commit)
    ledger.close()


class _Git:
    """A repository whose commits are signed with an Ed25519 key, by ssh-keygen."""

    def __init__(self, folder: Path, envelope: bytes) -> None:
        self._envelope, self._number = envelope, 0
        folder.mkdir()
        key = folder.parent / "key"
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)],
            check=True,
            capture_output=True,
        )
        clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        self._environment = clean | {
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "HOME": str(folder.parent),
        }
        self._folder = folder
        self._git("init", "-q")
        for name, value in (
            ("gpg.format", "ssh"),
            ("user.signingkey", str(key)),
            ("user.name", "Ana"),
            ("user.email", "ana@example.org"),
            ("gc.auto", "0"),
            ("core.fsync", "all"),  # durable when it returns, as ours is
        ):
            self._git("config", name, value)

    def __call__(self) -> float:
        start = time.perf_counter()
        for _ in range(_COMMITS):
            self._number += 1
            name = f"{self._number}.json"
            self._folder.joinpath(name).write_bytes(self._envelope)
            self._git("add", name)
            self._git("commit", "-S", "-q", "-m", "contribution")
        return (time.perf_counter() - start) / _COMMITS

    def _git(self, *words: str) -> None:
        subprocess.run(
            ["git", *words],
            cwd=self._folder,
            env=self._environment,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=sys.stderr,
        )


LINES = [
    Line(
        "peer-library",
        "one signed append beside an event store",
        "Application.save of eventsourcing-sqlalchemy, unsigned, SQLite in WAL",
        "/s",
        _library,
        at_least=1.0,
        rounds=15,
    ),
    Line(
        "peer-recorder",
        "the same",
        "insert_events of its recorder alone, the same bytes made beforehand",
        "/s",
        _recorder,
        rounds=15,
    ),
    Line(
        "peer-git",
        "one signed append beside git",
        "git add and git commit -S of the same bytes, an ssh key, fsync on",
        "/s",
        _git,
        at_least=40,
        rounds=5,
    ),
]
