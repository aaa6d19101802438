"""Figures name the checkpoint they stand on: was it one that this log had?

The rules know no hashes: ``domain/figures.py`` sees only that there were so many entries. The root
that an entry of figures names is held against the log here, at writing and at audit alike, else an
export could claim to stand on a record that never was::

    root    MTH of the first ``size`` entries (RFC 6962 section 2.1), base64
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from domain.act import Act
from domain.figures import FiguresExported, FiguresViewed
from domain.refusal import Refused
from ledger.encoding import b64encode

#: The events that name a checkpoint.
ROOTED = frozenset({FiguresExported.TYPE, FiguresViewed.TYPE})


def refuse_other_root(act: Act[Any], root_at: Callable[[int], bytes]) -> None:
    """Raises Refused when an act names a root that the log did not have; ``root_at(n)`` is it.

    Requires an act of ``ROOTED`` that the rules allowed: its size was then there before it.
    """
    event: FiguresExported | FiguresViewed = act.event
    true = b64encode(root_at(event.size))
    if event.root != true:
        raise Refused(
            "root-differs",
            f"the figures are said to stand on {event.size} entries with the root {event.root}, "
            f"and these have the root {true}",
            f"{act.type} with the root that the log has at that size",
        )
