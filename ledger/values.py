"""Personal values: what a statement commits to, what arrived with it, and what was erased since.

A body names the values that exist (``has``: ``["reason"]``); ``_sd`` holds as many digests; each
disclosure (salt, name, value) is the preimage of one. Step 9 of checking, for one entry::

    |has| = |_sd|                              else a value exists that no one committed to
    every disclosure's digest is in _sd        else it was made up later
    names of disclosures are in has, once      else it answers another question
    every digest is disclosed, withheld from this class, or listed as erased; else it is missing

A writer must bring every disclosure. Values are kept encrypted under the data key of the person
concerned, or of the ledger (its origin) where a text concerns no person; the ciphertext is bound
to its ledger and its digest, so that rows cannot be exchanged.

Source: format §3, §7 step 9; RFC 9901 (digests).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ledger.disclosure import Disclosure
from ledger.errors import Malformed, Unverified
from ledger.statement import Statement


def has_of(statement: Statement) -> tuple[str, ...]:
    """The names of the values a statement says exist; raises ``Malformed`` if `has` is no list."""
    has = statement.body.get("has")
    if has is None:
        return ()
    if not isinstance(has, list) or not all(isinstance(name, str) and name for name in has):
        raise Malformed("`has` must be a list of names", step=9)
    return tuple(has)


def check_commitments(statement: Statement) -> tuple[str, ...]:
    """As many digests as named values; gives the names. Raises ``Unverified`` (step 9)."""
    names = has_of(statement)
    if len(set(names)) != len(names):
        raise Unverified(f"{statement.type}: `has` names one value twice", step=9)
    if len(names) != len(statement.sd):
        raise Unverified(
            f"{statement.type}: `has` names {len(names)} values, `_sd` commits to "
            f"{len(statement.sd)}",
            step=9,
        )
    return names


def match(statement: Statement, disclosures: Iterable[Disclosure]) -> dict[str, Disclosure]:
    """The disclosures by digest, each one committed to by ``_sd`` and named in ``has``.

    Raises ``Unverified`` (step 9) for one that is neither, or that comes twice.
    """
    names = set(check_commitments(statement))
    committed = frozenset(statement.sd)
    found: dict[str, Disclosure] = {}
    for disclosure in disclosures:
        digest = disclosure.digest
        if digest not in committed:
            raise Unverified(
                f"disclosure of {disclosure.name!r}: its digest {digest} is not in `_sd`", step=9
            )
        if disclosure.name not in names:
            raise Unverified(
                f"disclosure of {disclosure.name!r}: `has` does not name it, or it came twice",
                step=9,
            )
        names.remove(disclosure.name)
        found[digest] = disclosure
    return found


def match_all(statement: Statement, disclosures: Sequence[Disclosure]) -> dict[str, Disclosure]:
    """As ``match``, for a writer: every committed value must come with its disclosure."""
    found = match(statement, disclosures)
    if missing := [digest for digest in statement.sd if digest not in found]:
        raise Unverified(
            f"{statement.type}: {len(missing)} of {len(statement.sd)} committed values came "
            f"without disclosure (digest {missing[0]} …)",
            hint="bring every disclosure when you record; it cannot be made again later",
            step=9,
        )
    return found


def associated_data(origin: str, digest: str) -> bytes:
    """What a stored ciphertext is bound to: its ledger and its digest."""
    return f"tallystick/value/v1\n{origin}\n{digest}\n".encode()
