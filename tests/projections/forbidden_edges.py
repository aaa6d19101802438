"""Forbidden acts once more: answers that say what was not done, and beginnings after the end.

The notation and what happened before are those of ``forbidden.py``.
"""

from __future__ import annotations

from forbidden import Forbidden

RAISED = "cy record-disputed line=talk as=row\n"
ANSWER = "ana dispute-answered dispute=row line=talk person=cy outcome={}"
ANSWERING = [
    Forbidden("dispute said to be corrected by nothing", "not-done",
              ANSWER.format("corrected"), RAISED),
    Forbidden("dispute said to be corrected by another line's correction", "not-done",
              ANSWER.format("corrected"), RAISED + """
              ana  contribution-recorded  contribution=right project=breath people=fay  as=right
              ana  record-corrected  line=visit instead=right people=fay cause=mistake"""),
    Forbidden("dispute said to be retracted while the work stands", "not-done",
              ANSWER.format("retracted"), RAISED),
    Forbidden("payment said to be corrected", "not-done",
              "ana dispute-answered dispute=row line=owed person=eve outcome=corrected",
              """ana payment-offered offer=o project=breath to=eve kind=fee amount=GBP5.00 as=owed
                 eve record-disputed line=owed as=row"""),
]  # fmt: skip

END = "ana project-closed project=breath\n"
FAR = "ana problem-proposed problem=far project=other people=cy\n"
OPENED = """dee decision-opened decision=new project=breath options=a,b electorate=cy,dee,eve \
method=simple-majority under=chair"""
BEGINNING = [
    Forbidden(f"{name} in a project that was closed", "project-ended", line, before + END)
    for name, line, before in (
        ("a part begun", "ana project-opened project=late part_of=breath", ""),
        ("somebody enrolled", "ana person-enrolled person=gil project=breath", ""),
        ("a body made", "dee body-created body=late project=breath under=chair", ""),
        ("a seat filled",
         "dee seat-filled body=board person=cy chosen_by=community voting=yes under=chair", ""),
        ("a chair taken",
         "dee chair-taken body=board person=cy chosen_by=community under=chair",
         "dee seat-filled body=board person=cy chosen_by=community voting=yes under=chair\n"),
        ("money set aside", "ana budget-opened budget=b project=breath amount=GBP1.00", ""),
        ("a line of money made",
         "ana budget-allocated budget=b from=pot project=breath amount=GBP1.00", ""),
        ("a question put", OPENED, ""),
        ("an offer for no work",
         "ana payment-offered offer=o project=breath to=eve kind=fee amount=GBP1.00", ""),
        ("a problem taken up", "ana problem-adopted problem=near project=breath",
         "ana problem-proposed problem=near project=breath people=cy\n"),
        ("problems ranked", "ana problems-prioritised project=breath problems=near people=cy",
         "ana problem-proposed problem=near project=breath people=cy\n"),
        ("something carried over",
         "ana matter-carried matter=far project=other to_project=breath person=cy", FAR),
        ("something taken over", "cy matter-received matter=far project=breath person=cy",
         FAR + "ana matter-carried matter=far project=other to_project=breath person=cy\n"),
    )
]  # fmt: skip
