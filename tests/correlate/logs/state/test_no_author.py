"""A change of a route that nobody is known to have ordered."""

from __future__ import annotations

from tests.correlate.builder import PEER, REMOTE, STORAGE, HostLog, ns, only
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
