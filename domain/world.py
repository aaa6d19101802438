"""What the rules may know: subjects, each a fold of the few events that change it.

A rule reads state only through ``World.get(SubjectClass, key)``. That makes one rule set serve
twice: the write path loads just the subjects a rule asks for, by tag, and puts the same questions
into the append condition; conduct replay folds everything. For this each key that an event
touches is one of the event's tags or the event's own hash:

    keyed        key is                              how a store finds its events
    id           a typed id in the body, the author  tag = key
    hash         an envelope hash                    tag = key, and the entry with that hash
    composite    ``label|field|field``               tag = key
    singleton    ""                                  type alone

Events found by tag may name the key in another role; ``Event.touches`` decides, in both worlds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, Protocol, TypeVar

from domain.act import Act
from domain.event import Event

Keyed = Literal["id", "hash", "composite", "singleton"]


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What is left of a withdrawn event: its type, author, and the typed ids it named."""

    type: str
    author: str
    ids: tuple[str, ...]
    hash: str
    index: int


class Subject:
    """Base of all subjects: the class, called without arguments, is its state before any event."""

    __slots__ = ()
    #: The event types that can change it.
    types: ClassVar[frozenset[str]]
    #: What its key is, hence how a store finds its events.
    keyed: ClassVar[Keyed] = "id"

    def apply(self: S, act: Act[Any], _key: str, /) -> S:
        """The state of the subject ``key`` after ``act``; may be the same object, changed."""
        raise TypeError(f"{type(self).__name__} does not know {act.type}")

    def apply_tombstone(self: S, tombstone: Tombstone, _key: str, /) -> S:
        """The state after an event that was since withdrawn."""
        raise TypeError(f"{type(self).__name__} does not know a withdrawn {tombstone.type}")


S = TypeVar("S", bound=Subject)


class World(Protocol):
    """All that a rule can see."""

    def get(self, subject: type[S], key: str) -> S:
        """The state of one subject; its initial state when no event touched it."""
        ...  # pragma: no cover


class States(Protocol):
    """Where a world keeps its states."""

    def get(self, subject: type[Subject], key: str, /) -> Any:
        """The state of a subject as it was put last; None when it never was."""
        ...  # pragma: no cover

    def put(self, subject: type[Subject], key: str, state: Subject, /) -> None:
        """Set the state of a subject."""
        ...  # pragma: no cover


class HeldStates:
    """All states in memory."""

    def __init__(self) -> None:
        self._states: dict[tuple[type[Subject], str], Any] = {}

    def get(self, subject: type[Subject], key: str, /) -> Any:
        """The state of a subject as it was put last; None when it never was."""
        return self._states.get((subject, key))

    def put(self, subject: type[Subject], key: str, state: Subject, /) -> None:
        """Set the state of a subject."""
        self._states[subject, key] = state


class FullWorld:
    """Everything, folded in log order; for conduct replay and for tests.

    ``states`` is where its states are kept: in memory, unless another place is given.
    """

    def __init__(self, states: States | None = None) -> None:
        self._states = HeldStates() if states is None else states

    def get(self, subject: type[S], key: str) -> S:
        """The state of one subject, initial if no event touched it."""
        state: S | None = self._states.get(subject, key)
        return subject() if state is None else state

    def apply(self, act: Act[Any], /) -> None:
        """Fold one act into every subject it touches."""
        for subject, key in act.event.touches(act):
            self._states.put(subject, key, self.get(subject, key).apply(act, key))

    def apply_tombstone(
        self, type: str, author: str, ids: Iterable[str], hash: str, index: int, /
    ) -> None:
        """Fold what is left of a withdrawn event, so that its ids stay known.

        ``ids`` are all typed ids its body named, in any role.
        """
        tombstone = Tombstone(type, author, tuple(ids), hash, index)
        for subject, key in touched_by_tombstone(tombstone):
            state = self.get(subject, key).apply_tombstone(tombstone, key)
            self._states.put(subject, key, state)


@dataclass(frozen=True, slots=True)
class Question:
    """The events that can have changed one subject: those of ``types`` tagged with ``tags``.

    ``hash`` names one more entry to look at, the one with that envelope hash.
    """

    types: frozenset[str]
    tags: frozenset[str]
    hash: str | None = None


def question(subject: type[Subject], key: str) -> Question:
    """How a store finds the events of one subject."""
    tags = frozenset[str]() if subject.keyed == "singleton" else frozenset({key})
    return Question(subject.types, tags, key if subject.keyed == "hash" else None)


def fold(
    subject: type[S], key: str, history: Iterable[Act[Any] | Tombstone], since: S | None = None
) -> S:
    """The state of one subject from the events found for it, in log order, ``since`` a state."""
    state = subject() if since is None else since
    for past in history:
        if isinstance(past, Tombstone):
            if (subject, key) in set(touched_by_tombstone(past)):
                state = state.apply_tombstone(past, key)
        elif (subject, key) in set(past.event.touches(past)):
            state = state.apply(past, key)
    return state


@dataclass
class PartialWorld:
    """Only what a rule asks for; ``asked`` is what an append condition must repeat.

    ``read`` gives the events answering a question, in log order, each at most once.
    """

    read: Callable[[Question], Iterable[Act[Any] | Tombstone]]
    asked: list[Question] = field(default_factory=list)
    _states: dict[tuple[type[Subject], str], Any] = field(default_factory=dict)

    def get(self, subject: type[S], key: str) -> S:
        """The state of one subject, folded from its own events alone."""
        state: S | None = self._states.get((subject, key))
        if state is None:
            asked = question(subject, key)
            self.asked.append(asked)
            state = self._states[subject, key] = fold(subject, key, self.read(asked))
        return state


def touched_by_tombstone(tombstone: Tombstone) -> Iterable[tuple[type[Subject], str]]:
    """The subjects that a withdrawn event is still known to have changed."""
    model = _models().get(tombstone.type)
    return () if model is None else model.tombstone_touches(tombstone)


def _models() -> Mapping[str, type[Event]]:
    # The catalogue imports every subject, and every subject imports this module.
    from domain.catalogue import MODELS

    return MODELS
