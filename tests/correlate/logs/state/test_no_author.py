"""A change of a route that nobody is known to have ordered."""

from __future__ import annotations

from tests.correlate.builder import REMOTE, HostLog, only
from tests.correlate.logs.check_logs import cut_off


def test_the_kernels_lines_alone_do_not_tell_what_it_was() -> None:
    kernel = HostLog()
    kernel.kernel(40_123, "add", REMOTE)
    kernel.kernel(63_345, "delete", REMOTE)

    episode = only(kernel)

    assert (episode.kind, episode.confidence) == ("unexplained", "low")


def test_a_change_after_the_end_of_genesis_log_is_nobodys() -> None:
    episode = only(*cut_off())

    assert (episode.kind, episode.confidence) == ("unexplained", "low")
