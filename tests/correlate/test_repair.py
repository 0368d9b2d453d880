"""What ends a connection: NfsTerminateConnection, or only a reset of one that was never served there."""

from __future__ import annotations

from msgspec.structs import replace

from tests.correlate import scenes
from tests.correlate.builder import back, holds, only


def test_the_reset_of_another_old_connection_is_no_nfs_terminate() -> None:
    span, vmk1 = scenes.injection(deleted=64_000)
    stray = replace(scenes.STRAY, sport=870)
    span.sends(stray, 57_000, 57_000)
    span.control("RST", back(stray), 57_000)

    episode = only(span, vmk1)

    assert episode.kind == "route-injection"
    assert holds(episode, "terminated", 63_760)
