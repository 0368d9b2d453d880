"""A run beside what is true, for tests whose clocks are right: the episodes that it tells, its verdicts that are wrong.

It takes no definition from the program. An episode is another where its kind, its host or its time differs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from analyzer.model.episode import EpisodeKind, MeasuredEpisode, Verdict
from analyzer.model.instant import SECOND
from analyzer.model.measurement import KnownInstant
from analyzer.model.run import Run
from analyzer.model.truth import TrueEpisode, Truth

NEAR = 30 * SECOND
POLLING_PERIOD, ALLOWANCE = 30 * SECOND, 10 * SECOND
SLACK = SECOND // 10  # a voice writes its lines some ms after each other
EXPECTED: Mapping[EpisodeKind, int] = {"cvm-failure": 23, "route-injection": 35, "route-deletion": 19}


class Held(msgspec.Struct, frozen=True):
    """The true episodes that are told, the told ones that never were, and verdicts that are wrong."""

    told: tuple[TrueEpisode, ...]
    phantoms: tuple[str, ...]
    wrong: tuple[str, ...]


def held(run: Run, truth: Truth) -> Held:
    """Each told episode with the nearest true one that it can be."""
    told: list[TrueEpisode] = []
    phantoms, wrong = [], []
    for one in run.episodes:
        near = [true for true in truth.episodes if true not in told and _may_be(one, true, truth)]
        true = min(near, key=lambda each: _apart(one, each), default=None)
        verdict = _judged(one)
        if true is not None:
            told.append(true)
            wrong += [f"{verdict} on {true.kind}"] if _is_wrong(verdict, true) else []
        elif not _is_vague(one, truth):
            phantoms.append(f"told and not true: {one.episode.kind} of {one.episode.host}, {verdict}")
            wrong += [f"{verdict} on what never was"] if verdict in ("MET", "LATE", "MISSED") else []
    return Held(tuple(told), tuple(phantoms), tuple(wrong))


def _judged(one: MeasuredEpisode) -> Verdict:
    """The verdict on the detection."""
    judged = one.judged("detection")
    return judged.verdict if judged is not None else "NOT-JUDGED"


def _may_be(one: MeasuredEpisode, true: TrueEpisode, truth: Truth) -> bool:
    return one.episode.kind == true.kind and one.episode.host in _names(truth, true) and _apart(one, true) <= NEAR


def _is_vague(one: MeasuredEpisode, truth: Truth) -> bool:
    """Whether it says `unexplained` of a host whose path did change then: no cause is named, and none wrongly."""
    changed = (true for true in truth.episodes if one.episode.host in _names(truth, true))
    return one.episode.kind == "unexplained" and any(_apart(one, true) <= NEAR for true in changed)


def _names(truth: Truth, true: TrueEpisode) -> set[str | None]:
    """A capture of an internal switch alone does not tell whose it is: then a MAC stands for the host, or nothing."""
    host = next(host for host in truth.hosts if host.address == true.host)
    return {host.address, host.vmk0_mac, host.vmk1_mac, None}


def _apart(one: MeasuredEpisode, true: TrueEpisode) -> int:
    """How far the told fault is from the true one, ns; 0 where none is told."""
    fault, real = next(_faults(one), None), true.instants.fault
    return 0 if fault is None else max(0, fault.at.least - real.most, real.least - fault.at.most)


def _faults(one: MeasuredEpisode) -> Iterator[KnownInstant]:
    return (each for each in one.episode.instants if each.name == "fault" and isinstance(each, KnownInstant))


def _is_wrong(verdict: str, true: TrueEpisode) -> bool:
    """Whether the true latency is beyond the verdict for sure."""
    end = true.instants.detected if true.kind == "cvm-failure" else true.instants.repaired
    if true.kind not in EXPECTED or end is None:
        return False
    least, most = end - true.instants.fault.most - SLACK, end - true.instants.fault.least + SLACK
    limit, bound = EXPECTED[true.kind] * SECOND, POLLING_PERIOD + ALLOWANCE
    match verdict:
        case "MET":
            return least > limit
        case "LATE":
            return most < limit or least > bound
        case "MISSED":
            return most < bound
        case _:
            return False
