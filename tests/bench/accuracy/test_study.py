from __future__ import annotations

from tests.bench.accuracy.studied import rows


def test_no_analysis_fails() -> None:
    assert all(rows())
    failed = [
        fault for part in rows() for row in part for fault in row.faults if fault.startswith(("crashed", "refused"))
    ]
    assert not failed
