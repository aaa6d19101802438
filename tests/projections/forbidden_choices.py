"""More forbidden acts: choosing people (in proportion, by lot, by a board's seats), and looking.

The notation and what happened before are those of ``forbidden.py``.
"""

from __future__ import annotations

from forbidden import Forbidden
from story import hashed, ident, person

from domain import lot

PROPORTION = """
    dee  decision-opened  decision=seats project=breath options=a,b,c electorate=cy,dee,eve \
method=ranked-choice count_rule=scottish-stv seats=2 under=chair
    cy   vote-cast  decision=seats voter=cy ranking=a>b
    dee  vote-cast  decision=seats voter=dee ranking=a>b under=-
    eve  vote-cast  decision=seats voter=eve ranking=c
"""

DRAW = """
    dee  decision-opened  decision=panel project=breath method=sortition seats=1 quorum=2 \
options=p1@ana/institution,p2@ben/community,p3@eve/community,p4@fay electorate=cy,dee \
last_day=2026-02-01 under=chair
"""
SEALED = (
    DRAW
    + """
    cy   draw-sealed  decision=panel person=cy seal=red
    dee  draw-sealed  decision=panel person=dee seal=blue under=-
"""
)
ONE_SHOWN = SEALED + "cy draw-revealed decision=panel person=cy secret=red\n"
SHOWN = ONE_SHOWN + "dee draw-revealed decision=panel person=dee secret=blue under=-\n"
CLOSE = "dee decision-closed decision=panel tally=auto under=chair"
SEATS = """
    dee  body-created  body=five project=breath quorum=2 under=chair
    dee  seat-filled   body=five person=cy chosen_by=community voting=yes under=chair
    dee  seat-filled   body=five person=dee chosen_by=institution voting=yes under=chair
    dee  chair-taken   body=five person=dee chosen_by=institution under=chair
"""
BY_SEATS = (
    "dee decision-opened decision=ours project=breath body=five by_seats=yes options=a,b "
    "electorate={} quorum={} method=simple-majority under=chair"
)


def order(decision: str = "panel") -> list[str]:
    """The order that the secrets of the story give."""
    pool = [
        lot.Ticket("p1", person("ana"), "institution"),
        lot.Ticket("p2", person("ben"), "community"),
        lot.Ticket("p3", person("eve"), "community"),
        lot.Ticket("p4", person("fay")),
    ]
    secrets = [(person("cy"), hashed("red")), (person("dee"), hashed("blue"))]
    seed = lot.seed(ident("decision", decision), pool, secrets)
    return list(lot.order(seed, (one.key for one in pool)))


_ORDER = order()
_OTHER = [_ORDER[1], _ORDER[0], *_ORDER[2:]]
_NAMES = {"p1": "ana", "p2": "ben", "p3": "eve", "p4": "fay"}

CHOOSING = [
    Forbidden("both seats to the larger half, where the rule is in proportion", "outcome-differs",
              "dee decision-closed decision=seats tally=auto under=chair", PROPORTION,
              {"places": [["a"], ["b"]], "chosen": ["a", "b"]}),
    Forbidden("draw that gives somebody else", "outcome-differs", CLOSE, SHOWN,
              {"places": [[key] for key in _OTHER], "chosen": [_OTHER[0]]}),
    Forbidden("draw with one secret short", "outcome-differs", CLOSE,
              ONE_SHOWN + "day 2026-02-02\n",
              {"outcome": "decided", "places": [[key] for key in _ORDER], "chosen": ["p1"]}),
    Forbidden("secret other than was sealed", "secret-differs",
              "dee draw-revealed decision=panel person=dee secret=green under=-", ONE_SHOWN),
    Forbidden("secret shown before all are sealed", "not-all-sealed",
              "cy draw-revealed decision=panel person=cy secret=red",
              DRAW + "cy draw-sealed decision=panel person=cy seal=red"),
    Forbidden("seal changed once others are known", "sealed-already",
              "dee draw-sealed decision=panel person=dee seal=green under=-", SEALED),
    Forbidden("seal by somebody else for a drawer", "not-your-secret",
              "dee draw-sealed decision=panel person=cy seal=red under=-", DRAW),
    Forbidden("seal by somebody who was not to draw", "not-on-electorate",
              "eve draw-sealed decision=panel person=eve seal=red", DRAW),
    Forbidden("draw closed while a secret may still come", "closed-too-early", CLOSE, ONE_SHOWN),
    Forbidden("draw by one person alone", "draw-unclear",
              DRAW.strip().replace("electorate=cy,dee", "electorate=dee").replace("quorum=2", "")),
    Forbidden("draw by somebody who can be drawn", "draw-unclear",
              DRAW.strip().replace("electorate=cy,dee", "electorate=dee,eve")),
    Forbidden("pool changed after opening", "decision-exists",
              DRAW.strip().replace("p4@fay", "p5@fay"), DRAW),
    Forbidden("seat for somebody who was not drawn", "not-chosen",
              f"dee seat-filled body=board person={_NAMES[_ORDER[1]]} chosen_by=open-call "
              "voting=yes decision=panel under=chair", SHOWN + CLOSE),
    Forbidden("power for somebody who was not drawn", "not-chosen",
              f"ana power-granted to={_NAMES[_ORDER[1]]} kinds=evaluation decision=panel",
              SHOWN + CLOSE),
    Forbidden("project closed by a draw of people", "decision-not-adopted",
              "ana project-closed project=breath decision=panel", SHOWN + CLOSE),
    Forbidden("board's electorate packed", "electorate-differs",
              BY_SEATS.format("cy,dee,eve", 2), SEATS),
    Forbidden("board's electorate short of a member", "electorate-differs",
              BY_SEATS.format("dee", 1), SEATS),
    Forbidden("board's quorum lowered", "quorum-too-low", BY_SEATS.format("cy,dee", 1), SEATS),
    Forbidden("casting vote for who does not chair", "casting-unclear",
              BY_SEATS.format("cy,dee", 2) + " casting=cy", SEATS),
    Forbidden("tie broken by a chair to whom nobody gave that", "outcome-differs",
              "dee decision-closed decision=ours tally=auto under=chair",
              SEATS + BY_SEATS.format("cy,dee", 2) + """
              cy   vote-cast  decision=ours voter=cy choice=a
              dee  vote-cast  decision=ours voter=dee choice=b under=-""",
              {"outcome": "decided", "chosen": ["b"], "tied": []}),
]  # fmt: skip

LET_IN = """
    ana  access-granted  to=cy person=eve purpose=complaint until=2026-01-20  as=let-in
"""
LOOKING = [
    Forbidden("look under a power that is not held", "no-grant",
              "cy records-seen person=eve view=person-show"),
    Forbidden("look under another power", "no-such-power",
              "dee records-seen person=eve view=person-show under=chair"),
    Forbidden("case access used by somebody else", "not-your-access",
              "dee access-used access=let-in person=eve view=lines under=-", LET_IN),
    Forbidden("case access used on somebody else", "unknown-access",
              "cy access-used access=let-in person=fay view=lines", LET_IN),
    Forbidden("case access used after its day", "access-over",
              "cy access-used access=let-in person=eve view=lines", LET_IN + "day 2026-01-21\n"),
    Forbidden("case access for ever", "access-too-long",
              "ana access-granted to=cy person=eve purpose=audit until=2027-01-20"),
    Forbidden("case access by nobody entitled", "no-grant",
              "cy access-granted to=dee person=eve purpose=audit until=2026-01-20"),
]  # fmt: skip

SAID = """
    eve  level-said  contribution=own project=breath person=eve level=inform  as=said
    ana  level-said  contribution=own project=breath person=eve level=lead witness=fay  as=nicer
"""
TAKING_BACK = [
    Forbidden("debt corrected out of sight", "not-corrected-so",
              "ana record-corrected line=owed instead=less people=eve cause=mistake",
              """ana payment-offered offer=o project=breath to=eve kind=fee amount=GBP50.00 as=owed
                 ana payment-offered offer=p project=breath to=eve kind=fee amount=GBP5.00 as=less
              """),
    Forbidden("line about two corrected behind the back of one", "unknown-line",
              "ana record-corrected line=two instead=one people=cy cause=mistake",
              """ana contribution-recorded contribution=t project=breath people=cy,eve  as=two
                 ana contribution-recorded contribution=o project=breath people=cy  as=one"""),
    Forbidden("other words put into somebody's mouth", "own-words",
              "ana record-corrected line=said instead=nicer people=eve cause=mistake", SAID),
    Forbidden("grant ended by a decision that was not taken", "decision-not-adopted",
              "ana power-revoked grant=books holder=ben decision=path"),
    Forbidden("promise that answers nothing", "unknown-input",
              "ana commitment-made commitment=p project=breath person=ana input=thin-air"),
]  # fmt: skip
