"""The answer of a run: the worst verdict, whether that is acceptable, and who has to act (design, section 6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec

from analyzer.judge import codes
from analyzer.model.episode import Judgement, MeasuredEpisode, Verdict
from analyzer.model.finding import Finding
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
    episodes: Sequence[MeasuredEpisode],
    findings: Iterable[Finding],
    *,
    all_clear: bool,
    untold: bool = False,
    lost: bool = False,
) -> Answer:
    """The answer; `all_clear`: the evidence could have shown an episode, so that nothing else happened; `untold`: it
    has signs of one that no episode tells; `lost`: a host lost its datastore, and no episode tells of that.
    """
    unread = any(finding.code == codes.NOT_UNDERSTOOD for finding in findings)
    verdict = worst([one.verdict for one in episodes])
    if unread or untold or lost:
        verdict = worst((verdict, "UNDECIDED"))
    shown = verdict != "NOT-JUDGED" or all_clear
    if not episodes and not shown:
        verdict = "UNDECIDED"
    actions = _actions(episodes, verdict, unread=unread, shown=shown and not untold)
    if lost:
        actions = (*actions, Action("look-at-loss"))
    return Answer(verdict, _acceptable(verdict, shown=shown), actions)


def _acceptable(verdict: Verdict, *, shown: bool) -> Acceptable:
    match verdict:
        case "MET" | "MET-OR-LATE" | "LATE":
            return "yes"
        case "MISSED":
            return "no"
        case "UNDECIDED":
            return "unknown"
        case "NOT-JUDGED":
            return "yes" if shown else "unknown"


def _actions(episodes: Sequence[MeasuredEpisode], verdict: Verdict, *, unread: bool, shown: bool) -> tuple[Action, ...]:
    """What somebody has to do about the worst verdicts; what nothing explains is looked at in any case."""
    tests: list[tuple[ActionName, Callable[[Judgement], bool]]] = [
        ("find-outage", lambda one: one.verdict == "MISSED" and one.metric != "detection"),
        ("find-delay", lambda one: one.verdict == "MISSED" and one.metric == "detection"),
        ("look-at", lambda one: one.reason == "no-cause"),
    ]
    if verdict == "UNDECIDED":
        tests.append(("give-evidence", lambda one: one.verdict == "UNDECIDED" and one.reason != "no-cause"))
    found = [
        (name, tuple(one.episode.id for one in episodes if any(map(test, one.judgements)))) for name, test in tests
    ]
    actions = [Action(name, ids) for name, ids in found if ids]
    if unread:
        actions.append(Action("read-lines"))
    if not shown:
        actions.append(Action("show-all"))
    return tuple(actions)
