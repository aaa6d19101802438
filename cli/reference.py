"""The command reference in ``cli/README.md``, made from the commands themselves.

    python -m cli.reference          write it into cli/README.md
    python -m cli.reference --check  exit 1 when the file differs from the commands

It stands between two markers; everything else in the README is written by hand. A test runs the
check, so a command without words or example, or an option nobody documented, cannot be released.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from cli.lazy import Command, Group

README = Path(__file__).with_name("README.md")
BEGIN = "<!-- commands: made by `python -m cli.reference` -->"
END = "<!-- end of commands -->"
#: Options that many commands share are described once, above the reference.
SHARED = {
    **dict.fromkeys(("on", "under", "afterwards", "cosigners", "dry_run"), "*writing*"),
    **dict.fromkeys(("recorded_for", "said_by", "witness"), "*on behalf*"),
}


def commands(root: click.Command) -> Iterator[tuple[str, click.Command]]:
    """Every command that can be run, with its full name (``tally key new``), in listed order."""

    def walk(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
        if isinstance(command, click.Group):
            context = click.Context(command, info_name=name)
            for member in command.list_commands(context):
                inner = command.get_command(context, member)
                if inner is not None and not inner.hidden:
                    yield from walk(inner, f"{name} {member}")
            if not (isinstance(command, Group) and command.invoke_without_command):
                return
        yield name, command

    return walk(root, "tally")


def reference(root: click.Command) -> str:
    """The Markdown of all commands: usage, words, options, example."""
    return "\n".join(_entry(name, command) for name, command in commands(root))


def written(text: str, made: str) -> str:
    """``text`` of the README with the part between the markers replaced."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{made}\n{END}{after}"


def _entry(name: str, command: click.Command) -> str:
    context = click.Context(command, info_name=name)
    pieces = [piece for piece in command.collect_usage_pieces(context) if piece != "[OPTIONS]"]
    lines = [f"#### `{' '.join([name, *pieces])}`", "", " ".join((command.help or "").split()), ""]
    options = [option for option in command.params if isinstance(option, click.Option)]
    own = [option for option in options if not option.hidden and option.name not in SHARED]
    for option in own:
        record = option.get_help_record(context)
        if record is not None:
            lines.append(f"- `{record[0]}`{': ' + record[1] if record[1] else ''}")
    shared = sorted({SHARED[str(o.name)] for o in options if o.name in SHARED}, reverse=True)
    if shared:
        lines.append(f"- and {' and '.join(shared)}")
    if own or shared:
        lines.append("")
    if isinstance(command, Command) and command.example:
        lines += ["```", *command.example.splitlines(), "```", ""]
    return "\n".join(lines)


def main() -> int:
    """Write the reference, or with ``--check`` say whether it is up to date (0) or not (1)."""
    from cli.main import tally

    current = README.read_text(encoding="utf-8")
    wanted = written(current, reference(tally))
    if "--check" in sys.argv[1:]:
        return int(current != wanted)
    README.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
