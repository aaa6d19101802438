"""Where a medium failed in the middle of an audit: what was found before stays, and is reported.

A damaged page or a folder that cannot be read ends the reading, never the report. The finding that
says so is a 11: nothing is shown to be wrong, and something needed could not be looked at. Only
when not one entry could be read is there nothing to report, and the failure itself is raised.

    stopped = Stopped(findings)
    for chunk in stopped.until(source.chunks(findings)): …     ends where reading fails
    with stopped.at(8, "what is kept beside the entries"): …   goes on after the block
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from ledger.check_report import Findings, counted
from ledger.check_source import Chunk
from ledger.errors import StorageFailed


class Stopped:
    """The failures of one check; ``entries`` is the one that ended the reading of entries."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self.entries: StorageFailed | None = None

    def until(self, chunks: Iterator[Chunk]) -> Iterator[Chunk]:
        """The chunks up to the failure: those on their way to a worker are still examined."""
        try:
            yield from chunks
        except StorageFailed as error:
            self.entries = error

    @contextlib.contextmanager
    def at(self, step: int, what: str) -> Iterator[None]:
        """Note that ``what`` could not be read (to the end), and go on."""
        try:
            yield
        except StorageFailed as error:
            message = f"{what} could not all be read: {error.message}"
            self._findings.unchecked(step, error.entry, "reading stopped", message)

    def say(self, read: int) -> None:
        """Say that the reading of entries ended after ``read`` of them."""
        if self.entries is None:
            return
        self._findings.unchecked(
            5,
            read,
            "reading stopped",
            f"entry {read}: reading stopped here: {self.entries.message}; "
            f"{counted(read, 'entry before it was', 'entries before it were')} checked, and "
            "nothing after: neither later entries, nor the roots over them, nor what is kept "
            "beside them",
        )
