"""The power of a host's CVM beside other evidence: it makes a fault's instant exact, and says who stopped it."""

from __future__ import annotations

from pathlib import Path

from analyzer.correlate.logs.power.cycles import PowerCycle
from analyzer.correlate.logs.power.opened import SERVES_AFTER
from analyzer.correlate.logs.power.proof import _with_start
from analyzer.model.instant import SECOND, Instant
from analyzer.model.measurement import KnownInstant, MissingInstant
from tests.correlate.logs.made import MEMBER
from tests.correlate.logs.power.host_logs import CVM, HOST, event, kernel, names, seconds, session, stamp, told
from tests.correlate.made import observation
from tests.correlate.tables import found

OWN = "10.1.1.22"
OFF = event(10, "is stopping", user="root") + event(11, "is powered off")


def genesis(second: float, text: str) -> str:
    return f"{stamp(second).replace('T', ' ').replace('.', ',')}Z INFO MainThread {text}\n"


def checks() -> str:
    """A leader's log: all up twice, then the host's own CVM is down, and the host is forwarded."""
    up = f"ha_service.py:489 All stargates are up: {CVM}, {OWN}"
    right = f"ha_service.py:531 Forwarding on host {HOST} is correct (local CVM {OWN})"
    return (
        "".join(genesis(at, up) + genesis(at + 0.5, right) for at in (-60 + 60, 5))
        + genesis(35, f"ha_service.py:497 Stargate is down on {OWN}, up on {CVM}")
        + genesis(35.5, f"ha_service.py:561 No forwarding on host {HOST} while local CVM {OWN} is down")
        + genesis(
            35.6, f"ha_service.py:612 Creating task to add route on host {HOST}: 192.168.5.2 via remote CVM {CVM}"
        )
        + genesis(36, f"hypervisor_ha.py:187 Executing on {HOST}: esxcfg-route -a 192.168.5.2 255.255.255.255 {CVM}")
        + genesis(36.6, f"hypervisor_ha.py:201 Route to 192.168.5.2 via {CVM} added on host {HOST}")
        + genesis(65, f"ha_service.py:497 Stargate is down on {OWN}, up on {CVM}")
    )


def test_beside_the_log_of_genesis(tmp_path: Path) -> None:
    """One episode, by both; what the checks leave open, the host's line has."""
    texts = {f"{CVM}/genesis.out": checks(), f"{HOST}/hostd.log": OFF, f"{HOST}/vmkernel.log": kernel(36.3, "add")}
    (failure,) = found(tmp_path, texts).episodes

    assert (failure.kind, failure.cvm) == ("cvm-failure", OWN)
    assert "vm-stopped" in names(failure)
    (fault,) = (one for one in failure.instants if one.name == "fault")
    assert isinstance(fault, KnownInstant)
    assert any(origin.source.endswith("hostd.log") for origin in fault.origins)
    least, most = seconds(failure)["fault"]
    assert least <= 10.0 <= most


def test_a_stop_at_another_time_is_not_its_cause(tmp_path: Path) -> None:
    far = event(910, "is stopping", user="root") + event(911, "is powered off")
    texts = {f"{CVM}/genesis.out": checks(), f"{HOST}/hostd.log": far, f"{HOST}/vmkernel.log": kernel(36.3, "add")}

    first = found(tmp_path, texts).episodes[0]
    assert "vm-stopped" not in names(first)


def test_forwarded_before_it_was_stopped(tmp_path: Path) -> None:
    """As before an upgrade: nothing was to be detected."""
    shutdown = event(60, "is stopping", user="root") + event(90, "is powered off")
    logs = {"hostd": shutdown, "vmkernel": kernel(33.2, "add"), "auth": session(33, "a")}
    (failure,) = told(tmp_path, logs).episodes

    assert failure.kind == "cvm-failure"
    assert seconds(failure)["fault"] == (60.0, 90.0)
    assert seconds(failure)["repaired"][0] == 33.2
    assert not {"log-begins-late"} & {doubt.name for doubt in failure.doubts}


def test_a_guest_that_shut_itself_down_after_its_host_was_forwarded_had_been_planned(tmp_path: Path) -> None:
    """Genesis' checks found all well, and hostd has no line of the stop's begin."""
    log = checks()
    for found_down in ("497 Stargate is down", "561 No forwarding"):
        log = "".join(line for line in log.splitlines(keepends=True) if found_down not in line)
    texts = {
        f"{CVM}/genesis.out": log,
        f"{HOST}/hostd.log": event(50, "is powered off"),
        f"{HOST}/vmkernel.log": kernel(36.3, "add"),
    }

    (failure,) = found(tmp_path, texts).episodes

    detected = next(one for one in failure.instants if one.name == "detected")
    assert isinstance(detected, MissingInstant)
    assert (failure.kind, detected.reason) == ("cvm-failure", "forwarded-ahead")


def test_the_start_bounds_the_recovery(tmp_path: Path) -> None:
    """The VM may have been started before the host was forwarded."""
    logs = {
        "hostd": OFF + event(20, "is starting", user="root") + event(21, "is powered on"),
        "vmkernel": kernel(33.2, "add") + kernel(93.2, "delete"),
        "auth": session(33, "a") + session(93, "d"),
    }
    _, recovery = told(tmp_path, logs).episodes

    assert recovery.kind == "cvm-recovery"
    assert seconds(recovery)["fault"] == (20.0, 93.2)


def between(first: int, last: int) -> Instant:
    return Instant("c", first * SECOND, last * SECOND)


def test_a_start_is_of_the_return_that_follows_it_soon() -> None:
    cycle = PowerCycle(host=MEMBER, begin=between(5, 5), stop=None, stopped_by=(), start=between(40, 40))
    late = 41 + 4 * SERVES_AFTER // SECOND

    def is_told(repaired: int) -> bool:
        (one,) = _with_start([observation("cvm-recovery", host=MEMBER, repaired=(repaired, repaired))], cycle)
        return any(claim.statement.name == "vm-started" for claim in one.claims)

    assert [is_told(at) for at in (39, 60, late)] == [False, True, False]
