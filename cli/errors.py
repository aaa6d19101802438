"""The one place that turns an error into words, a JSON form and an exit code.

    0 fine · 1 error · 2 usage · 3 rows need fixing · 4 key or permission · 5 storage
    6 conflict (someone wrote first) · 10 does not match · 11 cannot be checked

With ``--json`` an error is ``{"error": {"code", "message", "hint"}}`` on stderr, ``code`` being
one of the names in ``NAMES``; otherwise a sentence or two. A mistake of the user never shows a
traceback. A mistake of ours says so in one line; TALLY_DEBUG=1 adds the traceback.

    CliError        what a command itself has to say, with its exit code
    ├── NoLedger    there is no ledger where we looked                         (exit 1)
    ├── WrongInput  a value on the command line does not fit the ledger        (exit 2)
    └── NoKey       the key that would have to sign is not here                (exit 4)
"""

from __future__ import annotations

import errno
import json
import os
import re
import sys

import click

from cli.settings import Settings

FINE = 0
ERROR = 1
USAGE = 2
ROWS = 3
REFUSED = 4
STORAGE = 5
CONFLICT = 6
DOES_NOT_MATCH = 10
CANNOT_BE_CHECKED = 11

#: The stable name of each exit code in the JSON form.
NAMES = {
    ERROR: "error",
    USAGE: "usage",
    ROWS: "rows",
    REFUSED: "refused",
    STORAGE: "storage",
    CONFLICT: "conflict",
    DOES_NOT_MATCH: "does-not-match",
    CANNOT_BE_CHECKED: "cannot-be-checked",
}


class CliError(Exception):
    """Something a command has to say; ``hint`` is the next step, ``exit_code`` one of the above."""

    exit_code = ERROR

    def __init__(self, message: str, hint: str = "", *, exit_code: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        if exit_code is not None:
            self.exit_code = exit_code


class NoLedger(CliError):
    """There is no ledger here, or what is here is not one."""


class WrongInput(CliError):
    """A value given on the command line cannot be meant: unknown person, wrong date, …"""

    exit_code = USAGE


class NoKey(CliError):
    """The key that would have to sign is not here, or cannot be opened."""

    exit_code = REFUSED


def report(error: BaseException, settings: Settings) -> int:
    """Say ``error`` on stderr in the form that ``settings`` asks for; gives the exit code."""
    if isinstance(error, SystemExit):
        # click ends a run so when the reader of our output leaves (`tally log | head`), with a
        # stdout that no longer complains. Nothing is wrong then.
        if type(sys.stdout).__name__ == "_PacifyFlushWrapper":
            return FINE
        return error.code if isinstance(error.code, int) else ERROR
    code, message, hint = _meaning(error)
    if isinstance(error, click.exceptions.NoArgsIsHelpError) and not settings.json:
        click.echo(message, err=True)
        return code
    if settings.json:
        name = NAMES.get(code, "error")
        form = {"error": {"code": name, "message": message, "hint": hint}}
        click.echo(json.dumps(form, ensure_ascii=False), err=True)
    else:
        mark = click.style("✖", fg="red", bold=True)
        click.echo(f"{mark} {message}", err=True, color=settings.color)
        if hint:
            click.echo(f"  {hint}", err=True)
    if os.environ.get("TALLY_DEBUG") == "1":
        import traceback

        click.echo("".join(traceback.format_exception(error)), err=True)
    return code


def _meaning(error: BaseException) -> tuple[int, str, str]:
    """Exit code, message and next step of any exception."""
    if isinstance(error, CliError):
        return error.exit_code, error.message, error.hint
    if isinstance(error, click.ClickException):
        return _usage(error)
    if isinstance(error, click.Abort | KeyboardInterrupt):
        return ERROR, "Stopped. What had been acknowledged is kept; nothing is half written.", ""
    for known in (_from_rooms, _from_storage):
        meaning = known(error)
        if meaning is not None:
            return meaning
    what = f"{type(error).__name__}: {error}".strip().rstrip(":")
    return (
        ERROR,
        f"Something went wrong inside tally itself ({what.splitlines()[0][:300]}).",
        "Nothing is half written. Run it again with TALLY_DEBUG=1 to see where it happened, "
        "and report it.",
    )


def _usage(error: click.ClickException) -> tuple[int, str, str]:
    """click's own complaints: what was wrong on the line, and where the help is."""
    message = _plainly(error.format_message().strip())
    context = error.ctx if isinstance(error, click.UsageError) else None
    hint = f"`{context.command_path} --help` shows how it is used." if context else ""
    if isinstance(error, click.NoSuchOption) and re.fullmatch(r"-[0-9.,]+", error.option_name):
        message = f"«{error.option_name}» is no amount or number: nothing here is below zero."
        hint = "Write amounts as 18, 18.50 or «18.50 EUR»." + (f" {hint}" if hint else "")
    return error.exit_code, message, hint if "--help" not in message else ""


def _plainly(message: str) -> str:
    """One line of click's in our words, with the nearest choice where one was mistyped."""
    message = re.sub(r"\s*\n\t", " ", message)
    message = re.sub(r"a valid (?:integer|int)(?: range)?\b", "a whole number", message)
    # The choices stand in the message already; click calls an argument by all of them once more.
    message = re.sub(r" '\{.+\}'\. Choose from:", ". Choose from:", message)
    message = re.sub(r"^Invalid value for '\{.+\}': ", "Invalid value: ", message)
    mistyped = re.search(r"'([^']+)' is not one of ('.+')\.$", message)
    if mistyped is None:
        return message
    import difflib

    choices = {one.casefold(): one for one in re.findall(r"'([^']+)'", mistyped[2])}
    near = difflib.get_close_matches(mistyped[1].casefold(), choices, n=1)
    return f"{message} Did you mean {choices[near[0]]}?" if near else message


def _from_rooms(error: BaseException) -> tuple[int, str, str] | None:
    """Errors of ledger and domain, without importing rooms that this run never loaded."""
    modules = sys.modules
    if "ledger.errors" in modules:
        from ledger import errors as kinds

        codes = {
            kinds.Unverified: DOES_NOT_MATCH,
            kinds.Untrusted: CANNOT_BE_CHECKED,
            kinds.Conflict: CONFLICT,
            kinds.Refused: REFUSED,
            kinds.StorageFailed: STORAGE,
        }
        if isinstance(error, kinds.LedgerError):
            code = next((c for kind, c in codes.items() if isinstance(error, kind)), ERROR)
            return code, sentence(error.message), sentence(error.hint)
    if "domain.refusal" in modules:
        from domain.refusal import NotAnEvent, Refused

        if isinstance(error, Refused):
            return _refusal(error)
        if isinstance(error, NotAnEvent):
            return USAGE, f"This cannot be recorded: {'; '.join(error.problems)}.", ""
    return None


def _refusal(error: BaseException) -> tuple[int, str, str]:
    """A rule said no: which rule, in its own words, and which event would allow it."""
    rule = str(getattr(error, "rule", ""))
    message = str(getattr(error, "message", error))
    allowed_by = str(getattr(error, "allowed_by", "") or "")
    said = f"Not recorded: {events_in_words(message).rstrip('.')}."
    said += f" (rule: {rule})" if rule else ""
    allowed_by = re.sub(  # the usual case, with the command that does it
        r"power-granted/v1 with (.+?)(?:, named in `under`)?$",
        r"a grant of \1, from somebody who holds it: tally power grant PERSON KIND",
        allowed_by,
    )
    in_words = _TYPED.sub(lambda m: f"--{m[1].replace('_', '-')}", events_in_words(allowed_by))
    allowed = f"What would allow it: {in_words}" if allowed_by else ""
    if _BESIDE.search(allowed_by):
        allowed += ". Add --cosigner and their name; their key must be here."
    return REFUSED, said, allowed


#: Fields of a body that are typed as options of the same name.
_TYPED = re.compile(
    r"`(until|witness|reasons?|object_to|contact|hidden|revisits|under|outcome|words|contribution)`"
)
#: What the rules say that wants the signature of somebody else beside the author's.
_BESIDE = re.compile(r"signed by (?:its witness too|both|as many founders|.+ as well)$")


def events_in_words(text: str) -> str:
    """«payment accepted» for ``payment-accepted/v1``: as the log speaks of that entry."""
    return re.sub(r"\b([a-z]+(?:-[a-z]+)+)/v\d+\b", lambda m: f"«{m[1].replace('-', ' ')}»", text)


_NEXT_STEP = {
    errno.EACCES: "See to it that you may read and write there, or name another place.",
    errno.EROFS: "That disk takes no changes: name another place, or copy the directory first.",
    errno.ENOENT: "Make its folder first, or name another place.",
    errno.ENOSPC: "Make room and run it again; what was acknowledged is kept.",
}


def _from_storage(error: BaseException) -> tuple[int, str, str] | None:
    """Database and file errors that no room has translated."""
    module = type(error).__module__
    if module.startswith(("sqlalchemy", "sqlite3", "psycopg")):
        what = str(getattr(error, "orig", None) or error).splitlines()[0]
        return (
            STORAGE,
            f"The store could not be read or written: {what}.",
            "What was acknowledged is kept. Check the file or server named by `store` in "
            "tally.toml; `tally doctor` looks closer.",
        )
    if isinstance(error, OSError):
        why = (error.strerror or str(error)).lower()
        if not error.filename:  # the answer itself, as on a full disk: `tally log > file`
            return (
                STORAGE,
                f"The answer, or a file, could not be written: {why}.",
                "What was recorded before that stays recorded: `tally log -n 3` shows the newest "
                "entries. Make room, or write elsewhere.",
            )
        return (
            STORAGE,
            f"The file {error.filename} could not be read or written: {why}.",
            _NEXT_STEP.get(error.errno or 0, ""),
        )
    return None


def sentence(text: str) -> str:
    """A room's message as a sentence: a capital, unless a path comes first, and a full stop."""
    text = text.strip()
    if not text:
        return ""
    first = text.partition(" ")[0]
    if first.rstrip(",;:").isalpha() and first not in ("chmod", "install", "tally"):
        text = text[0].upper() + text[1:]
    return text if text[-1] in ".!?:)»`" else text + "."
