from __future__ import annotations

from tests.bench.accuracy.studied import studied


def test_no_analysis_fails() -> None:
    study = studied()
    assert all((study.matrix, study.healthy, study.sequences))
    failed = [fault for row in study.rows for fault in row.faults if fault.startswith(("crashed", "refused"))]
    assert not failed
