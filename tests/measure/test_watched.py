"""What captures show of each host: when it called and was answered, its silences, its slowest call."""

from __future__ import annotations

from analyzer.measure.index import HEARTBEAT
from analyzer.measure.watched import STALL, _hull, name_of, watched
from analyzer.model.cluster import Host
from analyzer.model.instant import MILLISECOND, Span
from analyzer.model.over_time.coverage import Silence, Watched
from tests.correlate.builder import HOST, LOCAL, OUTSIDE, VMK0, VMK1, Capture, back, found, ns

BEAT, WAIT = HEARTBEAT // MILLISECOND, STALL // MILLISECOND


def of_host(*captures: Capture) -> Watched:
    """What they show of the one host that calls the storage address."""
    return next(one for one in watched(found(*captures)) if one.captured is not None)


def inside(*stretches: tuple[int, int]) -> Capture:
    """The host's own port, served in these times, ms."""
    capture = Capture("vmk1.pcap")
    for first, last in stretches:
        capture.serves(LOCAL, first, last)
    return capture


def test_a_host_that_calls_and_is_answered_is_seen_all_the_while() -> None:
    shown = of_host(inside((0, 60_000)))

    assert shown.host == VMK1
    assert shown.captured == (ns(0), ns(60_000))
    assert shown.seen == ((ns(1), ns(59_999)),)
    assert shown.only is None
    assert (shown.silences, shown.moves) == ((), ())


def test_pauses_up_to_a_heartbeat_are_none() -> None:
    kept = of_host(inside((0, 10_000), (9_999 + BEAT, 60_000)))
    left = of_host(inside((0, 10_000), (10_002 + BEAT, 60_000)))

    assert len(kept.seen) == 1
    assert kept.silences == ()
    assert len(left.seen) == 2
    assert [(one.first, one.last) for one in left.silences] == [(ns(10_000), ns(10_003 + BEAT))]
    assert not left.silences[0].waiting


def test_a_silence_in_which_a_call_waits_is_told_when_it_is_shorter() -> None:
    capture = inside((0, 10_000), (10_100 + WAIT, 60_000))
    capture.calls(LOCAL, 10_050, 10_101 + WAIT)

    shown = of_host(capture)

    assert [(one.first, one.waiting) for one in shown.silences] == [(ns(10_000), True)]
    assert shown.service is not None
    assert shown.service.slowest == Span((WAIT + 51) * MILLISECOND - 999, (WAIT + 51) * MILLISECOND + 999)
    assert shown.service.unanswered == 0


def test_a_pause_of_a_busy_server_is_no_silence() -> None:
    capture = inside((0, 10_000), (10_000 + WAIT - 100, 60_000))
    capture.calls(LOCAL, 10_050, 10_001 + WAIT)

    assert of_host(capture).silences == ()


def test_replies_that_end_before_the_captures_are_a_silence() -> None:
    capture = inside((0, 10_000))
    capture.speaks(VMK1, None, 0, 40_000)

    (silence,) = of_host(capture).silences

    assert (silence.first, silence.last, len(silence.origins)) == (ns(10_000), ns(40_000), 1)


def test_one_direction_alone_shows_no_service() -> None:
    calls, replies = Capture("out.pcap"), Capture("in.pcap")
    calls.sends(LOCAL, 0, 60_000, "call")
    replies.sends(back(LOCAL), 1, 60_000, "reply")

    out, both = of_host(calls), of_host(calls, replies)

    assert (out.only, both.only) == ("calls", None)
    assert (out.seen, out.service) == ((), None)
    assert len(both.seen) == 1
    assert not any(one.seen for one in watched(found(replies)))


def test_calls_by_another_port_are_a_move() -> None:
    capture = inside((0, 30_000))
    capture.speaks(VMK0, HOST, 0, 60_000)
    other = Capture("span.pcap")
    other.speaks(VMK0, HOST, 0, 60_000)
    other.serves(OUTSIDE, 40_000, 60_000)

    moved = [one for one in watched(found(capture, other)) if one.moves]

    assert [one.moves for one in moved] == [((ns(29_999), ns(40_000)),)] or moved == []


def test_calls_without_an_answer_are_counted_where_others_have_one() -> None:
    capture = inside((0, 60_000))
    capture.calls(LOCAL, 20_000, None, xid=8)
    capture.calls(LOCAL, 21_000, 21_200, xid=9)

    service = of_host(capture).service

    assert service is not None
    assert service.unanswered == 1


def test_the_longest_silence_is_told_of_a_steady_host_too() -> None:
    service = of_host(inside((0, 10_000), (11_000, 60_000))).service

    assert service is not None
    assert isinstance(service.silence, Silence)
    assert service.silence.length == 1_001 * MILLISECOND


def test_a_host_is_called_by_what_is_known_of_it() -> None:
    assert name_of(Host(address=HOST, macs=(VMK1,), name="esx-a")) == HOST
    assert name_of(Host(address=None, macs=(VMK1, VMK0), name="esx-a")) == VMK0
    assert name_of(Host(address=None, name="esx-a")) == "esx-a"
    assert name_of(Host(address=None)) == ""


def test_a_hull_is_from_the_first_to_the_last() -> None:
    assert _hull([(1, 3), (5, 9), (2, 4)]) == (1, 9)
    assert _hull([]) is None
