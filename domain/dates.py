"""Time: what was claimed to happen when, and what was only recorded afterwards.

Nothing happened in the future, or before what it answers. A claim is a span ``from``–``to``;
either end may be unknown. Only what cannot be true is refused: a span wholly before the start of
what it depends on, or one that starts after the ledger date.

What was recorded afterwards (mode ``history``) confers nothing on a live act, and changes nothing
that is live: otherwise the power to record would be every power.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from domain.act import Act
from domain.refusal import Refused


def refuse_before(act: Act[Any], since: str | None, what: str) -> None:
    """Raises Refused when the act is said to have happened wholly before ``since``."""
    if since is None or act.on is None or act.on.to is None or act.on.to >= since:
        return
    raise Refused(
        "before-it-happened",
        f"{act.type} is said to have happened by {act.on.to}, but {what} on {since}",
        f"{act.type} with the date on which it happened",
    )


def refuse_future(act: Act[Any]) -> None:
    """Raises Refused when the act is said to have begun after the ledger date.

    Claims are local dates and the ledger date is UTC: east of Greenwich it is tomorrow earlier, so
    one day more is granted.
    """
    if act.on is None or act.on.from_ is None or act.on.from_ <= act.today or not act.today:
        return  # days written YYYY-MM-DD follow one another as text does
    if date.fromisoformat(act.on.from_) <= date.fromisoformat(act.today) + timedelta(days=1):
        return
    raise Refused(
        "not-yet-happened",
        f"{act.type} is said to have happened from {act.on.from_}; the ledger date is {act.today}",
        f"{act.type} once it has happened",
    )


def refuse_resting_on_history(act: Act[Any], history: bool | None, what: str) -> None:
    """Raises Refused when a live act stands on something that was only recorded afterwards."""
    if history and not act.is_history:
        raise Refused(
            "stands-on-history",
            f"{what} was only recorded afterwards and carries nothing live",
            "the same, said live",
        )


def refuse_changing_live(act: Act[Any], history: bool | None, what: str) -> None:
    """Raises Refused when something recorded afterwards would change what is live.

    ``history`` is None where a withdrawal left that unknown.
    """
    if act.is_history and history is False:
        raise Refused(
            "history-over-live",
            f"{what} is live; {act.type} recorded afterwards cannot change it",
            f"{act.type} in live mode",
        )
