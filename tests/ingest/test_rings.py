"""A ring buffer's files tell what the one file would have told."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import msgspec
import pytest

from analyzer.config import Settings
from analyzer.ingest.capture import Chain
from analyzer.ingest.collect import collect
from analyzer.ingest.files.bundle import Stored, stored_files
from analyzer.ingest.rings import LONG, PAUSE, pause_between, rings
from analyzer.lab.simulate import KINDS, Scenario, simulate
from analyzer.lab.simulate.scenario.evidence import Evidence as Written
from analyzer.model.evidence import Evidence
from analyzer.model.instant import SECOND
from analyzer.model.run import Run
from analyzer.pipeline import analyze

UTC = Settings(log_timezone="UTC", hash="none")


def written(folder: Path, kind: Scenario, **options: object) -> Path:
    for name, data in simulate(kind, 5, None, msgspec.convert(options, Written)).files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def story(run: Run) -> object:
    """All that a run says but for where a frame is, which is another file."""
    told = [
        (one.episode.kind, one.episode.host, one.verdict,
            [(each.metric, each.measured) for each in one.judgements], one.longest and (
            one.longest.xid, one.longest.duration, one.longest.calls), one.measurements, one.stages, one.phases,
            [getattr(mark, "at", mark) for mark in one.episode.instants])
        for one in run.episodes
    ]  # fmt: skip
    capture = "capture:"  # the clock of a further device has the name of its first file
    clocks = [
        msgspec.structs.replace(one, clock=capture) if one.clock.startswith(capture) else one for one in run.clocks
    ]
    without = msgspec.json.decode(msgspec.json.encode((told, clocks, run.hosts, run.cvms, run.series)))
    return run.verdict, [finding.code for finding in run.findings], _without_origins(without)


def _without_origins(told: object) -> object:
    if isinstance(told, dict):
        return {key: _without_origins(value) for key, value in told.items() if key != "origins"}
    return [_without_origins(value) for value in told] if isinstance(told, list) else told


@pytest.mark.parametrize("seconds", [2, 31], ids="ring {} s".format)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_ring_buffer_tells_the_same_story(tmp_path: Path, kind: Scenario, seconds: int) -> None:
    whole = analyze([written(tmp_path / "whole" / "case", kind)], UTC)
    parts = analyze([written(tmp_path / "parts" / "case", kind, ring=seconds * SECOND)], UTC)
    assert len(parts.sources) > len(whole.sources)
    assert story(parts) == story(whole)


@pytest.fixture(params=["plain", "compiled"])
def scanned_by(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A set of files is scanned by the kernels when it is large."""
    size = 0 if request.param == "compiled" else 1 << 60
    monkeypatch.setattr("analyzer.ingest.capture.is_large", lambda whole: whole > size)


@pytest.mark.usefixtures("scanned_by")
@pytest.mark.parametrize("form", ["pcap", "pcap-ns", "pcapng"])
@pytest.mark.parametrize("packed", ["none", "zst"])
def test_totals_events_and_frames_are_those_of_one_file(tmp_path: Path, form: str, packed: str) -> None:
    kind = next(kind for kind in KINDS if kind.name == "cvm-failure")
    options = {"format": form, "compress": packed}
    whole = captures(collect([written(tmp_path / "whole" / "case", kind, **options)], UTC), "span")
    parts = captures(collect([written(tmp_path / "parts" / "case", kind, ring=7 * SECOND, **options)], UTC), "span")
    assert len(parts.sources) > 4
    starts = {}
    frames = 0
    for source in parts.sources:
        starts[source.name] = frames
        frames += source.records
    assert frames == whole.sources[0].records
    assert [msgspec.structs.replace(t, source="") for t in parts.captures] == [
        msgspec.structs.replace(t, source="") for t in whole.captures
    ]

    def number(origin_source: str, frame: int) -> int:
        return starts.get(origin_source, 0) + frame

    def places(evidence: Evidence) -> list[tuple[str, int, int]]:
        return sorted(
            (
                type(event.detail).__name__,
                number(event.origin.source, event.origin.number),
                number(last.source, last.number),
            )
            for event in evidence.events
            for run in [getattr(event.detail, "run", None)]
            for last in [run.last_origin(event.origin) if run else event.origin]
        )

    assert places(parts) == places(whole)
    operations = [
        [
            (op.xid, number(op.source, op.first_call_frame), op.reply_origin and number(
                op.reply_origin.source, op.reply_origin.number))
            for op in evidence.operations
        ]
        for evidence in (parts, whole)
    ]  # fmt: skip
    assert sorted(operations[0]) == sorted(operations[1])


def captures(evidence: Evidence, name: str) -> Evidence:
    """What the captures of one vantage point told."""
    sources = tuple(source for source in evidence.sources if f"/{name}" in source.name)
    names = {source.name for source in sources}
    return msgspec.structs.replace(
        evidence,
        sources=sources,
        events=tuple(event for event in evidence.events if event.origin.source in names),
        captures=tuple(totals for totals in evidence.captures if totals.source in names),
        operations=tuple(operation for operation in evidence.operations if operation.source in names),
    )


def test_a_ring_with_a_missing_file_is_two_captures(tmp_path: Path) -> None:
    folder = written(tmp_path / "case", KINDS[0], ring=10 * SECOND)
    (folder / "span_00002.pcap").unlink()
    ring = [names for names in collect([folder], UTC).rings if "span" in names[0]]
    assert [names[0].rpartition("_")[2] for names in ring] == ["00003.pcap"]


def test_what_the_scan_of_a_ring_raises_is_told_of_it_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its captures so far are lost; those after them, and other files, are read."""
    folder = written(tmp_path / "case", KINDS[0], ring=20 * SECOND)
    names = sorted(path.name for path in folder.glob("span*"))
    take = Chain.take

    def broken(self: Chain, stream: BinaryIO, name: str) -> None:
        if name.endswith(names[1]):
            raise KeyError("x")
        take(self, stream, name)

    monkeypatch.setattr(Chain, "take", broken)
    evidence = collect([folder], UTC)
    told = [skipped.source for skipped in evidence.skipped if skipped.reason.name == "not-understood"]
    assert told == [f"case/{name}" for name in names[:2]]
    read = [source.name for source in evidence.sources if source.kind == "capture" and "span" in source.name]
    assert read == [f"case/{name}" for name in names[2:]] != []
    assert any(source.kind == "genesis" for source in evidence.sources)


def test_captures_of_the_same_time_are_no_ring(tmp_path: Path, samples: Path) -> None:
    for number, name in enumerate(("span.pcap", "vmk1.pcap"), 1):
        (tmp_path / f"span_0000{number}.pcap").write_bytes((samples / "cvm-failure" / name).read_bytes())
    evidence = collect([tmp_path], UTC)
    assert evidence.rings == ()
    assert len(evidence.captures) == 2


def test_the_result_is_the_same_bytes_whatever_the_number_of_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analyzer.ingest.workers.LARGE", 1)
    folder = written(tmp_path / "case", KINDS[1], ring=9 * SECOND)
    one, three = (collect([folder], msgspec.structs.replace(UTC, workers=n)) for n in (1, 3))
    assert len(one.rings) == 2
    assert msgspec.json.encode(one) == msgspec.json.encode(three)


def stored(name: str) -> Stored:
    return Stored(f"/evidence/{name}", 5, name, name, explicit=False)


@pytest.mark.parametrize(
    ("name", "following", "pause"),
    [
        ("span_00001_20150719140322.pcap", "span_00002_20150719140422.pcap", LONG),
        ("span_00001_20150719140322.pcap", "span_00003_20150719140422.pcap", -1),
        ("span.pcap", "span.pcap1", LONG),
        ("span.pcap9", "span.pcap10", LONG),
        ("span.pcap9", "span.pcap0", PAUSE),
        ("span-2015-07-19.pcap.gz", "span-2015-07-20.pcap.gz", PAUSE),
        ("test-1.pcap", "test-2.pcap", PAUSE),
    ],
    ids=str,
)
def test_the_numbers_in_names_tell_how_long_a_pause_may_be(name: str, following: str, pause: int) -> None:
    assert pause_between(stored(name), stored(following)) == pause


def test_other_vantage_points_are_other_sets(tmp_path: Path) -> None:
    data = simulate(KINDS[1], 5, None, Written(ring=20 * SECOND)).files
    for number in (1, 2):
        for name in ("span", "vmk1", "vmk2"):
            (tmp_path / f"{name}_0000{number}.pcap").write_bytes(data[f"span_0000{number}.pcap"])
    found = tuple(stored_files([tmp_path]))
    sets = [
        [Path(one.path).name for one in (found[n] for n in ring) if isinstance(one, Stored)] for ring in rings(found)
    ]
    assert sets == [[f"{name}_0000{number}.pcap" for number in (1, 2)] for name in ("span", "vmk1", "vmk2")]
