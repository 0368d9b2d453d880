"""What Genesis decided and did: commands, their results, and those that failed."""

from __future__ import annotations

from tests.correlate.builder import REMOTE, holds, only
from tests.correlate.logs.check_logs import healthy_then


def test_a_command_without_its_result_is_repaired_with_doubt() -> None:
    log, due = healthy_then()
    log.illegal(due, REMOTE)
    log.task(due, "delete", REMOTE)
    log.orders(due + 1_000, "delete", REMOTE)

    episode = only(log)

    assert holds(episode, "repaired", due + 1_500)
    assert episode.confidence != "high"


def test_a_failed_command_does_not_end_the_episode() -> None:
    log, due = healthy_then()
    log.cvm_down(due)
    log.absent(due)
    log.task(due, "add", REMOTE)
    log.orders(due + 1_000, "add", REMOTE)
    log.result(due + 1_000, "add", REMOTE, done=False)
    log.cvm_down(due + 30_000)
    log.absent(due + 30_000)
    log.repairs(due + 31_000, "add", REMOTE)

    episode = only(log)

    assert any("failed" in doubt for doubt in episode.doubts)
    assert any("failed" in claim.sentence for claim in episode.claims)
    assert holds(episode, "repaired", due + 31_000)
    assert not holds(episode, "repaired", due + 1_500)
