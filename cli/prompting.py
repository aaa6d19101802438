"""Asking at a terminal for what a command was not told, in plain words.

Nothing is asked while everything required was given, with ``--no-input`` or ``--json``, or where
nobody sits at a terminal: then a missing argument is click's usual error (exit 2). Once something
required had to be asked, what else most people would say is asked as well; each has an answer for
«nothing» and, where not knowing is an answer, «?». What would be recorded is said in one sentence
before it is signed, and «no» records nothing.

    ask = Asking(ws)
    name = ask.need(name, "name", "What is the person called?")
    side = ask.choose(side, "side", "Whose interests do they act for?", SIDES, unknown="unsaid")
    ask.settle(f"Add {name}, who acts for {side}.", manner)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from cli.errors import WrongInput

if TYPE_CHECKING:
    from cli.workspace import Workspace
    from cli.writing import Manner

#: What people write when they do not know yet.
UNSURE = frozenset({"?", "don't know", "don't know yet", "dont know", "not sure", "unknown"})
Check = Callable[[str], object]


class Asking:
    """The questions of one run; ``asked`` once one had to be asked."""

    def __init__(self, ws: Workspace) -> None:
        self._ws = ws
        self.asked = False

    def need(self, given: str | None, name: str, question: str, check: Check | None = None) -> str:
        """What must be said: as given, or asked for until it can be meant.

        Raises:
            MissingParameter: it was not given, and nobody can be asked (exit 2).
        """
        if given is not None:
            return given
        self._begin(name)
        return self._prompt(question, check, default=None)

    def more(
        self, given: str | None, question: str, check: Check | None = None, default: str = ""
    ) -> str | None:
        """What may be said: asked for only once something had to be; None for no answer."""
        if given or not self.asked:
            return given
        return self._prompt(question, check, default=default) or None

    def names(
        self, given: tuple[str, ...], question: str, check: Check | None = None
    ) -> tuple[str, ...]:
        """Several names with commas, asked for only once something had to be."""
        if given or not self.asked:
            return given
        return parts(self._prompt(question, _each(check), default=""))

    def choose(
        self,
        given: str,
        name: str,
        question: str,
        words: Mapping[str, str],
        *,
        unknown: str | None = None,
        default: str | None = None,
    ) -> str:
        """One of ``words`` (a code, and what it means), asked for only once something had to be.

        A word given on the line stands. ``unknown`` is what «?» and no answer mean, ``default``
        what no answer means.
        """
        if not self.asked or _typed(name):
            return given
        return self._one_of(question, words, unknown, default)[0]

    def choose_some(
        self,
        given: tuple[str, ...],
        name: str,
        question: str,
        words: Mapping[str, str],
        *,
        unknown: str | None = None,
    ) -> tuple[str, ...]:
        """One or several of ``words``, with commas; must be said unless «?» is an answer."""
        if given and (_typed(name) or not self.asked):
            return given
        if unknown is None:
            self._begin(name)
        elif not self.asked:
            return given
        return self._one_of(question, words, unknown, None, several=True)

    def settle(self, sentence: str, manner: Manner) -> None:
        """Say what would be recorded, if anything was asked, and stop unless it is right.

        Raises:
            Abort: they said no; nothing was recorded.
        """
        if not self.asked:
            return
        from cli.render.text import visible

        click.echo(f"\nThis will be recorded:\n  {visible(sentence)}", err=True)
        if manner.dry_run:
            return
        if not click.confirm("Sign it?", default=True, err=True):
            click.echo("Nothing was recorded.", err=True)
            raise click.Abort

    def begin(self) -> None:
        """Ask from here on, if somebody can be asked."""
        if self._ws.settings.may_ask and not self.asked:
            click.echo("(«?» where you do not know yet, Ctrl-C to stop)", err=True)
            self.asked = True

    def _begin(self, name: str) -> None:
        context = click.get_current_context()
        if not self._ws.settings.may_ask:
            param = next(p for p in context.command.params if p.name == name)
            raise click.MissingParameter(ctx=context, param=param)
        self.begin()

    def _one_of(
        self,
        question: str,
        words: Mapping[str, str],
        unknown: str | None,
        default: str | None,
        *,
        several: bool = False,
    ) -> tuple[str, ...]:
        click.echo(question, err=True)
        width = max(map(len, words))
        for code, meaning in words.items():
            click.echo(f"  {code:{width}}  {meaning}".rstrip(), err=True)
        if unknown is not None:
            click.echo(f"  {'?':{width}}  don't know yet", err=True)
        empty = default if default is not None else "?" if unknown is not None else None

        def meant(answer: str) -> tuple[str, ...]:
            if unknown is not None and answer.casefold() in UNSURE:
                return (unknown,)
            said = parts(answer) if several else (answer,)
            return tuple(_nearest(one, words) for one in said)

        answer = self._prompt("Some of these" if several else "One of these", meant, default=empty)
        return meant(answer)

    def _prompt(self, question: str, check: Check | None, default: str | None) -> str:
        answer = click.prompt(
            question,
            default=default,
            show_default=bool(default),
            value_proc=judged_by(check) if check else None,
            prompt_suffix=" " if question.endswith("?") else ": ",
            err=True,
        )
        return str(answer).strip()


def judged_by(check: Check) -> Callable[[str], str]:
    """For a prompt: a wrong answer is explained and asked for again, and nothing is lost."""

    def judge(answer: str) -> str:
        try:
            if answer.strip():
                check(answer.strip())
        except WrongInput as error:
            raise click.UsageError(f"{error.message} {error.hint}") from error
        return answer

    return judge


def parts(answer: str) -> tuple[str, ...]:
    """The parts of an answer with commas, each once."""
    found = (" ".join(part.split()) for part in answer.split(","))
    return tuple(dict.fromkeys(part for part in found if part))


def _each(check: Check | None) -> Check | None:
    if check is None:
        return None

    def judge(answer: str) -> None:
        for part in parts(answer):
            check(part)

    return judge


def _nearest(answer: str, words: Mapping[str, str]) -> str:
    """The one of ``words`` that an answer means: the word, or enough of it to be the only one."""
    text = answer.strip().casefold()
    fits = [word for word in words if word.casefold() == text]
    fits = fits or [word for word in words if text and word.casefold().startswith(text)]
    if len(fits) == 1:
        return fits[0]
    raise WrongInput(
        f"«{answer}» could be {' or '.join(fits)}." if fits else f"«{answer}» is none of these.",
        "Write one of the words on the left, or enough of it.",
    )


def _typed(name: str) -> bool:
    source: Any = click.get_current_context().get_parameter_source(name)
    return source is ParameterSource.COMMANDLINE
