"""A deletion by Genesis behind lines on its host that no rule takes."""

from __future__ import annotations

import pytest

from analyzer.model.event import HaUnclassified, StargateStates
from tests.correlate.builder import CVM, HOST, PEER, REMOTE, Genesis, episodes

TEXT = f"2026-03-12 19:12:00 WARNING ha_service.py:7 host {HOST} was given a way round"


def log(*, unread: int | None = None, text: str = TEXT, found: bool = False) -> Genesis:
    """Two good checks, and a deletion at 64 s; `unread` is when a line stands that nobody reads, ms."""
    told = Genesis()
    told.started(0)
    told.all_up(2_000)
    told.all_up(32_000)
    if unread is not None:
        told.tell(unread, HaUnclassified(text), text)
    told.tell(62_000, StargateStates(up=(CVM, PEER, REMOTE), all_of="up"))
    if found:
        told.illegal(62_000, REMOTE)
    told.repairs(64_000, "delete", REMOTE)
    return told


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        pytest.param(log(unread=40_000), "unexplained", id="between the checks"),
        pytest.param(log(), "route-injection", id="all is read"),
        pytest.param(log(unread=40_000, text=TEXT.replace("WARNING", "INFO")), "route-injection", id="no warning"),
        pytest.param(log(unread=40_000, found=True), "route-injection", id="found illegal in so many words"),
        pytest.param(log(unread=40_000, text=TEXT.replace(HOST, "10.9.9.9")), "route-injection", id="of another host"),
    ],
)
def test_it_is_no_injected_route_for_sure(told: Genesis, kind: str) -> None:
    assert [one.kind for one in episodes(told)] == [kind]
