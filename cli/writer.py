"""The one way from a command to a recorded line.

    day → author and key → body and values → rule → seal → record, with conditions → retry

1. The first write of a UTC day opens the ledger day, signed by the operator's event key.
2. Names and free text become salted disclosures; the body only says which exist (``has``).
3. The rules are asked (``projections.judge``); what they looked at becomes the append condition,
   so the append fails if any of it changed meanwhile (exit 6 after a few tries).
4. The grant an act stands on is chosen when exactly one fits; otherwise ``--under`` must say.
5. ``--dry-run`` goes through all of this, signature included, and does not record.

Example:
    writer = Writer(workspace)
    written = writer.write("project-opened/v1", {"project": new_id("project")}, {"title": "Clinic"})
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from cli.authors import acting, cosigner_keys, key_of
from cli.dates import in_words, parse_on
from cli.errors import CliError, NoKey
from cli.phrases import phrase
from cli.sealing import Draft, Sealed, grants_of, seal_draft
from cli.writing import Manner

if TYPE_CHECKING:
    from cli.workspace import Workspace
    from ledger.keyring import Keyring
    from ledger.keys import SigningKey

_TRIES = 5


@dataclass(frozen=True, slots=True)
class Written:
    """What was recorded, or would be with ``--dry-run`` (then ``index`` is where it would lie)."""

    index: int
    hash: str
    type: str
    line: str
    recorded: bool = True

    def as_json(self) -> dict[str, Any]:
        """The stable form of a writing command."""
        form: dict[str, Any] = {
            "index": self.index,
            "hash": self.hash,
            "type": self.type,
            "line": self.line,
        }
        return form if self.recorded else {**form, "dry_run": True}


@dataclass
class Writer:
    """Writes statements into the ledger of one workspace, as one person or the operator."""

    workspace: Workspace
    _grants: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def write(
        self,
        type: str,
        body: Mapping[str, Any],
        values: Mapping[str, Any] | None = None,
        *,
        author: str | None = None,
        manner: Manner | None = None,
        concerns: str | None = None,
        extra_keys: Sequence[SigningKey] = (),
    ) -> Written:
        """Record one event; gives its receipt in words and numbers.

        ``author`` is an id (default: who acts, see ``acting``); ``concerns`` is the person under
        whose data key the personal values lie (default: read off the body, else the author).

        Raises:
            Refused: a rule of the domain or the ledger said no.
            NoKey: the key of the author, or of the operator on a new day, is not here.
            Conflict: others kept writing first.
        """
        manner = manner or Manner()
        author = author or self.acting()
        today = self.open_day(dry_run=manner.dry_run)
        draft = self.draft(type, body, values or {}, author, manner, concerns, extra_keys)
        return self._record(draft, today, dry_run=manner.dry_run)

    def write_charter(
        self,
        body: Mapping[str, Any],
        values: Mapping[str, Any],
        operator: str,
        keys: Sequence[SigningKey],
    ) -> Written:
        """Record entry 0, signed by ``keys``: the operator's event key, then the founders'."""
        draft = self.draft("charter-adopted/v1", body, values, operator, keys=keys)
        return self._record(draft, self.workspace.today(), dry_run=False)

    def erase(
        self,
        person: str,
        ground: str,
        values: Mapping[str, Sequence[str]],
        withdrawn: Sequence[int],
        manner: Manner | None = None,
    ) -> Written:
        """Record an erasure about ``person`` and carry it out.

        ``values`` are digests by envelope hash; ``withdrawn`` the indexes of whole entries.
        """
        ledger = self.workspace.ledger
        stones = [ledger.tombstone_for(index) for index in withdrawn]
        body = {
            "about": person,
            "ground": ground,
            "values": [
                {"entry": entry, "digests": sorted(digests)} for entry, digests in values.items()
            ],
            "tombstones": [stone.as_body() for stone in stones],
        }
        manner = manner or Manner()
        today = self.open_day(dry_run=manner.dry_run)
        draft = self.draft(
            "values-erased/v1", body, {}, self.acting(), manner, erased=[s.hash for s in stones]
        )
        return self._record(draft, today, dry_run=manner.dry_run)

    def acting(self) -> str:
        """The id that acts in this run; see ``authors.acting``."""
        return acting(self.workspace)

    def key_of(self, author: str) -> SigningKey:
        """The key ``author`` signs with; see ``authors.key_of``."""
        return key_of(self.workspace, author)

    def open_day(self, *, dry_run: bool = False) -> date:
        """Open the ledger day if today has none yet; gives today's UTC date.

        Raises:
            NoKey: a new day has begun and the operator's event key is not here.
            CliError: this computer's clock is behind the ledger.
        """
        workspace = self.workspace
        today, ledger_day = workspace.today(), self._keyring().ledger_day
        if ledger_day is not None and today < ledger_day:
            raise CliError(
                f"This computer says it is {today}, but the ledger's day is {ledger_day} already.",
                "Set the clock right; a ledger's day never goes back.",
            )
        if today == ledger_day or dry_run:
            return today
        key = workspace.operator_key()
        if key is None:
            raise NoKey(
                f"A new day has begun on {today} (the ledger's day is {ledger_day}), and only the "
                f"operator's event key can open it; it is not in {workspace.keys.directory}.",
                "Let the operator write the first entry of the day, then try again.",
            )
        operator = self._keyring().key(key.key_id).holder
        draft = self.draft("day-opened/v1", {"day": today.isoformat()}, {}, operator, keys=(key,))
        self._record(draft, today, dry_run=False, accept_lost_race=True)
        return today

    def draft(
        self,
        type: str,
        body: Mapping[str, Any],
        values: Mapping[str, Any],
        author: str,
        manner: Manner | None = None,
        concerns: str | None = None,
        extra_keys: Sequence[SigningKey] = (),
        *,
        keys: Sequence[SigningKey] = (),
        erased: Sequence[str] = (),
    ) -> Draft:
        """Everything of a statement but its place; asks for the key of ``author``."""
        from ledger.disclosure import make
        from ledger.encoding import new_nonce

        manner = manner or Manner()
        given = {name: value for name, value in values.items() if value is not None}
        whole = {name: value for name, value in body.items() if value is not None}
        if given:
            whole["has"] = sorted(given)
        subjects = self._subjects(type, whole, author, concerns)
        also = cosigner_keys(self.workspace, manner.cosigners, author)
        return Draft(
            type=type,
            body=whole,
            disclosures=tuple((make(name, given[name]), subjects(name)) for name in sorted(given)),
            author=author,
            keys=(*(keys or (self.key_of(author),)), *extra_keys, *also),
            on=parse_on(manner.on, self.workspace.local_today()) if manner.on else None,
            mode="history" if manner.afterwards else "live",
            under=self._named_grant(manner.under),
            nonce=new_nonce(),
            erased=tuple(erased),
        )

    def _record(
        self, draft: Draft, today: date, *, dry_run: bool, accept_lost_race: bool = False
    ) -> Written:
        from ledger.errors import Conflict

        workspace = self.workspace
        for attempt in range(_TRIES):
            sealed = seal_draft(workspace, draft, today)
            if dry_run:
                return self._written(sealed, workspace.ledger.head().size, recorded=False)
            try:
                receipt = workspace.ledger.record(
                    sealed.envelope,
                    disclosures=draft.disclosures,
                    conditions=sealed.judged.conditions,
                    today=today,
                )
            except Conflict:
                if accept_lost_race and self._keyring().ledger_day == today:
                    return self._written(sealed, workspace.ledger.head().size, recorded=False)
                if attempt == _TRIES - 1:
                    raise
                workspace.judge.catch_up()
                continue
            workspace.judge.learn(sealed.judged, receipt, sealed.envelope)
            return self._written(sealed, receipt.index)
        raise AssertionError("unreachable: the last try returns or raises")

    def _subjects(
        self, type: str, body: Mapping[str, Any], author: str, concerns: str | None
    ) -> Any:
        """Whose data key each value lies under: the person concerned, or the ledger's.

        Words that anyone may read (a question, a title) concern no person.
        """
        from projections.bridge import catalogue

        info = catalogue().get(type)
        person = concerns or body.get("person") or body.get("for") or author
        if not str(person).startswith("person:"):
            person = self.workspace.config.origin

        def subject(name: str) -> str:
            public = info is not None and info.audience(name) == "public"
            return self.workspace.config.origin if public and concerns is None else str(person)

        return subject

    def grants_of(self, author: str, size: int) -> tuple[str, ...]:
        """Hashes of the events that ever gave ``author`` a grant, oldest first."""
        return grants_of(self.workspace.ledger, author, size)

    def _named_grant(self, text: str | None) -> str | None:
        from cli.names import find_line, hash_of

        return hash_of(find_line(self.workspace.ledger, text)) if text else None

    def _keyring(self) -> Keyring:
        return self.workspace.ledger.keyring()

    def _written(self, sealed: Sealed, index: int, *, recorded: bool = True) -> Written:
        draft = sealed.draft
        values = {disclosure.name: disclosure.value for disclosure, _ in draft.disclosures}
        line = phrase(self.workspace, draft.type, draft.author, draft.body, values)
        if draft.on:
            line += f", {in_words(draft.on)}"
        return Written(index, sealed.hash, draft.type, line, recorded)
