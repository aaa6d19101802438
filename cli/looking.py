"""Who may see what about people, decided and logged in one place.

    look(ws, person, "person-show")      may I open this person's records? Logs it, or refuses
    look_at_line(ws, "show", entry)      may I read this one line in full? Logs it, or refuses
    viewer(ws).sees(type, author, body)  may I read this one line among others?

Opening what is recorded about one person is for

    the person themselves          nothing is logged
    who holds ``information``      logged as ``records-seen``, once a day for each person and view
    who has live case access       logged as ``access-used``, each time

and for nobody else. Both logs name the person, so that both stand on their statement. Whoever wrote
a line down, and of money whoever pays, reads it without a look. In lists every line is one of three
kinds. **Named**: who decides, sits, votes, approves and holds power is said by name to everybody.
**Veiled**: what was raised, said, published and promised is shown, its people by pseudonym, without
their own words. Everything else is **kept apart**: shown to who said it, whom it names, and who
holds ``information``; of money, to who holds ``budget`` too, who could not pay without it. Case
access shows nothing in a list: it opens one person, and says so. A list of many is no look, whoever
reads it; cli/README.md says why. A type that nobody has placed is kept apart.

Who looks is who acts (``--as``), and only if a key of theirs is at hand; otherwise it is nobody.

This is what the commands enforce. Whoever has the store and the vault can read them without these
commands: give those to nobody who may not, and publish the classes made for it (``tally publish``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.errors import REFUSED, CliError, WrongInput

if TYPE_CHECKING:
    from cli.names import Thing
    from cli.workspace import Workspace
    from ledger.records import StoredEntry

#: Who decides, sits, votes, approves and holds power: names are shown to everybody.
NAMED = frozenset(
    {
        "charter-adopted/v1", "day-opened/v1", "rules-adopted/v1", "charter-amended/v1",
        "key-enrolled/v1", "key-rotated/v1", "key-revoked/v1", "operator-key-rotated/v1",
        "values-erased/v1",
        "power-granted/v1", "power-delegated/v1", "power-revoked/v1", "power-shared/v1",
        "power-elected/v1", "power-transferred/v1", "power-expanded/v1", "power-narrowed/v1",
        "power-returned/v1", "power-said/v1",
        "project-opened/v1", "project-closed/v1", "group-recorded/v1",
        "body-created/v1", "seat-filled/v1", "seat-vacated/v1", "chair-taken/v1", "chair-left/v1",
        "decision-opened/v1", "vote-cast/v1", "draw-sealed/v1", "draw-revealed/v1",
        "count-attested/v1", "ballots-imported/v1", "objection-raised/v1", "dissent-stated/v1",
        "objection-withdrawn/v1", "interest-declared/v1", "interest-managed/v1",
        "recusal-declared/v1", "decision-closed/v1", "decision-overridden/v1",
        "decision-reversed/v1", "budget-opened/v1", "budget-allocated/v1", "concern-answered/v1",
    }
)  # fmt: skip
#: What was raised, said, published and promised: shown, its people by pseudonym.
VEILED = frozenset(
    {
        "problem-proposed/v1", "problem-reframed/v1", "problems-prioritised/v1",
        "problem-adopted/v1", "problem-refused/v1", "problem-closed/v1",
        "input-submitted/v1", "input-answered/v1", "input-not-answered/v1", "input-cited/v1",
        "output-published/v1", "commitment-made/v1", "commitment-settled/v1",
        "matter-carried/v1", "matter-received/v1", "action-set/v1", "action-moved/v1",
        "action-ended/v1", "training-held/v1", "rationale-stated/v1",
        "evaluation-held/v1", "assessment-scored/v1", "outcome-noted/v1", "imbalance-discussed/v1",
        "decline-reasons-tallied/v1", "figures-exported/v1",
    }
)  # fmt: skip
#: Money promised to and paid to people: for who holds ``budget`` as well.
MONEY = frozenset(
    {
        "payment-offered/v1", "payment-accepted/v1", "payment-redirected/v1",
        "payment-declined/v1", "payment-claimed/v1", "payment-approved/v1", "payment-queried/v1",
        "query-answered/v1", "payment-refused/v1", "payment-made/v1", "payment-received/v1",
        "payment-reversed/v1", "payment-written-off/v1", "pacing-requested/v1",
        "advice-offered/v1",
    }
)  # fmt: skip
#: How a line that is kept apart is marked where its status is told.
KEPT_APART = "kept-apart"


class NotYours(CliError):
    """Somebody's records were asked for by who may not open them."""

    exit_code = REFUSED


@dataclass(frozen=True, slots=True)
class Look:
    """That a look is allowed, and by what: own, information or access; the entry that logs it."""

    person: str
    by: str
    entry: int | None = None


class Viewer:
    """Who looks in this run, and what lets them."""

    def __init__(self, ws: Workspace) -> None:
        self._ws = ws
        #: Whose records were opened in this run, each look logged.
        self.opened: set[str] = set()

    @cached_property
    def who(self) -> str | None:
        """The person who acts, if a key of theirs is at hand."""
        from cli.authors import acting
        from cli.keyfiles import read_key_file

        ws = self._ws
        try:
            who = acting(ws)
        except WrongInput:
            return None
        known = {record.key_id for record in ws.ledger.keyring().keys_of(who)}
        if ws.settings.key is not None:
            given = read_key_file(Path(ws.settings.key).expanduser()).key_id
            return who if given in known else None
        return who if any(file.key_id in known for file in ws.keys.files()) else None

    @cached_property
    def _powers(self) -> frozenset[str]:
        """The powers held in the whole programme; ``budget`` in any part of it."""
        from cli.grants import GRANTING
        from cli.names import hash_of
        from domain.power import Authority, held
        from domain.refusal import Refused
        from projections.store_world import StoreWorld

        ws, who = self._ws, self.who
        if who is None:
            return frozenset()
        world, found = StoreWorld(ws.ledger, ws.ledger.head().size), set[str]()
        for entry in ws.ledger.matching([(frozenset(GRANTING), frozenset({who}))]):
            if not any(grant.to == who for grant in world.get(Authority, hash_of(entry)).grants):
                continue
            try:
                grants = held(world, hash_of(entry), who, ws.today().isoformat())
            except Refused:
                continue
            for grant in grants:
                whole = grant.scope.project is None and grant.scope.body is None
                found |= grant.kinds if whole else grant.kinds & {"budget"}
        return frozenset(found)

    def office(self, power: str) -> bool:
        """Whether they hold a power in the whole programme (``budget``: in any part of it)."""
        return power in self._powers

    @property
    def information(self) -> bool:
        """Whether they may open anybody's records."""
        return self.office("information")

    @cached_property
    def accesses(self) -> dict[str, str]:
        """Whose records they were let into, with the envelope hash of the live access."""
        from cli.names import hash_of
        from domain.access import Access
        from projections.store_world import StoreWorld

        ws, who = self._ws, self.who
        if who is None:
            return {}
        world, today = StoreWorld(ws.ledger, ws.ledger.head().size), ws.today().isoformat()
        found = {}
        for entry in ws.ledger.matching([(frozenset({"access-granted/v1"}), frozenset({who}))]):
            state = world.get(Access, hash_of(entry))
            if state.to == who and not state.ended and today <= state.until:
                found[state.person] = hash_of(entry)
        return found

    def may_open(self, person: str) -> bool:
        """Whether they may see what is recorded about one person."""
        return person == self.who or self.information or person in self.accesses

    def sees(self, type: str, author: str, body: Mapping[str, Any]) -> bool:
        """Whether they may read one line among others, for what they opened so far."""
        named = people_named(body)
        if self.information or self.by_right(type, author, named):
            return True
        return not self.opened.isdisjoint(named)

    def by_right(self, type: str, author: str, named: Sequence[str]) -> bool:
        """Whether a line is theirs to read without ``information`` and without a look."""
        if type in NAMED or type in VEILED:
            return True
        if self.who is not None and self.who in {author, *named}:
            return True
        return type in MONEY and self.office("budget")

    def hears(self, author: str, body: Mapping[str, Any]) -> bool:
        """Whether they may read somebody's own words in it: reasons, stories, names."""
        named = {author, *people_named(body)}
        return self.information or self.who in named or bool(named & self.opened)

    def names(self, type: str) -> bool:
        """Whether people are spoken of by name in a line of this type."""
        return self.information or type not in VEILED


def viewer(ws: Workspace) -> Viewer:
    """Who looks in this run; found out once."""
    if ws.looks is None:
        ws.looks = Viewer(ws)
    return ws.looks


def called(ws: Workspace, person: str) -> str:
    """A person in a list: by name for who may open their records, to others by pseudonym."""
    from cli.names import short

    return ws.people.label(person) if viewer(ws).may_open(person) else short(person)


def show_rows(
    ws: Workspace,
    rows: list[dict[str, Any]],
    columns: Sequence[tuple[str, str]],
    empty: str,
) -> None:
    """List those offers or claims whose ``entry`` who looks may read, and say how many others."""
    from projections.payload import decoded

    def seen(row: dict[str, Any]) -> bool:
        entry = ws.ledger.entry(row["entry"])
        if entry.envelope is None:
            return viewer(ws).information
        said = decoded(entry.index, entry.envelope)
        return viewer(ws).sees(said["type"], said["author"], said["body"])

    found = [row for row in rows if seen(row)]
    ws.out.rows(found, columns, "None of them is yours to see." if rows else empty)
    if len(found) < len(rows):
        ws.out.say(f"({len(rows) - len(found)} kept apart: to people whose records are not yours)")


def look(ws: Workspace, person: str, view: str) -> Look:
    """Let who acts see one person's records in the view so named, and log that they did.

    Raises:
        NotYours: they may not (exit 4); says what would allow it.
        NoKey, Refused: the look cannot be logged, so nothing is shown.
    """
    seen = viewer(ws)
    if seen.who is not None and person == seen.who:
        return Look(person, "own")
    if seen.information:
        return Look(person, "information", _log_seen(ws, person, view))
    if person in seen.accesses:
        body = {"access": seen.accesses[person], "person": person, "view": view}
        used = _write(ws, "access-used/v1", body)
        seen.opened.add(person)
        return Look(person, "access", used)
    who = ws.people.label(seen.who) if seen.who else "Nobody whose key is here"
    raise NotYours(
        f"{who} may not open what is recorded about {ws.people.label(person)}.",
        "Somebody with the power information lets them, for one purpose and a while: "
        "tally access grant WHO PURPOSE --about PERSON --until DATE",
    )


def look_at_line(ws: Workspace, view: str, entry: StoredEntry) -> None:
    """Let who acts read one line in full, and log a look at each whom it names, if it is one.

    It is none where lists show the line to who acts without the power ``information``.

    Raises:
        NotYours: they may not, as in ``look``.
        NoKey, Refused: a look cannot be logged, so nothing is shown.
    """
    from projections.payload import decoded

    if entry.envelope is None:
        return
    said = decoded(entry.index, entry.envelope)
    seen, named = viewer(ws), list(dict.fromkeys(people_named(said["body"])))
    if seen.by_right(said["type"], said["author"], named):
        return
    if seen.information:
        for person in named:
            look(ws, person, view)
        return
    for person in named:
        if person in seen.accesses:
            look(ws, person, view)
            return
    raise NotYours(
        f"Entry {entry.index} is about somebody whose records you may not open.",
        "Somebody with the power information lets you, for one purpose and a while: "
        "tally access grant WHO PURPOSE --about PERSON --until DATE",
    )


def look_at_thing(ws: Workspace, view: str, thing: Thing | None) -> None:
    """Log that who holds ``information`` opens one thing of somebody's, and nobody else's look.

    To others its lines are listed as lines of many are: each shown, or kept apart.
    """
    if thing is not None and viewer(ws).information:
        look_at_line(ws, view, ws.ledger.entry(thing.index))


def _log_seen(ws: Workspace, person: str, view: str) -> int | None:
    """Log a look under ``information``; None when the same was logged today already."""
    from projections.payload import decoded

    seen, today = viewer(ws), ws.today().isoformat()
    for entry in ws.ledger.matching([(frozenset({"records-seen/v1"}), frozenset({person}))]):
        if entry.envelope is None:
            continue
        said = decoded(entry.index, entry.envelope)
        same = (said["author"], said["body"]["view"], said["at"][:10]) == (seen.who, view, today)
        if same and said["body"].get("person") == person:
            return None
    return _write(ws, "records-seen/v1", {"person": person, "view": view})


def _write(ws: Workspace, type: str, body: Mapping[str, Any]) -> int:
    from cli.writer import Writer

    return Writer(ws).write(type, body).index


def people_named(value: object) -> list[str]:
    """Everybody whom a body names, in any role."""
    if isinstance(value, str):
        return [value] if value.startswith("person:") else []
    if isinstance(value, Mapping):
        return [person for inner in value.values() for person in people_named(inner)]
    if isinstance(value, list | tuple):
        return [person for inner in value for person in people_named(inner)]
    return []
