"""``tally start``: four questions, and a ledger that works.

    What is the programme called?
    Which currency do you pay in?
    Who may see people's names: only me, or everyone who can sign?
    Who else can sign? (their names, with commas; nobody yet is an answer)

It makes the keys, a starter charter, and for each name a person with a key and the power to keep
the record. «Who may see names» becomes the power ``information``: a grant like any other, to be
passed on or taken back, and each of these answers is a signed entry.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.errors import WrongInput
from cli.lazy import Command
from cli.settings import Settings, settings_of

if TYPE_CHECKING:
    from cli.workspace import Workspace

SEES = ("me", "signers")
#: What people type when nobody else can sign; nobody's name, alone in a list.
_NOBODY = frozenset({"no", "none", "nobody", "nobody yet", "no one", "-"})


@click.command(
    cls=Command,
    example='tally start --name "Late clinic" --currency GBP --sees me --signers "Ben Okri"',
)
@click.argument(
    "directory", metavar="[DIR]", required=False, type=click.Path(file_okay=False, path_type=Path)
)
@click.option("--name", help="What the programme is called.")
@click.option("--you", help="Your name; that of this computer's account if left out.")
@click.option("--currency", help="Three letters: GBP, EUR, PEN.")
@click.option("--sees", type=click.Choice(SEES), help="Who may see people's names.")
@click.option("--signers", help="Who else can sign, with commas; empty for nobody yet.")
@click.option("--passphrase", is_flag=True, help="Ask for a passphrase to protect the keys.")
@click.pass_context
def start(
    ctx: click.Context,
    directory: Path | None,
    name: str | None,
    you: str | None,
    currency: str | None,
    sees: str | None,
    signers: str | None,
    passphrase: bool,
) -> None:
    """Make a ledger in DIR by answering four questions; options answer them in scripts."""
    from cli.founding import Founding, check_free, found, key_file_name, local_zone
    from cli.keyfiles import new_passphrase
    from cli.output import Out

    settings = settings_of(ctx)
    if directory is not None:
        check_free(directory)  # before four questions, not after
    name = _asked(settings, name, "What is the programme called?", "--name")
    founder = " ".join((you or _account()).split())
    currency = _currency(settings, currency)
    sees = _asked(
        settings, sees, "Who may see people's names: only me, or all signers?", "--sees", *SEES
    )
    others = _names(
        _asked(
            settings,
            signers,
            "Who else can sign? (names, with commas; empty for nobody yet)",
            "--signers",
            "",
            check=lambda answer: _names(answer, founder),
        ),
        founder,
    )
    founding = Founding(
        name=name,
        founder=founder,
        currency=currency,
        zone=local_zone(),
        passphrase=new_passphrase(settings, "the new keys", none=not passphrase),
    )
    where = directory or Path(key_file_name(name))
    with found(where, founding, settings) as ws:
        files = [_signer(ws, other, founding.passphrase, sees == "signers") for other in others]
        size = ws.ledger.head().size
        key = ws.log_key()
        if key is not None:
            ws.ledger.make_checkpoint(key)
    form = {"directory": str(where), "size": size, "keys_to_hand_over": [str(f) for f in files]}
    words = _words(where, founder, others, files)
    if not you:
        words.insert(1, "  That is what this computer calls you. Not your name? " + _again(where))
    Out(settings).answer(form, words)


def _currency(settings: Settings, given: str | None) -> str:
    from cli.founding import check_currency

    answer = _asked(
        settings,
        given,
        "Which currency do you pay in?",
        "--currency",
        "GBP",
        check=lambda text: check_currency(text.strip().upper()),
    )
    return answer.upper()


def _asked(
    settings: Settings,
    given: str | None,
    question: str,
    flag: str,
    *choices: str,
    check: Callable[[str], object] | None = None,
) -> str:
    """The answer given as an option, or asked for; the first of ``choices`` is the default."""
    if given is not None:
        return given.strip()
    from cli.prompting import judged_by

    if settings.no_input or settings.json:
        raise WrongInput(f"{question} This needs an answer.", f"Add {flag}.")
    try:
        answer = click.prompt(
            question,
            default=choices[0] if choices else None,
            show_default=bool(choices and choices[0]),
            type=click.Choice(choices) if len(choices) > 1 else str,
            value_proc=judged_by(check) if check else None,
            prompt_suffix=" ",
            err=True,
        )
    except click.Abort:
        if sys.stdin.isatty():
            raise
        click.echo(err=True)  # ends the line of the question
        raise WrongInput(
            f"{question} There is nobody to ask here.", f"Add {flag}; nothing was made."
        ) from None
    return str(answer).strip()


def _again(where: Path) -> str:
    return f"Remove {where} now, before anything is in it, and start with --you NAME."


def _names(text: str, founder: str) -> list[str]:
    """The names in a list with commas. Raises WrongInput: one twice, or the founder's own."""
    names = [" ".join(part.split()) for part in re.split(r"[,;]", text)]
    names = [name for name in names if name]
    if len(names) == 1 and names[0].casefold() in _NOBODY:
        return []
    if len({name.casefold() for name in names}) != len(names):
        raise WrongInput("Two of the signers have the same name.", "Write each name once.")
    if founder.casefold() in {name.casefold() for name in names}:
        raise WrongInput(
            f"«{founder}» is your own name, and you can sign already.",
            "Name only others; for somebody who has your name, add a surname.",
        )
    return names


def _account() -> str:
    """Who sits here, as the computer knows them: the full name if it has one."""
    import getpass

    try:
        import pwd

        full = pwd.getpwuid(os.getuid()).pw_gecos.partition(",")[0].strip()
        if full and full != getpass.getuser():
            return full
    except (ImportError, KeyError):  # not a Unix system, or an account without an entry
        pass
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "Coordinator"


def _signer(ws: Workspace, name: str, passphrase: bytes | None, sees_names: bool) -> Path:
    """Enrol one more signer: the person, a key of theirs, and the power to keep the record."""
    from cli.founding import key_file_name
    from cli.writer import Writer
    from ledger.encoding import new_id
    from ledger.keys import SigningKey

    writer, person, key = Writer(ws), new_id("person"), SigningKey.generate()
    path = ws.keys.directory / key_file_name(name)
    if path.exists():
        path = path.with_name(f"{path.name}-{key.key_id[:8]}")
    writer.write("person-enrolled/v1", {"person": person, "route": "unknown"}, {"name": name})
    ws.forget_names()
    key.save(path, passphrase)
    enrolled = {
        "person": person,
        "key": key.key_id,
        "public": key.public.hex(),
        "via": "grant",
    }
    writer.write("key-enrolled/v1", enrolled, extra_keys=[key])
    kinds = ["record", "information"] if sees_names else ["record"]
    writer.write("power-granted/v1", {"to": person, "kinds": kinds, "scope": {}, "onward": 0})
    return path


def _words(where: Path, founder: str, others: list[str], files: list[Path]) -> list[str]:
    lines = [f"✔ Your ledger is in {where}. You are «{founder}», and you may do everything."]
    for name, file in zip(others, files, strict=True):
        lines.append(f"  {name} can sign: hand over {file}, then delete it here.")
    if not others:
        lines.append(
            "  One person holds every key until somebody else can sign: tally key new NAME"
        )
    lines += [
        "  Copy keys/ and vault.db to two different safe places now.",
        "Next:",
        f"  cd {where}",
        '  tally project open "…"',
        '  tally person add "…" --acts-for community',
        "  tally import log.csv --draft-map   (a spreadsheet you have already)",
    ]
    return lines
