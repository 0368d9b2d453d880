"""The answer of a run: the worst verdict, whether that is acceptable, and who has to act (design, section 6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec

from analyzer.model.episode import Judgement, MeasuredEpisode, Verdict
from analyzer.model.over_time.coverage import Coverage
from analyzer.model.run import Acceptable, Action, ActionName

ORDER: tuple[Verdict, ...] = ("NOT-JUDGED", "MET", "MET-OR-LATE", "LATE", "UNDECIDED", "MISSED")


class Answer(msgspec.Struct, frozen=True):
    """What a reader asks first."""

    verdict: Verdict
    acceptable: Acceptable
    actions: tuple[Action, ...] = ()


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst in the order MET < MET-OR-LATE < LATE < UNDECIDED < MISSED; NOT-JUDGED when nothing was judged."""
    return max(verdicts, key=ORDER.index, default="NOT-JUDGED")


def answer(
    episodes: Sequence[MeasuredEpisode], coverage: Coverage, *, unsettled: bool = False, lost: bool = False
) -> Answer:
    """The answer: the worst episode's, and no better than UNDECIDED where there are signs of another, or where tables
    show (`unsettled`) what no episode tells of; where none was judged, UNDECIDED unless one would have been seen. Where
    a host lost its datastore (`lost`), and it is not told in which episode, storage was away too long all the same.
    """
    found = worst(one.verdict for one in episodes)
    shown = found != "NOT-JUDGED" or coverage.is_whole
    unknown = unsettled or bool(coverage.untold) or not shown
    verdict = "MISSED" if lost else worst((found, "UNDECIDED")) if unknown else found
    unread = any(lack.name == "unread-lines" for lack in coverage.lacks)
    signs = unsettled or any(lack.name != "unread-lines" for lack in coverage.untold)
    actions = _actions(episodes, verdict, unread=unread, judged=found != "NOT-JUDGED")
    asked = any(action.name == "give-evidence" for action in actions)
    if signs and episodes:
        actions = (*actions, Action("look-at-untold"))
    elif signs or not (shown or asked):
        actions = (*actions, Action("show-all"))
    return Answer(verdict, _acceptable(verdict), (Action("look-at-loss"), *actions) if lost else actions)


def _acceptable(verdict: Verdict) -> Acceptable:
    match verdict:
        case "NOT-JUDGED" | "MET" | "MET-OR-LATE" | "LATE":
            return "yes"
        case "MISSED":
            return "no"
        case "UNDECIDED":
            return "unknown"


def _actions(
    episodes: Sequence[MeasuredEpisode], verdict: Verdict, *, unread: bool, judged: bool
) -> tuple[Action, ...]:
    """What somebody has to do about the worst verdicts, or for one where nothing could be judged; what nothing explains
    is looked at in any case.
    """
    tests: list[tuple[ActionName, Callable[[Judgement], bool]]] = [
        ("find-outage", lambda one: one.verdict == "MISSED" and one.metric != "detection"),
        ("find-delay", lambda one: one.verdict == "MISSED" and one.metric == "detection"),
        ("look-at", lambda one: one.reason == "no-cause"),
    ]
    if verdict == "UNDECIDED":
        tests.append(("give-evidence", lambda one: _is_open(one, judged=judged)))
    found = [
        (name, tuple(one.episode.id for one in episodes if any(map(test, one.judgements)))) for name, test in tests
    ]
    actions = [Action(name, ids) for name, ids in found if ids]
    if unread:
        actions.append(Action("read-lines"))
    return tuple(actions)


def _is_open(one: Judgement, *, judged: bool) -> bool:
    """Whether further evidence would decide it."""
    if one.verdict == "NOT-JUDGED":
        return not judged and bool(one.decides)
    return one.verdict == "UNDECIDED" and one.reason != "no-cause"
