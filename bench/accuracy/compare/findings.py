"""Findings that nothing in the truth accounts for. Codes whose cause the truth does not tell are left alone."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.model.instant import SECOND
from analyzer.model.run import Run
from analyzer.model.truth import Truth
from bench.accuracy.clocks import Dials
from bench.accuracy.expected import Given

NEVER = ("AP107", "AP402", "AP501")  # no address has two owners, every file is whole, no person's note is there
CLOCKS = ("AP203", "AP204")
OF_WHOLE_CAPTURES = ("AP403", "AP404", "AP405")
ONE_DIRECTION = "AP406"
UNREACHABLE = ("host-reboot", "partition", "cvm-isolated")  # of which Genesis logs a line that few rules take
USUAL_PERIOD = 30 * SECOND
STOPS_A_STARGATE = (
    "cvm-power-off", "cvm-power-on", "cvm-shutdown", "cvm-hang", "stargate-stopped", "nfs-hang", "partition",
    "cvm-isolated", "host-reboot",
)  # fmt: skip
"""What a check, or a frame, may tell of as a Stargate that is down; by the truth's names for it."""


def unfounded(truth: Truth, run: Run, given: Given, dials: Dials) -> tuple[str, ...]:
    """The codes of such findings, in order, each as often as it was told."""
    told = [one.code for one in run.findings]
    told += [one.code for episode in run.episodes for one in episode.findings]
    baseless = {*NEVER, *_of_routes(truth), *_of_stargates(truth), *_of_evidence(truth, given)}
    baseless |= {*_of_genesis(truth, given), *_of_clocks(truth, run, dials)}
    of_gateways = sum(
        _gateway_serves(truth, one.episode.gateway)
        for one in run.episodes
        for code in one.findings
        if code.code == "AP108"
    )
    return tuple(sorted([code for code in told if code in baseless] + ["AP108"] * of_gateways))


def _names(truth: Truth) -> set[str]:
    return {one.name for one in truth.events}


def _of_routes(truth: Truth) -> Iterator[str]:
    """Of changed routes and of service by another CVM."""
    names = _names(truth)
    typed = any(one.startswith("typed-route") for one in names)
    changed = {one.kind for one in truth.episodes} & {"route-injection", "route-deletion"}
    if not (typed if truth.made_by == "simulator" else changed):
        yield "AP101"
    if "icmp-redirect" not in names:
        yield from ("AP104", "AP115")
    if not truth.episodes:
        yield "AP102"
    if truth.episodes or not truth.service:
        return
    if all(one.path.kind != "remote" for one in truth.service):
        yield from ("AP106", "AP109")


def _of_stargates(truth: Truth) -> Iterator[str]:
    if not any(one in name for one in STOPS_A_STARGATE for name in _names(truth)):
        yield from ("AP105", "AP110")


def _gateway_serves(truth: Truth, gateway: str | None) -> bool:
    """Whether the gateway is a CVM that nothing ever happened to."""
    own = {one.address: one.cvm for one in truth.hosts}
    events = [one.detail for one in truth.events if one.name in STOPS_A_STARGATE]
    stopped = {own.get(one.get("host", ""), one.get("cvm")) for one in events}
    return any(one.address == gateway for one in truth.cvms) and gateway not in stopped


def _of_genesis(truth: Truth, given: Given) -> Iterator[str]:
    """Of Genesis' checks and of who makes them."""
    names, leaders = _names(truth), {one.by for one in truth.events if one.name == "check"}
    quiet = not any(one in name for one in (*STOPS_A_STARGATE, "genesis-restart") for name in names)
    steady = not any(one.steps for one in truth.clocks)
    if truth.check_period == USUAL_PERIOD and steady and not given.reworded:
        yield "AP111"
    if quiet and truth.made_by == "simulator":
        yield "AP113"
        yield from ("AP112",) if steady else ()
    if len(leaders) == 1:
        yield "AP114"


def _of_evidence(truth: Truth, given: Given) -> Iterator[str]:
    """Of files and lines."""
    if not given.reworded and not given.foreign:
        yield from () if _names(truth) & set(UNREACHABLE) else ("AP301",)
    if not given.reworded:
        yield from () if truth.episodes else ("AP302",)
    if given.whole:
        yield from OF_WHOLE_CAPTURES
        if not _is_half(truth, given):
            yield ONE_DIRECTION


def _is_half(truth: Truth, given: Given) -> bool:
    """Whether the captures are of hosts' inner ports alone, and a remote CVM served: it answers by the public network,
    so that such a port has but the calls.
    """
    captured = {one.what for one in given.files}
    remote = any(one.path.kind == "remote" for one in truth.service)
    return remote and "vmk1" in captured and captured.isdisjoint({"span", "vmk0"})


def _of_clocks(truth: Truth, run: Run, dials: Dials) -> Iterator[str]:
    """Of clocks that are all right."""
    steps = [step for one in truth.clocks for step in one.steps or ()]
    if not any(one.by < 0 for one in steps):
        yield "AP205"
    if steps:
        return
    if all(_right(dials, clock.clock) for clock in run.clocks) and len({c.ahead for c in truth.clocks}) <= 1:
        yield from CLOCKS


def _right(dials: Dials, name: str) -> bool:
    """Whether a clock shows what it should, and does not drift."""
    clock = dials.clock(name)
    return clock is None or (clock.drift == 0 and dials.reads(name, clock.since) == clock.since)
