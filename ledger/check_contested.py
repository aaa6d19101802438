"""Which key led which entry, so that an audit can say how many entries a suspicion touches.

A key is revoked after the entries it puts in doubt (format §1a: ``suspect_from``), so the audit
remembers the leading key of every entry: 4 bytes each, and each key once.

    led = Leading()
    led.put(index, key_id)
    led.by(key_id, first, last)     how many of the entries first … last it led
"""

from __future__ import annotations

from array import array


class Leading:
    """The leading key of each entry; 0 stands for «not shown»."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._led = array("I")

    def put(self, index: int, key_id: str) -> None:
        """The entry at ``index`` was led by this key; indexes ascend and may leave some out."""
        if (behind := index - len(self._led)) > 0:
            self._led.extend([0] * behind)
        self._led.append(self._number(key_id))

    def extend(self, first: int, places: bytes, keys: list[str]) -> None:
        """Entries from ``first`` on, each led by the key at its place (two bytes) in ``keys``."""
        if (behind := first - len(self._led)) > 0:
            self._led.extend([0] * behind)
        numbers = [self._number(key) for key in keys]
        self._led.extend([numbers[place] for place in memoryview(places).cast("H")])

    def _number(self, key_id: str) -> int:
        return self._numbers.setdefault(key_id, len(self._numbers) + 1)

    def by(self, key_id: str, first: int, last: int) -> int:
        """How many entries from ``first`` to ``last``, both included, this key led."""
        number = self._numbers.get(key_id)
        return 0 if number is None else self._led[first : last + 1].count(number)
