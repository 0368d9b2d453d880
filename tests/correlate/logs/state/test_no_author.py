"""A change of a route that nobody is known to have ordered."""

from __future__ import annotations

from analyzer.model.event import RouteCommand, StargateStates
from analyzer.model.path import Path
from tests.correlate.builder import CVM, HOST, PEER, REMOTE, STORAGE, Genesis, HostLog, ns, only
from tests.correlate.logs.check_logs import cut_off
from tests.correlate.logs.made import observed


def test_the_kernels_lines_alone_do_not_tell_what_it_was() -> None:
    kernel = HostLog()
    kernel.kernel(40_123, "add", REMOTE)
    kernel.kernel(63_345, "delete", REMOTE)

    episode = only(kernel)

    assert (episode.kind, episode.confidence) == ("unexplained", "low")


def test_each_deletion_belongs_to_the_addition_before_it() -> None:
    kernel = HostLog()
    for added, deleted in ((40_123, 63_345), (200_000, 220_000)):
        kernel.kernel(added, "add", REMOTE)
        kernel.kernel(deleted, "delete", REMOTE)

    found = observed(kernel)

    assert [(one.start, one.end) for one in found] == [
        (ns(40_123), ns(63_345) + kernel.doubt),
        (ns(200_000), ns(220_000) + kernel.doubt),
    ]
    said = [claim.statement for one in found for claim in one.claims]
    assert [(one.name, one.action, one.to) for one in said] == [
        ("changed-unasked", "add", STORAGE),
        ("changed-unasked", "delete", STORAGE),
    ] * 2


def test_a_route_that_is_there_and_added_again_is_a_claim() -> None:
    kernel = HostLog()
    for ms in (40_123, 90_000):
        kernel.kernel(ms, "add", REMOTE)
    kernel.kernel(120_000, "delete", REMOTE)
    kernel.kernel(180_000, "add", PEER)

    found = observed(kernel)

    assert [[claim.statement.action for claim in one.claims] for one in found] == [["add", "add", "delete"], ["add"]]
    assert found[0].end == ns(120_000) + kernel.doubt


def test_a_route_that_genesis_added_and_the_kernel_has_again_is_a_claim() -> None:
    log = Genesis()
    log.cvm_down(2_000)
    log.absent(2_100)
    log.repairs(2_200, "add", REMOTE)
    kernel = HostLog()
    kernel.kernel(300_000, "add", REMOTE)

    (found,) = observed(log, kernel)

    assert found.kind == "cvm-failure"
    assert found.claims[-1].statement.name == "changed-unasked"


def test_a_change_after_the_end_of_genesis_log_is_nobodys() -> None:
    episode = only(*cut_off())

    assert (episode.kind, episode.confidence) == ("unexplained", "low")


def test_a_route_that_is_exchanged_by_nobody_known_is_one_change() -> None:
    """144 ms apart, as by one script: neither a failure that Genesis saw nor two changes."""
    kernel = HostLog()
    kernel.kernel(40_069, "delete", REMOTE)
    kernel.kernel(40_213, "add", PEER)

    (found,) = observed(kernel)

    assert (found.kind, found.confidence, found.by_hand) == ("unexplained", "low", False)
    assert (found.before.via, found.after.via) == (REMOTE, PEER)
    assert [claim.statement.action for claim in found.claims] == ["delete", "add"]


def test_a_route_that_is_added_long_after_another_was_deleted_is_a_change_of_its_own() -> None:
    kernel = HostLog()
    kernel.kernel(40_000, "delete", REMOTE)
    kernel.kernel(90_000, "add", PEER)

    assert [one.kind for one in observed(kernel)] == ["unexplained"] * 2


def found_wrong_after(seconds: int) -> tuple[Genesis, HostLog]:
    """The kernel logs an added route; so long after it, Genesis' log begins with a check that finds it illegal."""
    log, kernel = Genesis(), HostLog()
    kernel.kernel(40_123, "add", REMOTE)
    at = 40_123 + seconds * 1_000
    log.tell(at, StargateStates(up=(CVM, PEER, REMOTE), all_of="up"))
    log.illegal(at + 200, REMOTE)
    log.repairs(at + 2_000, "delete", REMOTE)
    log.all_up(at + 30_000)
    kernel.kernel(at + 2_100, "delete", REMOTE)
    return log, kernel


def test_a_route_of_nobody_known_that_the_next_check_finds_illegal_is_one_fault() -> None:
    (found,) = observed(*found_wrong_after(9))

    assert (found.kind, found.confidence) == ("route-injection", "medium")
    assert found.points["fault"].at.least == ns(40_123)
    assert [claim.statement.name for claim in found.claims][:2] == ["changed-unasked", "found-illegal"]


def test_a_route_of_nobody_known_that_was_there_long_before_genesis_log_may_have_been_right() -> None:
    assert [one.kind for one in observed(*found_wrong_after(300))] == ["unexplained", "route-injection"]


def test_a_route_of_nobody_known_that_a_session_took_back_is_told_once() -> None:
    """Whether Genesis had forwarded the host, or found a route too many, is in no log of the host."""
    kernel, session = HostLog(), HostLog("auth.log", "auth", "host")
    kernel.kernel(40_123, "add", REMOTE)
    session.tell(71_100, RouteCommand("delete", "genesis", HOST, REMOTE, STORAGE, "root", (CVM,), login=CVM))
    kernel.kernel(71_123, "delete", REMOTE)

    (found,) = observed(kernel, session)

    assert (found.kind, found.confidence) == ("unexplained", "low")
    said = [(claim.statement.name, claim.statement.action) for claim in found.claims]
    assert said == [("changed-unasked", "add"), ("changed-unasked", "delete"), ("session-of-cvm", None)]


def test_a_route_that_is_deleted_was_there_before() -> None:
    kernel = HostLog()
    kernel.kernel(63_345, "delete", REMOTE)

    (gone,) = observed(kernel)

    assert (gone.before, gone.after.kind) == (Path("remote", via=REMOTE), "local")
