"""What logs can't show: a failure that began and was over between two checks, while somebody added a route, and that a
CVM which the last check saw start has stopped since; nor that somebody added a route just before Genesis did; and what
captures can't: that the Stargate of a CVM that is back stopped once more while its host was elsewhere.

Genesis finds that route illegal beside a CVM that serves, before and after, as it would have been had that served all
the time. Where no capture shows that it did not, it is an injected route, and told as such it is told right. A CVM that
no other reaches serves nobody but its own host: where that has a route elsewhere, a check finds the route right, and
deletes it when the CVM is seen again, as after a failure. Without a log of Genesis' checks, a return is when the CVM's
MAC speaks again (design: "on the wire"), or later: whether it serves is only seen where its own host turns to it.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from analyzer.model.episode import MeasuredEpisode
from analyzer.model.instant import SECOND, UNBOUNDED, Span
from analyzer.model.measurement import KnownInstant
from analyzer.model.path import Path
from analyzer.model.truth import TrueEpisode, TrueInstants, Truth
from bench.accuracy.expected import FALLS_SILENT, SPEAKS_AGAIN, Given, is_heard

MOMENT = 8 * SECOND  # CVMs talk to each other every 5 s, and not to the tenth of a second
ONE_CHECK = 10 * SECOND  # a check is over within this
PROBE = 2 * SECOND  # a check asks a CVM that does not answer for so long


def as_logs_have_it(truth: Truth, given: Given) -> Truth:
    """The truth as these files may have it: the same where captures show the failure."""
    checks = [event.at for event in truth.events if event.name == "check"]
    episodes: list[TrueEpisode] = []
    for one in truth.episodes:
        place = _place_of_failure(one, episodes, checks)
        if place is None or _is_captured(episodes[place], one, truth, given):
            episodes.append(one)
        else:
            episodes[place] = _injected(episodes[place], one)
    episodes = [_as_ordered(one, truth, given) for one in episodes]
    if not given.reworded and any(one.what == "genesis" for one in given.files):
        episodes = [seen for one in episodes for seen in _as_checks_have_it(one, truth, checks)]
    return replace(truth, episodes=tuple(episodes))


def _as_ordered(one: TrueEpisode, truth: Truth, given: Given) -> TrueEpisode:
    """A path that somebody mended after Genesis had ordered it: its command then changed nothing, and its log says
    that it is done. When the route came is in the host's own logs alone, and on the wire where the host had sent by it
    before Genesis exchanged it for its own.
    """
    repaired, ordered = one.instants.repaired, one.instants.decided or one.instants.detected
    logged = any(file.what in ("vmkernel", "shell") for file in given.files)
    shown = logged or (bool(given.captures) and not _was_exchanged(one, truth))
    if shown or one.repaired_by in ("genesis", None) or repaired is None or ordered is None or repaired < ordered:
        return one
    return replace(one, instants=replace(one.instants, repaired=None))


def _was_exchanged(one: TrueEpisode, truth: Truth) -> bool:
    """Whether Genesis added a route of its own soon after somebody else's, before the host was connected by that."""
    repaired, connected = one.instants.repaired or 0, one.instants.connected
    added = [event for event in truth.events if event.name == "route-add" and event.by == "genesis"]
    own = [event.at for event in added if event.detail.get("host") == one.host]
    return any(repaired < at <= repaired + ONE_CHECK and (connected is None or at < connected) for at in own)


def _as_checks_have_it(one: TrueEpisode, truth: Truth, checks: Sequence[int]) -> tuple[TrueEpisode, ...]:
    """An injected route that a check found right, as the own CVM was out of reach: as that, and the CVM's return."""
    found, fault = one.instants.detected, one.instants.fault
    if one.kind != "route-injection" or not one.gateway_valid or found is None:
        return (one,)
    hidden = [
        stretch for stretch in _hidden(one.host, truth) if stretch.least < found and fault.most < stretch.most < found
    ]
    if not any(max(fault.most, each.least) <= at + PROBE and at <= each.most for each in hidden for at in checks):
        return (one,)
    cvm = next(host.cvm for host in truth.hosts if host.address == one.host)
    remote, seen = Path("remote", via=one.gateway), hidden[-1].most
    asked = min((at for at in checks if at >= seen), default=None)
    returned = replace(
        one,
        kind="cvm-recovery",
        cvm=cvm,
        gateway_valid=None,
        before=remote,
        during=remote,
        instants=replace(one.instants, fault=Span(seen, seen), check=asked),
    )
    right = TrueInstants(fault=fault, check=one.instants.check)
    return replace(one, during=remote, after=remote, instants=right, outage=None, repaired_by=None), returned


def _hidden(host: str, truth: Truth) -> tuple[Span, ...]:
    """From when until when no other CVM reached a host's own one, while they reached the host: of one that is cut off
    with its CVM no check reads the routes, and none finds them right.
    """
    cvm = next(one.cvm for one in truth.hosts if one.address == host)
    mine = [one for one in truth.events if host in one.detail.values() or cvm in one.detail.values()]
    begun = [one.at for one in mine if one.name == "cvm-isolated"]
    over = [one.at for one in mine if one.name == "cvm-isolation-over"]
    return tuple(Span(at, min((end for end in over if end > at), default=UNBOUNDED)) for at in begun)


def _is_captured(failed: TrueEpisode, back: TrueEpisode, truth: Truth, given: Given) -> bool:
    """Whether a capture has the host's internal switch, or hears on the public network that its own CVM is gone, and
    not only that it had nothing to say for a moment.
    """
    inside = any(one.what == "vmk1" and one.of == failed.host for one in given.captures)
    outside = any(one.what in ("span", "vmk0") for one in given.captures)
    gone = back.instants.fault.most - failed.instants.fault.least > MOMENT
    return inside or (outside and gone and is_heard(failed, truth))


def _place_of_failure(back: TrueEpisode, before: Sequence[TrueEpisode], checks: Sequence[int]) -> int | None:
    """The place of the failure of which an episode is the end, where no check was between their beginnings, and one
    found the route illegal, whoever was the first to delete it then.
    """
    mine = [place for place, one in enumerate(before) if one.host == back.host]
    found_by_check = back.repaired_by == "genesis" or back.instants.detected is not None
    if back.kind != "cvm-recovery" or not found_by_check or not mine:
        return None
    failed = before[mine[-1]]
    mended = failed.instants.detected is None and failed.instants.repaired is not None
    unseen = failed.kind == "cvm-failure" and failed.before.kind == "local" and mended
    found = back.instants.detected
    starting = 0 if found is None else found - ONE_CHECK  # a check before that one saw that it was not initialised
    since, until = failed.instants.fault.least, max(back.instants.fault.most, starting)
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
    """The truth with each return as captures may have it; the same where a log of Genesis is given that has its checks,
    which a voice of commands or of errors alone has not.
    """
    if not given.captures or (not given.reworded and any(one.what == "genesis" for one in given.files)):
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
    again = (one for one in truth.events if one.name in SPEAKS_AGAIN)
    heard = (one.at for one in again if one.detail.get("cvm") == back.cvm or one.detail.get("host") == back.host)
    first = min((one for one in heard if left < one < at.least), default=at.least)
    check = back.instants.check if first == at.least else None  # that after it may be one before it served
    return replace(back, instants=replace(back.instants, fault=Span(first, at.most), check=check))


def is_return_begun(measured: MeasuredEpisode, truth: Truth, given: Given) -> bool:
    """Whether it says of a CVM that it starts, and no more, and that had been heard of, and stopped before it served:
    no check looked since then, and no capture has the public network.
    """
    told = measured.episode
    known = {one.name for one in told.instants if isinstance(one, KnownInstant)}
    begun = told.kind == "cvm-recovery" and not known & {"detected", "decided", "terminated", "repaired"}
    if not begun or any(one.what == "span" for one in given.captures):
        return False
    cvms = [one.cvm for one in truth.hosts if one.address == told.host]
    mine = [one for one in truth.events if one.detail.get("cvm") in cvms]
    up = max((one.at for one in mine if one.name == "cvm-links-up"), default=None)
    down = max((one.at for one in mine if one.name in FALLS_SILENT), default=None)
    checks = [one.at for one in truth.events if one.name == "check"]
    asked = [at for at in checks if up is not None and down is not None and up < at < down]
    return bool(asked) and asked[-1] == checks[-1]
