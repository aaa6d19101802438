"""``tally erase``: make personal values unreadable, or withdraw a whole entry.

The erasure is itself a signed entry: it says which digests are gone and on which ground, so that
the record still closes. Once the data key is destroyed nobody can bring the values back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.lazy import Command
from cli.workspace import with_workspace
from cli.writing import Manner, writes

if TYPE_CHECKING:
    from cli.workspace import Workspace

GROUNDS = (
    "request",
    "consent-withdrawn",
    "recorded-in-error",
    "no-longer-needed",
    "unlawful",
    "safety",
)


@click.command(
    cls=Command,
    example='tally erase "Ben Okri" --fields name,contact --ground request --yes',
)
@click.argument("who", metavar="PERSON")
@click.option("--fields", metavar="NAMES", help="name, contact, words, …; or «all».")
@click.option(
    "--entry", "entries", multiple=True, metavar="LINE", help="Withdraw this entry whole."
)
@click.option("--ground", type=click.Choice(GROUNDS), required=True, help="Why, as a code.")
@click.option("--yes", is_flag=True, help="Do not ask again.")
@writes
@with_workspace
def erase(
    ws: Workspace,
    who: str,
    fields: str | None,
    entries: tuple[str, ...],
    ground: str,
    yes: bool,
    manner: Manner,
) -> None:
    """Erase values of PERSON for good, or withdraw entries about them.

    What cannot be erased: that an entry exists, its type and who signed it, and money and votes.
    """
    from cli.answering import tell
    from cli.errors import WrongInput
    from cli.names import find_line
    from cli.writer import Writer
    from projections.kept import let_go

    person = ws.people.find(who)
    if not fields and not entries:
        raise WrongInput(
            "Nothing was named to erase.",
            "Add --fields name,contact (or --fields all), or --entry LINE to withdraw an entry.",
        )
    withdrawn = [find_line(ws.ledger, text).index for text in entries]
    values, names = _values(ws, person, fields, set(withdrawn))
    if fields and not values and not withdrawn:
        raise WrongInput(
            f"{ws.people.label(person)} has no value called {fields} that can still be read.",
            f"`tally person show {who}` lists the entries, `tally show LINE` their values.",
        )
    what = _in_words(ws, person, names, withdrawn)
    if not (yes or manner.dry_run):
        ws.out.confirm(f"{what} This cannot be undone. Go on?", otherwise="--yes")
    written = Writer(ws).erase(person, ground, values, withdrawn, manner)
    if not manner.dry_run:
        let_go(ws.ledger)
    ws.forget_names()
    tell(ws, written, then=f"{what} Copies in older backups of the vault expire with them.")


def _values(
    ws: Workspace, person: str, fields: str | None, withdrawn: set[int]
) -> tuple[dict[str, list[str]], list[str]]:
    """Digests to erase by envelope hash, and the names of the values they hold."""
    from cli.names import hash_of

    wanted = {name.strip() for name in (fields or "").split(",") if name.strip()}
    found: dict[str, list[str]] = {}
    names: set[str] = set()
    for entry in ws.ledger.about(person) if wanted else ():
        if entry.envelope is None or entry.index in withdrawn:
            continue
        for value, subject in ws.ledger.disclosures(entry.index):
            if subject == person and (value.name in wanted or "all" in wanted):
                found.setdefault(hash_of(entry), []).append(value.digest)
                names.add(value.name)
    return found, sorted(names)


def _in_words(ws: Workspace, person: str, names: list[str], withdrawn: list[int]) -> str:
    parts: list[str] = []
    if names:
        many = "value becomes" if len(names) == 1 else "values become"
        parts.append(f"{ws.people.label(person)}: the {many} unreadable ({', '.join(names)})")
    if withdrawn:
        listed = ", ".join(str(index) for index in withdrawn)
        parts.append(f"the content of entry {listed} is withdrawn")
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}."
