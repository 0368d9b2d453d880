"""Reading whole logs: the recordings, damaged files, zones, multi-line records; reading and explaining agree."""

# ruff: noqa: E501 - a case is a line

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.config import Settings
from analyzer.ingest import logs
from analyzer.model.event import Forwarding, HaUnclassified, RouteChanged, StargateStates
from analyzer.model.source import SourceKind
from tests.recordings import truth_of

RULES = logs.load_rules(())
SAMPLES = sorted((Path(__file__).parents[3] / "samples").glob("*/genesis.out"))
STORY = (
    b"2026-11-22 07:04:14 INFO ha_service.py:489 All stargates are up: ['192.168.1.26', '192.168.1.27']\n"
    b"2026-11-22 07:04:46 WARNING ha_service.py:497 Stargate is down on ['192.168.1.26'], up on ['192.168.1.27']\n"
    b"2026-11-22 07:04:46 INFO cluster:12 Service foo is fine\n"
    b"  with more to say\n"
    b"2026-11-22 07:04:47 INFO hypervisor_ha.py:201 Route to 192.168.5.2 via 192.168.1.28 added on host 192.168.1.24\n"
)


class Trickle(io.BytesIO):
    """Gives a few bytes at a time, as pipes do."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(size or 7, 7) if size != -1 else 7)


def _read(data: bytes, kind: SourceKind = "genesis", settings: Settings | None = None) -> logs.LogReading:
    return logs.read(io.BytesIO(data), "genesis.out", kind, settings or Settings(), RULES)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.parent.name)
def test_recordings_are_understood_line_by_line(path: Path) -> None:
    reading = _read(path.read_bytes())
    assert reading.records == len(path.read_text().splitlines())
    assert not [event for event in reading.events if isinstance(event.detail, HaUnclassified)]
    assert len(reading.events) == reading.records
    assert reading.zone_assumed
    truth = truth_of(path.parent)
    hosts = {e.detail.host for e in reading.events if isinstance(e.detail, Forwarding | RouteChanged)}
    assert hosts == {truth.hosts[0].address}


def test_a_story() -> None:
    reading = _read(STORY)
    assert [(e.origin.number, e.rule) for e in reading.events] == [
        (1, "stargates"),
        (2, "stargates"),
        (5, "route-changed"),
    ]
    assert reading.events[1].text == STORY.splitlines()[1].decode()
    assert reading.records == 4
    assert reading.first is not None
    assert reading.last is not None
    assert reading.last.least - reading.first.least == 33 * 10**9
    assert (reading.zone, reading.zone_assumed, reading.skipped) == ("UTC", True, ())


def test_a_trickling_stream_reads_the_same() -> None:
    assert logs.read(Trickle(STORY), "genesis.out", "genesis", Settings(), RULES) == _read(STORY)


def test_zone_given() -> None:
    reading = _read(STORY, settings=Settings(log_timezone="Europe/Berlin"))
    assert reading.events[0].at.least == _read(STORY).events[0].at.least - 3600 * 10**9
    assert (reading.zone, reading.zone_assumed) == ("Europe/Berlin", False)


def test_impossible_stamp_is_counted() -> None:
    reading = _read(STORY.replace(b"07:04:46 WARNING", b"27:04:46 WARNING"))
    assert [(s.where, s.count) for s in reading.skipped] == [("line 2", 1)]
    assert len(reading.events) == 2


def test_an_impossible_stamp_of_the_usual_form_is_counted_too() -> None:
    """What stands behind a stamp is known by then, so that only the stamp is read."""
    line = b"2026-11-22 07:04:46,001Z INFO 80801248 ha_service.py:489 All stargates are up\n"
    impossible = (b"27:04:46", b"07:61:46", b"07:04:99")
    reading = _read(line * 2 + b"".join(line.replace(b"07:04:46", stamp) for stamp in impossible) + line)
    assert [(s.where, s.reason.name, s.count) for s in reading.skipped] == [("line 3", "impossible-stamp", 3)]
    assert reading.records == 6


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda d: d.removesuffix(b"\n"), id="no-last-newline"),
        pytest.param(lambda d: d.replace(b"Service foo", b"Caf\xe9 " + b"x" * 200_000), id="latin-1-and-long"),
    ],
)  # fmt: skip
def test_damage_elsewhere_changes_nothing(change: Callable[[bytes], bytes]) -> None:
    assert [e.detail for e in _read(change(STORY)).events] == [e.detail for e in _read(STORY).events]


def test_line_numbers_across_blocks() -> None:
    filler = b"2026-11-22 07:04:46 INFO cluster:12 nothing of interest here at all\n  continued\n" * 20_000
    reading = _read(filler + STORY + filler + STORY.replace(b"2026-11-22", b"2026-11-23"))
    assert [e.origin.number for e in reading.events] == [40_001, 40_002, 40_005, 80_006, 80_007, 80_010]
    assert reading.records == 40_008


def test_a_record_in_several_lines() -> None:
    text = b"2021-05-05 05:05:05,555Z WARNING 7 ha_service.py:55 Report\n  stargate 10.1.1.31: up\n  stargate 10.1.1.33: down\n"
    (event,) = _read(text).events
    assert event.detail == StargateStates(("10.1.1.31",), (), ("10.1.1.33",))


def test_explain_shows_every_line() -> None:
    lines = list(logs.explain(io.BytesIO(b"tail\n" + STORY), "genesis.out", "genesis", Settings(), RULES))
    assert [(line.number, line.rule) for line in lines] == [
        (1, "no HA content"),
        (2, "stargates"),
        (3, "stargates"),
        (4, "no HA content"),
        (5, "no HA content"),
        (6, "route-changed"),
    ]
    assert "not the start of a record" in lines[0].note
    assert lines[4].note == "continues the record of line 4"
    assert lines[5].detail == _read(STORY).events[2].detail


@given(
    st.lists(
        st.sampled_from(
            [*STORY.splitlines(keepends=True), b"\n", b"x\n", b"2026-99-99 00:00:00 INFO ha_service.py:1 y\n"]
        )
    )
)
def test_explain_and_read_agree(lines: list[bytes]) -> None:
    data = b"".join(lines)
    explained = logs.explain(io.BytesIO(data), "genesis.out", "genesis", Settings(), RULES)
    told = [(line.number, line.at, line.detail) for line in explained if line.detail is not None]
    assert told == [(e.origin.number, e.at, e.detail) for e in _read(data).events]


KINDS: list[SourceKind] = [family.name for family in logs.FAMILIES]
KINDS += ["route-table", "neighbor-list", "netstat", "cluster-status"]


@given(data=st.binary(max_size=400), kind=st.sampled_from(KINDS))
def test_any_bytes_are_read(data: bytes, kind: SourceKind) -> None:
    lines = data.count(b"\n") + 1
    assert all(event.origin.number <= lines for event in _read(data, kind).events)
    assert len(list(logs.explain(io.BytesIO(data), "x", kind, Settings(), RULES))) <= 2 * lines


@given(cut=st.integers(min_value=0, max_value=len(STORY)))
def test_any_cut_is_read(cut: int) -> None:
    whole = Counter(e.text for e in _read(STORY).events)
    for part in (STORY[:cut], STORY[cut:]):
        complete = [e for e in _read(part).events if e.text in whole]
        assert len(complete) >= sum(1 for line in part.split(b"\n") if line.decode() in whole)


PROMPTS = (
    "nutanix@NTNX-A-CVM:192.168.1.27:~$ ",
    "nutanix@NTNX-A-CVM:192.168.1.27:~/data/logs$ ",
    "[root@esx-a:~] ",
    "[nutanix@ntnx-a-cvm ~]$ ",
    "root@gateway:/var/log# ",
    "~ # ",
    "/var/log # ",
    "PS C:\\Users\\me> ",
)


@pytest.mark.parametrize(
    ("module", "found"),
    [("ha_service.py:300", ["HaUnclassified"]), ("hypervisor_ha.py:9", ["HaUnclassified"]), ("server.py:7", [])],
)
def test_that_ha_itself_failed_is_evidence_that_no_rule_takes(module: str, found: list[str]) -> None:
    text = (
        f"2026-03-13 07:24:47,366Z ERROR 80801248 {module} Traceback (most recent call last):\n"
        '  File "x.py", line 300, in run\n'
        "RuntimeError: the session expired\n"
    ).encode()

    assert [type(event.detail).__name__ for event in _read(text).events] == found
    rows = list(logs.explain(io.BytesIO(text), "genesis.out", "genesis", Settings(), RULES))
    assert [type(row.detail).__name__ for row in rows if row.detail] == found


@pytest.mark.parametrize("prompt", PROMPTS)
def test_what_was_typed_behind_a_record_is_none_of_it(prompt: str) -> None:
    """A console shows a log's last line, and then what somebody asks."""
    text = (
        "2026-03-13 07:24:47,366Z INFO 80801248 ha_service.py:489 HA check:\n"
        f"{prompt}grep 'Stargate on node 192.168.1.26 is down' genesis.out\n"
        "# Inserted HA route on host 192.168.1.24 via 192.168.1.28\n"
    ).encode()
    assert [type(event.detail).__name__ for event in _read(text).events] == ["HaUnclassified"]
    rows = list(logs.explain(io.BytesIO(text), "genesis.out", "genesis", Settings(), RULES))
    assert [row.number for row in rows] == [1, 2, 3]
    assert [row.detail for row in rows[1:]] == [None, None]
    assert not rows[1].note.startswith("continues")


def test_a_record_goes_on_in_lines_that_are_no_prompt() -> None:
    text = (
        b"2026-03-13 07:24:47,366Z INFO 80801248 ha_service.py:489 HA check:\n"
        b"  admin@cluster: Stargate on node 192.168.1.26 is down\n"
    )
    assert [type(event.detail).__name__ for event in _read(text).events] == ["StargateStates"]


def test_explain_says_of_a_line_that_stands_above_that_it_is_read_once() -> None:
    lines = list(logs.explain(io.BytesIO(STORY * 2), "genesis.out", "genesis", Settings(), RULES))
    again = lines[len(lines) // 2 :]
    assert [line.text for line in again] == [line.text for line in lines[: len(again)]]
    assert {line.detail for line in again} == {None}
    assert {line.note for line in again} == {"stands above with the same stamp: read once"}
