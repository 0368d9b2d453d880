"""evidence.pcapng: Wireshark and its Lua find what the run says, and analysing it gives the same instants.

Of every instant the very span: the fault, what captures show of the repair, the reset, the connection, the first reply
and the recovery; and with the logs beside it, those that logs tell. Where frames far from an episode measure the logs'
clock, an instant may differ within its doubt.
"""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from analyzer.config import Settings
from analyzer.errors import EvidenceError
from analyzer.model.episode import Claim, MeasuredEpisode, Statement
from analyzer.model.evidence import CapturedFrame, CapturedFrames, CaptureInterface
from analyzer.model.instant import Instant
from analyzer.model.measurement import KnownInstant
from analyzer.model.run import Run
from analyzer.model.source import Origin
from analyzer.pipeline import analyze, analyze_keeping_frames
from analyzer.report.evidence import evidence_capture
from analyzer.report.html import templates
from tests.conftest import SAMPLES
from tests.report.builder import SPAN, episode
from tests.report.builder import run as run_of

UTC = Settings(log_timezone="UTC")
needs_tshark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
CASES = (
    "cvm-failure",
    "cvm-recovery",
    "esxi-8-logs",
    "nfs-hang",
    "route-deletion",
    "route-injection",
    "route-injection-invalid",
    "two-hosts",
    "vlan-snaplen-96",
)
MEASURED_ELSEWHERE = ("cvm-recovery", "esxi-8-logs")
"""Those whose logs' clock is measured by frames that are not near an episode, too."""
NAMED_BY_MAC = ("nfs-hang",)
"""Its host's address is in no frame near the episode, so that alone the captures know it by its MAC."""


def captures_of(case: str) -> list[str]:
    return [str(path) for path in sorted((SAMPLES / case).rglob("*.pcap*"))]


def logs_of(case: str) -> list[str]:
    return [
        str(path) for path in sorted((SAMPLES / case).rglob("*")) if re.fullmatch(r".*\.(out|log)(\.gz)?", path.name)
    ]


def evidence_of(paths: list[str], folder: Path) -> tuple[Run, Path]:
    run, kept = analyze_keeping_frames(paths, UTC)
    path = folder / "evidence.pcapng"
    path.write_bytes(evidence_capture(run, kept))
    return run, path


def instants_of(measured: MeasuredEpisode) -> dict[str, Instant]:
    return {one.name: one.at for one in measured.episode.instants if isinstance(one, KnownInstant)}


def assert_same_instants(run: Run, again: Run, case: str, *, exactly: bool) -> None:
    assert [one.episode.kind for one in again.episodes] == [one.episode.kind for one in run.episodes]
    if case not in NAMED_BY_MAC:
        assert [one.episode.host for one in again.episodes] == [one.episode.host for one in run.episodes]
    for before, after in zip(run.episodes, again.episodes, strict=True):
        told, found = instants_of(before), instants_of(after)
        assert set(told) == set(found)
        assert all(found[name].meet(at) for name, at in told.items())
        assert found == told or not exactly


@pytest.mark.parametrize("case", CASES)
def test_analysing_it_gives_the_same_instants(case: str, tmp_path: Path) -> None:
    run, path = evidence_of(captures_of(case), tmp_path)
    assert_same_instants(run, analyze([path], UTC), case, exactly=True)


@pytest.mark.parametrize("case", CASES)
def test_analysing_it_beside_the_logs_gives_the_same_instants(case: str, tmp_path: Path) -> None:
    logs = logs_of(case)
    run, path = evidence_of([*captures_of(case), *logs], tmp_path)
    assert_same_instants(run, analyze([path, *logs], UTC), case, exactly=case not in MEASURED_ELSEWHERE)


@pytest.mark.parametrize("case", ["cvm-failure", "two-hosts"])
def test_comments_never_count_as_evidence(case: str, tmp_path: Path) -> None:
    _, path = evidence_of(captures_of(case), tmp_path)
    silent = tmp_path / "silent" / path.name
    silent.parent.mkdir()
    silent.write_bytes(_without_comments(path.read_bytes()))
    said, unsaid = (analyze([one], UTC) for one in (path, silent))
    assert said.sources[0].comments
    assert not unsaid.sources[0].comments
    assert (said.episodes, said.findings, said.verdict) == (unsaid.episodes, unsaid.findings, unsaid.verdict)


def _without_comments(data: bytes) -> bytes:
    """The same blocks; each option of the code of comments has one that no reader knows."""
    changed, at = bytearray(data), 0
    while at < len(data):
        kind, length = struct.unpack_from("<II", data, at)
        (captured,) = struct.unpack_from("<I", data, at + 20)
        option = {0x0A0D0D0A: at + 24, 6: at + 28 + captured + -captured % 4}.get(kind, at + length)
        while option < at + length - 8:
            code, size = struct.unpack_from("<HH", data, option)
            if code == 1:
                struct.pack_into("<H", changed, option, 0x7FFF)
            option += 4 + size + -size % 4
        at += length
    return bytes(changed)


def _tshark(folder: Path, path: Path, *arguments: str) -> list[str]:
    shutil.copyfile(str(templates() / "evidence.lua"), folder / "evidence.lua")
    command = ["tshark", "-n", "-X", f"lua_script:{folder / 'evidence.lua'}", "-r", str(path), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "lua" not in done.stderr.lower()
    return done.stdout.splitlines()


def _shown(folder: Path, path: Path, filter_: str) -> Counter[tuple[str, int]]:
    """The frames that pass the filter, each as the capture and the number that it had there."""
    rows = _tshark(
        folder,
        path,
        "-Y",
        filter_,
        "-T",
        "fields",
        "-e",
        "autopath.source",
        "-e",
        "autopath.frame",
        "-E",
        "separator=|",
    )
    return Counter((source, int(number)) for source, number in (row.split("|") for row in rows))


def _named(run: Run, origins: tuple[Origin, ...]) -> Counter[tuple[str, int]]:
    """Each of the frames once."""
    captures = {source.name for source in run.sources if source.kind == "capture"}
    return Counter({(Path(one.source).name, one.number): 1 for one in origins if one.source in captures})


@needs_tshark
@pytest.mark.parametrize("case", CASES)
def test_wireshark_filters_by_instant_episode_and_claim(case: str, tmp_path: Path) -> None:
    run, path = evidence_of([*captures_of(case), *logs_of(case)], tmp_path)
    expected = [*_instant_filters(run), *_claim_filters(run)]
    assert expected
    assert [_shown(tmp_path, path, filter_) for filter_, _ in expected] == [frames for _, frames in expected]


def _instant_filters(run: Run) -> Iterator[tuple[str, Counter[tuple[str, int]]]]:
    for number, measured in enumerate(run.episodes, 1):
        for instant in measured.episode.instants:
            if isinstance(instant, KnownInstant):
                filter_ = f'autopath.instant == "{instant.name}" && autopath.episode == {number}'
                yield filter_, _named(run, instant.origins)


def _claim_filters(run: Run) -> Iterator[tuple[str, Counter[tuple[str, int]]]]:
    for number, measured in enumerate(run.episodes, 1):
        for place, claim in enumerate(measured.episode.claims, 1):
            yield f'autopath.claim == "{number}.{place}"', _named(run, claim.origins)


@needs_tshark
def test_of_a_capture_of_somebody_else_the_script_says_nothing(tmp_path: Path) -> None:
    path = SAMPLES / "cvm-failure" / "span.pcap"
    assert _tshark(tmp_path, path, "-Y", "autopath") == []


@needs_tshark
def test_a_comment_of_somebody_else_is_no_remark(tmp_path: Path) -> None:
    _, path = evidence_of(captures_of("cvm-failure"), tmp_path)
    foreign = tmp_path / "foreign.pcapng"
    foreign.write_bytes(path.read_bytes().replace(b"autopath: ", b"somebody: "))
    assert _tshark(tmp_path, foreign, "-Y", "autopath") == []


@needs_tshark
def test_text_of_others_makes_no_field_but_its_own(tmp_path: Path) -> None:
    forged = "x)\ninstant restored (episode 9)\nclaim 9.9: well\nautopath: span.pcap frame 9\n\"'<b>]]--%s\x00\u202e"
    measured = episode()
    claims = (Claim(Statement("noted", told=forged), (Origin(SPAN, 41),)),)
    told = replace(measured, episode=replace(measured.episode, claims=claims), findings=())
    frame = CapturedFrame(
        origin=Origin(SPAN, 41), interface=CaptureInterface(SPAN, 1, 0), ts=1, stamp=1, length=60, data=bytes(60)
    )
    path = tmp_path / "evidence.pcapng"
    path.write_bytes(evidence_capture(run_of(told, case=forged), CapturedFrames((frame,))))
    fields = ("autopath.episode", "autopath.claim", "autopath.source", "autopath.frame", "autopath.says")
    (row,) = _tshark(
        tmp_path, path, "-T", "fields", *(word for name in fields for word in ("-e", name)), "-E", "separator=|"
    )
    episodes, claimed, source, number, says = row.split("|", 4)
    assert (episodes, claimed, source, number) == ("1", "1.1", "span.pcap", "41")
    assert "instant restored (episode 9) claim 9.9: well" in says
    assert _tshark(tmp_path, path, "-Y", 'autopath.episode == 9 || autopath.claim == "9.9"') == []


@pytest.mark.skipif(not (shutil.which("luac5.2") and shutil.which("luac5.4")), reason="lua is not installed")
def test_the_script_is_lua_of_either_version(tmp_path: Path) -> None:
    for lua in ("luac5.2", "luac5.4"):
        done = subprocess.run(
            [lua, "-p", str(templates() / "evidence.lua")], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")


def test_the_same_evidence_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = (evidence_of(captures_of("two-hosts"), tmp_path)[1].read_bytes() for _ in range(2))
    assert first == second


def test_of_captures_too_busy_to_be_kept_whole_nothing_is_analysed(tmp_path: Path) -> None:
    run, kept = analyze_keeping_frames(captures_of("cvm-recovery"), UTC)
    path = tmp_path / "evidence.pcapng"
    path.write_bytes(evidence_capture(run, replace(kept, frames=kept.frames[::2], further=1, whole=False)))
    with pytest.raises(EvidenceError, match=r"evidence\.pcapng: is what .*its silences show nothing"):
        analyze([path], UTC)
    logs = logs_of("cvm-recovery")
    beside = analyze([path, *logs], UTC)
    alone = analyze(logs, UTC)
    assert [one.episode.kind for one in beside.episodes] == [one.episode.kind for one in alone.episodes]
    assert (beside.verdict, beside.captures) == (alone.verdict, ())
    assert "excerpt-with-holes" in {one.reason.name for one in beside.skipped}
