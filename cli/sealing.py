"""From a draft to sealed bytes that a rule allowed.

The rules are asked (``projections.judge``); what they looked at becomes the append condition. The
grant an act stands on is tried in turn: none at all (own voice), then each the author was ever
given. When exactly one fits it is named in ``under``; when several do, the person must choose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from cli.errors import WrongInput
from cli.grants import GRANTING
from cli.names import short
from cli.phrases import in_names

if TYPE_CHECKING:
    from cli.workspace import Workspace
    from domain.refusal import Refused
    from ledger.disclosure import Disclosure
    from ledger.keys import SigningKey
    from ledger.log import Ledger
    from ledger.statement import Statement
    from projections.judge import Judged

#: Refusals that only say «not with this grant»: another one may fit.
_ANOTHER_GRANT = frozenset(
    {
        "no-grant",
        "no-such-power",
        "outside-scope",
        "unknown-grant",
        "not-the-holder",
        "grant-revoked",
        "grant-expired",
        "stands-on-history",
        "grant-outside-what-is-held",
    }
)


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything of one statement but its place: what to say, by whom, how."""

    type: str
    body: dict[str, Any]
    disclosures: tuple[tuple[Disclosure, str], ...]
    author: str
    keys: tuple[SigningKey, ...]
    on: dict[str, str] | None
    mode: str
    under: str | None
    nonce: str
    erased: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sealed:
    """A draft that was allowed and signed."""

    draft: Draft
    envelope: bytes
    hash: str
    judged: Judged


def seal_draft(workspace: Workspace, draft: Draft, today: date) -> Sealed:
    """Ask the rules and sign.

    Raises:
        Refused: the rule said no under every grant that could be meant.
        WrongInput: more than one grant fits.
    """
    from domain.refusal import Refused

    grants = (
        [None, *grants_of(workspace.ledger, draft.author)] if draft.under is None else [draft.under]
    )
    fitting: list[tuple[str | None, Statement, Judged]] = []
    refusals: list[Refused] = []
    for grant in grants:
        statement = _compose(workspace, draft, grant)
        try:
            judged = workspace.judge.judge(statement, today.isoformat())
        except Refused as refusal:
            refusals.append(refusal)
            if refusal.rule not in _ANOTHER_GRANT:
                break
        else:
            fitting.append((grant, statement, judged))
            if grant is None:
                break
    if not fitting:
        raise _in_words(workspace, _most_telling(refusals))
    if len(fitting) > 1:
        raise WrongInput(
            f"{len(fitting)} grants would allow this: "
            + "; ".join(_grant_in_words(workspace, str(grant)) for grant, *_ in fitting)
            + ".",
            "Say which one it stands on: --under and the number of its entry.",
        )
    return _sealed(draft, *fitting[0][1:])


def _sealed(draft: Draft, statement: Statement, judged: Judged) -> Sealed:
    from ledger.encoding import sha256
    from ledger.envelope import seal

    envelope = seal(statement.payload, draft.keys)
    return Sealed(draft, envelope, sha256(envelope).hex(), judged)


def grants_of(ledger: Ledger, author: str, size: int | None = None) -> tuple[str, ...]:
    """Hashes of the events that ever gave ``author`` a grant, oldest first."""
    from ledger.encoding import sha256

    if not author.startswith("person:"):
        return ()
    found = ledger.matching([(frozenset(GRANTING), frozenset({author}))], before=size)
    return tuple(sha256(entry.envelope).hex() for entry in found if entry.envelope is not None)


def _compose(workspace: Workspace, draft: Draft, grant: str | None) -> Statement:
    from ledger.statement import composed

    ledger, primary = workspace.ledger, draft.keys[0]
    seq, prev = ledger.next_link(primary.key_id)
    return composed(
        type=draft.type,
        ledger=workspace.config.origin,
        author=draft.author,
        key=primary.key_id,
        seq=seq,
        prev=prev,
        signers=[key.key_id for key in draft.keys],
        body=draft.body,
        at=workspace.settings.clock().strftime("%Y-%m-%dT%H:%M:%SZ"),
        nonce=draft.nonce,
        under={} if grant is None else {primary.key_id: grant},
        anchor=ledger.anchor(),
        on=draft.on,
        mode=draft.mode,
        sd=[disclosure.digest for disclosure, _ in draft.disclosures],
        erased=draft.erased,
    )


def _grant_in_words(workspace: Workspace, grant: str) -> str:
    """«entry 47 (enrol, record; in Evening hours, until 2026-12-31)»."""
    from cli.grants import grants

    row = next((row for row in grants(workspace) if row["grant"] == grant), None)
    if row is None:
        return short(grant)
    limits = f"; {row['limits']}" if row["limits"] else ""
    return f"entry {row['entry']} ({', '.join(row['kinds'])}{limits})"


def _in_words(workspace: Workspace, refusal: Refused) -> Refused:
    """The same refusal, speaking of people and things by their names."""
    from domain.refusal import Refused

    return Refused(
        refusal.rule,
        in_names(workspace, refusal.message),
        in_names(workspace, refusal.allowed_by),
    )


def _most_telling(refusals: Sequence[Refused]) -> Refused:
    """Of several refusals the one that came closest, with a word on grants that have ended."""
    from domain.refusal import Refused

    closest = ("outside-scope", "grant-outside-what-is-held", "no-such-power", "no-grant")

    def distance(refusal: Refused) -> int:
        if refusal.rule not in _ANOTHER_GRANT:
            return -1  # not a matter of grants at all
        return closest.index(refusal.rule) if refusal.rule in closest else len(closest)

    best = min(refusals, key=distance)
    message = best.message.replace(" and names no grant", ", and its author holds none")
    ended = [r for r in refusals if r.rule in ("grant-expired", "grant-revoked") and r is not best]
    if ended:
        message += f" ({ended[-1].message})"
    return Refused(best.rule, message, best.allowed_by)
