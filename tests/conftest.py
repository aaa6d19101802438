"""Settings shared by all tests; its presence puts this folder on the path of ``strategies``.

Hypothesis runs without a deadline, because a busy machine is no failure, and keeps its examples
between runs in ``.hypothesis``.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "house", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("house")


@pytest.fixture
def at_a_terminal() -> Iterator[None]:
    """Signals as a program at a terminal has them; whoever runs the tests may have them ignored."""
    usual = {
        signal.SIGINT: signal.default_int_handler,
        signal.SIGTERM: signal.SIG_DFL,
        signal.SIGHUP: signal.SIG_DFL,
    }
    before = {one: signal.signal(one, handler) for one, handler in usual.items()}
    yield
    for one, had in before.items():
        signal.signal(one, had)
