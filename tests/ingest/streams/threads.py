"""How many threads there are, those too that `threading` does not know."""

from __future__ import annotations

import _thread
import time

_PATIENCE_S = 10.0


def assert_ended(before: int) -> None:
    """No more threads than before are left, once those that have done their work are gone."""
    until = time.monotonic() + _PATIENCE_S
    while _thread._count() > before and time.monotonic() < until:
        time.sleep(0.001)
    assert _thread._count() <= before
