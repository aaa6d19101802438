"""People and things by the names people use for them.

``--as Ana``, ``--project "Late clinic"``, ``tally show 12``: a person or thing is named by its
name or title, by its id, or by enough of either to be the only one. A name that fits several, or
none, is an error with the nearest ones, never a guess: a wrong name recorded stays recorded.

Names and titles are disclosed values: once erased, only the id is left to say.
"""

from __future__ import annotations

import difflib
import hashlib
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cli.errors import WrongInput

if TYPE_CHECKING:
    from ledger.log import Ledger
    from ledger.records import StoredEntry

#: kind of id → the types that bring it into being, the value that names it, and how to add one.
KINDS: Mapping[str, tuple[tuple[str, ...], str, str]] = {
    "person": (("person-enrolled/v1",), "name", "tally person add NAME"),
    "project": (("project-opened/v1",), "title", "tally project open TITLE"),
    "problem": (("problem-proposed/v1",), "title", "tally problem propose TITLE"),
    "group": (("group-recorded/v1",), "", "tally group add LABEL"),
    "contribution": (("contribution-recorded/v1",), "what", "tally contribution record WHAT"),
    "budget": (("budget-opened/v1", "budget-allocated/v1"), "title", "tally budget open TITLE"),
    "input": (("input-submitted/v1",), "title", "tally input submit TITLE"),
    "output": (("output-published/v1",), "title", "tally output publish TITLE"),
    "commitment": (("commitment-made/v1",), "what", "tally promise make WHAT"),
    "support": (("support-asked/v1",), "words", "tally support ask NEED"),
    "gift": (("gift-declared/v1",), "words", "tally gift declare"),
    "action": (("action-set/v1",), "what", "tally action set WHAT"),
    "evaluation": (("evaluation-held/v1",), "", "tally reflect point LABEL"),
    "body": (("body-created/v1",), "name", "tally body create NAME"),
    "decision": (("decision-opened/v1",), "question", "tally decision open QUESTION"),
    "offer": (("payment-offered/v1",), "what", "tally payment offer PERSON AMOUNT"),
    "claim": (("payment-claimed/v1",), "what", "tally payment claim AMOUNT"),
    "payment": (("payment-made/v1",), "reference", "tally payment pay OFFER"),
}

_STRAIGHT = str.maketrans("’‘ʼ“”–‑", "'''\"\"--")
_ENOUGH = 4  # characters of an id or hash that are accepted when they fit only one


@dataclass(frozen=True, slots=True)
class Thing:
    """Something with an id: its name (None when never given or erased) and its first entry."""

    id: str
    name: str | None
    index: int
    hash: str

    @property
    def label(self) -> str:
        """The name with the beginning of the id, or the id alone."""
        return f"{self.name} ({short(self.id)})" if self.name else short(self.id)


class Register:
    """All things of one kind in a ledger, found by name or id."""

    def __init__(self, ledger: Ledger, kind: str) -> None:
        self.kind = kind
        self._ledger = ledger
        self._known: dict[str, Thing | None] = {}

    @cached_property
    def things(self) -> dict[str, Thing]:
        """Every thing of this kind, by id, in the order of recording."""
        found: dict[str, Thing] = {}
        for entry in entries_of(self._ledger, KINDS[self.kind][0]):
            thing = self.made_by(entry)
            if thing is not None:
                found.setdefault(thing.id, thing)
        return found

    def get(self, thing_id: str) -> Thing | None:
        """The thing with this whole id, found by its tag: quick in a ledger of any size."""
        if thing_id not in self._known:
            item = (frozenset(KINDS[self.kind][0]), frozenset({thing_id}))
            made = (self.made_by(entry) for entry in self._ledger.matching([item]))
            self._known[thing_id] = next((t for t in made if t and t.id == thing_id), None)
        return self._known[thing_id]

    def made_by(self, entry: StoredEntry) -> Thing | None:
        """The thing that an entry brought into being; None when it was withdrawn."""
        body, value = _body(entry), KINDS[self.kind][1]
        made = body.get(self.kind)
        if not isinstance(made, str):
            return None
        # A group is named in the body: its label concerns no one person.
        name = body.get("label") if not value else None
        if value in body.get("has", ()):
            name = self._value(entry.index, value)
        return Thing(made, _clean(name), entry.index, hash_of(entry))

    def _value(self, index: int, name: str) -> object:
        from ledger.errors import Refused

        try:
            return self._ledger.disclosed(index).get(name)
        except Refused:  # the data key was destroyed: the name is erased
            return None

    def label(self, thing_id: str) -> str:
        """How to speak of ``thing_id``: its name, or the beginning of its id."""
        thing = self.get(thing_id)
        return thing.name if thing and thing.name else short(thing_id)

    def find(self, text: str) -> str:
        """The id of what ``text`` names.

        Raises:
            WrongInput: nothing, or more than one thing, goes by that name.
        """
        from ledger.encoding import is_id

        text = " ".join(text.split())
        if is_id(text, self.kind) and self.get(text) is not None:
            return text
        for candidates in self._candidates(text):
            if len(candidates) == 1:
                return candidates[0].id
            if candidates:
                listed = "; ".join(
                    f"{thing.label}, entry {thing.index}" for thing in candidates[:5]
                )
                raise WrongInput(
                    f"«{text}» could be {len(candidates)} {_plural(self.kind)}: {listed}.",
                    "Use more of the name, the number of the entry, or the id.",
                )
        raise WrongInput(f"There is no {self.kind} «{text}» in this ledger.", self._advice(text))

    def _candidates(self, text: str) -> Iterator[list[Thing]]:
        """What ``text`` could mean, the closest meaning first."""
        yield self.called(text)
        if text.isdecimal():  # as `list` and every «✔ Entry 46» name it
            yield [thing for thing in self.things.values() if str(thing.index) == text]
        yield self._beginning(text)
        yield self._by_id(text)

    def called(self, text: str) -> list[Thing]:
        """Things of this very name; if there are none, those whose name differs in capitals,
        accents or the shape of an apostrophe alone."""
        wanted = text.casefold()
        named = [thing for thing in self.things.values() if thing.name]
        exactly = [thing for thing in named if (thing.name or "").casefold() == wanted]
        return exactly or [t for t in named if _plain(t.name or "") == _plain(text)]

    def _beginning(self, text: str) -> list[Thing]:
        """Things one of whose words begins the way ``text`` does: «ana» finds «Ana Silva»."""
        wanted = _plain(text)
        if not wanted:
            return []
        named = [(thing, _plain(thing.name)) for thing in self.things.values() if thing.name]
        return [t for t, name in named if name.startswith(wanted) or wanted in name.split()]

    def _by_id(self, text: str) -> list[Thing]:
        part = text.removeprefix(f"{self.kind}:").rstrip("…").lower()
        if len(part) < _ENOUGH:
            return []
        return [
            t for t in self.things.values() if t.id.removeprefix(f"{self.kind}:").startswith(part)
        ]

    def _advice(self, text: str) -> str:
        names = [thing.name for thing in self.things.values() if thing.name]
        folded = {name.casefold(): name for name in names}
        near = difflib.get_close_matches(text.casefold(), folded, n=3, cutoff=0.5)
        add = f"To add one: {KINDS[self.kind][2]}"
        if near:
            return f"Did you mean {' or '.join(folded[name] for name in near)}? {add}"
        if not names:
            return f"None is recorded yet. {add}"
        return f"`tally {self.kind} list` shows them. {add}"


class People(Register):
    """The people of a ledger, founders of the charter among them."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger, "person")
        self._veil = False

    def label(self, thing_id: str) -> str:
        """A name, «the operator», or the beginning of the id; see ``veiled``."""
        if thing_id.startswith("operator:"):
            return "the operator"
        return short(thing_id) if self._veil else super().label(thing_id)

    @contextmanager
    def veiled(self, veil: bool) -> Iterator[None]:
        """While this holds, and ``veil`` is true, people are spoken of by pseudonym alone."""
        before, self._veil = self._veil, veil
        try:
            yield
        finally:
            self._veil = before


def _plain(name: str) -> str:
    """A name as people type it: no capitals, no accents, straight apostrophes."""
    letters = unicodedata.normalize("NFKD", name.translate(_STRAIGHT).casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def find_line(ledger: Ledger, text: str) -> StoredEntry:
    """The entry that ``text`` names: its index (``12``) or its hash, whole or enough of it.

    Raises:
        WrongInput: there is no such entry, or the beginning fits several.
    """
    size = ledger.head().size
    if text.isdecimal() and len(text) < 16:
        if int(text) >= size:
            raise WrongInput(
                f"There is no entry {text}: the ledger has entries 0 to {size - 1}.",
                "`tally log` lists them.",
            )
        return ledger.entry(int(text))
    found = ledger.by_hash(text) if len(text) == 64 else None
    if found is None and 8 <= len(text) < 64:
        found = _by_beginning(ledger, text)
    if found is None:
        raise WrongInput(
            f"There is no entry with the hash {text} in this ledger.",
            "Give its index (0, 1, 2, …) or its hash; `tally log` lists both.",
        )
    return found


def hash_of(entry: StoredEntry) -> str:
    """The envelope hash of an entry in hex; empty when its envelope was withdrawn."""
    return "" if entry.envelope is None else hashlib.sha256(entry.envelope).hexdigest()


def short(thing_id: str) -> str:
    """The beginning of an id or hash: enough for people, and accepted back."""
    kind, colon, rest = thing_id.partition(":")
    return f"{kind}:{rest[:8]}" if colon else thing_id[:12]


def entries_of(ledger: Ledger, types: tuple[str, ...]) -> list[StoredEntry]:
    """The entries of these types, in log order."""
    return list(ledger.matching([(frozenset(types), frozenset())]))


def _body(entry: StoredEntry) -> dict[str, Any]:
    """The body of an entry; nothing when it was withdrawn."""
    from projections.payload import decoded

    body: dict[str, Any] = {}
    if entry.envelope is not None:
        body = decoded(entry.index, entry.envelope)["body"]
    return body


def _clean(name: object) -> str | None:
    """A name written by somebody else, safe on a terminal; None when there is none."""
    from cli.render.text import visible

    return visible(name) if isinstance(name, str) and name else None


def _plural(kind: str) -> str:
    return {"person": "people"}.get(kind, f"{kind}s")


def _by_beginning(ledger: Ledger, text: str) -> StoredEntry | None:
    found = [entry for entry in ledger.entries() if hash_of(entry).startswith(text.lower())]
    if len(found) > 1:
        raise WrongInput(
            f"{len(found)} entries have a hash beginning with {text}.", "Use more of it."
        )
    return found[0] if found else None
