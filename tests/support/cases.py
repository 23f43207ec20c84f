"""How many cases are tried: of parameters and of examples."""

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import settings


def slow_but(cases: Iterable[Any], *quick: Any) -> list[Any]:
    """All cases as parameters. `make test` tries those that are quick, and `make test-slow` the others."""
    return [case if case in quick else pytest.param(case, marks=pytest.mark.slow) for case in cases]


def examples(times: float) -> int:
    """So many times as many examples as the profile in use has."""
    return max(1, round(settings().max_examples * times))
