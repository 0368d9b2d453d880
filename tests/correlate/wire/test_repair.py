"""What ends a connection: NfsTerminateConnection, or only a reset of one that was never served there."""

from __future__ import annotations

from msgspec.structs import replace

from analyzer.config import Settings
from analyzer.correlate import correlate
from analyzer.model.traffic import CaptureTotals
from tests.correlate import scenes
from tests.correlate.builder import (
    CVM_ETH0,
    HOST,
    LOCAL,
    OUTSIDE,
    VMK0,
    back,
    evidence,
    holds,
    known,
    ms_of,
    neighbours,
    ns,
    only,
)
from tests.correlate.wire.shown import observations_shown


def test_the_reset_of_another_old_connection_is_no_nfs_terminate() -> None:
    span, vmk1 = scenes.injection(deleted=64_000)
    stray = replace(scenes.STRAY, sport=870)
    span.sends(stray, 57_000, 57_000)
    span.control("RST", back(stray), 57_000)

    episode = only(span, vmk1)

    assert episode.kind == "route-injection"
    assert holds(episode, "terminated", 63_760)


def test_a_refused_connection_is_not_the_end_of_the_old_one() -> None:
    span, vmk1 = scenes.both()
    neighbours(span, 0, 75_000)
    vmk1.serves(LOCAL, 0, 33_000)
    vmk1.control("RST", back(LOCAL), 33_050)
    new = replace(LOCAL, sport=880)
    for ms in (34_000, 36_000, 40_000):
        vmk1.control("SYN", new, ms)
        vmk1.control("RST", back(new), ms)

    vmk1.connects(new, 48_000)
    vmk1.serves(new, 48_001, 75_000)

    assert ms_of(only(span, vmk1), "reset") == (33_050, 33_051)


def test_a_remote_cvm_may_reset_the_connection_instead_of_closing_it() -> None:
    span, vmk1 = scenes.injection(deleted=64_000)
    span.events = [event for event in span.events if "FIN" not in str(event.detail)]
    span.control("RST", back(OUTSIDE), 63_760)

    assert holds(only(span, vmk1), "terminated", 63_760)


def test_an_attempt_that_was_refused_ended_no_connection() -> None:
    """The client tried another port first."""
    span, vmk1 = scenes.both()
    neighbours(span, 0, 75_000)
    vmk1.serves(LOCAL, 0, 33_000)
    vmk1.control("RST", back(LOCAL), 33_050)
    refused, new = replace(LOCAL, sport=881), replace(LOCAL, sport=880)
    vmk1.control("SYN", refused, 40_000)
    vmk1.control("RST", back(refused), 40_000)
    vmk1.connects(new, 48_000)
    vmk1.serves(new, 48_001, 75_000)

    assert ms_of(only(span, vmk1), "reset") == (33_050, 33_051)


def test_the_end_of_a_connection_that_was_made_in_between_may_be_unseen() -> None:
    """The remote CVM ended one, the client made another there; it ended by the local CVM's own side, out of sight."""
    span, vmk1 = scenes.injection(deleted=64_000)
    between = replace(OUTSIDE, sport=910)
    span.connects(between, 63_900)

    episode = only(span, vmk1)

    assert "reset" not in known(episode)
    assert "connected" in known(episode)


def test_a_capture_that_lost_the_handshake_may_have_lost_the_first_replies() -> None:
    """A burst of loss hides both; service is back between the route's change and the first reply that is left."""
    span, vmk1 = scenes.failure(died=37_000, served=64_000)
    whole = only(span, vmk1)
    span.events = [event for event in span.events if "SYN-ACK" not in str(event.detail)]

    lossy = only(span, vmk1)

    assert ms_of(whole, "restored")[0] >= 64_000
    assert "connected" not in known(lossy)
    assert ms_of(lossy, "restored")[0] == ms_of(lossy, "repaired")[0] < 64_000
    assert abs(ms_of(lossy, "restored")[1] - ms_of(whole, "restored")[1]) <= 1


def test_a_capture_that_lost_payload_may_lack_replies_of_the_new_connection() -> None:
    span, vmk1 = scenes.failure(served=64_000)
    found = evidence(span, vmk1)
    lossy = replace(found, captures=(CaptureTotals(source=span.source, frames=1, bytes=1, gaps=1),))

    whole, torn = (correlate(one, Settings()).episodes[0] for one in (found, lossy))

    assert ms_of(whole, "restored") == (64_003, 64_004)
    assert ms_of(torn, "restored") == (64_001, 64_004)


def test_of_a_service_inside_that_no_capture_has_the_first_reply_seen_need_not_be_the_first() -> None:
    """The own CVM answers by its public interface, later, on a connection that may be another one."""
    span, _ = scenes.injection(added=29_000, deleted=64_000, end=90_000)
    late = replace(back(OUTSIDE), src_mac=CVM_ETH0, dport=990)
    span.control("SYN-ACK", late, 70_000)
    span.sends(late, 70_001, 90_000, "reply")
    span.speaks(VMK0, HOST, 0, 90_000)

    told = [one for one in observations_shown(span)[0] if "restored" in one.points]

    assert told[-1].points["restored"].at.least < ns(64_000)
    assert told[-1].points["restored"].at.most == ns(70_001)
    assert "connected" not in told[-1].points


def test_a_further_segment_of_the_handshake_ends_nothing() -> None:
    span, vmk1 = scenes.injection(deleted=64_000)
    span.control("SYN-ACK", back(OUTSIDE), 60_000)

    assert holds(only(span, vmk1), "terminated", 63_760)
