"""Dates as people write them, and the ``on`` field they become (format §1).

    2026-04-03                day        2026-04      month      2026-Q2   quarter
    2026                      year       2026-04-03..2026-04-05  period
    today, yesterday          day        unknown      unknown (no dates at all)

A date with slashes or a two-digit year is refused: ``03/04/26`` means two days, and a wrong day
recorded is worse than one more question.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from cli.errors import WrongInput

DAY = "a day as 2026-04-03"
FORMS = "2026-04-03, 2026-04, 2026-Q2, 2026, 2026-04-03..2026-04-05, today, yesterday or unknown"

_MONTH = re.compile(r"(\d{4})-(\d{2})")
_QUARTER = re.compile(r"(\d{4})-?[Qq]([1-4])")
_YEAR = re.compile(r"\d{4}")
_LOOSE = re.compile(r"(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})")
_SHORT = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{2,4})")


def parse_on(text: str, today: date) -> dict[str, str]:
    """Give the ``on`` value for a date as written; ``today`` is a local date.

    Raises:
        WrongInput: the text is no date, or could mean two days.
    """
    text = text.strip()
    if text == "unknown":
        return {"precision": "unknown"}
    if text in ("today", "yesterday"):
        day = today - timedelta(days=text == "yesterday")
        return _span(day, day, "day")
    found = _longer(text)
    if found is None:
        day = parse_day(text, FORMS)
        found = _span(day, day, "day")
    return found


def _longer(text: str) -> dict[str, str] | None:
    """A period, quarter, month or year; None for anything else."""
    if ".." in text:
        first, _, last = text.partition("..")
        start, end = parse_day(first), parse_day(last)
        if end < start:
            raise WrongInput(
                f"The period {text} ends before it begins.", "Write the earlier date first."
            )
        return _span(start, end, "period")
    if match := _QUARTER.fullmatch(text):
        year, quarter = int(match[1]), int(match[2])
        start = _day(text, year, 3 * quarter - 2, 1)
        return _span(start, _last(text, year, 3 * quarter), "quarter")
    if match := _MONTH.fullmatch(text):
        year, month = int(match[1]), int(match[2])
        return _span(_day(text, year, month, 1), _last(text, year, month), "month")
    if _YEAR.fullmatch(text):
        return _span(_day(text, int(text), 1, 1), _day(text, int(text), 12, 31), "year")
    return None


def parse_day(text: str, forms: str = DAY) -> date:
    """Give one day written as 2026-04-03; ``forms`` are those that the refusal names.

    Raises:
        WrongInput: the text is no day, or could mean two.
    """
    text = text.strip()
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return date.fromisoformat(text)
    except ValueError:
        raise WrongInput(f"{text} is not a day of the calendar.", f"Write {forms}.") from None
    raise WrongInput(f"«{text}» is not a date that can be read.", _advice(text, forms))


def parse_at(text: str) -> int | date:
    """Give a size (``--at 812``) or a day (``--at 2026-04-03``); a number alone is a size."""
    return int(text) if text.isdecimal() else parse_day(text)


def in_words(on: dict[str, str] | None) -> str:
    """The ``on`` value as people read it; the same forms that ``parse_on`` accepts."""
    if not on or on.get("precision") == "unknown":
        return "date not known"
    start, end, precision = on.get("from", ""), on.get("to", ""), on.get("precision")
    if precision == "month":
        return start[:7]
    if precision == "year":
        return start[:4]
    if precision == "quarter":
        return f"{start[:4]}-Q{(int(start[5:7]) + 2) // 3}"
    return start if start == end else f"{start}..{end}"


def settled(text: str, order: str) -> str:
    """``03/04/26`` as 2026-04-03 or 2026-03-04, as ``order`` says (day-month or month-day).

    Only for a column whose order somebody stated; other texts come back as they are.
    """
    match = _SHORT.fullmatch(text.strip())
    if match is None:
        return text
    first, second, year = int(match[1]), int(match[2]), match[3]
    day, month = (first, second) if order == "day-month" else (second, first)
    return f"{year if len(year) == 4 else f'20{year}'}-{month:02d}-{day:02d}"


def _advice(text: str, forms: str) -> str:
    if match := _LOOSE.fullmatch(text):
        return f"Write it as {match[1]}-{int(match[2]):02d}-{int(match[3]):02d}."
    if match := _SHORT.fullmatch(text):
        first, second, year = int(match[1]), int(match[2]), match[3]
        full = year if len(year) == 4 else f"20{year}"
        readings = [
            f"{full}-{month:02d}-{day:02d}"
            for day, month in dict.fromkeys([(first, second), (second, first)])
            if 1 <= month <= 12 and 1 <= day <= 31
        ]
        if re.fullmatch(r"\d\d-\d\d-\d\d", text) and second <= 12:  # the year may stand first
            readings = [f"20{text}", *readings][:2]
        if len(readings) == 2:
            return f"Write it as {readings[0]} or {readings[1]}; {text} could mean either."
        if readings:
            return f"Write it as {readings[0]}."
    return f"Write {forms}."


def _span(start: date, end: date, precision: str) -> dict[str, str]:
    return {"from": start.isoformat(), "to": end.isoformat(), "precision": precision}


def _day(text: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise WrongInput(f"{text} is not in the calendar.", f"Write {FORMS}.") from None


def _last(text: str, year: int, month: int) -> date:
    if not 1 <= month <= 12 or year < 1:
        raise WrongInput(f"{text} is not in the calendar.", f"Write {FORMS}.")
    return date(year, month, monthrange(year, month)[1])
