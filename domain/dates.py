"""Dates as they are claimed: nothing happened in the future, or before what it answers.

A claim is a span ``from``–``to``; either end may be unknown. Only what cannot be true is refused:
a span wholly before the start of what it depends on, or one that starts after the ledger date.
"""

from __future__ import annotations

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
    """Raises Refused when the act is said to have begun after the ledger date."""
    if act.on is None or act.on.from_ is None or not act.today or act.on.from_ <= act.today:
        return
    raise Refused(
        "not-yet-happened",
        f"{act.type} is said to have happened from {act.on.from_}; the ledger date is {act.today}",
        f"{act.type} once it has happened",
    )
