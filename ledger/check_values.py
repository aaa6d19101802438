"""Step 9: what is disclosed was committed to, and what is missing was erased or is withheld.

For one entry, with ``has`` the names in its body and ``_sd`` its digests:

    len(has) = len(_sd)                                every value has one digest
    digest(disclosure) in _sd, name in has, once       nothing is shown that was not said
    name visible to this class                         nothing is shown to the wrong reader
    visible names not shown <= digests listed as erased

A digest does not tell its name, so the last line counts: of the digests that no disclosure
explains, as many must be listed in a recorded erasure as visible names are missing. The rest
belong to names that this class may not see. Source: format §3, §5; RFC 9901 for the disclosures.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final, NamedTuple

from ledger.check_source import SEALED, Class
from ledger.disclosure import parse as parse_disclosure
from ledger.errors import LedgerError, Malformed
from ledger.statement import Statement
from ledger.types import TypeInfo
from ledger.values import check_commitments, has_of


class Values(NamedTuple):
    """What one entry shows of its values.

    ``shown`` and ``withheld`` count values; ``missing`` counts visible ones that only a recorded
    erasure can explain. ``problems`` are (kind, message).
    """

    shown: int
    withheld: int
    missing: int
    problems: tuple[tuple[str, str], ...]


NOTHING: Final = Values(0, 0, 0, ())


def visible(info: TypeInfo | None, name: str, shown_as: Class) -> bool:
    """Whether a value of this name may be shown to this class of reader."""
    if shown_as == "live":
        return True
    audience = info.audience(name) if info is not None else "personal"
    return audience == "public" or (audience == "auditor" and shown_as == "auditor")


def account(
    index: int,
    statement: Statement,
    info: TypeInfo | None,
    shown_as: Class,
    texts: Sequence[str],
) -> Values:
    """Hold the disclosures shown for one entry against its digests (step 9, erasures aside)."""
    problems: list[tuple[str, str]] = []
    named = _names(index, statement, problems)
    unexplained, found = set(statement.sd), set[str]()
    sealed = 0
    for text in texts:
        if text.startswith(SEALED):
            sealed += text.removeprefix(SEALED) in unexplained
            unexplained.discard(text.removeprefix(SEALED))
            continue
        problem = _match(
            index, text, statement.sd, unexplained=unexplained, found=found, named=named
        )
        if problem is not None:
            problems.append(problem)
    may_see = {name for name in named if visible(info, name, shown_as)}
    problems.extend(
        (
            "a value is shown to the wrong reader",
            f"entry {index}: the value {name!r} is shown to class {shown_as}, which may not see "
            "it; it does match its digest",
        )
        for name in sorted(found - may_see)
    )
    return Values(
        len(found),
        len(named - may_see - found),
        max(0, len(may_see - found) - sealed),
        tuple(problems),
    )


def _names(index: int, statement: Statement, problems: list[tuple[str, str]]) -> frozenset[str]:
    try:
        return frozenset(check_commitments(statement))
    except LedgerError as error:
        message = f"entry {index}: {error.message}; the statement itself is signed and unaltered"
        problems.append(("values and digests do not fit", message))
    try:
        return frozenset(has_of(statement))
    except Malformed:
        return frozenset()


def _match(
    index: int,
    text: str,
    digests: Collection[str],
    *,
    unexplained: set[str],
    found: set[str],
    named: Collection[str],
) -> tuple[str, str] | None:
    try:
        shown = parse_disclosure(text)
    except Malformed as error:
        return "a malformed disclosure", f"entry {index}: a disclosure does not parse: {error}"
    digest = shown.digest
    if digest not in digests:
        return (
            "a disclosure matches no digest",
            f"entry {index}: the value shown as {shown.name!r} matches no digest the author signed "
            f"(computed {digest}); the statement itself is unaltered",
        )
    if shown.name in found or digest not in unexplained:
        message = f"entry {index}: the value {shown.name!r} is shown twice"
        return "a value is shown twice", message
    if shown.name not in named:
        return (
            "a value the statement does not name",
            f"entry {index}: a value {shown.name!r} is shown that `has` does not name",
        )
    unexplained.discard(digest)
    found.add(shown.name)
    return None
