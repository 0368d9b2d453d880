"""Without checks of a log nothing tells that Genesis said nothing."""

from __future__ import annotations

from analyzer.correlate.logs.checks.ha_checks import HaChecks
from analyzer.correlate.merge.silent_genesis import _is_untold
from tests.correlate.made import observation


def test_no_log_is_no_silence() -> None:
    assert not _is_untold(observation(), HaChecks((), None))
