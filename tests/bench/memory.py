"""How much memory a process and those it starts hold at most, looked at thirty times a second.

Resident memory of the parent, and of all together with shared pages counted once (PSS), as Linux
tells it in ``/proc``. Elsewhere the line says that it cannot be measured.
"""

from __future__ import annotations

import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from tests.bench.measure import NotHere

_PROC = Path("/proc")


class Peak(NamedTuple):
    """Megabytes: the process started, and the whole family."""

    parent: float
    together: float


def watched(process: subprocess.Popen[bytes]) -> Peak:
    """Wait for a process and give its peak."""
    if not _PROC.joinpath("self/smaps_rollup").exists():
        process.kill()
        raise NotHere("memory of several processes is read from /proc of Linux")
    parent = together = 0.0
    while process.poll() is None:
        found = {pid: _held(pid) for pid in _family(process.pid)}
        parent = max(parent, found.get(process.pid, (0.0, 0.0))[0])
        together = max(together, sum(share for _, share in found.values()))
        time.sleep(0.03)
    return Peak(parent, together)


def _family(pid: int) -> list[int]:
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        with suppress(OSError):
            for task in _PROC.joinpath(str(one), "task").iterdir():
                waiting += [int(child) for child in (task / "children").read_text().split()]
    return found


def _held(pid: int) -> tuple[float, float]:
    """Resident and proportional memory in MB."""
    found = {}
    with suppress(OSError, ValueError):
        for line in _PROC.joinpath(str(pid), "smaps_rollup").read_text().splitlines()[1:]:
            name, value, *_ = line.split()
            found[name] = int(value) / 1000 if value.isdigit() else 0.0
    return found.get("Rss:", 0.0), found.get("Pss:", 0.0)
