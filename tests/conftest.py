"""Settings shared by all tests; its presence puts this folder on the path of ``strategies``.

Hypothesis runs without a deadline, because a busy machine is no failure, and keeps its examples
between runs in ``.hypothesis``.
"""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile(
    "house", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("house")
