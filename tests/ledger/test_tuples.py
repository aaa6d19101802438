"""Named tuples defined cheaply are what ``typing.NamedTuple`` would have made of them."""

from __future__ import annotations

import pickle
import subprocess
import sys
import typing

from ledger.tuples import NamedTuple


class Point(NamedTuple):
    """A place."""

    x: int
    y: int = 7

    @property
    def sum(self) -> int:
        """Both together."""
        return self.x + self.y

    def __repr__(self) -> str:
        return "hidden"


class Reference(typing.NamedTuple):
    """A place."""

    x: int
    y: int = 7


def test_a_named_tuple_has_the_fields_and_defaults_of_the_standard_one() -> None:
    for name in ("_fields", "_field_defaults", "__doc__", "__module__", "__slots__", "__bases__"):
        assert getattr(Point, name) == getattr(Reference, name), name
    assert Point(1) == Reference(1) == (1, 7)
    assert Point(1)._replace(y=2) == (1, 2)
    assert set(Point.__annotations__) == set(Reference.__annotations__)


def test_its_methods_are_its_own_and_it_can_be_pickled() -> None:
    assert Point(1).sum == 8
    assert repr(Point(1)) == "hidden"
    assert type(pickle.loads(pickle.dumps(Point(1)))) is Point  # noqa: S301  made here
    assert not hasattr(Point(1), "__dict__")


def test_checking_a_bundle_imports_nothing_slow_of_the_standard_library() -> None:
    code = (
        "import sys; import ledger.bundle; "
        "slow = {'dataclasses', 'inspect', 'pathlib', 'urllib', 'secrets', 'random', 'base64'}; "
        "print(sorted(slow & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
