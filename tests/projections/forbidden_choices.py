"""More forbidden acts, about choosing people: seats in proportion, draws, boards as electorates.

The notation and what happened before are those of ``forbidden.py``.
"""

from __future__ import annotations

from forbidden import Forbidden

PROPORTION = """
    dee  decision-opened  decision=seats project=breath options=a,b,c electorate=cy,dee,eve \
method=ranked-choice count_rule=scottish-stv seats=2 under=chair
    cy   vote-cast  decision=seats voter=cy ranking=a>b
    dee  vote-cast  decision=seats voter=dee ranking=a>b under=-
    eve  vote-cast  decision=seats voter=eve ranking=c
"""

CHOOSING = [
    Forbidden("both seats to the larger half, where the rule is in proportion", "outcome-differs",
              "dee decision-closed decision=seats tally=auto under=chair", PROPORTION,
              {"places": [["a"], ["b"]], "chosen": ["a", "b"]}),
]  # fmt: skip
