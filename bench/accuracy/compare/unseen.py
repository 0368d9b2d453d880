"""What logs can't show: a failure that began and was over between two checks, while somebody added a route; and what
captures can't: that the Stargate of a CVM that is back stopped once more while its host was elsewhere.

Genesis finds that route illegal beside a CVM that serves, before and after, as it would have been had that served all
the time. Where no capture shows that it did not, it is an injected route, and told as such it is told right. Without a
log of Genesis, a return is when the CVM's MAC speaks again (design: "on the wire"), or later: whether it serves is only
seen where its own host turns to it.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from analyzer.model.instant import Span
from analyzer.model.path import Path
from analyzer.model.truth import TrueEpisode, Truth
from bench.accuracy.expected import SPEAKS_AGAIN, Given, is_heard


def as_logs_have_it(truth: Truth, given: Given) -> Truth:
    """The truth as these files may have it: the same where captures show the failure."""
    checks = [event.at for event in truth.events if event.name == "check"]
    episodes: list[TrueEpisode] = []
    for one in truth.episodes:
        place = _place_of_failure(one, episodes, checks)
        if place is None or _is_captured(episodes[place], truth, given):
            episodes.append(one)
        else:
            episodes[place] = _injected(episodes[place], one)
    return replace(truth, episodes=tuple(episodes))


def _is_captured(failed: TrueEpisode, truth: Truth, given: Given) -> bool:
    """Whether a capture has the host's internal switch, or hears that its own CVM is gone."""
    inside = any(one.what == "vmk1" and one.of == failed.host for one in given.captures)
    return inside or (bool(given.captures) and is_heard(failed, truth))


def _place_of_failure(back: TrueEpisode, before: Sequence[TrueEpisode], checks: Sequence[int]) -> int | None:
    """The place of the failure of which an episode is the end, where no check was between their beginnings."""
    mine = [place for place, one in enumerate(before) if one.host == back.host]
    if back.kind != "cvm-recovery" or back.repaired_by != "genesis" or not mine:
        return None
    failed = before[mine[-1]]
    unseen = failed.kind == "cvm-failure" and failed.instants.detected is None and failed.instants.repaired is not None
    since, until = failed.instants.fault.least, back.instants.fault.most
    return mine[-1] if unseen and not any(since <= at <= until for at in checks) else None


def _injected(failed: TrueEpisode, back: TrueEpisode) -> TrueEpisode:
    """The two as one: the route from when it was added until Genesis deleted it."""
    added = failed.instants.repaired or failed.instants.fault.most
    return replace(
        back,
        kind="route-injection",
        cvm=None,
        gateway=failed.gateway,
        gateway_valid=True,
        before=Path("local"),
        during=back.before,
        instants=replace(back.instants, fault=Span(failed.instants.fault.least, added)),
        outage=None,
    )


def as_captures_have_it(truth: Truth, given: Given) -> Truth:
    """The truth with each return as captures may have it; the same where a log of Genesis is given."""
    if not given.captures or any(one.what == "genesis" for one in given.files):
        return truth
    return replace(truth, episodes=tuple(_as_heard(one, truth) for one in truth.episodes))


def _as_heard(back: TrueEpisode, truth: Truth) -> TrueEpisode:
    """A return by a Stargate that started, from when its CVM was heard again since its host was last served by it."""
    at = back.instants.fault
    started = any(one.name == "stargate-started" and at.least <= one.at <= at.most for one in truth.events)
    if back.kind != "cvm-recovery" or not started:
        return back
    failures = [one for one in truth.episodes if one.host == back.host and one.kind == "cvm-failure"]
    left = max((one.instants.fault.least for one in failures if one.instants.fault.least < at.least), default=at.least)
    heard = (one.at for one in truth.events if one.name in SPEAKS_AGAIN and one.detail.get("cvm") == back.cvm)
    first = min((one for one in heard if left < one < at.least), default=at.least)
    return replace(back, instants=replace(back.instants, fault=Span(first, at.most)))
