"""The tables of an episode."""

from __future__ import annotations

import msgspec

from analyzer.model.instant import SECOND, Instant
from analyzer.model.measurement import KnownInstant
from analyzer.report.view.labels import Labels
from analyzer.report.view.tables import instants, latency_note
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


def test_an_instant_since_the_fault_is_as_exact_as_the_figures_of_the_same_two() -> None:
    """A log that stamped both tells how far they are apart whatever the doubt of its clock."""
    measured = builder.episode()
    stamps = {"fault": 10, "repaired": 40}
    wide = tuple(
        msgspec.structs.replace(
            one,
            at=Instant("capture", (stamps[one.name] - 5) * SECOND, (stamps[one.name] + 5) * SECOND),
            stamp=Instant("esxi", stamps[one.name] * SECOND, stamps[one.name] * SECOND),
        )
        for one in measured.episode.instants
        if isinstance(one, KnownInstant) and one.name in stamps
    )
    told = msgspec.structs.replace(measured, episode=msgspec.structs.replace(measured.episode, instants=wide))

    rows = {row.name: row for row in instants(told, Labels(builder.run()), "e1")}

    assert rows["repaired"].since_fault == "+30.000 s"


def test_no_doubt_has_an_instant_before_the_fault_that_it_follows() -> None:
    measured = builder.episode()
    at = {"fault": (10, 41), "repaired": (40, 41)}
    wide = tuple(
        msgspec.structs.replace(one, at=Instant("capture", *(bound * SECOND for bound in at[one.name])), stamp=None)
        for one in measured.episode.instants
        if isinstance(one, KnownInstant) and one.name in at
    )
    told = msgspec.structs.replace(measured, episode=msgspec.structs.replace(measured.episode, instants=wide))

    rows = {row.name: row for row in instants(told, Labels(builder.run()), "e1")}

    assert rows["repaired"].since_fault == "at most 31 s"
