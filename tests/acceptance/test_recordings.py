"""The acceptance: every recording gives the episodes of its truth, and every span holds what is true."""

from __future__ import annotations

from html import unescape
from pathlib import Path

import pytest

from analyzer.measure.instants import span as span_between
from analyzer.measure.stages import DETECTION, STAGES
from analyzer.model.episode import MeasuredEpisode
from analyzer.model.instant import MILLISECOND, SECOND, Instant, Span
from analyzer.model.measurement import InstantName, KnownMeasurement
from analyzer.model.path import Path as StoragePath
from analyzer.model.run import Run
from analyzer.model.source import Origin
from analyzer.model.truth import TrueEpisode, Truth
from analyzer.pipeline import documents
from analyzer.report.claims import claim_words
from tests.recordings import MODES, analysed, known, modes_of, moments, recording_id, recordings, truth_of

WIRE_ERROR = MILLISECOND  # an instant that the wire shows is this near to the client's own time of it
GAP_ERROR = 3 * MILLISECOND
USUAL_PAUSE = 500 * MILLISECOND
WATERFALL: tuple[InstantName, ...] = (STAGES[0][1], *(end for _, _, end in STAGES))
OF_FRAMES: tuple[InstantName, ...] = ("reset", "connected", "restored")
SINGLE = ("span", "vmk1")
CASES = [
    pytest.param(folder, mode, id=f"{recording_id(folder)}-{mode}")
    for folder in recordings()
    for mode in modes_of(folder)
]

every_recording = pytest.mark.parametrize("folder", recordings(), ids=recording_id)
every_mode = pytest.mark.parametrize(("folder", "mode"), CASES)
every_joined_mode = pytest.mark.parametrize(
    ("folder", "mode"), [case for case in CASES if case.values[1] not in SINGLE]
)


def placed(truth: Truth, run: Run, moment: int) -> int:
    """A true moment on the run's reference clock: the captures', or without captures the log's own."""
    return moment if run.captures else moment + truth.clocks[0].ahead


def visible(truth: Truth, mode: str) -> list[TrueEpisode]:
    """The episodes that the evidence of a mode must show: a server that hangs shows only inside, and what came before
    the captures need not be told of.
    """
    inside = "vmk1" in MODES[mode]
    return [one for one in truth.episodes if one.covered and (one.kind != "unexplained" or inside)]


def split(truth: Truth, run: Run, mode: str) -> tuple[list[tuple[TrueEpisode, MeasuredEpisode]], list[MeasuredEpisode]]:
    """Each true episode with the reported one of its kind nearest in time, and the reported ones that are left."""
    left = list(run.episodes)
    pairs = []
    for true in visible(truth, mode):
        moment = placed(truth, run, true.instants.fault.least)
        names = names_of(truth, true.host)
        alike = [one for one in left if one.episode.kind == true.kind and one.episode.host in names]
        if alike:
            nearest = min(alike, key=lambda one: abs(fault_of(one).middle - moment))
            left.remove(nearest)
            pairs.append((true, nearest))
    return pairs, left


def told_of(truth: Truth, run: Run, mode: str) -> list[tuple[TrueEpisode, MeasuredEpisode]]:
    """The pairs of :func:`split`, one for each episode that the evidence must show: no test here passes over nothing
    where something happened. One capture alone may call it something else.
    """
    pairs, _ = split(truth, run, mode)
    assert mode in SINGLE or len(pairs) == len(visible(truth, mode))
    return pairs


def names_of(truth: Truth, address: str) -> set[str | None]:
    """A capture of an internal switch alone does not tell whose it is: then a MAC stands for the host, or nothing."""
    host = next(host for host in truth.hosts if host.address == address)
    return {host.address, host.vmk0_mac, host.vmk1_mac, None}


def fault_of(measured: MeasuredEpisode) -> Instant:
    return known(measured)["fault"].at


def is_earlier_failure(truth: Truth, run: Run, measured: MeasuredEpisode) -> bool:
    """The log shows the CVM's failure before the captures began: right to report beside the others."""
    times = [placed(truth, run, one.instants.fault.least) for one in truth.episodes if not one.covered]
    at = fault_of(measured)
    return measured.episode.kind == "cvm-failure" and any(at.least <= time <= at.most for time in times)


def agrees(told: StoragePath, true: StoragePath, *, valid: bool | None) -> bool:
    """Only a capture of both sides can tell that a living CVM is the gateway and never answers: `valid`."""
    kinds = ("dead", "remote") if valid and true.kind == "dead" else (true.kind,)
    return told.kind in kinds and (true.via is None or told.via == true.via)


@every_joined_mode
def test_the_episodes_are_exactly_those_of_the_truth(folder: Path, mode: str) -> None:
    truth, run = truth_of(folder), analysed(folder, mode)

    pairs, left = split(truth, run, mode)

    assert [true.kind for true, _ in pairs] == [true.kind for true in visible(truth, mode)]
    extra = [one.episode for one in left if not is_earlier_failure(truth, run, one)]
    assert not extra
    assert "genesis" in MODES[mode] or not left


@every_joined_mode
def test_host_gateway_and_paths_are_those_of_the_truth(folder: Path, mode: str) -> None:
    truth, run = truth_of(folder), analysed(folder, mode)
    for true, measured in told_of(truth, run, mode):
        told = measured.episode
        assert told.host == true.host
        assert told.gateway == true.gateway
        paths = (told.before, true.before), (told.during, true.during), (told.after, true.after)
        for path, expected in paths:
            assert agrees(path, expected, valid=true.gateway_valid), f"{told.kind}: {path} is not {expected}"


@pytest.mark.parametrize("mode", MODES)
def test_each_mode_has_episodes_that_are_held_against_the_truth(mode: str) -> None:
    assert any(told_of(truth_of(f), analysed(f, mode), mode) for f in recordings() if mode in modes_of(f))


@every_mode
def test_every_instant_holds_the_truth(folder: Path, mode: str) -> None:
    truth, run = truth_of(folder), analysed(folder, mode)
    for true, measured in told_of(truth, run, mode):
        for name, instant in known(measured).items():
            times = [placed(truth, run, moment) for moment in moments(true).get(name, ())]
            if not times:
                assert name in ("recovered", "check", "terminated", "reset", "connected"), name
                continue
            slack = WIRE_ERROR if name in OF_FRAMES else 0
            at = instant.at
            assert any(at.least - slack <= time <= at.most + slack for time in times), (
                f"{true.kind} {name}: [{at.least}, {at.most}] holds none of {times}"
            )


@every_joined_mode
def test_what_the_wire_shows_is_exact(folder: Path, mode: str) -> None:
    truth, run = truth_of(folder), analysed(folder, mode)
    frames = {item.origin: item.at for item in run.evidence}
    captures = {source.name for source in run.sources if source.kind == "capture"}
    for true, measured in told_of(truth, run, mode):
        instants = known(measured)
        for name in OF_FRAMES:
            if name in instants:
                assert instants[name].at.doubt < WIRE_ERROR
        if "terminated" in instants:
            for origin in instants["terminated"].origins:
                if origin.source in captures:
                    assert_near(frames, origin, moments(true)["terminated"], 10 * WIRE_ERROR)


def assert_near(frames: dict[Origin, Instant], origin: Origin, times: tuple[int, ...], error: int) -> None:
    """The FIN or RST is some ms beside the server's own note of the call, which is no packet."""
    at = frames[origin]
    assert min(abs(at.middle - time) for time in times) <= error


@every_mode
def test_detection_holds_the_truth(folder: Path, mode: str) -> None:
    truth, run = truth_of(folder), analysed(folder, mode)
    for true, measured in told_of(truth, run, mode):
        told = next(item for item in measured.measurements if item.metric == "detection")
        end = moments(true).get(DETECTION.get(true.kind, "fault"), ())
        if isinstance(told, KnownMeasurement) and end:
            assert any(told.span.holds(moment - fault) for moment in end for fault in moments(true)["fault"])


@every_mode
def test_outage_is_what_the_client_saw(folder: Path, mode: str) -> None:
    """Captures of both sides measure it to some ms; less evidence widens the span and never excludes the truth."""
    truth, run = truth_of(folder), analysed(folder, mode)
    for true, measured in told_of(truth, run, mode):
        gap = true.outage
        assert gap is not None
        told = next(item for item in measured.measurements if item.metric == "outage")
        if not isinstance(told, KnownMeasurement):
            assert not {"span", "vmk1"} <= set(MODES[mode]), f"{true.kind}: {told}"
            continue
        if gap <= USUAL_PAUSE:
            assert told.span.least <= USUAL_PAUSE
            continue
        assert told.span.least - GAP_ERROR <= gap <= told.span.most + GAP_ERROR
        if {"span", "vmk1"} <= set(MODES[mode]):
            assert told.span.width <= GAP_ERROR


@pytest.mark.parametrize("mode", SINGLE)
@every_recording
def test_one_capture_alone_never_states_a_wrong_kind_as_sure(folder: Path, mode: str) -> None:
    truth, run = truth_of(folder), analysed(folder, mode)

    _, left = split(truth, run, mode)

    wrong = [one.episode for one in left if one.episode.kind != "unexplained" and one.episode.confidence != "low"]
    assert not wrong
    assert truth.episodes or not run.episodes


@every_recording
def test_the_same_input_gives_the_same_bytes(folder: Path) -> None:
    first = analysed(folder, "captures+log")
    analysed.cache_clear()
    second = analysed(folder, "captures+log")

    assert documents(first) == documents(second)


@every_joined_mode
def test_the_report_renders(folder: Path, mode: str) -> None:
    run = analysed(folder, mode)

    page = unescape(documents(run)["report.html"].decode())

    for measured in run.episodes:
        for claim in measured.episode.claims:
            assert claim_words(claim) in page
    assert run.verdict in page


@every_joined_mode
def test_every_claim_and_instant_names_evidence_that_the_run_shows(folder: Path, mode: str) -> None:
    truth, run = truth_of(folder), analysed(folder, mode)
    shown = {item.origin for item in run.evidence}
    assert len(run.episodes) >= len(visible(truth, mode))
    for measured in run.episodes:
        for claim in measured.episode.claims:
            assert set(claim.origins) <= shown, claim.statement
        for name, instant in known(measured).items():
            assert instant.origins, name
            assert set(instant.origins) <= shown, name


@every_recording
def test_captures_and_log_together_leave_little_doubt(folder: Path) -> None:
    truth, run = truth_of(folder), analysed(folder, "captures+log")
    for true, measured in told_of(truth, run, "captures+log"):
        instants = known(measured)
        assert instants["fault"].at.doubt <= 2 * SECOND + MILLISECOND
        if true.kind != "unexplained":
            assert {"fault", "check", "detected", "decided", "repaired", "restored"} <= instants.keys()
            assert instants["repaired"].at.doubt <= SECOND
            assert instants["detected"].at.doubt <= 2 * SECOND


@every_mode
def test_the_stages_add_up_to_the_whole(folder: Path, mode: str) -> None:
    truth, run = truth_of(folder), analysed(folder, mode)
    assert mode in SINGLE or len(run.episodes) >= len(visible(truth, mode))
    for measured in run.episodes:
        instants = known(measured)
        spans = [stage.span for stage in measured.stages if isinstance(stage, KnownMeasurement)]
        told = [name for name in WATERFALL if name in instants]
        if "fault" not in instants or len(told) < 2:
            continue
        total = Span(sum(span.least for span in spans), sum(span.most for span in spans))
        whole = span_between(instants["fault"], instants[told[-1]])
        assert whole is not None
        assert total.meet(whole) is not None


@every_recording
def test_the_slowest_call_is_one_across_connections(folder: Path) -> None:
    """A call that waited on the old path and was answered on the new one lasted nearly as long as the outage."""
    truth, run = truth_of(folder), analysed(folder, "captures")
    for true, measured in told_of(truth, run, "captures"):
        if measured.longest is None or measured.longest.duration is None:
            continue
        assert true.outage is not None
        assert measured.longest.duration.least <= true.outage + SECOND
        if measured.longest.moved:
            assert len({origin.source for origin in measured.longest.origins}) >= 1
            assert measured.longest.calls >= 2


@every_mode
def test_replies_are_as_many_in_each_table(folder: Path, mode: str) -> None:
    """Those of a phase, and those whose time is told by procedure, which nobody knows of a frame that is cut."""
    cut = "snaplen" in folder.name
    every = [phase for measured in analysed(folder, mode).episodes for phase in measured.phases]
    timed = [(phase.replies, sum(one.count for one in phase.latency)) for phase in every]

    assert [(replies, count) for replies, count in timed if count not in ((replies, 0) if cut else (replies,))] == []
