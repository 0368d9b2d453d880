"""A failure of the own CVM that its replies deny is what Genesis saw; where they paused, it is a failure."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.correlate.captures.doubts import TWO_CLOCKS
from analyzer.correlate.merge.still_served import IDLE, LOCAL, with_still_served
from analyzer.correlate.observation import SEVERAL_FIT, Observation
from analyzer.correlate.topology.topology import Member
from analyzer.correlate.wire.frames import Frames
from analyzer.correlate.wire.service import Segment, Service
from analyzer.model.episode import EpisodeKind
from analyzer.model.instant import MILLISECOND, SECOND, Instant
from analyzer.model.measurement import How, HowName
from analyzer.model.path import Path
from analyzer.model.source import Origin
from tests.correlate import builder, scenes
from tests.correlate.made import A_HOST, observation

REMOTE = Path("remote", via="192.168.1.28")


def run(first: int, last: int) -> Frames:
    """Replies between two times, ms."""
    return Frames(first * MILLISECOND, last * MILLISECOND, Origin("vmk1", first), Origin("vmk1", last), 2)


def served(*runs: Frames, path: Path = LOCAL) -> Service:
    """A host served on one path."""
    segment = Segment(path, runs[0], runs[-1], (), None, asymmetric=False)
    return Service(A_HOST, (segment,), runs, SECOND // 2, 2 * SECOND, 5 * SECOND)


def found(kind: EpisodeKind = "cvm-failure", before: Path = LOCAL) -> Observation:
    """One that a check from 26 s on found at 28 s."""
    made = observation(kind, detected=(28, 28), repaired=(30, 30))
    check = replace(made.points["detected"], at=Instant("c", 26 * SECOND, 27 * SECOND))
    return replace(made.at("check", check), before=before, cvm="192.168.1.26", during=Path("dead"))


def in_doubt() -> Observation:
    """One of which clocks in doubt leave open whether it was found, and repaired, before or after service stopped."""
    one = found().without("check")
    for name in ("detected", "repaired"):
        one = one.at(name, replace(one.points[name], at=Instant("c", 15 * SECOND, 35 * SECOND)))
    return one


def told(one: Observation, *services: Service) -> Observation:
    (only,) = with_still_served([one], services)
    return only


WHOLE = (run(1_000, 27_000), run(27_800, 31_000))


def test_a_cvm_that_served_while_it_was_found_down() -> None:
    one = told(found(), served(*WHOLE))

    assert (one.note, one.during) == ("still-served", LOCAL)
    assert [claim.statement.name for claim in one.claims] == ["still-served"]
    assert one.points == found().points


@pytest.mark.parametrize(
    ("one", "service"),
    [
        pytest.param(found(), served(run(1_000, 26_900), run(28_000, 31_000)), id="a-pause-in-the-check"),
        pytest.param(found(), served(run(1_000, 25_800), run(26_900, 31_000)), id="a-pause-that-ends-in-it"),
        pytest.param(found(), served(run(26_500, 31_000)), id="served-since-the-check-began"),
        pytest.param(found(), served(run(1_000, 26_500)), id="served-until-it-was-found"),
        pytest.param(found(), served(run(1_000, 27_900)), id="just-before-it-was-found"),
        pytest.param(in_doubt(), served(run(1_000, 20_000)), id="whenever-it-was-found"),
        pytest.param(found(), served(*WHOLE, path=REMOTE), id="served-elsewhere"),
        pytest.param(found(before=REMOTE), served(*WHOLE), id="on-another-cvm-before"),
        pytest.param(found("route-deletion"), served(*WHOLE), id="another-kind"),
        pytest.param(found().without("detected"), served(*WHOLE), id="nothing-was-found"),
        pytest.param(replace(found(), host=None), served(*WHOLE), id="nobody-s"),
    ],
)
def test_what_is_a_failure(one: Observation, service: Service) -> None:
    assert told(one, service) == one


def test_without_replies_nothing_is_denied() -> None:
    assert told(found()) == found()


def planned() -> tuple[builder.Capture, builder.Capture, builder.Genesis]:
    """Genesis forwards the host of a CVM that stops in order 10 s later; no check found it down before."""
    span, vmk1 = scenes.both()
    builder.neighbours(span, 0, 120_000, cvm_until=50_000)
    vmk1.serves(builder.LOCAL, 0, 40_000)
    span.connects(builder.OUTSIDE, 40_251)
    span.serves(builder.OUTSIDE, 40_252, 120_000)
    genesis = builder.Genesis()
    for ms in (-20_000, 10_000):
        genesis.all_up(ms)
    genesis.task(38_000, "add", builder.REMOTE)
    genesis.orders(39_000, "add", builder.REMOTE)
    genesis.result(40_000, "add", builder.REMOTE)
    for ms in (70_000, 100_000):
        genesis.cvm_down(ms)
        genesis.correct(ms, builder.REMOTE)
    return span, vmk1, genesis


def test_a_host_that_is_forwarded_before_its_cvm_stops() -> None:
    one = builder.only(*planned())

    assert (one.kind, one.note, one.during) == ("cvm-failure", "still-served", LOCAL)


def test_logs_alone_do_not_tell_that_it_was_served() -> None:
    one = builder.only(planned()[2])

    assert (one.kind, one.note) == ("cvm-failure", None)
    assert "detected" not in builder.known(one), "no check found anything"


def test_without_a_check_it_has_to_have_served_as_long_as_one_may_take() -> None:
    paused = (run(1_000, 17_000), run(19_500, 31_000))

    assert told(found().without("check"), served(*WHOLE)).note == "still-served"
    assert told(found().without("check"), served(*paused)).note is None


def unplaced(how: HowName = "right-to-wrong") -> Observation:
    """A failure by a log whose clock nothing places, repaired at about 100 s."""
    one = replace(observation("cvm-failure", "logs", repaired=(40, 160)), before=LOCAL, during=Path("dead"))
    one = one.marked("fault", Instant("c", 0, 155 * SECOND), [], How(how))
    return one.doubted(SEVERAL_FIT)


def silent(first: int, last: int) -> Observation:
    """No reply from the own CVM between two times (s), and no call that waited for one."""
    made = observation("unexplained", fault=(first, last), connected=(last, last), restored=(last, last))
    return replace(made, before=LOCAL, after=LOCAL).doubted(IDLE)


BACK = observation("cvm-recovery", "logs", repaired=(98, 218))  # 58 s after it


BUSY = served(run(250_000, 295_000), run(295_800, 300_000), run(359_000, 400_000))


def by_silence(
    one: Observation, *silences: Observation, back: Observation = BACK, service: Service = BUSY
) -> Observation:
    first, _ = with_still_served([one, back], [service], silences)
    return first


def test_a_host_that_was_silent_as_long_as_it_was_elsewhere_was_served_until_then() -> None:
    one = by_silence(unplaced(), silent(300, 359))

    assert (one.note, one.during) == ("still-served", LOCAL)
    assert one.claims[-1].origins == silent(300, 359).points["fault"].origins


@pytest.mark.parametrize(
    ("one", "silence", "back"),
    [
        pytest.param(unplaced(), silent(300, 362), BACK, id="since-before-the-repair"),
        pytest.param(unplaced(), replace(silent(300, 359), doubts=()), BACK, id="calls-waited"),
        pytest.param(unplaced(), replace(silent(300, 359), after=REMOTE), BACK, id="it-went-elsewhere"),
        pytest.param(unplaced(), replace(silent(300, 359), host=None), BACK, id="another-host"),
        pytest.param(unplaced(), silent(300, 359).without("connected"), BACK, id="it-was-idle"),
        pytest.param(unplaced(), silent(300, 301), BACK.without("repaired"), id="no-return"),
        pytest.param(unplaced("last-reply-to-unanswered"), silent(300, 359), BACK, id="captures-show-the-failure"),
        pytest.param(replace(unplaced(), doubts=()), silent(300, 359), BACK, id="a-clock-that-is-placed"),
        pytest.param(replace(unplaced(), before=REMOTE), silent(300, 359), BACK, id="on-another-cvm-before"),
    ],
)
def test_a_silence_that_does_not_deny_a_failure(one: Observation, silence: Observation, back: Observation) -> None:
    assert by_silence(one, silence, back=back) == one


def test_another_stall_may_be_the_failure() -> None:
    assert by_silence(unplaced(), silent(10, 80), silent(300, 359)) == unplaced()
    other = replace(silent(10, 80), host=None)
    assert by_silence(unplaced(), other, silent(300, 359)).note == "still-served"
    assert by_silence(unplaced(), silent(10, 20), silent(300, 359)).note == "still-served", "it is too short"


@pytest.mark.parametrize(("at", "note"), [(300, "still-served"), (500, None)], ids=["then", "later"])
def test_where_the_logs_clock_is_known_the_silence_begins_when_the_host_was_moved(at: int, note: str | None) -> None:
    moved = Instant("c", (at - 5) * SECOND, (at + 5) * SECOND)
    one = replace(unplaced(), doubts=())
    one = one.at("repaired", replace(one.points["repaired"], at=moved))
    back = BACK.at(
        "repaired", replace(BACK.points["repaired"], at=Instant("c", (at + 54) * SECOND, (at + 64) * SECOND))
    )

    assert by_silence(one, silent(300, 359), back=back).note == note


def test_another_failure_may_be_what_the_silence_is_of() -> None:
    another = unplaced().at("repaired", replace(unplaced().points["repaired"], at=Instant("c", 0, 10 * SECOND)))

    assert with_still_served([another, unplaced(), BACK], [BUSY], [silent(300, 359)]) == (another, unplaced(), BACK)


@pytest.mark.parametrize(
    "service",
    [
        served(run(250_000, 294_000), run(295_800, 300_000), run(359_000, 400_000)),
        served(run(290_000, 300_000), run(359_000, 400_000)),
    ],
    ids=["a-pause-just-before", "replies-since-just-before"],
)
def test_a_pause_just_before_the_silence_may_be_the_failure(service: Service) -> None:
    assert by_silence(unplaced(), silent(300, 359), service=service) == unplaced()


def test_a_capture_that_may_have_another_clock_denies_nothing_and_proves_nothing() -> None:
    one = found().marked("fault", Instant("c", 20 * SECOND, 25 * SECOND), [], How("note"))

    (told,) = with_still_served([one], [served(*WHOLE)], suspected=[A_HOST.macs])

    assert told.during == Path("unknown")
    assert not {"fault", "check"} & told.points.keys()
    assert told.doubts == (TWO_CLOCKS,)
    assert with_still_served([one], [served(run(1_000, 20_000))], suspected=[A_HOST.macs]) == (one,)


def test_stalls_and_stays_that_fit_in_their_order_alone_are_of_one_another() -> None:
    """The second stay is longer than the first silence; the second stall is long enough for both."""

    def moved(kind: EpisodeKind, at: int) -> Observation:
        one = observation(kind, "logs", repaired=(at, at + 1))
        failed = replace(one, before=LOCAL, during=Path("dead")) if kind == "cvm-failure" else one
        return failed.doubted(SEVERAL_FIT)

    first, second = moved("cvm-failure", 100), moved("cvm-failure", 200)
    every = [first, moved("cvm-recovery", 159), second, moved("cvm-recovery", 320)]
    waiting = replace(silent(400, 540), doubts=())

    told = with_still_served(every, [BUSY], [silent(300, 359), waiting])
    unordered = with_still_served(every, [BUSY], [replace(silent(100, 240), doubts=()), silent(300, 359)])

    assert [one.note for one in told] == ["still-served", None, None, None]
    assert [one.note for one in unordered] == [None, None, None, None]


@pytest.mark.parametrize(
    ("service", "adrift", "kind"),
    [
        pytest.param(served(run(20_000, 35_000)), False, "unknown", id="served since it was found"),
        pytest.param(served(run(20_000, 29_000)), False, "dead", id="stopped after it was found"),
        pytest.param(served(run(20_000, 35_000), path=REMOTE), False, "dead", id="served elsewhere"),
        pytest.param(served(run(100, 200)), True, "unknown", id="whenever that was"),
        pytest.param(served(run(100, 200), path=REMOTE), True, "dead", id="nothing of its own CVM"),
    ],
)
def test_a_failure_of_which_only_a_log_tells_is_not_dead_to_captures(service: Service, adrift: bool, kind: str) -> None:
    one = replace(found().without("check"), basis="logs", adrift=adrift)

    assert told(one, service).during.kind == kind


@pytest.mark.parametrize(("served_until", "kind"), [(25_000, "unknown"), (14_000, "dead")])
def test_a_failure_by_a_clock_in_doubt_may_be_none_where_the_cvm_served_by_the_earliest(
    served_until: int, kind: str
) -> None:
    one = replace(in_doubt(), basis="logs")

    assert told(one, served(run(10_000, served_until))).during.kind == kind
    tied = one.at("restored", replace(one.points["repaired"], at=Instant("c", 36 * SECOND, 36 * SECOND)))
    assert told(tied, served(run(10_000, served_until))).during.kind == "dead"  # captures show that failure


def test_of_two_failures_at_no_known_time_and_one_stall_one_was_none() -> None:
    one = replace(found().without("check"), basis="logs", adrift=True)
    other = replace(one, start=60 * SECOND)
    waiting = replace(silent(40_000, 54_000), doubts=(), note="stalled")
    paused = served(run(100, 10_000), run(60_000, 90_000))

    def during(*stalls: Observation) -> list[str]:
        return [one.during.kind for one in with_still_served([one, other], [paused], stalls)]

    assert during(waiting) == ["unknown", "unknown"]
    assert during(waiting, silent(1, 2)) == ["unknown", "unknown"]
    assert during(waiting, replace(waiting, start=70 * SECOND)) == ["dead", "dead"]
    other = other.at("restored", replace(other.points["repaired"], at=Instant("c", 99 * SECOND, 99 * SECOND)))
    assert during(waiting) == ["dead", "dead"]  # the other is seen in captures


@pytest.mark.parametrize(("adrift", "kind"), [(True, "unknown"), (False, "dead")])
def test_a_host_without_a_name_may_be_the_one(adrift: bool, kind: str) -> None:
    nameless = served(run(100, 200))
    nameless = replace(nameless, host=Member(None, macs=frozenset({"00:50:56:6a:01:17"})))

    assert told(replace(found(), basis="logs", adrift=adrift), nameless).during.kind == kind
