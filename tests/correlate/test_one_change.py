"""What no log has is as the captures show it, and the other way round."""

from __future__ import annotations

from analyzer.correlate.one_change import as_seen, as_told
from tests.correlate.made import observation


def test_alone_each_family_keeps_its_kind() -> None:
    seen = observation()

    assert as_told([seen], []) == (seen,)
    assert as_seen([seen], []) == (seen,)
