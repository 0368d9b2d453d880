"""Only evidence that could have shown a failover is an all-clear."""

from __future__ import annotations

import pytest

from analyzer.judge.all_clear import is_covered
from analyzer.model.event import Forwarding, StargateStates
from analyzer.model.traffic import CaptureTotals
from tests.judge.health.scene import dossier, event

CALLS, REPLIES = (("WRITE", 3),), (("WRITE", 3),)


@pytest.mark.parametrize(
    ("capture", "covered"),
    [
        (CaptureTotals(source="a", frames=9, bytes=9, nfs_calls=CALLS, nfs_replies=REPLIES), True),
        (CaptureTotals(source="a", frames=9, bytes=9, nfs_calls=CALLS), False),
        (CaptureTotals(source="a", frames=9, bytes=9, nfs_replies=REPLIES), False),
        (CaptureTotals(source="a", frames=9, bytes=9), False),
    ],
    ids=["both directions", "calls", "replies", "no NFS"],
)
def test_captures_with_both_directions_cover(capture: CaptureTotals, *, covered: bool) -> None:
    assert is_covered(dossier(captures=(capture,))) is covered


def test_checks_that_found_the_path_right_cover() -> None:
    right, wrong = event(Forwarding("correct", "192.168.1.24")), event(Forwarding("illegal", "192.168.1.24"))

    assert is_covered(dossier(events=(right,)))
    assert is_covered(dossier(events=(wrong, event(StargateStates(all_of="up")))))
    assert not is_covered(dossier(events=(wrong, event(StargateStates(all_of="up", down=("192.168.1.26",))))))
    assert not is_covered(dossier(events=(wrong, event(StargateStates(all_of="alive")))))
    assert not is_covered(dossier())
