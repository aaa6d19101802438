"""How the domain says no.

    DomainError
    ├── NotAnEvent   a body does not have the form of the event it names; nothing of it was used
    └── Refused      a rule said no: which rule, what stood in the way, which event would allow it

The domain knows nothing of the ledger, so these are its own two kinds; ``cli`` turns both into
exit codes in one place.
"""

from __future__ import annotations


class DomainError(Exception):
    """Base of the errors of this room."""


class NotAnEvent(DomainError):
    """The body does not have the form of the event type it names.

    ``type`` is the recorded name, ``problems`` one line for each field that is wrong.
    """

    def __init__(self, type: str, problems: tuple[str, ...]) -> None:
        super().__init__(f"{type}: " + "; ".join(problems))
        self.type = type
        self.problems = problems


class Refused(DomainError):
    """A rule said no.

    ``rule`` is the permanent name of the rule (the table in ``domain/README.md`` lists them),
    ``message`` says what stood in the way, ``allowed_by`` which event or act would allow it.
    """

    def __init__(self, rule: str, message: str, allowed_by: str = "") -> None:
        super().__init__(f"{rule}: {message}")
        self.rule = rule
        self.message = message
        self.allowed_by = allowed_by
