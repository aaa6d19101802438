"""What a grant lacks when somebody passes on more than they hold: kinds, scope, or how far onward.

Each answer is two texts: what is not held, and what could be passed on instead. Only the words are
made here; whether it is refused is decided in ``power.py``.
"""

from __future__ import annotations

from domain.power import Grant, Passed, Scope


def lacking(event: Passed, grant: Grant) -> list[tuple[str, str]]:
    """What a grant lacks to pass this on, and what could be passed on instead."""
    lacks = []
    more = sorted(set(event.kinds) - grant.kinds)
    if more:
        held_kinds = ", ".join(sorted(grant.kinds))
        lacks.append((f"it holds {held_kinds}, not {', '.join(more)}", f"of {held_kinds}"))
    if not event.scope.within(grant.scope):
        lacks.append(_narrower(event.scope, grant.scope))
    if grant.onward == 0:
        lacks.append(("it may not be passed on", "by who holds it with the right to pass it on"))
    elif event.onward >= grant.onward:
        lacks.append(
            (
                f"onward is {event.onward}, and must be less than its own, {grant.onward}",
                f"with onward {grant.onward - 1} or less",
            )
        )
    return lacks


def _narrower(asked: Scope, outer: Scope) -> tuple[str, str]:
    """Which bounds of a scope were left out or passed over, and what to state."""
    name = next(
        name
        for name in Scope.model_fields
        if not asked.within(Scope().model_copy(update={name: getattr(outer, name)}))
    )
    bound = getattr(outer, name)
    only = {"until": "until", "amount": "up to"}.get(name, f"only in {name}")
    return (
        f"it is held {only} {bound}, and more was asked for",
        f"with --{name} {bound}" + (", or less" if name in {"until", "amount"} else ""),
    )
