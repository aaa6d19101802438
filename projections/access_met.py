"""What people needed to take part and whether they got it; roles handed over; who taught whom.

Whether a need was met is said by the person who asked, and else by others: where both speak, the
person's last word counts, and the lines say whose word it is.
"""

from __future__ import annotations

from collections import defaultdict

from projections.facts import Fact
from projections.lines import Lines, by_side, joined
from projections.lived import Lived
from projections.stage_common import SIDES

ASKED = "support-asked/v1"
MET = "support-met/v1"
HANDED = "role-handed-over/v1"
TRAINED = "training-held/v1"
ACCESS_TYPES = frozenset({ASKED, MET, HANDED, TRAINED})
_PART = "access and support"
_OUTCOMES = {
    ("met", True): "met, says the person",
    ("met", False): "met, others say",
    ("partly", True): "met in part, says the person",
    ("partly", False): "met in part, others say",
    ("not-met", True): "not met, says the person",
    ("not-met", False): "not met, others say",
    ("no-longer", True): "no longer needed, says the person",
    ("no-longer", False): "no longer needed, others say",
}
_NO_WORD = "no word yet"
Events = tuple[int, ...]


def access_lines(lived: Lived, lines: Lines) -> None:
    """Add the lines of needs, of roles handed over, and of training."""
    _needs(lived, lines)
    _handovers(lived, lines)
    _training(lived, lines)


def _needs(lived: Lived, lines: Lines) -> None:
    asked: dict[str, Fact] = {}
    sides: dict[str, str] = {}
    events: dict[str, Events] = {}
    for fact in lived.acts(ASKED):
        if lived.here(fact):
            support = fact.body["support"]
            asked[support] = fact
            sides[support], because = lived.side(fact, fact.body["person"])
            events[support] = (fact.index, because)
    own: dict[str, Fact] = {}
    others: dict[str, Fact] = {}
    for fact in lived.lasting(MET):
        support = fact.body["support"]
        if support in asked:
            by = fact.body.get("for", fact.author)
            (own if by == asked[support].body["person"] else others)[support] = fact
    for side, mine in by_side(events, sides).items():
        if not mine:
            continue
        lines.add(_PART, "all that was asked", side, mine, unit="request")
        by_word: dict[str, dict[str, Events]] = {
            title: {} for title in (*_OUTCOMES.values(), _NO_WORD)
        }
        for support, said in mine.items():
            word = own.get(support) or others.get(support)
            title = _OUTCOMES[word.body["outcome"], support in own] if word else _NO_WORD
            by_word[title][support] = (*said, word.index) if word else said
        parts = [(title, some) for title, some in by_word.items() if some or title == _NO_WORD]
        lines.add_parts(_PART, parts, side, of=mine, unit="request")
        _by_need(lines, side, mine, asked, own | {s: f for s, f in others.items() if s not in own})


def _by_need(
    lines: Lines,
    side: str,
    mine: dict[str, Events],
    asked: dict[str, Fact],
    word: dict[str, Fact],
) -> None:
    """Of each kind of need: how many were met in full."""
    needs: dict[str, dict[str, Events]] = defaultdict(dict)
    for support, events in mine.items():
        needs[asked[support].body["need"]][support] = events
    for need, some in sorted(needs.items()):
        met = {
            support: (*events, word[support].index)
            for support, events in some.items()
            if support in word and word[support].body["outcome"] == "met"
        }
        lines.add(_PART, f"{need.replace('-', ' ')}: met", side, met, unit="request", of=some)


def _handovers(lived: Lived, lines: Lines) -> None:
    ended: dict[str, Events] = {}
    sides: dict[str, str] = {}
    how: dict[str, str] = {}
    for fact in lived.acts(HANDED):
        if not lived.here(fact):
            continue
        role = str(fact.index)  # each handing over is one, whatever the role is called
        sides[role], because = lived.side(fact, fact.body["person"])
        ended[role] = (fact.index, because)
        papers = "with papers" if fact.body.get("papers") else "without papers"
        how[role] = f"to a successor, {papers}" if "to" in fact.body else f"to nobody, {papers}"
    for side, mine in by_side(ended, sides).items():
        if not mine:
            continue
        lines.add("handover", "all roles that ended", side, mine, unit="role")
        titles: dict[str, dict[str, Events]] = {title: {} for title in sorted(set(how.values()))}
        for role, events in mine.items():
            titles[how[role]][role] = events
        parts = [(title, some) for title, some in titles.items() if some]
        lines.add_parts("handover", parts, side, of=mine, unit="role")


def _training(lived: Lived, lines: Lines) -> None:
    pairs: dict[tuple[str, str], list[tuple[str, Events]]] = defaultdict(list)
    for fact in lived.acts(TRAINED):
        if not lived.here(fact):
            continue
        for what, field in (("learned", "people"), ("taught", "trainers")):
            for person in fact.body.get(field, ()):
                side, because = lived.side(fact, person)
                pairs[what, side].append((lived.linked.one(person), (fact.index, because)))
    for what in ("learned", "taught"):
        for side in SIDES:
            if pairs[what, side]:
                lines.add("training", what, side, joined(pairs[what, side]))
