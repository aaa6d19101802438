"""Named tuples that cost little to define, for what the offline check of a bundle imports.

Promise: ``class Point(NamedTuple)`` is to type checkers, and in all it does, what
``typing.NamedTuple`` makes of it; only the texts of its annotations are not compiled when the
module is imported. That is two thirds of the cost of a definition, and there are thirty.

    class Point(NamedTuple):
        x: int
        y: int = 0

Annotations stay text (``from __future__ import annotations``), so a module that uses this has
that line. Source: ``collections.namedtuple``, whose ``defaults`` stand for the last fields.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["NamedTuple"]

if TYPE_CHECKING:
    from typing import NamedTuple
else:
    from collections import namedtuple

    _OWN = frozenset({"__annotations__", "__module__", "__qualname__"})

    class _Definition(type):
        """Makes a named tuple out of the body of a class."""

        def __new__(cls, name, bases, body):
            if not bases:
                return super().__new__(cls, name, bases, body)
            fields = body["__annotations__"]
            defaults = [body[field] for field in fields if field in body]
            made = namedtuple(name, fields, defaults=defaults, module=body["__module__"])
            made.__annotations__ = fields
            made.__qualname__ = body["__qualname__"]
            for key, value in body.items():
                if key not in _OWN and key not in fields:
                    setattr(made, key, value)
            return made

    class NamedTuple(metaclass=_Definition):
        """The base to write; no class made from it has it among its bases."""
