"""The answer of a run: the worst verdict, whether that is acceptable, and who has to act."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from analyzer.judge.verdicts import answer, worst
from analyzer.model.episode import JudgedBy, Judgement, MeasuredEpisode, Verdict
from analyzer.model.over_time.coverage import Coverage, Lack
from analyzer.model.run import Acceptable, Action
from tests.report import builder

Said = tuple[str, Verdict, JudgedBy]


def told(*verdicts: Said, number: int = 1) -> MeasuredEpisode:
    """An episode with these judgements: the metric, the verdict, the reason."""
    judgements = tuple(
        Judgement(verdict=verdict, metric=metric, reason=reason, measured=None, expected=None)
        for metric, verdict, reason in verdicts
    )
    one = builder.episode()
    return builder.remade(
        one,
        episode=builder.remade(one.episode, id=f"E{number}"),
        judgements=judgements,
        verdict=worst(judgement.verdict for judgement in judgements),
    )


DETECTION_MET: Said = ("detection", "MET", "within-expectation")
OUTAGE_UNKNOWN: Said = ("outage", "NOT-JUDGED", "not-bounded-above")
OUTAGE_MISSED: Said = ("outage", "MISSED", "beyond-bound")
DETECTION_MISSED: Said = ("detection", "MISSED", "beyond-bound")
UNWATCHED: Said = ("outage", "UNDECIDED", "datastore-unwatched")
NO_CAUSE: Said = ("cause", "UNDECIDED", "no-cause")


@given(st.permutations(get_args(Verdict)))
def test_the_worst_is_the_worst_in_any_order(verdicts: list[Verdict]) -> None:
    assert worst(verdicts) == "MISSED"


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ((), "NOT-JUDGED"),
        (("NOT-JUDGED", "MET"), "MET"),
        (("MET", "MET-OR-LATE"), "MET-OR-LATE"),
        (("MET-OR-LATE", "LATE"), "LATE"),
        (("LATE", "UNDECIDED"), "UNDECIDED"),
        (("UNDECIDED", "MISSED", "MET"), "MISSED"),
    ],
    ids=lambda value: value if isinstance(value, str) else "+".join(value) or "none",
)
def test_the_order_of_verdicts(verdicts: tuple[Verdict, ...], expected: Verdict) -> None:
    assert worst(verdicts) == expected


CLEAR, UNCLEAR, UNREAD = (Coverage(lacks=lacks) for lacks in ((), (Lack("unseen"),), (Lack("unread-lines"),)))


@pytest.mark.parametrize(
    ("verdict", "acceptable"),
    [("MET", "yes"), ("MET-OR-LATE", "yes"), ("LATE", "yes"), ("MISSED", "no"), ("UNDECIDED", "unknown")],
)
def test_what_is_acceptable(verdict: Verdict, acceptable: Acceptable) -> None:
    said = answer((builder.episode(verdict=verdict),), CLEAR)

    assert (said.verdict, said.acceptable) == (verdict, acceptable)


@pytest.mark.parametrize("episodes", [(), (told(OUTAGE_UNKNOWN),)], ids=["no episode", "nothing judged"])
def test_where_nothing_was_judged_only_an_all_clear_is_acceptable(episodes: tuple[MeasuredEpisode, ...]) -> None:
    clear, unclear = (answer(episodes, coverage) for coverage in (CLEAR, UNCLEAR))

    assert (clear.verdict, clear.acceptable, clear.actions) == ("NOT-JUDGED", "yes", ())
    assert (unclear.acceptable, unclear.actions) == ("unknown", (Action("show-all"),))
    assert unclear.verdict == "UNDECIDED"


def test_where_nothing_could_be_judged_what_would_decide_is_asked_for() -> None:
    unknown = told(OUTAGE_UNKNOWN)
    judgements = tuple(replace(one, decides=(("whole-capture",),)) for one in unknown.judgements)
    unknown = replace(unknown, judgements=judgements)

    said, beside = answer((unknown,), UNCLEAR), answer((unknown, told(DETECTION_MET, number=2)), UNCLEAR)

    assert (said.acceptable, said.actions) == ("unknown", (Action("give-evidence", ("E1",)),))
    assert (beside.acceptable, beside.actions) == ("yes", ())


def test_lines_that_were_not_understood_leave_it_open_whatever_was_met() -> None:
    met = answer((told(DETECTION_MET),), UNREAD)
    missed = answer((told(OUTAGE_MISSED),), UNREAD)

    assert (met.verdict, met.acceptable, met.actions) == ("UNDECIDED", "unknown", (Action("read-lines"),))
    assert (missed.verdict, missed.acceptable) == ("MISSED", "no")


def test_signs_of_what_no_episode_tells_leave_it_open() -> None:
    signs = Coverage(lacks=(Lack("silence", "192.168.1.24"),))
    met, none = answer((told(DETECTION_MET),), signs), answer((), signs)

    assert (met.verdict, met.acceptable) == (none.verdict, none.acceptable) == ("UNDECIDED", "unknown")
    assert (met.actions, none.actions) == ((Action("look-at-untold"),), (Action("show-all"),))


def test_a_datastore_that_was_lost_in_no_episode_is_no_less_lost() -> None:
    said = answer((told(DETECTION_MET),), CLEAR, lost=True)

    assert (said.verdict, said.acceptable, said.actions) == ("MISSED", "no", (Action("look-at-loss"),))


def test_what_was_met_needs_no_action_though_an_outage_is_not_in_the_evidence() -> None:
    said = answer((told(DETECTION_MET, OUTAGE_UNKNOWN),), UNCLEAR)

    assert (said.verdict, said.acceptable, said.actions) == ("MET", "yes", ())


def test_who_acts_follows_from_what_was_missed() -> None:
    episodes = (told(DETECTION_MISSED, OUTAGE_MISSED), told(DETECTION_MET, OUTAGE_MISSED, number=2))

    said = answer(episodes, CLEAR)

    assert said.actions == (Action("find-outage", ("E1", "E2")), Action("find-delay", ("E1",)))


def test_an_evidence_that_would_decide_is_asked_for_only_where_nothing_was_missed() -> None:
    undecided, both = told(UNWATCHED), (told(UNWATCHED), told(OUTAGE_MISSED, number=2))

    assert answer((undecided,), CLEAR).actions == (Action("give-evidence", ("E1",)),)
    assert answer(both, CLEAR).actions == (Action("find-outage", ("E2",)),)


def test_what_nothing_explains_is_looked_at_whatever_else_there_is() -> None:
    episodes = (told(OUTAGE_MISSED), told(NO_CAUSE, number=2))

    said = answer(episodes, CLEAR)

    assert said.actions == (Action("find-outage", ("E1",)), Action("look-at", ("E2",)))


def test_no_evidence_is_asked_for_a_stall_that_nothing_explains_in_evidence_that_is_whole() -> None:
    assert answer((told(NO_CAUSE),), CLEAR).actions == (Action("look-at", ("E1",)),)
