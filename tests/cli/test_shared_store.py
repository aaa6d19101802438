"""The same directory, pointed at a PostgreSQL that several people share."""

from __future__ import annotations

from pathlib import Path

from postgres import postgres_server
from user import User


def test_a_ledger_on_postgresql_is_made_written_and_checked(tmp_path: Path) -> None:
    user = User(tmp_path)
    with postgres_server() as url:
        made = user.types(
            f"init {tmp_path}/shared --name Shared --founder 'Ana Silva' --no-passphrase "
            f"--store {url}"
        )
        assert made.code == 0, made.err
        user.ledger = tmp_path / "shared"
        assert not (user.ledger / "ledger.db").exists()
        user.does("project open 'Late clinic'")
        user.does("contribution record 'Wrote the leaflet'")
        assert user.types("verify").code == 0
        again = user.types(
            f"init {tmp_path}/again --name X --founder Ana --no-passphrase --store {url} --origin "
            + user.does("status")["origin"]
        )
        assert again.code == 4
        assert "is there already" in again.err
        assert not (tmp_path / "again").exists()
    gone = user.types("log")
    assert gone.code == 5
    assert "Traceback" not in gone.err
