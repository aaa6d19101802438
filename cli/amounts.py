"""Money and time as people write them, and the values they become (format §1).

    18   18.50   18.50GBP   "18.50 EUR"      → {minor: 1850, currency, exponent: 2}
    90m  1.5h  1h30  2h  half-day  day  unknown  → {basis, minutes?}

Money is whole minor units and never a float: ``18.505`` pounds is refused, not rounded.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from cli.errors import WrongInput

#: Currencies whose minor unit is not a hundredth (ISO 4217).
_EXPONENTS = {
    **dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX"), 0
    ),
    **dict.fromkeys(("UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
_MONEY = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([A-Za-z]{3})?|([A-Za-z]{3})\s*([0-9]+(?:\.[0-9]+)?)")
_TIME = re.compile(r"(?:(\d+(?:\.\d+)?)\s*h(?:ours?)?)?\s*(?:(\d+)\s*(?:m(?:in(?:utes?)?)?)?)?")
_BANDS = {"hour": 60, "half-day": 210, "day": 420}


def exponent_of(currency: str) -> int:
    """Number of decimal places of a currency code; 2 unless ISO 4217 says otherwise."""
    return _EXPONENTS.get(currency, 2)


def parse_money(text: str, currency: str) -> dict[str, Any]:
    """Give ``{minor, currency, exponent}``; ``currency`` is used when the text names none.

    Raises:
        WrongInput: not an amount, or more decimal places than the currency has.
    """
    plain = text.strip().replace("£", "GBP ").replace("€", "EUR ")
    match = _MONEY.fullmatch(plain)
    if match is None:
        raise WrongInput(
            f"«{text}» is not an amount of money.",
            f"Write digits with a point for decimals, and the currency if it is not {currency}: "
            "18, 18.50 or «18.50 EUR».",
        )
    code = (match[2] or match[3] or currency).upper()
    places = exponent_of(code)
    try:
        minor = Decimal(match[1] or match[4]).scaleb(places)
    except InvalidOperation:  # a number too long for Decimal to hold exactly
        raise WrongInput(f"«{text}» is too large an amount.", "Write what was meant.") from None
    if minor >= 2**53:
        raise WrongInput(f"«{text}» is too large an amount.", "Write what was meant.")
    if minor != minor.to_integral_value():
        raise WrongInput(
            f"«{text}» cannot be recorded exactly: {code} has {places} decimal places.",
            "Round it yourself; nothing here rounds money.",
        )
    return {"minor": int(minor), "currency": code, "exponent": places}


def money_in_words(money: dict[str, Any]) -> str:
    """``18.50 GBP`` for the value that ``parse_money`` gives."""
    amount = Decimal(money["minor"]).scaleb(-money["exponent"])
    return f"{amount:.{money['exponent']}f} {money['currency']}"


def parse_minutes(text: str) -> tuple[str, int | None]:
    """Give ``(basis, minutes)``: worked or band, or ("unknown", None); unknown is not zero.

    Raises:
        WrongInput: the text is no length of time.
    """
    plain = re.sub(r"(?<=\d),(?=\d+\s*h)", ".", text.strip().lower())  # 1,5h
    if plain == "unknown":
        return "unknown", None
    if plain in _BANDS:
        return "band", _BANDS[plain]
    match = _TIME.fullmatch(plain)
    bare = re.fullmatch(r"\d+(?:\.\d+)?", plain)
    if not plain or match is None or bare:
        raise WrongInput(
            f"«{text}» is not a length of time.",
            _how(plain),
        )
    minutes = Decimal(match[1] or 0) * 60 + int(match[2] or 0)
    if not minutes:
        raise WrongInput(f"«{text}» is no time at all.", "Write unknown, or leave the time out.")
    if minutes != minutes.to_integral_value():
        raise WrongInput(f"«{text}» is not a whole number of minutes.", "Write it as 90m.")
    return "worked", int(minutes)


def _how(plain: str) -> str:
    """What to write instead; a bare number or 1:30 could be hours or minutes."""
    if re.fullmatch(r"\d+(?:[.,]\d+)?", plain):
        return "Write what it counts, 1.5h or 90m: a bare number could be either."
    if re.fullmatch(r"\d+:\d\d(?::00)?", plain):
        return "Write 1h30 for an hour and a half: 1:30 could be minutes and seconds."
    return "Write 90m, 1.5h, 1h30, one of the bands hour, half-day, day, or unknown."


def counted_in(text: str, unit: str) -> str:
    """A cell of a column that counts ``unit`` (hours or minutes), as ``parse_minutes`` reads it.

    1.5, 1,5 and 1:30 gain the unit that the column has; other texts come back as they are.
    """
    plain = text.strip().replace(",", ".")
    if clock := re.fullmatch(r"(\d+):(\d\d)(?::00)?", plain):
        return f"{int(clock[1])}h{clock[2]}" if unit == "hours" else text
    return f"{plain}{unit[0]}" if re.fullmatch(r"\d+(?:\.\d+)?", plain) else text
