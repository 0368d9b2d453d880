"""A route that a person and Genesis both put right within a second is one repair, by whoever was first."""

from __future__ import annotations

import pytest

from tests.correlate.builder import REMOTE, Genesis, HostLog, episodes, holds


def deleted_at_40s() -> tuple[Genesis, HostLog, HostLog]:
    """In a failure the route is deleted by hand; the check at 62 s finds it, and Genesis adds it at 64 s."""
    log = Genesis(doubt=999_999)
    log.all_up(-60_000)
    log.cvm_down(-30_000)
    log.correct(-30_000, REMOTE)
    for ms in (0, 32_000):
        log.cvm_down(ms)
        log.correct(ms, REMOTE)
    log.cvm_down(62_000)
    log.absent(62_000)
    log.task(62_100, "add", REMOTE)
    log.orders(64_000, "add", REMOTE)
    log.result(64_300, "add", REMOTE)
    for ms in (92_000, 122_000):
        log.cvm_down(ms)
        log.correct(ms, REMOTE)
    shell, kernel = HostLog("shell.log", "shell"), HostLog()
    shell.types(40_000, "delete", REMOTE)
    kernel.kernel(40_100, "delete", REMOTE)
    return log, shell, kernel


@pytest.mark.parametrize(
    ("typed", "changed"), [(63_500, 63_600), (64_800, 64_200)], ids=["before Genesis", "after Genesis"]
)
def test_who_is_second_changes_nothing(typed: int, changed: int) -> None:
    log, shell, kernel = deleted_at_40s()
    shell.types(typed, "add", REMOTE)
    kernel.kernel(changed, "add", REMOTE)

    (deletion,) = [one for one in episodes(log, shell, kernel) if one.kind.startswith("route")]

    assert deletion.kind == "route-deletion"
    assert holds(deletion, "repaired", changed)
