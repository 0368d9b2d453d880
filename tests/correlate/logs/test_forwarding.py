"""What a check found of a host's forwarding."""

from __future__ import annotations

from tests.correlate.builder import REMOTE, ms_of, only
from tests.correlate.logs.check_logs import healthy_then


def test_the_path_is_right_again_with_no_repair_in_the_log() -> None:
    log, due = healthy_then()
    log.illegal(due, REMOTE)
    log.all_up(due + 30_000)

    episode = only(log)

    assert episode.kind == "route-injection"
    assert ms_of(episode, "repaired") == (due, due + 31_000)  # not before it was found, nor after it was right
    assert episode.confidence != "high"
