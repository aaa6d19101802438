"""A first mapping for somebody's file, guessed from the names of its columns.

It is written to be read and corrected: each guess stands on its own line, what was not understood
is set aside by name, and the fields that could still be filled stand below as comments.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

#: Field of a contribution → words that a column of it goes by. The first that fits is taken.
_WORDS = {
    "person": ("who", "name", "person", "participant", "contributor", "volunteer", "member"),
    "on": ("date", "when", "day", "on"),
    "what": ("what", "activity", "description", "task", "contribution", "did"),
    "time": ("time", "hours", "hrs", "minutes", "mins", "duration"),
    "stage": ("stage", "phase"),
    "level": ("level",),
    "words": ("words", "quote", "comment", "notes"),
}
_MORE = """
# A column whose cells are not yet the words of the ledger gets a map:
#   stage = { column = "Phase", map = { "1. Aims" = "S1" }, otherwise = "unsorted" }
# Dates such as 03/04/26 are refused unless the column says which comes first:
#   on = { column = "Date", order = "day-month" }
# What holds for every row is a text:  level = "involve"   side = "community"
"""


def draft(name: str, columns: Sequence[str], title: str, project: str | None = None) -> str:
    """The text of a mapping file for a table with these ``columns``.

    ``project`` is the id of the project ``title`` where it is in the ledger already; without it
    the import opens one of that title.
    """
    taken: dict[str, str] = {}
    for field, words in _WORDS.items():
        found = next((c for c in columns if c not in taken.values() and _fits(c, words)), None)
        if found is not None:
            taken[field] = found
    naming = [taken[field] for field in ("on", "person", "what") if field in taken]
    taken.setdefault("person", "WHICH COLUMN SAYS WHO?")
    aside = [column for column in columns if column not in taken.values()]
    slug = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-") or "log"
    lines = [
        "# Which column is what. Look it over, then: tally import FILE --map THIS --check",
        "",
        "[mapping]",
        f"name = {_text(slug)}  # part of each row's permanent name: never change it",
        f"row = {_list(naming)}  # together they name a row: it may move, and counts once",
        f"ignore = {_list(aside)}  # columns not taken",
        "",
        "[project]",
        *(
            [f"id = {_text(project)}  # «{title}», which is here already"]
            if project
            else [f"key = {_text(slug)}", f"title = {_text(title)}"]
        ),
        "",
        "[contribution]",
        *(
            f"{field} = {{ column = {_text(column)}{_more(field, column)} }}"
            for field, column in taken.items()
        ),
    ]
    return "\n".join(lines) + "\n" + _MORE


def _fits(column: str, words: Sequence[str]) -> bool:
    return bool(set(re.findall(r"[a-z]+", column.casefold())) & set(words))


def _more(field: str, column: str) -> str:
    """What bare numbers of a column of times count, where its name says so."""
    if field != "time":
        return ""
    return ', unit = "minutes"' if "min" in column.casefold() else ', unit = "hours"'


def _text(text: str) -> str:
    """A TOML basic string: JSON's escapes are among TOML's."""
    return json.dumps(text, ensure_ascii=False)


def _list(columns: Sequence[str]) -> str:
    return "[" + ", ".join(_text(column) for column in columns) + "]"
