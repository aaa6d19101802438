"""Words that several commands offer as choices.

They repeat literals of the domain, because ``--help`` must not import pydantic; a test holds each
list of choices to the type that will judge it.
"""

from __future__ import annotations

STAGES = ("S1", "S2", "S3", "S4a", "S4b", "S5", "S6", "G", "unsorted")
SIDES = ("community", "front-line", "institution", "bridging", "unsaid")
SCALES = ("individual", "group", "collective", "unsorted")
POWERS = (
    "agenda",
    "decision",
    "chairing",
    "budget",
    "hiring",
    "information",
    "knowledge",
    "delivery",
    "evaluation",
    "publication",
    "record",
    "enrol",
    "keys",
)
