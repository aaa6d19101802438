"""``tally status`` and ``tally doctor``: how a ledger stands, and what would trip you up."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from cli.lazy import Command
from cli.opening import HIGH_WATER
from cli.workspace import with_workspace

if TYPE_CHECKING:
    from cli.workspace import Workspace


@click.command(cls=Command, example="tally status")
@with_workspace
def status(ws: Workspace) -> None:
    """Say which ledger this is, how large, on which day, and who would act."""
    from ledger.checkpoint import parse_checkpoint
    from ledger.encoding import b64encode
    from projections.stage_common import many

    ledger, config = ws.ledger, ws.config
    head, newest = ledger.head(), ledger.newest_checkpoint()
    signed = parse_checkpoint(newest).size if newest else 0
    form = {
        "name": config.name,
        "origin": config.origin,
        "directory": str(ws.directory),
        "store": shown(config.store),
        "size": head.size,
        "root": b64encode(head.root),
        "ledger_day": str(ledger.keyring().ledger_day),
        "checkpoint": signed,
        "acts": config.person or None,
    }
    acting = ws.people.label(config.person) if config.person else "nobody: use --as PERSON"
    if config.person and not ledger.keyring().keys_of(config.person):
        acting += " (no key that may sign: tally doctor)"
    words = [
        f"«{config.name}» ({config.origin}) in {ws.directory}",
        f"{many(head.size, 'entry', 'entries')}; ledger day {form['ledger_day']}; "
        + (f"checkpoint at {signed}" if signed else "no checkpoint yet"),
        f"Acts: {acting}",
    ]
    if signed < head.size:
        words.append(
            f"{many(head.size - signed, 'entry is', 'entries are')} in no checkpoint yet: "
            "tally checkpoint make"
        )
    ws.out.answer(form, words)


def shown(store: str) -> str:
    """The address of a store without its password."""
    return re.sub(r"(://[^:/@]*):[^@/]*@", r"\1:***@", store)


@click.command(cls=Command, example="tally doctor")
@with_workspace
def doctor(ws: Workspace) -> None:
    """Look at keys, files and settings, and say what to do about what is wrong.

    It does not check the record itself: that is `tally verify`.
    """
    found = list(_troubles(ws))
    words = [f"✖ {what}\n  {then}" for what, then in found] or ["✔ Nothing would trip you up."]
    ws.out.answer(
        {"ok": not found, "found": [{"what": what, "then": then} for what, then in found]}, words
    )
    if found:
        click.get_current_context().exit(1)


def _troubles(ws: Workspace) -> Iterator[tuple[str, str]]:
    """What is wrong, and what to do about it."""
    keyring = ws.ledger.keyring()
    files = list(ws.keys.files())
    here = {file.key_id for file in files}
    if keyring.operator_key not in here:
        yield (
            "The operator's event key is not here, so no new day can be opened.",
            f"Put its file into {ws.keys.directory}, or let the operator write first each day.",
        )
    if ws.log_key_file() is None:
        yield (
            "The log's key is not here, so no checkpoint can be signed.",
            f"Put its file back as {ws.keys.directory / 'log'}.",
        )
    for path in ws.keys.damaged():
        yield (
            f"{path} is among the keys and is not a key.",
            "Put it back from a backup, or remove it.",
        )
    for path in (ws.directory / "vault.db", *(file.path for file in files)):
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            yield f"{path} can be read by others (mode {mode:o}).", f"chmod 600 {path}"
    records = list(keyring.keys())
    holders = {record.holder for record in records if record.revoked_at is None}
    people = {holder for holder in holders if holder.startswith("person:")}
    if len(people) == 1:
        yield (
            f"One person holds every key: {ws.people.label(next(iter(people)))}.",
            "Give a second person one, so that nobody can sign alone: tally key new PERSON",
        )
    day = keyring.ledger_day
    if day is not None and ws.today() < day:
        yield (
            f"This computer says it is {ws.today()}, but the ledger's day is {day} already.",
            "Set the clock right; nothing can be written until then.",
        )
    if not ws.policy_path.is_file():
        yield (
            f"{ws.policy_path} is missing, so a check here trusts whatever log key is in the "
            "record.",
            f"Write into it: log {keyring.log_vkey}   and on a second line: quorum none",
        )
    if ws.ledger.newest_checkpoint() and not (ws.directory / HIGH_WATER).is_file():
        yield (
            f"{ws.directory / HIGH_WATER} is missing, so nobody would see here that an older "
            "store was put back.",
            "Compare with a checkpoint from elsewhere (tally checkpoint compare FILE); the next "
            "one made here writes the file anew.",
        )
    yield from _acting_troubles(ws)


def _acting_troubles(ws: Workspace) -> Iterator[tuple[str, str]]:
    """Whether the person of ``tally.toml`` can sign at all."""
    person = ws.config.person
    if not person:
        return
    if ws.people.get(person) is None:
        yield (
            f"{ws.directory / 'tally.toml'} says that {person} acts here, and nobody in this "
            "ledger has that id.",
            "`tally person list` shows the ids; correct the line person = …",
        )
        return
    held = [record.key_id for record in ws.ledger.keyring().keys_of(person)]
    here = {file.key_id for file in ws.keys.files()}
    who = ws.people.label(person)
    if not held:
        yield (
            f"{who} acts here and has no key that may sign.",
            f'Somebody who holds the power keys gives a new one: tally key new "{who}" --as PERSON',
        )
    elif not here & set(held):
        yield (
            f"{who} acts here, and none of their keys is in {ws.keys.directory}.",
            "Put the file back, or name it each time with --key FILE.",
        )
