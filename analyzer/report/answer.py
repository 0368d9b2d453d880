"""The answer that heads every output: whether the run is acceptable, and who has to do what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from analyzer.model.about import About
from analyzer.model.episode import Episode, Judgement, MeasuredEpisode
from analyzer.model.path import AS_IT_SHOULD_BE
from analyzer.model.run import Action, Run
from analyzer.report.coverage import nothing_told
from analyzer.report.judged import wanted_words
from analyzer.report.names import host_words
from analyzer.report.notes import ONE_CLOCK, UNTIL_LAST_FRAME
from analyzer.report.parties import Parties
from analyzer.report.snapshots import snapshot_words

TEAMS = ("the team that ran the test", "the team that runs the cluster")
MOST_NAMED = 3  # hosts or episodes; the report has all


def headline(run: Run) -> str:
    """`Acceptable: no. Action: the team that runs the cluster should …`, and what the evidence does not show."""
    said = "; ".join(_each_team_once(_action(action, run) for action in run.actions)) or "none"
    whole = " ".join((f"Acceptable: {run.acceptable}. Action: {said}.", *_not_shown(run)))
    return Parties(run).text(whole)


def _not_shown(run: Run) -> Iterator[str]:
    """What a reader would take for told and is not in the evidence, and of which episodes."""
    for what, test in (("how long storage was away", _is_unmeasured), ("who corrected the route", _is_of_nobody)):
        ids = [one.episode.id for one in run.episodes if any(map(test, one.judgements))]
        if ids:
            yield f"The evidence does not show {what}{'' if len(run.episodes) == 1 else _of(ids)}."


def _is_unmeasured(one: Judgement) -> bool:
    """Whether nothing shows until when storage was away."""
    open_end = one.measured is None or not one.measured.bounded
    return one.reason in ("not-bounded-above", "storage-away") or (one.reason == "datastore-untied" and open_end)


def _is_of_nobody(one: Judgement) -> bool:
    return one.reason == "author-unknown"


def about_words(about: About) -> str:
    """What the run is about in a line: `Plug of CVM A · ticket CHG1 · by K. Tanaka`; empty where nothing is said."""
    told = (
        (about.title, "{}"),
        (about.ticket, "ticket {}"),
        (about.cluster, "cluster {}"),
        (about.operator, "by {}"),
        (about.aos_version, "AOS {}"),
        (about.esxi_version, "ESXi {}"),
    )
    labels = (f"{key}={value}" for key, value in about.labels)
    return " · ".join((*(words.format(text) for text, words in told if text), *labels))


def nothing_found(run: Run) -> str:
    """A run without an episode in a sentence or two."""
    if any(action.name == "look-at-loss" for action in run.actions):
        return "MISSED: a host lost its datastore (AP102); the evidence does not show why."
    failing = [one for one in run.snapshots if one.state not in AS_IT_SHOULD_BE]
    if not failing:
        return nothing_told(run.coverage)
    more = f", and {len(failing) - 1} more below" if len(failing) > 1 else ""
    return f"UNDECIDED: {snapshot_words(failing[0])}{more}; the evidence does not show how this came about."


def assumed(run: Run) -> str:
    """Which judged figures hold if captures share one clock, or if a CVM served its host until its last frame; empty
    where none does.
    """
    judged = [(one.episode, judgement) for one in run.episodes for judgement in one.judgements]
    by_clock = [_figure(judgement, episode) for episode, judgement in judged if judgement.one_clock]
    by_frame = [_figure(judgement, episode) for episode, judgement in judged if _is_by_last_frame(judgement, episode)]
    held = ((ONE_CLOCK, by_clock), (UNTIL_LAST_FRAME, by_frame))
    return " ".join(f"Valid only {what}: {_listed(figures)}." for what, figures in held if figures)


def _figure(judgement: Judgement, episode: Episode) -> str:
    return f"{judgement.metric.replace('-', ' ')} of {episode.id}"


def _is_by_last_frame(judgement: Judgement, episode: Episode) -> bool:
    """Whether a judged detection begins with the last frame of a CVM."""
    judged = judgement.metric == "detection" and judgement.verdict in ("MET", "MET-OR-LATE", "LATE")
    return judged and any(doubt.name == "fault-by-last-frame" for doubt in episode.doubts)


def _each_team_once(actions: Iterable[str]) -> Iterator[str]:
    """What is to be done, in order; what the team that was named last is to do besides is its own."""
    last = ""
    for action in actions:
        team = next((each for each in TEAMS if action.startswith(each)), "")
        yield f"it {action.removeprefix(team).lstrip()}" if team and team == last else action
        last = team


def _action(action: Action, run: Run) -> str:
    episodes = [one for one in run.episodes if one.episode.id in action.episodes]
    of = _of(action.episodes)
    match action.name:
        case "find-delay":
            return f"the team that runs the cluster should find out why Genesis took so long to react{of}"
        case "find-outage":
            return (
                f"the team that runs the cluster should look at the virtual machines of {_hosts(episodes)} and find out"
                f" why storage was away so long{of}"
            )
        case "look-at":
            return (
                "the team that runs the cluster must find out what stopped or moved the storage traffic of"
                f" {_hosts(episodes)}{of}"
            )
        case "look-at-loss":
            return (
                "the team that runs the cluster must find out why a host lost its datastore; no episode explains it for"
                " certain (AP102)"
            )
        case "give-evidence":
            return f"the team that ran the test should supply more evidence{of}{_wanted(episodes)}"
        case "read-lines":
            return "the team that ran the test must read the lines that were not understood (AP302)"
        case "show-all":
            return (
                "the team that ran the test should give evidence that can show a failover: a capture with both"
                " directions of the hosts' NFS traffic, or genesis.out of every CVM"
            )
        case "judge-again":
            return "analyse the evidence again: an older version of autopath wrote this and checked less"
        case "report-fault":
            return "the team that ran the test should report a fault of autopath, which ended the analysis"


def _of(ids: tuple[str, ...] | list[str]) -> str:
    return f" (episode{'s' if len(ids) > 1 else ''} {_listed(ids)})"


def _hosts(episodes: list[MeasuredEpisode]) -> str:
    return _listed(list(dict.fromkeys(host_words(one.episode.host) for one in episodes)))


def _listed(names: tuple[str, ...] | list[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _wanted(episodes: list[MeasuredEpisode]) -> str:
    """What would decide the first of them that is undecided, or the first of those that could not be judged."""
    each_of = [each for one in episodes for each in one.judgements if each.decides]
    first = next((each for each in each_of if each.verdict == "UNDECIDED"), next(iter(each_of), None))
    return f": {wanted_words(first.decides[0])}" if first is not None else ""
