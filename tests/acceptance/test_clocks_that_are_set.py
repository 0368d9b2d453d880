"""A clock that is set while a test is recorded never makes a figure that is wrong: simulated, then stamped anew."""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from analyzer.config import Settings
from analyzer.lab.simulate import KINDS, Evidence, Options, Simulated, simulate
from analyzer.model.instant import SECOND
from analyzer.model.measurement import KnownMeasurement
from analyzer.model.run import Run
from analyzer.pipeline import analyze
from tests.judged import of_detection

FAILURE = next(kind for kind in KINDS if kind.name == "cvm-failure")
HEAD, RECORD = 24, 16  # of a pcap file, and of each of its frames, octets
SLACK = 400_000_000  # ns: a log's stamps and the polling of its clock


def test_a_capture_that_is_set_back_in_the_outage_tells_no_shorter_detection(tmp_path: Path) -> None:
    for seed in (51, 52):
        made = _test(seed)
        fault, detected = _true(made)
        later = fault + (detected - fault) * 2 // 3
        files = {
            name: _set_back(content, later, 9) if name.endswith(".pcap") else content
            for name, content in made.files.items()
            if name.endswith((".pcap", "genesis.out"))
        }
        run = _told(files, tmp_path / str(seed))
        _holds(run, "detection", detected - fault)
        outage = made.truth.episodes[0].outage
        assert outage is not None
        _holds(run, "outage", outage)


@pytest.mark.parametrize("by", [7, 10, 20])
def test_a_log_that_is_set_back_between_two_checks_tells_no_shorter_detection(by: int, tmp_path: Path) -> None:
    for seed in (61, 62, 63):
        made = _test(seed)
        fault, detected = _true(made)
        files = {
            name: _earlier(content.decode(), fault, by).encode()
            for name, content in made.files.items()
            if name.endswith("genesis.out")
        }
        _holds(_told(files, tmp_path / str(seed)), "detection", detected - fault)


KINDS_BY_NAME = {kind.name: kind for kind in KINDS}
HOST_LOGS = ("vmkernel", "shell", "auth", "vobd")
CAPTURES = ("span", "vmk1")
SET = {  # what is set, of which evidence is given
    "cvm": ((*CAPTURES, "genesis"), ("genesis",), ("genesis", *HOST_LOGS), (*CAPTURES, "genesis", *HOST_LOGS)),
    "esxi": (("genesis", *HOST_LOGS), (*CAPTURES, "genesis", *HOST_LOGS)),
    "span": (CAPTURES, (*CAPTURES, "genesis")),
}


@pytest.mark.parametrize("times", ["{by}@34s", "{by}@44s", "{by}@34s,{back}@75s"])
@pytest.mark.parametrize("by", ["-3600s", "-20s", "20s", "300s", "3600s"])
@pytest.mark.parametrize("scenario", ["cvm-failure", "route-injection-invalid"])
@pytest.mark.parametrize("device", SET)
def test_no_verdict_depends_on_a_clock_that_was_set(
    device: str, scenario: str, by: str, times: str, tmp_path: Path
) -> None:
    back = by[1:] if by.startswith("-") else f"-{by}"
    clock = f"{device}=0s,{times.format(by=by, back=back)}"
    made = simulate(
        KINDS_BY_NAME[scenario],
        71,
        Options(header="milliseconds", lead=30 * SECOND, clock=(clock,)),
        Evidence(esxi_logs=True),
    )
    (true,) = made.truth.episodes
    end = true.instants.detected if scenario == "cvm-failure" else true.instants.repaired
    assert end is not None
    for number, mix in enumerate(SET[device]):
        files = {one.file: made.files[one.file] for one in made.truth.evidence if one.what in mix}
        run = _told(files, tmp_path / str(number))
        judged = [one for one in run.episodes if of_detection(one).verdict in ("MET", "LATE", "MISSED")]
        for one in judged:
            assert one.episode.kind == scenario.removesuffix("-invalid")
            span = of_detection(one).measured
            assert span is not None
            assert span.least - SLACK <= end - true.instants.fault.most
            assert end - true.instants.fault.least <= span.most + SLACK
        assert len(judged) <= 1


def _test(seed: int) -> Simulated:
    return simulate(FAILURE, seed, Options(header="milliseconds", lead=40 * SECOND), Evidence())


def _true(made: Simulated) -> tuple[int, int]:
    """When the fault was, and when Genesis found it, ns."""
    instants = made.truth.episodes[0].instants
    assert instants.detected is not None
    return instants.fault.least, instants.detected


def _holds(run: Run, metric: str, true: int) -> None:
    """Whether the first episode's figure holds what is true, where one is told."""
    found = next(one for one in run.episodes[0].measurements if one.metric == metric)
    if isinstance(found, KnownMeasurement):
        assert found.span.least - SLACK <= true <= found.span.most + SLACK


def _told(files: Mapping[str, bytes], folder: Path) -> Run:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return analyze([folder / name for name in files], Settings(log_timezone="UTC", hash="none"))


def _set_back(capture: bytes, when: int, seconds: int) -> bytes:
    """The frames from `when` (ns) on stamped so many seconds less."""
    new, place = bytearray(capture), HEAD
    while place < len(capture):
        stamp, micros, kept = struct.unpack_from("<III", capture, place)
        if stamp * SECOND + micros * 1_000 >= when:
            struct.pack_into("<I", new, place, stamp - seconds)
        place += RECORD + kept
    return bytes(new)


def _earlier(log: str, when: int, seconds: int) -> str:
    """The lines from `when` (ns) on stamped so many seconds less."""

    def stamped(match: re.Match[str]) -> str:
        at = datetime.fromisoformat(f"{match[1]}+00:00")
        if at.timestamp() * SECOND < when:
            return match[0]
        return (at - timedelta(seconds=seconds)).strftime("%Y-%m-%d %H:%M:%S") + match[2]

    return re.sub(r"^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(,\d{3})", stamped, log, flags=re.MULTILINE)
