"""The one way from a command to a recorded line.

    day → author and key → body and values → rule → seal → record, with conditions → retry

1. The first write of a UTC day opens the ledger day, signed by the operator's event key.
2. Names and free text become salted disclosures; the body only says which exist (``has``).
3. The rule is asked over the store as it stands; what it looked at becomes the append condition,
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

from cli.dates import in_words, parse_on
from cli.errors import CliError, NoKey, WrongInput
from cli.names import short
from cli.writing import Manner

if TYPE_CHECKING:
    from cli.workspace import Workspace
    from domain.refusal import Refused
    from ledger.disclosure import Disclosure
    from ledger.keyring import Keyring
    from ledger.keys import SigningKey
    from ledger.records import Condition

_TRIES = 5
_GRANTING = frozenset({"charter-adopted/v1", "power-granted/v1", "power-delegated/v1"})
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
    """A draft that was allowed and signed; ``conditions`` is what the rule looked at."""

    draft: Draft
    envelope: bytes
    hash: str
    size: int
    conditions: tuple[Condition, ...]


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
        """Record entry 0, signed by ``keys``: the operator's event key first, then the founders'."""
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
        """The id that acts: --as, else the holder of --key, else the person in tally.toml.

        Raises:
            WrongInput: --as names nobody, or nobody is named anywhere.
        """
        workspace = self.workspace
        settings = workspace.settings
        if settings.person == "operator":
            return self._keyring().key(self._keyring().operator_key).holder
        if settings.person is not None:
            return workspace.people.find(settings.person)
        if settings.key is not None:
            from pathlib import Path

            from cli.keyfiles import read_key_file

            record = self._keyring().get(read_key_file(Path(settings.key)).key_id)
            if record is not None:
                return record.holder
        if workspace.config.person:
            return workspace.config.person
        raise WrongInput(
            "Nobody is named who acts.", 'Say who: --as PERSON, or write person = "…" in tally.toml.'
        )

    def key_of(self, author: str) -> SigningKey:
        """The key ``author`` signs with: --key, else the newest of theirs that lies in keys/.

        Raises:
            NoKey: it is not here, not enrolled, ended, or somebody else's.
        """
        from pathlib import Path

        from cli.keyfiles import read_key_file

        workspace, keyring = self.workspace, self._keyring()
        who = workspace.people.label(author)
        if workspace.settings.key is not None:
            file = read_key_file(Path(workspace.settings.key).expanduser())
            record = keyring.get(file.key_id)
            if record is None or record.holder != author or record.revoked_at is not None:
                raise NoKey(*_wrong_key(str(file.path), who, record, workspace.people.label))
            return workspace.keys.open(file)
        files = {file.key_id: file for file in workspace.keys.files()}
        for record in reversed(keyring.keys_of(author)):
            if record.key_id in files:
                return workspace.keys.open(files[record.key_id])
        known = keyring.keys_of(author)
        if known:
            raise NoKey(
                f"The key of {who} is not here: expected one of "
                f"{', '.join(short(record.key_id) for record in known)} in {workspace.keys.directory}.",
                "Give it with --key FILE, or let somebody record it for them: --recorded-for",
            )
        raise NoKey(
            f"{who} has no key in this ledger, so nothing can be signed in their name.",
            f"Give them one with `tally key new {who}`, or record it for them: --recorded-for",
        )

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
        return Draft(
            type=type,
            body=whole,
            disclosures=tuple((make(name, given[name]), subjects(name)) for name in sorted(given)),
            author=author,
            keys=(*(keys or (self.key_of(author),)), *extra_keys),
            on=parse_on(manner.on, self.workspace.local_today()) if manner.on else None,
            mode="history" if manner.afterwards else "live",
            under=self._named_grant(manner.under),
            nonce=new_nonce(),
            erased=tuple(erased),
        )

    def seal(self, draft: Draft, today: date) -> Sealed:
        """Ask the rule and sign: the statement at the head as it stands now.

        Raises:
            Refused: the rule said no under every grant that could be meant.
            WrongInput: more than one grant fits.
        """
        from projections.store_world import StoreWorld

        ledger = self.workspace.ledger
        size = ledger.head().size
        grants = [None, *self.grants_of(draft.author, size)] if draft.under is None else [draft.under]
        fitting: list[tuple[str | None, bytes, tuple[Condition, ...]]] = []
        refusals: list[Refused] = []
        for grant in grants:
            payload = self._compose(draft, grant)
            world = StoreWorld(ledger, size)
            refusal = self._refusal(world, payload, size, today)
            if refusal is None:
                fitting.append((grant, payload, world.conditions()))
                if grant is None:
                    break
            else:
                refusals.append(refusal)
                if refusal.rule not in _ANOTHER_GRANT:
                    break
        if not fitting:
            raise _most_telling(refusals)
        if len(fitting) > 1:
            raise WrongInput(
                f"{len(fitting)} grants would allow this: "
                + ", ".join(short(str(grant)) for grant, _, _ in fitting),
                "Choose the one it stands on: --under HASH. `tally power show` tells them apart.",
            )
        return self._sealed(draft, *fitting[0][1:], size)

    def _sealed(
        self, draft: Draft, payload: bytes, conditions: tuple[Condition, ...], size: int
    ) -> Sealed:
        from ledger.encoding import sha256
        from ledger.envelope import seal

        envelope = seal(payload, draft.keys)
        return Sealed(draft, envelope, sha256(envelope).hex(), size, conditions)

    def _record(
        self, draft: Draft, today: date, *, dry_run: bool, accept_lost_race: bool = False
    ) -> Written:
        from ledger.errors import Conflict

        for attempt in range(_TRIES):
            sealed = self.seal(draft, today)
            if dry_run:
                return self._written(sealed, sealed.size, recorded=False)
            try:
                receipt = self.workspace.ledger.record(
                    sealed.envelope,
                    disclosures=draft.disclosures,
                    conditions=sealed.conditions,
                    today=today,
                )
            except Conflict:
                if accept_lost_race and self._keyring().ledger_day == today:
                    return self._written(sealed, sealed.size, recorded=False)
                if attempt == _TRIES - 1:
                    raise
                continue
            return self._written(sealed, receipt.index)
        raise AssertionError("unreachable: the last try returns or raises")

    def _compose(self, draft: Draft, grant: str | None) -> bytes:
        from ledger.statement import compose

        ledger, primary = self.workspace.ledger, draft.keys[0]
        seq, prev = ledger.next_link(primary.key_id)
        return compose(
            type=draft.type,
            ledger=self.workspace.config.origin,
            author=draft.author,
            key=primary.key_id,
            seq=seq,
            prev=prev,
            signers=[key.key_id for key in draft.keys],
            body=draft.body,
            at=self.workspace.settings.clock().strftime("%Y-%m-%dT%H:%M:%SZ"),
            nonce=draft.nonce,
            under={} if grant is None else {primary.key_id: grant},
            anchor=ledger.anchor(),
            on=draft.on,
            mode=draft.mode,
            sd=[disclosure.digest for disclosure, _ in draft.disclosures],
            erased=draft.erased,
        )

    def _refusal(self, world: Any, payload: bytes, size: int, today: date) -> Refused | None:
        from domain.catalogue import check
        from domain.refusal import Refused
        from ledger.statement import parse_statement
        from projections.bridge import to_act

        act = to_act(
            parse_statement(payload), self._keyring(), hash="", index=size, today=today.isoformat()
        )
        try:
            check(world, act)
        except Refused as refusal:
            return refusal
        return None

    def _subjects(self, type: str, body: Mapping[str, Any], author: str, concerns: str | None) -> Any:
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
        from ledger.encoding import sha256

        if not author.startswith("person:"):
            return ()
        found = self.workspace.ledger.matching([(_GRANTING, frozenset({author}))], before=size)
        return tuple(sha256(entry.envelope).hex() for entry in found if entry.envelope is not None)

    def _named_grant(self, text: str | None) -> str | None:
        from cli.names import find_line, hash_of

        return hash_of(find_line(self.workspace.ledger, text)) if text else None

    def _keyring(self) -> Keyring:
        return self.workspace.ledger.keyring()

    def _written(self, sealed: Sealed, index: int, *, recorded: bool = True) -> Written:
        draft = sealed.draft
        what = draft.type.partition("/")[0].replace("-", " ")
        when = f", {in_words(draft.on)}" if draft.on else ""
        line = f"{what} by {self.workspace.people.label(draft.author)}{when}"
        return Written(index, sealed.hash, draft.type, line, recorded)


def _most_telling(refusals: Sequence[Refused]) -> Refused:
    """Of several refusals the one that came closest: not merely «names no grant»."""
    vague = ("no-grant", "no-such-power", "not-the-holder")
    return min(refusals, key=lambda refusal: (refusal.rule in vague, vague[::-1].index(refusal.rule)
                                              if refusal.rule in vague else 0))


def _wrong_key(path: str, who: str, record: Any, label: Any) -> tuple[str, str]:
    hint = f"Use a key of {who}, or say who acts with --as; `tally key list` shows whose is whose."
    if record is None:
        return f"The key {path} was never enrolled in this ledger, so it signs for nobody here.", hint
    if record.revoked_at is not None:
        return f"The key {path} ended at entry {record.revoked_at} and signs nothing any more.", hint
    return f"The key {path} belongs to {label(record.holder)}, not to {who}.", hint
