"""What happened, in sentences: none is said twice, and nothing failed that served on."""

from __future__ import annotations

from msgspec.structs import replace

from analyzer.report.story import story
from tests.report.builder import episode


def test_a_cvm_that_served_on_is_said_to_have_been_found_down() -> None:
    measured = episode()
    served = replace(measured, episode=replace(measured.episode, note="still-served"))

    told = story(served)

    assert told.startswith("Genesis reported CVM")
    assert " failed" not in told
    assert told.count("served it until Genesis redirected it") == 1


def test_else_it_failed() -> None:
    assert "which serves host" in story(episode())
    assert "Genesis found" not in story(episode())
