"""A person's notes: confirming, narrowing, giving a fault that nothing else shows, and unconfirmed."""

from __future__ import annotations

from analyzer.correlate.merge.marks import _noted
from analyzer.model.event import Mark
from analyzer.model.instant import SECOND, Instant
from analyzer.model.source import Origin
from tests.correlate import scenes
from tests.correlate.builder import REMOTE, Genesis, Notes, found, known, ms_of
from tests.correlate.made import observation

MARK = Origin("marks.toml", 1)


def test_a_note_of_the_same_moment_confirms_the_fault() -> None:
    notes = Notes()
    notes.note(36_500, "cvm-power-off", "powered CVM A off")

    correlation = found(*scenes.failure(died=37_000), notes)

    (episode,) = correlation.episodes
    assert not correlation.unconfirmed
    assert MARK in known(episode)["fault"].origins
    assert not known(episode)["fault"].how.noted, "the captures know it better"
    assert any("powered CVM A off" in claim.statement.told and MARK in claim.origins for claim in episode.claims)


def test_a_note_narrows_what_the_log_leaves_open() -> None:
    log, notes = Genesis(), Notes(clock="log:genesis")
    log.all_up(0)
    log.all_up(30_000)
    log.illegal(60_000, REMOTE)
    log.repairs(61_000, "delete", REMOTE)
    notes.note(41_000, "route-add")

    (episode,) = found(log, notes).episodes

    assert ms_of(episode, "fault") == (41_000, 42_000)
    assert known(episode)["fault"].how.noted


def test_a_note_that_contradicts_does_not_move_the_fault() -> None:
    notes = Notes()
    notes.note(20_000, "cvm-power-off")

    (episode,) = found(*scenes.failure(died=37_000), notes).episodes

    assert ms_of(episode, "fault")[0] >= 36_900


def test_a_note_of_something_that_nothing_shows_is_unconfirmed() -> None:
    notes = Notes()
    notes.note(30_000, "route-delete", "deleted it")

    correlation = found(*scenes.healthy(), notes)

    assert not correlation.episodes
    assert [event.origin for event in correlation.unconfirmed] == [MARK]


def test_a_note_far_from_any_fault_is_unconfirmed() -> None:
    notes = Notes()
    notes.note(-300_000, "cvm-power-off")

    assert found(*scenes.failure(died=37_000), notes).unconfirmed


def test_a_plain_remark_asks_for_no_confirmation() -> None:
    notes = Notes()
    notes.note(30_000, "note", "coffee")

    assert not found(*scenes.healthy(), notes).unconfirmed


def test_a_note_gives_a_fault_that_nothing_else_bounds() -> None:
    at = Instant("c", 5 * SECOND, 6 * SECOND)

    told = _noted(observation(), Mark("cvm-power-off", None, None, "off"), MARK, at)

    assert (told.points["fault"].at, told.points["fault"].origins) == (at, (MARK,))
