"""The tables of an episode."""

from __future__ import annotations

import msgspec

from analyzer.report.view.tables import latency_note
from tests.report import builder


def test_an_operation_that_moved_is_in_no_table_of_call_to_reply_times() -> None:
    measured = builder.episode()
    assert measured.longest is not None
    stayed, moved = (
        msgspec.structs.replace(measured, longest=msgspec.structs.replace(measured.longest, moved=moved))
        for moved in (False, True)
    )

    assert "longest operation" not in latency_note(stayed)
    assert "was answered on another connection, and is not included" in latency_note(moved)
    assert latency_note(msgspec.structs.replace(measured, longest=None)) == latency_note(stayed)
