"""What happened, in sentences: none is said twice, and nothing failed that served on."""

from __future__ import annotations

from msgspec.structs import replace

from analyzer.model.measurement import How, KnownInstant
from analyzer.report.story import in_a_sentence, story
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


def test_genesis_is_named_only_where_its_own_log_shows_what_it_noticed() -> None:
    measured = episode()
    instants = tuple(
        replace(one, how=How("found-absent")) if isinstance(one, KnownInstant) and one.name == "detected" else one
        for one in measured.episode.instants
    )

    assert "It was noticed after" in story(measured)
    assert "Genesis noticed it after" in story(replace(measured, episode=replace(measured.episode, instants=instants)))


def test_one_sentence_has_what_happened_and_how_long_storage_was_away() -> None:
    told = in_a_sentence(episode(), lambda address: f"host {address[-2:]}")

    assert told.startswith("CVM host 26, which serves host host 24, failed at 2026-11-22 07:04:23.059 UTC")
    assert told.endswith("; it was noticed after 23.6 s ± 0.5 s and storage was away for 27.071 s.")
