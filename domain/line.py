"""Lines: what is recorded about a person, and whether they say that it is right.

A line is any recorded entry that is about a person; it is named by its envelope hash. Confirming
and disputing are that person's own voice. Silence is neutral, a confirmation never moves money,
and nobody confirms a line that they recorded themselves.

Recorded for someone without a key, a confirmation names a witness whom they chose, and who neither
recorded the line nor this; it is shown as «said by», never as signed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from pydantic import Field

from domain import power
from domain.act import Act
from domain.dates import refuse_changing_live
from domain.event import OnBehalf, Touches, audiences
from domain.linked import pseudonyms
from domain.refusal import Refused
from domain.values import Hex64
from domain.world import Subject, Tombstone, World

CONFIRMED, DISPUTED = "confirmed", "disputed"


class RecordConfirmed(OnBehalf):
    """The person recorded agrees with a line about them."""

    TYPE = "record-confirmed/v1"
    OWN_VOICE = True
    WHO = "the person the line is about; for them: the holder of record, with a witness"
    REFUSED_BY = (
        "unknown-line",
        "not-about-you",
        "own-record",
        "said-already",
        "history-over-live",
        "no-grant",
        "no-witness",
        "witness-not-free",
        "witness-unsigned",
    )

    line: Hex64 = Field(description="envelope hash of the line")

    def touches(self, _act: Act[Any], /) -> Touches:
        return ((Line, self.line),)


class RecordDisputed(OnBehalf):
    """The person recorded says that a line about them is not right; why is their own to say."""

    TYPE = "record-disputed/v1"
    VALUES = audiences(reason="personal", words="personal", raiser="personal")
    OWN_VOICE = True
    WHO = RecordConfirmed.WHO
    REFUSED_BY = (
        "unknown-line",
        "not-about-you",
        "said-already",
        "history-over-live",
        "no-grant",
        "no-witness",
        "witness-not-free",
        "witness-unsigned",
        "hides-nobody",
    )

    line: Hex64 = Field(description="envelope hash of the line")
    hidden: bool = Field(
        default=False, description="raised for somebody who is not named; the recorder signs"
    )

    def touches(self, act: Act[Any], /) -> Touches:
        from domain.dispute import Dispute

        return ((Line, self.line), (Dispute, act.hash))


@dataclass(frozen=True, slots=True)
class Line(Subject):
    """Who recorded a line, whom it is about, and the last each of them said of it."""

    types: ClassVar = frozenset(
        {
            "power-granted/v1",
            "power-delegated/v1",
            "power-revoked/v1",
            "power-shared/v1",
            "power-elected/v1",
            "power-transferred/v1",
            "power-expanded/v1",
            "power-narrowed/v1",
            "power-returned/v1",
            "power-said/v1",
            "person-enrolled/v1",
            "acting-for-declared/v1",
            "problem-proposed/v1",
            "contribution-recorded/v1",
            "contribution-retracted/v1",
            "contribution-reinstated/v1",
            "vote-cast/v1",
            "draw-sealed/v1",
            "draw-revealed/v1",
            "count-attested/v1",
            "recusal-declared/v1",
            "interest-declared/v1",
            "interest-managed/v1",
            "objection-raised/v1",
            "objection-withdrawn/v1",
            "dissent-stated/v1",
            "payment-offered/v1",
            "payment-accepted/v1",
            "payment-declined/v1",
            "payment-redirected/v1",
            "payment-claimed/v1",
            "payment-approved/v1",
            "payment-queried/v1",
            "payment-refused/v1",
            "query-answered/v1",
            "payment-made/v1",
            "payment-received/v1",
            "payment-reversed/v1",
            "payment-written-off/v1",
            "person-paused/v1",
            "person-returned/v1",
            "person-left/v1",
            "way-in-offered/v1",
            "role-handed-over/v1",
            "persons-linked/v1",
            "persons-unlinked/v1",
            "groups-declared/v1",
            "person-told/v1",
            "dispute-answered/v1",
            "dispute-closed/v1",
            "access-granted/v1",
            "access-used/v1",
            "access-ended/v1",
            "records-seen/v1",
            "figures-viewed/v1",
            "figures-exported/v1",
            "problems-prioritised/v1",
            "input-submitted/v1",
            "input-answered/v1",
            "input-not-answered/v1",
            "input-cited/v1",
            "output-published/v1",
            "commitment-made/v1",
            "commitment-settled/v1",
            "matter-carried/v1",
            "matter-received/v1",
            "level-said/v1",
            "support-asked/v1",
            "support-met/v1",
            "training-held/v1",
            "benefit-received/v1",
            "rationale-stated/v1",
            "naming-said/v1",
            "gift-declared/v1",
            "gift-revoked/v1",
            "action-set/v1",
            "action-moved/v1",
            "action-ended/v1",
            "record-corrected/v1",
            "evaluation-held/v1",
            "assessment-scored/v1",
            "outcome-noted/v1",
            "imbalance-discussed/v1",
            "seat-filled/v1",
            "seat-vacated/v1",
            "chair-taken/v1",
            "chair-left/v1",
            "advice-offered/v1",
            "advice-answered/v1",
            "pacing-requested/v1",
            RecordConfirmed.TYPE,
            RecordDisputed.TYPE,
        }
    )
    keyed: ClassVar = "hash"

    type: str = ""
    recorder: str = ""
    about: frozenset[str] = frozenset()
    project: str | None = None
    said: tuple[tuple[str, str], ...] = ()
    #: Whether it was recorded afterwards; None where a withdrawal left that unknown.
    history: bool | None = None
    #: The contribution that it records, if it records one.
    work: str = ""

    @staticmethod
    def of(act: Act[Any], *people: str | None) -> Touches:
        """The line that an event makes, when it is about someone."""
        return ((Line, act.hash),) if any(people) else ()

    def apply(self, act: Act[Any], key: str, /) -> Line:
        event = act.event
        if isinstance(event, RecordConfirmed | RecordDisputed) and event.line == key:
            word = CONFIRMED if isinstance(event, RecordConfirmed) else DISPUTED
            hidden = isinstance(event, RecordDisputed) and event.hidden
            return self._with("" if hidden else event.for_ or act.author, word)
        said = event.__dict__
        work = said["contribution"] if act.type == "contribution-recorded/v1" else ""
        return Line(
            act.type,
            act.author,
            people_in(event),
            said.get("project"),
            self.said,
            act.is_history,
            work,
        )

    def apply_tombstone(self, tombstone: Tombstone, _key: str, /) -> Line:
        people = frozenset(i for i in tombstone.ids if i.startswith("person:"))
        project = next((i for i in tombstone.ids if i.startswith("project:")), None)
        return replace(
            self, type=tombstone.type, recorder=tombstone.author, about=people, project=project
        )

    def _with(self, person: str, word: str) -> Line:
        others = tuple(pair for pair in self.said if pair[0] != person)
        return replace(self, said=(*others, (person, word)))

    def last_word(self, person: str) -> str:
        """``confirmed``, ``disputed``, or nothing when the person was silent."""
        return next((word for who, word in self.said if who == person), "")


#: The fields that name one person an event is about, and last who speaks; a witness is none.
_ROLES = ("person", "same_as", "to", "holder", "voter", "for_", "said_by")


def people_in(event: Any) -> frozenset[str]:
    """The people that an event is about: those its body names, in any role but witness."""
    return _named(event, _ROLES)


def _named(event: Any, roles: tuple[str, ...]) -> frozenset[str]:
    # Fields are looked up as they lie: a model asked for one that it lacks takes 2 µs to say no,
    # and this is asked of every event.
    said = event.__dict__
    found = {who for name in roles if (who := said.get(name)) and str(who).startswith("person:")}
    found.update(said.get("voted", ()))
    found.update(said.get("trainers", ()))
    for giver in said.get("people", ()):
        found.add(giver if isinstance(giver, str) else giver.person)
    return frozenset(found)


def refuse_own_witness(world: World, act: Act[Any]) -> None:
    """Raises Refused when a witness says, does or records what they witness."""
    witness = act.event.__dict__.get("witness")
    if witness is None:
        return
    if not pseudonyms(world, witness).isdisjoint({act.author, *people_in(act.event)}):
        raise Refused(
            "witness-not-free",
            f"{witness} cannot witness what they say, do or record themselves",
            "a witness whom the person chose, who neither recorded nor pays",
        )


def answer(world: World, act: Act[RecordConfirmed | RecordDisputed]) -> None:
    """Confirm or dispute a line about oneself, or record that someone did so."""
    event = act.event
    line = world.get(Line, event.line)
    person = event.for_ or act.author
    if not line.recorder:
        raise Refused(
            "unknown-line",
            f"no line about a person has the hash {event.line[:12]}…",
            "an entry about that person",
        )
    if isinstance(event, RecordDisputed) and event.hidden:
        _refuse_seen(world, act, line)
        return
    _refuse_outsider(world, line, person, act)
    refuse_changing_live(act, line.history, f"the line {event.line[:12]}")
    word = CONFIRMED if isinstance(event, RecordConfirmed) else DISPUTED
    if line.last_word(person) == word:
        raise Refused("said-already", f"{person} has {word} this line already", "the other answer")
    speak(world, act, person, line.project)
    if event.witness is not None and line.recorder in pseudonyms(world, event.witness):
        raise Refused(
            "witness-not-free",
            f"the witness {event.witness} recorded the line",
            "a witness whom the person chose, who neither recorded nor pays",
        )


def _refuse_seen(world: World, act: Act[RecordConfirmed | RecordDisputed], line: Line) -> None:
    """Whoever asked not to be named stays unnamed; the recorder vouches that there is somebody."""
    event = act.event
    power.require(world, act, "record", project=line.project)
    refuse_changing_live(act, line.history, f"the line {event.line[:12]}")
    if event.for_ or event.said_by or event.witness:
        raise Refused(
            "hides-nobody",
            "a dispute whose raiser is hidden names nobody in its body",
            "record-disputed/v1 with `hidden`, the name at most as the value `raiser`",
        )


def _refuse_outsider(
    world: World, line: Line, person: str, act: Act[RecordConfirmed | RecordDisputed]
) -> None:
    hash = act.event.line
    # A dispute of one's own record is heard: it may have been written under pressure.
    confirms = isinstance(act.event, RecordConfirmed)
    if confirms and line.recorder in pseudonyms(world, person):
        raise Refused(
            "own-record",
            f"{person} recorded the line {hash[:12]} themselves; nobody confirms their own record",
            "a correction or retraction by its recorder",
        )
    if person not in line.about:
        raise Refused(
            "not-about-you",
            f"the line {hash[:12]} is not about {person}",
            "record-confirmed/v1 or record-disputed/v1 by whom it is about",
        )


def speak(world: World, act: Act[OnBehalf], person: str, project: str | None = None) -> None:
    """Let ``person`` speak: by themselves, or through a recorder with a witness.

    Raises Refused when the author records for someone without the power to record or, in live
    mode, without a witness. Who can be one, the common rules say.
    """
    event = act.event
    if event.for_ is not None and event.for_ != person:
        raise Refused("not-about-you", f"this is for {person} to say, not {event.for_}", act.type)
    if act.author == person and not act.is_history:
        return
    power.require(world, act, "record", project=project)
    if event.witness is None and not act.is_history:
        raise Refused(
            "no-witness",
            f"{act.author} says this for {person}; a witness must have been there",
            f"{act.type} with `witness`, or signed by the person",
        )


def refuse_made_up(world: World, act: Act[Any]) -> None:
    """Raises Refused when somebody named beside an act is not what they are named as.

    Whom it is recorded for is one of those it is about. Live, who said so was enrolled, and so was
    a witness, needed or not, who signs too if they have a key: a name alone proves nothing, for
    whoever records could think one up, or use a bystander's.
    """
    said = act.event.__dict__
    speaker, said_by, witness = said.get("for_"), said.get("said_by"), said.get("witness")
    if speaker is None and said_by is None and witness is None:
        return  # as nearly always
    from domain.membership import Person

    if speaker is not None:
        _refuse_other_speaker(act, speaker)
    if act.is_history:
        return
    if said_by is not None and not world.get(Person, said_by).known:
        raise Refused("unknown-person", f"{said_by} was never enrolled", "person-enrolled/v1")
    if witness is None:
        return
    known = world.get(Person, witness)
    if not known.known:
        raise Refused(
            "no-witness", f"{witness} was never enrolled", f"{act.type} with a witness who is known"
        )
    if known.has_key and witness not in act.signed_by:
        raise Refused(
            "witness-unsigned",
            f"{witness} has a key and did not sign as witness",
            f"{act.type} signed by its witness too",
        )


def _refuse_other_speaker(act: Act[Any], speaker: str) -> None:
    about = _named(act.event, _ROLES[:-2])
    if about and speaker not in about:
        raise Refused(
            "not-about-you",
            f"it is said for {speaker}, and about {', '.join(sorted(about))} alone",
            f"{act.type} for one of them",
        )
