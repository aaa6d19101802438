"""The words and units of the domain: ids, money, time, dates, and the codes of ``domain.md``.

Everything here is frozen and checked once, at the edge. Ids are ``kind:`` and 26 characters of
lower-case base32 (128 random bits); money is whole minor units of one currency; time worked says
on what basis it is known; dates are local dates ``YYYY-MM-DD`` in the charter's zone.

    Money(minor=7500, currency="GBP", exponent=2)      # £75.00
    TimeWorked(basis="band", minutes=240)              # up to half a day
    TimeWorked(basis="unknown")                        # unknown is not zero
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, TypeVar, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

_ID = "[a-z2-7]{26}$"

PersonId = Annotated[str, StringConstraints(pattern=f"^person:{_ID}")]
OperatorId = Annotated[str, StringConstraints(pattern=f"^operator:{_ID}")]
HolderId = Annotated[str, StringConstraints(pattern=f"^(person|operator):{_ID}")]
ProjectId = Annotated[str, StringConstraints(pattern=f"^project:{_ID}")]
GroupId = Annotated[str, StringConstraints(pattern=f"^group:{_ID}")]
BodyId = Annotated[str, StringConstraints(pattern=f"^body:{_ID}")]
ProblemId = Annotated[str, StringConstraints(pattern=f"^problem:{_ID}")]
ContributionId = Annotated[str, StringConstraints(pattern=f"^contribution:{_ID}")]
BudgetId = Annotated[str, StringConstraints(pattern=f"^budget:{_ID}")]
DecisionId = Annotated[str, StringConstraints(pattern=f"^decision:{_ID}")]
OfferId = Annotated[str, StringConstraints(pattern=f"^offer:{_ID}")]
ClaimId = Annotated[str, StringConstraints(pattern=f"^claim:{_ID}")]
InputId = Annotated[str, StringConstraints(pattern=f"^input:{_ID}")]
OutputId = Annotated[str, StringConstraints(pattern=f"^output:{_ID}")]
CommitmentId = Annotated[str, StringConstraints(pattern=f"^commitment:{_ID}")]
#: What can be left open when a project ends, and carried on to another.
MatterId = Annotated[str, StringConstraints(pattern=f"^(problem|input|commitment):{_ID}")]
SupportId = Annotated[str, StringConstraints(pattern=f"^support:{_ID}")]
TrainingId = Annotated[str, StringConstraints(pattern=f"^training:{_ID}")]
GiftId = Annotated[str, StringConstraints(pattern=f"^gift:{_ID}")]
ActionId = Annotated[str, StringConstraints(pattern=f"^action:{_ID}")]
EvaluationId = Annotated[str, StringConstraints(pattern=f"^evaluation:{_ID}")]
PaymentId = Annotated[str, StringConstraints(pattern=f"^payment:{_ID}")]
AnyId = Annotated[str, StringConstraints(pattern=f"^[a-z][a-z-]*:{_ID}")]

#: Hex SHA-256: of an envelope (a line, a grant), of a key's SPKI, of a file, of a row's name.
Hex64 = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
#: A short code of a project's own making: an option's key, an imported kind. Never a name.
Slug = Annotated[str, StringConstraints(pattern="^[a-z0-9][a-z0-9._-]{0,39}$")]
#: A few words that classify and concern no one person: «patient partner», «parents».
Label = Annotated[
    str, StringConstraints(min_length=1, max_length=80, pattern=r"^\S([^\x00-\x1f]*\S)?$")
]


def _real_date(text: str) -> str:
    date.fromisoformat(text)
    return text


#: A local date in the charter's zone, ``YYYY-MM-DD``.
Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$"), AfterValidator(_real_date)]

T = TypeVar("T")
#: Many of something. JSON has only lists, so the strict model must be told to take one.
Many = Annotated[tuple[T, ...], Field(strict=False)]

Side = Literal["community", "front-line", "institution", "bridging", "unsaid"]
Stage = Literal["S1", "S2", "S3", "S4a", "S4b", "S5", "S6", "G", "unsorted"]
Level = Literal["inform", "consult", "involve", "collaborate", "lead", "unsorted"]
Scale = Literal["individual", "group", "collective", "unsorted"]
SpeaksFor = Literal["self", "other", "general", "unsaid"]
Share = Literal["lead", "equal", "supporting"]
#: Labour that hours seldom show: given as often as the rest, recorded less (domain.md section 4).
Intangible = Literal[
    "preparation",
    "travel-and-waiting",
    "brokering-trust",
    "mentoring",
    "peer-support",
    "hosting",
    "care-cover",
    "emotional-labour",
]
Kind = Literal[
    "problem-raising",
    "priority-setting",
    "testimony",
    "design",
    "advice",
    "review",
    "outreach",
    "delivery",
    "data-collection",
    "analysis",
    "writing",
    "teaching",
    "accessibility",
    "facilitation",
    "chairing",
    "governance",
    "resources-in-kind",
    "dissemination",
    "evaluation",
    Intangible,
    "unsorted",
]
INTANGIBLE: frozenset[str] = frozenset(get_args(Intangible))
#: The fourteen roles of CRediT (ANSI/NISO Z39.104-2022).
CreditRole = Literal[
    "conceptualization",
    "data-curation",
    "formal-analysis",
    "funding-acquisition",
    "investigation",
    "methodology",
    "project-administration",
    "resources",
    "software",
    "supervision",
    "validation",
    "visualization",
    "writing-original-draft",
    "writing-review-editing",
]
Power = Literal[
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
    # keeping the record itself
    "record",
    "enrol",
    "keys",
]


class Part(BaseModel):
    """A frozen piece of a body: unknown fields and coerced types are refused."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, validate_by_name=True, validate_by_alias=True
    )


class Money(Part):
    """An amount of one currency, in whole minor units; never negative.

    Time credits are a unit of their own (``time-credit``) and meet no currency.
    """

    minor: Annotated[int, Field(ge=0, lt=2**53)]
    currency: Annotated[str, StringConstraints(pattern="^([A-Z]{3}|time-credit)$")]
    exponent: Annotated[int, Field(ge=0, le=4)]

    @property
    def unit(self) -> tuple[str, int]:
        """Currency and exponent: two amounts can be compared only when these are equal."""
        return self.currency, self.exponent

    def __str__(self) -> str:
        whole, part = divmod(self.minor, 10**self.exponent)
        digits = f".{part:0{self.exponent}d}" if self.exponent else ""
        return f"{self.currency} {whole}{digits}"


class TimeWorked(Part):
    """Time given, as far as it is known: minutes 1–527,040 (a year), or unknown.

    ``worked`` was counted, ``estimated`` was guessed by who gave it, ``band`` means «up to».
    """

    basis: Literal["worked", "estimated", "band", "unknown"]
    minutes: Annotated[int, Field(ge=1, le=527_040)] | None = None

    @model_validator(mode="after")
    def _minutes_go_with_the_basis(self) -> TimeWorked:
        if (self.basis == "unknown") != (self.minutes is None):
            raise ValueError("minutes are given unless the basis is 'unknown'")
        return self


class Fraction(Part):
    """A share of votes, above zero and at most one: ``of`` says of whom."""

    over: Annotated[int, Field(ge=1, le=1000)]
    under: Annotated[int, Field(ge=1, le=1000)]
    of: Literal["cast", "ballots", "electorate"]

    @model_validator(mode="after")
    def _at_most_one(self) -> Fraction:
        if self.over > self.under:
            raise ValueError("a threshold cannot be above one")
        return self


class Measure(Part):
    """How much there was of something, in a unit of the source's own; never time or money."""

    amount: Annotated[int, Field(ge=0, lt=2**53)]
    unit: Slug


Precision = Literal["day", "month", "quarter", "year", "period", "unknown"]


@dataclass(frozen=True, slots=True)
class On:
    """When something happened, as claimed: local dates, either of which may be unknown."""

    from_: str | None
    to: str | None
    precision: str

    @classmethod
    def parse(cls, fields: Mapping[str, Any] | None) -> On | None:
        """The claimed date of a statement's ``on`` field, which ``ledger`` has checked for form."""
        if fields is None:
            return None
        return cls(fields.get("from"), fields.get("to"), fields["precision"])

    @classmethod
    def day(cls, day: str) -> On:
        """One known day."""
        return cls(day, day, "day")
