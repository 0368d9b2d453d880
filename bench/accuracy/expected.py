"""Which episodes of a truth the files of an analysis must show, and which they may.

Captures show an episode when they hold 3 s before its fault and 20 s after it, and the public network. Of a hang, of
a route that was changed by hand, and of a CVM whose Stargate alone stopped, they need hold the host's internal switch
as well: what its own CVM did not do is only seen there, and by the host's own frames where nobody answers; and so is a
host that reboots, which waits for nobody, and has lost its route, unless its own log has that. Without a log, what
Genesis mistook, a host that it forwarded ahead, one whose own CVM served again before the route was there, and the
return after each of these look like a route that somebody added and took back; a deletion after which the host is at
its own CVM looks like a return; and a fault before any reply since the one before is of the same silence, as is the
return from a remote path that never served. A failure that a person or a router mended, or that was mended before a
check could have found it, looks like a route that was added just before the CVM failed, or another host's, where the
host's internal switch is in no capture: so do, with a log, its CVM's return before a check, and a failure that a check
finds after a person deleted the route since the check before, as one that is cut off serves its host, and is heard no
more. Between two checks of which one finds a CVM that has booted not initialised, and the next initialised, nothing
tells which it is: of a host whose other CVM fails meanwhile, whether its path was still the right one.
A log shows an episode when it holds what Genesis found and did. All else may be told.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from analyzer.model.instant import SECOND
from analyzer.model.run import Run
from analyzer.model.truth import TrueEpisode, TrueVantage, Truth
from bench.accuracy.clocks import Dials

BEFORE, AFTER = 3 * SECOND, 20 * SECOND
HEARTBEAT, HEARTBEAT_TIMEOUT = 13 * SECOND, 5 * SECOND  # NFS.HeartbeatFrequency, and a little; NFS.HeartbeatTimeout
PROBE = 2 * SECOND  # what a check waits for the answer of a CVM that is gone
FALLS_SILENT = ("cvm-power-off", "cvm-shutdown", "cvm-hang", "cvm-isolated", "partition", "host-reboot")
SPEAKS_AGAIN = ("cvm-links-up", "cvm-resumed", "cvm-isolation-over", "partition-over")
"""The truth's names for what the public network hears of a CVM."""


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What an analysis was given: files of the truth, `blind` for these kinds, without the leader's log; `partial` when
    something is missing from these files. `reworded`: its logs speak in a voice of which not all need be understood;
    `foreign`: they have lines of none of HA's modules; `whole`: the captures have lost nothing.
    """

    files: tuple[TrueVantage, ...]
    reworded: bool = False
    foreign: bool = False
    whole: bool = False
    blind: tuple[str, ...] = ()
    leaderless: bool = False
    partial: bool = False

    @property
    def captures(self) -> tuple[TrueVantage, ...]:
        """The captures among the files that have a frame, the SPAN port's first."""
        found = [one for one in self.files if one.what in ("span", "vmk0", "vmk1") and one.last]
        return tuple(sorted(found, key=lambda one: one.what))

    @property
    def device(self) -> str | None:
        """The device whose clock is taken for that of the captures."""
        return self.captures[0].clock if self.captures else None


def is_inside(true: TrueEpisode, given: Given) -> bool:
    """Whether a capture of the internal switch of an episode's host is given."""
    return any(one.what == "vmk1" and one.of == true.host for one in given.captures)


def is_full(true: TrueEpisode, given: Given) -> bool:
    """Whether the evidence of an episode is full: captures of both sides of its host that hold it, every log."""
    has = {one.what for one in given.files}
    every = {"span", "genesis", "vmkernel"} <= has
    return is_inside(true, given) and every and not given.partial and _watched(true, given.captures)


def is_full_of_all(truth: Truth, given: Given) -> bool:
    """Whether the evidence of every episode is full, and of a story without one all is there."""
    has = {one.what for one in given.files}
    whole = {"span", "vmk1", "genesis", "vmkernel"} <= has and not given.partial
    return whole and all(is_full(one, given) for one in truth.episodes)


def required(truth: Truth, run: Run, given: Given, dials: Dials) -> list[TrueEpisode]:
    """The episodes that must be told."""
    return [
        one
        for one in truth.episodes
        if not _may_be_another(one, truth, given)
        if _on_the_wire(one, truth, given, joined=is_joined(truth, run, given))
        or (not given.leaderless and not given.reworded and _in_the_log(one, truth, run, given.files, dials))
    ]


def is_joined(truth: Truth, run: Run, given: Given) -> bool:
    """Whether the captures can be told on one clock: it is one, or the run has found how far apart they are."""
    clocks = {one.clock: one for one in truth.clocks}
    apart = {clocks[one.clock].ahead for one in given.captures if one.clock in clocks}
    devices = {one.clock for one in given.captures}
    if len(devices) > 1 and any(one.steps for one in truth.clocks if one.clock in devices):
        return False
    measured = any(one.basis == "measured" and one.clock.startswith("capture:") for one in run.clocks)
    return len(apart) <= 1 or (measured and all(one.code != "AP203" for one in run.findings))


def _on_the_wire(true: TrueEpisode, truth: Truth, given: Given, *, joined: bool) -> bool:
    inside = is_inside(true, given)
    outside = any(one.what == "span" for one in given.captures)
    if true.kind in given.blind or not _was_away(true, truth) or not _served_elsewhere(true, truth):
        return False
    if true.kind == "unexplained":
        logged = any(one.what == "vobd" and one.of == true.host for one in given.files)
        shown = outside if true.before.kind == "remote" and (logged or not _was_down(true, truth)) else inside
        apart = _is_over(true, truth) and not _is_within(true, truth)
        return shown and is_stall(true) and apart and _watched(true, given.captures)
    if true.kind in ("route-injection", "route-deletion") and _is_within(true, truth):
        return False
    if true.kind == "route-deletion" and true.after.kind == "local":
        return False
    heard = is_heard(true, truth) and not _may_be_mended_first(true) and not _fell_silent_elsewhere(true, truth)
    if not heard and not (inside and joined):
        return False
    return outside and true.instants.restored is not None and _watched(true, given.captures)


def _may_be_another(true: TrueEpisode, truth: Truth, given: Given) -> bool:
    """Whether nothing tells which path was right when the host's was lost, or given back."""
    outside = any(one.what == "span" for one in given.captures) and not is_inside(true, given)
    return _may_be_back(true, truth) or (outside and (_is_unasked(true, truth) or _deleted_first(true, truth)))


def _may_be_back(true: TrueEpisode, truth: Truth) -> bool:
    """Whether the CVM that served a host elsewhere failed when the host's own had booted, and no check asked that one
    between then and the check by which the host was given back.
    """
    ended = true.instants.repaired
    if (
        true.kind != "cvm-failure"
        or true.before.kind != "remote"
        or ended is None
        or true.instants.detected is not None
    ):
        return False
    mine = [one for one in truth.episodes if one.kind == "cvm-recovery" and one.host == true.host]
    back = next((one for one in mine if one.instants.repaired == ended), None)
    if back is None or back.instants.detected is None:
        return False
    begun, failed = back.instants.fault.least, true.instants.fault.least
    booted = [one.at for one in truth.events if one.name == "cvm-links-up" and one.detail.get("cvm") == back.cvm]
    found = max((at for at in _checks(truth) if at <= (back.instants.detected or 0)), default=failed)
    return any(begun <= at <= failed for at in booted) and not any(failed <= at < found for at in _checks(truth))


def _is_unasked(back: TrueEpisode, truth: Truth) -> bool:
    """Whether the own CVM returned before a check asked for it, from a failure that somebody else had mended."""
    failure = _failure_of(back, truth) if back.kind == "cvm-recovery" else None
    if failure is None or failure.instants.detected is not None or failure.repaired_by not in ("person", "router"):
        return False
    return not any(failure.instants.fault.least <= at <= back.instants.fault.most for at in _checks(truth))


def _deleted_first(failed: TrueEpisode, truth: Truth) -> bool:
    """Whether a person deleted the host's route since the check before its own CVM failed."""
    at = failed.instants.fault
    if failed.kind != "cvm-failure" or failed.before.kind != "local":
        return False
    deleted = [
        one.instants.fault.least for one in truth.episodes if one.kind == "route-deletion" and one.host == failed.host
    ]
    last = max((one for one in deleted if one <= at.least), default=None)
    return last is not None and not any(last <= one <= at.most for one in _checks(truth))


def _checks(truth: Truth) -> list[int]:
    return [one.at for one in truth.events if one.name == "check"]


def _was_down(true: TrueEpisode, truth: Truth) -> bool:
    """Whether it was the host itself that went down: it calls nobody then, and without a route it comes back inside."""
    first, last = true.instants.fault.least, true.instants.fault.most
    down = (one.at for one in truth.events if one.name == "host-reboot" and one.detail.get("host") == true.host)
    return any(first - SECOND <= at <= last + SECOND for at in down)


def _may_be_mended_first(true: TrueEpisode) -> bool:
    """Whether the host was given another CVM not by Genesis, or sooner than a check finds that its own is gone."""
    if true.kind != "cvm-failure" or (repaired := true.instants.repaired) is None:
        return False
    return true.repaired_by in ("person", "router") or repaired - true.instants.fault.most < PROBE


def _fell_silent_elsewhere(true: TrueEpisode, truth: Truth) -> bool:
    """Whether a CVM that returns fell silent only when its host was elsewhere already, and did not boot: the network
    alone does not tell that from one that others did not reach, and that served on.
    """
    back = true.instants.fault
    mine = [one for one in truth.events if one.detail.get("cvm") == true.cvm and one.at <= back.most + SECOND]
    spoke = [one.name for one in mine if one.name in SPEAKS_AGAIN and back.least - SECOND <= one.at]
    silent = max((one.at for one in mine if one.name in FALLS_SILENT), default=0)
    gone = [one for one in truth.episodes if one.host == true.host and one.instants.fault.most < silent]
    away = any(one.after.kind == "remote" and (one.instants.restored or silent) < silent for one in gone)
    return true.kind == "cvm-recovery" and away and "cvm-links-up" not in spoke


def _was_away(true: TrueEpisode, truth: Truth) -> bool:
    """Whether the own CVM did not serve when its host was given another: of a failure, and of the return after it."""
    failure = _failure_of(true, truth)
    if failure is None:
        return True
    failed, given = failure.instants.fault.least, failure.instants.repaired
    mine = [one for one in truth.episodes if one.kind == "cvm-recovery" and one.host == true.host]
    back = given is not None and any(failed < one.instants.fault.most <= given for one in mine)
    return not (failure.mistaken or failure.planned or back)


def _failure_of(true: TrueEpisode, truth: Truth) -> TrueEpisode | None:
    """The failure itself, or the last one of the host before a return."""
    if true.kind != "cvm-recovery":
        return true if true.kind == "cvm-failure" else None
    mine = [one for one in truth.episodes if one.kind == "cvm-failure" and one.host == true.host]
    before = [one for one in mine if one.instants.fault.least <= true.instants.fault.least]
    return max(before, key=lambda one: one.instants.fault.least, default=None)


def _served_elsewhere(true: TrueEpisode, truth: Truth) -> bool:
    """Whether the host had a reply by the remote path that a return ends: else no frame tells that it was there."""
    given_back = true.instants.repaired
    if true.kind != "cvm-recovery" or given_back is None:
        return True
    mine = [one for one in truth.episodes if one.host == true.host and one.kind in ("cvm-failure", "route-deletion")]
    sent = [(one.instants.repaired, one.instants.restored) for one in mine if one.instants.repaired is not None]
    before = [(at, restored) for at, restored in sent if at < given_back]
    _, restored = max(before, key=lambda one: one[0], default=(0, 0))
    return restored is not None and restored < given_back


def is_stall(true: TrueEpisode) -> bool:
    """Whether the silence is longer than ESXi waits for a heartbeat, as a shorter one is a slow call; or, where a host
    that is cut off sends nothing outside that would tell, than it pauses between two.
    """
    least = HEARTBEAT if true.before.kind == "remote" else HEARTBEAT_TIMEOUT
    return true.outage is None or true.outage > least


def _is_over(stall: TrueEpisode, truth: Truth) -> bool:
    """Whether replies came before the host's next fault; else the two are one silence."""
    later = [
        one.instants.fault.least
        for one in truth.episodes
        if one is not stall and one.host == stall.host and one.instants.fault.least >= stall.instants.fault.least
    ]
    restored = stall.instants.restored
    return not later if restored is None else restored <= min(later, default=restored)


def _is_within(true: TrueEpisode, truth: Truth) -> bool:
    """Whether the host had no reply yet since its fault before: then the two are one silence, and no frame took the
    path between them.
    """
    mine = [one for one in truth.episodes if one is not true and one.host == true.host]
    before = [one for one in mine if one.instants.fault.least < true.instants.fault.least]
    last = max(before, key=lambda one: one.instants.fault.least, default=None)
    if last is None:
        return False
    restored = last.instants.restored
    return restored is None or restored > true.instants.fault.most


def is_heard(true: TrueEpisode, truth: Truth) -> bool:
    """Whether the public network hears that a CVM is gone, or back: its MAC falls silent, or speaks again."""
    if true.kind not in ("cvm-failure", "cvm-recovery"):
        return False
    names = FALLS_SILENT if true.kind == "cvm-failure" else SPEAKS_AGAIN
    first, last = true.instants.fault.least - SECOND, true.instants.fault.most + SECOND
    near = [one for one in truth.events if one.name in names and first <= one.at <= last]
    of_it = any(one.detail.get("cvm") == true.cvm or one.detail.get("host") == true.host for one in near)
    return of_it or truth.made_by != "simulator"


def _watched(true: TrueEpisode, captures: Sequence[TrueVantage]) -> bool:
    first = min(one.first for one in captures if one.first is not None)
    last = max(one.last for one in captures if one.last is not None)
    fault = true.instants.fault
    return first + BEFORE <= fault.least and max(fault.most + AFTER, true.instants.restored or 0) + SECOND <= last


def _failed_too(true: TrueEpisode, truth: Truth) -> bool:
    """Whether the own CVM failed while an injected route to nobody was there: Genesis finds both at once, and no log
    has which came first.
    """
    found = true.instants.detected
    if true.kind != "route-injection" or true.gateway_valid or found is None:
        return False
    mine = [one.instants.fault.least for one in truth.episodes if one.kind == "cvm-failure" and one.host == true.host]
    return any(true.instants.fault.least < at <= found for at in mine)


def _in_the_log(true: TrueEpisode, truth: Truth, run: Run, files: Sequence[TrueVantage], dials: Dials) -> bool:
    """A log shows what Genesis found and did, when it is not cut before that."""
    repaired = true.instants.repaired
    if true.kind == "unexplained" or repaired is None or true.instants.detected is None or _failed_too(true, truth):
        return False
    if not any(one.what == "genesis" for one in files):
        return False
    leaders = {f"cvm:{event.by}" for event in truth.events if event.name == "check"}  # other CVMs' logs say nothing
    return any(
        source.first.most < dials.reads(source.clock, repaired) <= source.last.most
        for source in run.sources
        if source.kind == "genesis" and source.first and source.last
        if source.clock in leaders or truth.made_by != "simulator"
    )
