"""A log with more changes than are told is told up to there, as if it ended there; so are several logs together."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from analyzer.config import Settings
from analyzer.ingest import logs
from analyzer.ingest.collect import collect
from analyzer.ingest.logs import bounds
from analyzer.model.event import HealthyChecks, RouteChanged, StargateStates
from analyzer.model.instant import SECOND

RULES = logs.load_rules(())
CVMS = "['192.168.1.26', '192.168.1.27']"


def line(second: int, text: str) -> str:
    stamp = f"2026-11-22 {second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
    return f"{stamp} INFO {text}\n"


def changes(count: int, host: int = 24) -> str:
    """A check that found all well, and then a change of a route, again and again."""
    return "".join(
        line(20 * one, f"ha_service.py:489 All stargates are up: {CVMS}")
        + line(
            20 * one + 10,
            f"hypervisor_ha.py:201 Route to 192.168.5.2 via 192.168.1.28 added on host 192.168.1.{host}",
        )
        for one in range(count)
    )


def read(text: str) -> logs.LogReading:
    return logs.read(io.BytesIO(text.encode()), "genesis.out", "genesis", Settings(), RULES)


def test_a_log_is_told_up_to_its_last_change_that_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "CHANGES_AT_MOST", 5)

    told, whole = read(changes(12)), read(changes(5))

    assert [event.origin.number for event in told.events] == list(range(1, 12))
    assert [(one.where, one.reason.name, one.count) for one in told.skipped] == [("line 12", "too-many-events", 13)]
    assert (told.first, told.records, whole.skipped) == (whole.first, 24, ())
    assert told.last is not None
    assert whole.last is not None
    assert told.last.least == whole.last.least + 10 * SECOND


def test_blocks_behind_it_are_only_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "CHANGES_AT_MOST", 1)
    monkeypatch.setattr("analyzer.ingest.logs.text.lines.BLOCK_BYTES", 200)

    told = read(changes(50))

    assert len(told.events) == 3
    assert [(one.where, one.count) for one in told.skipped] == [("line 4", 97)]
    assert told.records == 100


def test_lines_that_change_nothing_have_a_bound_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "OTHERS_AT_MOST", 2)
    down = "".join(line(30 * one, "ha_service.py:497 Stargate is down on ['192.168.1.26']") for one in range(4))

    assert [event.origin.number for event in read(changes(3) + down).events] == list(range(1, 9))


def test_checks_that_found_all_well_are_told_however_many(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CHANGES_AT_MOST", "OTHERS_AT_MOST"):
        monkeypatch.setattr(bounds, name, 2)
    well = "".join(line(30 * one, f"ha_service.py:489 All stargates are up: {CVMS}") for one in range(500))

    told = read(well)

    assert (told.records, told.skipped) == (500, ())


def test_logs_together_share_what_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bounds, "CHANGES_IN_ALL", 10)
    for number, count in enumerate((2, 30, 9)):
        (tmp_path / f"{number}").mkdir()
        (tmp_path / f"{number}" / "genesis.out").write_text(changes(count, 21 + number))

    found = collect([tmp_path], Settings())

    hosts = [event.detail.host for event in found.events if isinstance(event.detail, RouteChanged)]
    assert {host: hosts.count(host) for host in hosts} == {"192.168.1.21": 2, "192.168.1.22": 4, "192.168.1.23": 4}
    left = [
        (one.source.rpartition("_0/")[2], one.where, one.count)
        for one in found.skipped
        if one.reason.name == "too-many-events"
    ]
    assert left == [("1/genesis.out", "line 10", 51), ("2/genesis.out", "line 10", 9)]
    ends = [source.last.least for source in found.sources if source.last is not None]
    assert [(end - min(ends)) // SECOND for end in ends] == [0, 50, 50]


def test_nothing_is_shared_where_there_is_room() -> None:
    told = read(changes(3)).events
    assert {type(event.detail) for event in told} == {StargateStates, RouteChanged}
    assert not any(isinstance(event.detail, HealthyChecks) for event in told)
    assert bounds.shares([told, ()]) == [None, None]


def test_a_record_of_which_not_all_is_looked_at_is_counted() -> None:
    line = "2026-11-22 07:50:00,123Z INFO ha_service.py:489 All stargates are up: ['192.168.1.26']"
    below = "ha_service.py said more\n" * 200
    for text, count in ((f"{line}\n", 0), (f"{line}{' x' * 2_100}\n", 1), (f"{line}\n{below}{line}\n", 1)):
        found = [(one.where, one.count) for one in read(text).skipped if one.reason.name == "long-record"]
        assert found == [("line 1", count)] * bool(count)
