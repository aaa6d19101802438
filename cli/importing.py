"""An import, from rows to recorded entries.

    read the sheet → plan → drop what is recorded already → ask the rules → sign → record

1. Everything is judged before anything is signed: rows that cannot be read and entries that a rule
   refuses are told apart from the good ones, each with its cell.
2. The rules are asked over the whole record folded once, not by a query for each row; the append
   then requires that nobody else wrote since. When somebody did, it is planned anew.
3. Good entries are signed and recorded a chunk at a time, each chunk a transaction. Cut short, an
   import is run again with the same file: what is recorded is found by its nonce and passed over.

The rows are gone through twice, once to judge and once to sign, and of what is planned only a
verdict is kept: memory grows with what the rules remember, not with what was read.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import compress, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.errors import CliError, WrongInput, events_in_words
from cli.mapping import ImportMapping
from cli.phrases import in_names
from cli.planning import Namer, Plan, Planned, Problem, plan
from cli.sheets import Sheet
from cli.writer import Writer

if TYPE_CHECKING:
    from cli.workspace import Workspace
    from domain.world import FullWorld
    from ledger.intake import Item
    from ledger.keys import SigningKey

#: Entries in one transaction; an import that is cut short loses at most the signing of these.
CHUNK = 1000
_TRIES = 3
#: What stays live even in an import of history: it happens now.
_LIVE = frozenset({"project-opened/v1"})

Progress = Callable[[int, int], None]


class Good:
    """The entries of a plan that may be written; they are planned anew whenever they are asked for.

    ``verdicts`` has a byte for each entry of the plan, in order: 1 for a good one.
    """

    def __init__(self, plan: Plan, verdicts: bytearray) -> None:
        self._plan = plan
        self._verdicts = verdicts

    def __len__(self) -> int:
        return self._verdicts.count(1)

    def __iter__(self) -> Iterator[Planned]:
        return compress(self._plan, self._verdicts)


@dataclass(frozen=True, slots=True)
class Judged:
    """A plan after the rules: what may be written, what was there already, what may not."""

    plan: Plan
    good: Good
    known: int
    problems: tuple[Problem, ...]
    #: The size of the ledger that the rules were asked over.
    size: int
    #: The grant that each event type stands on; None for those that need none.
    grants: Mapping[str, str | None]
    #: The names of those whom it would enrol.
    people: tuple[str, ...]
    #: How many rows that may be written say no date.
    undated: int

    @property
    def bad_rows(self) -> int:
        """How many rows have a problem."""
        return len({problem.row for problem in self.problems})


@dataclass(frozen=True, slots=True)
class Imported:
    """What was recorded: entries written now, entries that were there already."""

    written: int
    known: int
    first: int | None
    last: int | None


class Import:
    """One file and one mapping against one ledger, written by one person."""

    def __init__(
        self, workspace: Workspace, sheet: Sheet, mapping: ImportMapping, author: str
    ) -> None:
        self.workspace = workspace
        self.sheet = sheet
        self.mapping = mapping
        self.author = author
        self._namer = Namer(secret_of(workspace.directory), mapping.name)

    def judge(self, today: date, progress: Progress | None = None) -> Judged:
        """Plan the file and ask the rules; signs and stores nothing.

        ``progress`` gets (done, all) in rows, every now and then.

        Raises:
            CliError: file and mapping do not belong together, or the mapping and this ledger.
        """
        workspace = self.workspace
        self._refuse_unknown_project()
        planned = plan(
            self.sheet,
            self.mapping,
            self._namer,
            workspace.config.currency,
            workspace.local_today(),
            self._people() if self.mapping.person is not None else {},
        )
        store = workspace.ledger.store
        size = workspace.ledger.head().size
        rules = _Rules(self, size, today)
        verdicts, known, people, undated = bytearray(), 0, [], 0
        for one in planned:
            new = store.by_nonce(self._namer.nonce(one.name)) is None
            known += not new
            verdicts.append(new and rules.allow(one))
            if verdicts[-1] and one.type == "person-enrolled/v1":
                people.append(one.values["name"])
            undated += bool(verdicts[-1] and one.is_row and one.undated)
            if progress is not None and len(verdicts) % CHUNK == 0 and one.row is not None:
                progress(min(one.row - 1, planned.rows), planned.rows)
        return Judged(
            planned,
            Good(planned, verdicts),
            known,
            tuple(sorted((*planned.problems, *rules.problems), key=lambda p: p.row)),
            size,
            rules.grants,
            tuple(people),
            undated,
        )

    def _refuse_unknown_project(self) -> None:
        """The project that a mapping names by its id must be in this ledger."""
        project = self.mapping.project.get("id")
        if project is not None and self.workspace.register("project").get(project) is None:
            raise WrongInput(
                f"The mapping {self.mapping.path}, [project]: there is no {project} here.",
                "Nothing was saved. `tally project list` shows those of this ledger.",
            )

    def _people(self) -> dict[str, tuple[str, ...]]:
        """The ids of the people enrolled here, by name in small letters."""
        found: dict[str, tuple[str, ...]] = {}
        for thing in self.workspace.people.things.values():
            if thing.name:
                name = thing.name.casefold()
                found[name] = (*found.get(name, ()), thing.id)
        return found

    def record(self, judged: Judged, today: date, progress: Progress) -> Imported:
        """Sign and record what was judged good; ``progress`` gets (done, all) after each chunk.

        Raises:
            Conflict: others kept writing while this was signed.
            NoKey: the key of the author is not here.
        """
        from ledger.errors import Conflict

        whole, known = len(judged.good), judged.known
        indexes: list[int] = []
        for attempt in range(1, _TRIES + 1):
            try:
                for chunk in self._chunks(judged, today):
                    indexes += chunk
                    progress(len(indexes), whole)
                break
            except Conflict:
                if attempt == _TRIES:
                    raise
                judged = self.judge(today)  # what was recorded meanwhile is known by its nonce
        return Imported(
            len(indexes),
            known,
            min(indexes, default=None),
            max(indexes, default=None),
        )

    def _chunks(self, judged: Judged, today: date) -> Iterator[list[int]]:
        """Record chunk after chunk; gives the indexes of each."""
        ledger = self.workspace.ledger
        signer = _Signer(self, Writer(self.workspace).key_of(self.author), judged.grants)
        since = judged.size
        good = iter(judged.good)
        while items := [signer.item(one) for one in islice(good, CHUNK)]:
            receipts = ledger.record_many(items, today=today, chunk=CHUNK, since=since)
            since += len(receipts)
            yield [receipt.index for receipt in receipts]

    def nonce(self, one: Planned) -> str:
        """The nonce under which this entry is, or will be, recorded."""
        return self._namer.nonce(one.name)

    def mode(self, one: Planned) -> str:
        """``live`` or ``history``."""
        return "live" if one.type in _LIVE else self.mapping.mode


class _Rules:
    """The rules over the record folded once; each entry allowed counts for those after it."""

    def __init__(self, run: Import, size: int, today: date) -> None:
        from projections.store_world import whole_world

        self._run = run
        self._today = today.isoformat()
        self._size = size
        self._world: FullWorld = whole_world(run.workspace.ledger, size)
        self._candidates = (None, *Writer(run.workspace).grants_of(run.author, size))
        self.grants: dict[str, str | None] = {}
        self.problems: list[Problem] = []

    def allow(self, one: Planned) -> bool:
        """Whether the rules allow the entry; if so it is folded in, else it is a problem."""
        from domain.refusal import NotAnEvent, Refused

        refusal: Refused | None = None
        known = self.grants.get(one.type, ...)
        for grant in self._candidates if known is ... else (known, *self._candidates):
            try:
                self._apply(one, grant)
            except Refused as error:
                refusal = refusal if refusal is not None and grant is None else error
            except NotAnEvent as error:
                self._problem(one, "; ".join(error.problems))
                return False
            else:
                self.grants[one.type] = grant
                return True
        if refusal is not None:
            self._problem(one, f"{refusal.message} (rule: {refusal.rule})")
        return False

    def _apply(self, one: Planned, grant: str | None) -> None:
        from domain.act import Act
        from domain.catalogue import check, parse
        from domain.values import On

        author = self._run.author
        act: Act[Any] = Act(
            type=one.type,
            author=author,
            event=parse(one.type, body_of(one)),
            today=self._today,
            signed_by=frozenset({author}),
            under={} if grant is None else {author: grant},
            mode=self._run.mode(one),
            on=On.parse(one.on),
            hash=sha256(one.name.encode()).hexdigest(),  # stands for an envelope not yet sealed
            index=self._size,
        )
        check(self._world, act)
        self._world.apply(act)
        self._size += 1

    def _problem(self, one: Planned, advice: str) -> None:
        row = one.row if one.row is not None else 1
        what = one.type.partition("/")[0].replace("-", " ")
        advice = events_in_words(in_names(self._run.workspace, advice))
        self.problems.append(Problem(row, f"row {row}", what, "", advice))


class _Signer:
    """Signs entries into one key's chain."""

    def __init__(self, run: Import, key: SigningKey, grants: Mapping[str, str | None]) -> None:
        ledger = run.workspace.ledger
        self._run = run
        self._key = key
        self._grants = grants
        self._seq, self._prev = ledger.next_link(key.key_id)
        self._anchor = ledger.anchor()
        self._at = run.workspace.settings.clock().strftime("%Y-%m-%dT%H:%M:%SZ")

    def item(self, one: Planned) -> Item:
        """The signed envelope of an entry with its values."""
        from ledger.disclosure import make
        from ledger.envelope import seal
        from ledger.intake import Item
        from ledger.statement import compose

        origin = self._run.workspace.config.origin
        values = [(make(name, one.values[name]), one) for name in sorted(one.values)]
        grant = self._grants[one.type]
        payload = compose(
            type=one.type,
            ledger=origin,
            author=self._run.author,
            key=self._key.key_id,
            seq=self._seq,
            prev=self._prev,
            signers=[self._key.key_id],
            body=body_of(one),
            at=self._at,
            nonce=self._run.nonce(one),
            under={} if grant is None else {self._key.key_id: grant},
            anchor=self._anchor,
            on=None if one.on is None else dict(one.on),
            mode=self._run.mode(one),
            sd=[disclosure.digest for disclosure, _ in values],
        )
        self._seq, self._prev = self._seq + 1, sha256(payload).hexdigest()
        subject = one.concerns or origin
        return Item(seal(payload, [self._key]), [(disclosure, subject) for disclosure, _ in values])


def body_of(one: Planned) -> dict[str, Any]:
    """The body to be signed: the fields, and which values exist."""
    has = {"has": sorted(one.values)} if one.values else {}
    return {**one.body, **has}


def secret_of(directory: Path) -> bytes:
    """The 32 random bytes from which this ledger names imported rows; made on first use.

    Losing the file loses nothing recorded, but the same rows imported again would be new ones.

    Raises:
        CliError: the file is not 32 bytes in hex.
    """
    path = directory / "import-names"
    try:
        secret = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except FileNotFoundError:
        secret = secrets.token_bytes(32)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secret.hex() + "\n")
    except ValueError:
        secret = b""
    if len(secret) != 32:
        raise CliError(
            f"{path} is damaged: expected 64 hex digits.",
            "Put it back from a backup; with another one, rows imported before would come again.",
        )
    return secret
