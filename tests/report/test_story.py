"""What happened, in sentences: none is said twice, and nothing failed that served on."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.model.episode import Claim, Judgement, MeasuredEpisode, Statement
from analyzer.model.instant import SECOND, UNBOUNDED, Span
from analyzer.model.measurement import How, KnownInstant, MissingMeasurement
from analyzer.model.path import Path
from analyzer.report.story import in_a_sentence, story
from tests.report.builder import episode

LOCAL, REMOTE = Path("local"), Path("remote", via="192.168.1.28")


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


def judged(measured: MeasuredEpisode, span: Span) -> MeasuredEpisode:
    """The episode with its outage judged by so much."""
    return replace(
        measured,
        judgements=tuple(replace(one, measured=span) if one.metric == "outage" else one for one in measured.judgements),
    )


def test_an_outage_is_told_by_the_limits_that_it_was_judged_by() -> None:
    measured = judged(episode(), Span(0, 51 * SECOND))
    unseen = tuple(
        MissingMeasurement("outage", "not-in-evidence", "no-capture") if one.metric == "outage" else one
        for one in measured.measurements
    )
    by_logs = replace(measured, measurements=unseen)

    assert "Storage was away for at most 51 s (the host's own log limits it)." in story(measured)
    assert "Storage was away for at most 51 s, as the logs show it." in story(by_logs)


def test_what_no_log_limits_from_above_is_not_shown() -> None:
    measured = judged(episode(), Span(12 * SECOND, UNBOUNDED))
    unseen = tuple(
        MissingMeasurement("outage", "not-in-evidence", "no-capture") if one.metric == "outage" else one
        for one in measured.measurements
    )
    told = story(replace(measured, measurements=unseen))

    assert "The evidence does not show how long storage was away (at least 12.000 s, as the logs show it)." in told
    assert "storage" not in in_a_sentence(replace(measured, measurements=unseen))


def test_one_sentence_has_what_happened_and_how_long_storage_was_away() -> None:
    told = in_a_sentence(episode(), lambda address: f"host {address[-2:]}")

    assert told.startswith("CVM host 26, which serves host host 24, failed at 2026-11-22 07:04:23.059 UTC")
    assert told.endswith("; it was noticed after 23.6 s ± 0.5 s and storage was away for 27.071 s.")


@pytest.mark.parametrize(("before", "whose"), [(LOCAL, "the local CVM"), (REMOTE, "CVM 192.168.1.28")])
def test_an_interruption_whose_cause_is_named_has_words_of_its_own(before: Path, whose: str) -> None:
    """Only its outage is judged: that nothing explains it would contradict that."""
    measured = episode("unexplained")
    stalled = replace(measured.episode, before=before, after=before, confidence="high", cvm=None)
    (outage,) = (one for one in measured.judgements if one.metric == "outage")
    named = replace(measured, episode=stalled, judgements=(outage,))
    cause = Judgement(verdict="UNDECIDED", metric="cause", reason="no-cause", measured=None, expected=None)

    told = story(named)

    assert "no known kind of failover" not in told
    assert told.lower().startswith(f"{whose}, which serves host".lower())
    assert "no known kind of failover explains it" in story(replace(named, judgements=(outage, cause)))


def test_an_interruption_of_which_only_the_stop_is_known_says_so() -> None:
    measured = episode("unexplained")
    reset = (Claim(Statement("vm-reset", by="root"), ()),)
    stalled = replace(measured.episode, before=LOCAL, after=LOCAL, confidence="high", cvm=None, claims=reset)
    cause = Judgement(verdict="UNDECIDED", metric="cause", reason="no-cause", measured=None, expected=None)

    told = story(replace(measured, episode=stalled, judgements=(cause,)))

    assert told.startswith("The VM of the local CVM, which serves host")
    assert "was reset at" in told
    assert "no known kind" not in told


def test_what_was_interrupted_is_not_said_to_be_perhaps_not() -> None:
    measured = episode("unexplained")
    stalled = replace(measured.episode, before=LOCAL, after=LOCAL, confidence="high")
    unseen = (MissingMeasurement("outage", "not-in-evidence", "no-capture"),)

    told = story(replace(measured, episode=stalled, measurements=unseen, judgements=()))

    assert "was interrupted at" in told
    assert "does not show how long storage was away" in told
    assert "whether storage was interrupted" not in told
