"""An ESXi host's logs alone: its CVM's VM stops, the host is forwarded and comes back."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from msgspec.structs import replace

from analyzer.correlate.logs.power.opened import Off, off_again, right_since
from analyzer.correlate.logs.state.faults import FAILURE_OR_ROUTE
from analyzer.correlate.observation import Observation, Point
from analyzer.measure import measure
from analyzer.model.instant import SECOND, Instant
from analyzer.model.measurement import How, KnownInstant, KnownMeasurement
from tests.correlate.builder import ns
from tests.correlate.logs.made import MEMBER, local
from tests.correlate.logs.power.host_logs import CVM, OTHER, event, kernel, names, seconds, session, told, typed

OFF = event(10, "is stopping", user="root") + event(11, "is powered off")
ON = event(200, "is starting", user="vpxuser") + event(201, "is powered on")


def test_a_failure_and_its_recovery(tmp_path: Path) -> None:
    logs = {
        "hostd": OFF + ON,
        "vmkernel": kernel(33.25, "add") + kernel(340.5, "delete"),
        "auth": session(33, "a") + session(340, "d"),
    }
    correlation = told(tmp_path, logs)
    failure, recovery = correlation.episodes

    assert (failure.kind, failure.host, failure.gateway, failure.confidence) == (
        "cvm-failure",
        "10.1.1.11",
        CVM,
        "high",
    )
    assert seconds(failure) == {"fault": (10.0, 11.0), "repaired": (33.25, 33.25)}
    assert names(failure) == ["vm-stopped", "session-of-cvm"]
    assert (failure.before.kind, failure.after.kind) == ("local", "remote")
    assert (recovery.kind, recovery.after.kind) == ("cvm-recovery", "local")
    assert seconds(recovery) == {"fault": (200.0, 340.5), "repaired": (340.5, 340.5)}
    assert names(recovery) == ["vm-started", "session-of-cvm"]
    latency = next(one for one in measure(correlation)[0].measurements if one.metric == "detection")
    assert isinstance(latency, KnownMeasurement)
    assert (latency.span.least, latency.note) == (0, "bounded-by-later")
    assert latency.span.most == pytest.approx(23.25e9, abs=2e6)


def test_who_stopped_it_is_who_the_line_has(tmp_path: Path) -> None:
    (failure,) = told(tmp_path, {"hostd": OFF, "vmkernel": kernel(33, "add"), "auth": session(33, "a")}).episodes
    claim = next(one for one in failure.claims if one.statement.name == "vm-stopped")

    assert (claim.statement.by, claim.statement.of) == ("root", "NTNX-20SM6K110042-B-CVM")


def test_nobody_is_named_where_no_line_does(tmp_path: Path) -> None:
    """A shutdown from within: hostd was not asked for it, and no line has when it began."""
    logs = {"hostd": event(11, "is powered off"), "vmkernel": kernel(33, "add"), "auth": session(33, "a")}
    (failure,) = told(tmp_path, logs).episodes

    assert failure.kind == "cvm-failure"
    assert [claim.statement.by for claim in failure.claims if claim.statement.name == "vm-stopped"] in ([], [""])
    assert seconds(failure)["fault"] == (11 - 600, 11)


def test_a_shutdown_of_which_no_line_has_the_end_began_the_failure(tmp_path: Path) -> None:
    logs = {"hostd": event(11, "is stopping"), "vmkernel": kernel(33, "add"), "auth": session(33, "a")}
    (failure,) = told(tmp_path, logs).episodes

    assert seconds(failure)["fault"] == (11, 33)


def test_whose_route_the_kernel_logged_is_not_known(tmp_path: Path) -> None:
    """Without auth.log it may be a person's: so soon did Genesis find the failure if it was Genesis."""
    correlation = told(tmp_path, {"hostd": OFF, "vmkernel": kernel(33, "add")})
    (failure,) = correlation.episodes

    assert (failure.kind, [doubt.name for doubt in failure.doubts]) == ("cvm-failure", ["author-unlogged"])
    latency = next(one for one in measure(correlation)[0].measurements if one.metric == "detection")
    assert isinstance(latency, KnownMeasurement)
    assert (latency.note, latency.span.least) == ("if-genesis", 0)


@pytest.mark.parametrize("auth", ["", session(340, "d")], ids=["kernel-alone", "session"])
def test_a_recovery_from_a_failure_before_the_logs(auth: str, tmp_path: Path) -> None:
    (recovery,) = told(tmp_path, {"hostd": ON, "vmkernel": kernel(340.5, "delete"), "auth": auth}).episodes

    assert (recovery.kind, recovery.before.kind, recovery.after.kind) == ("cvm-recovery", "remote", "local")
    assert seconds(recovery) == {"fault": (200.0, 340.5), "repaired": (340.5, 340.5)}
    assert names(recovery)[0] == "vm-started"


def test_a_deleted_route_of_which_no_log_tells_more_is_unexplained(tmp_path: Path) -> None:
    (one,) = told(tmp_path, {"vmkernel": kernel(340.5, "delete")}).episodes

    assert (one.kind, one.note) == ("unexplained", "no-author")


def test_a_person_put_it_right(tmp_path: Path) -> None:
    logs = {"hostd": OFF, "vmkernel": kernel(21.5, "add"), "shell": typed(21, "a")}
    (failure,) = told(tmp_path, logs).episodes

    assert (failure.kind, failure.by_hand) == ("cvm-failure", True)
    assert names(failure) == ["vm-stopped", "typed-by-hand"]


def test_it_is_off_when_the_logs_end(tmp_path: Path) -> None:
    (failure,) = told(tmp_path, {"hostd": OFF}).episodes

    assert (failure.kind, failure.after.kind) == ("cvm-failure", "unknown")
    assert "not-repaired" in {doubt.name for doubt in failure.doubts}


def test_back_before_genesis_could_see_it(tmp_path: Path) -> None:
    """No failover, and the cause is named."""
    logs = {"hostd": OFF + event(30, "is powered on")}
    (stall,) = told(tmp_path, logs).episodes

    assert (stall.kind, names(stall)) == ("unexplained", ["vm-stopped"])
    assert seconds(stall) == {"fault": (10.0, 11.0)}


def test_a_reset_is_told_as_one(tmp_path: Path) -> None:
    """Several lines tell of it; it is neither powered off nor on."""
    logs = {
        "hostd": event(10, "is resetting", user="root") + event(11, "is reset"),
        "vmkernel": kernel(33.25, "add") + kernel(340.5, "delete"),
        "auth": session(33, "a") + session(340, "d"),
    }
    failure, recovery = told(tmp_path, logs).episodes

    assert (failure.kind, recovery.kind) == ("cvm-failure", "cvm-recovery")
    assert [names(one)[0] for one in (failure, recovery)] == ["vm-reset", "vm-reset"]
    fault = next(one for one in failure.instants if one.name == "fault")
    assert isinstance(fault, KnownInstant)
    assert (fault.how, fault.at.most - fault.at.least < SECOND) == (How("vm-reset", user="root"), True)


def test_off_for_long_and_no_log_has_the_route(tmp_path: Path) -> None:
    (failure,) = told(tmp_path, {"hostd": OFF + ON}).episodes

    assert (failure.kind, failure.after.kind) == ("cvm-failure", "unknown")
    assert "repair-unlogged" in {doubt.name for doubt in failure.doubts}


def test_a_route_long_after_it_was_back_is_of_another_fault(tmp_path: Path) -> None:
    logs = {"hostd": OFF + event(30, "is powered on"), "vmkernel": kernel(900, "add"), "auth": session(900, "a")}
    stall, failure = told(tmp_path, logs).episodes

    assert (stall.kind, failure.kind) == ("unexplained", "cvm-failure")
    assert "fault" not in seconds(failure)


def test_one_that_is_off_while_the_host_is_forwarded_is_no_new_failure(tmp_path: Path) -> None:
    """Its Stargate had failed before: the host is served by another CVM when its VM is switched off."""
    logs = {
        "hostd": event(1210, "is stopping", user="root") + event(1211, "is powered off"),
        "vmkernel": kernel(33, "add"),
        "auth": session(33, "a"),
    }
    assert [one.kind for one in told(tmp_path, logs).episodes] == ["cvm-failure"]


def test_the_kernel_deletes_an_injected_route_and_adds_the_right_one(tmp_path: Path) -> None:
    """The CVM was off before Genesis took the injected route back."""
    logs = {
        "hostd": OFF,
        "shell": typed(5, "a", OTHER),
        "vmkernel": kernel(5.5, "add", OTHER) + kernel(20.5, "delete", OTHER) + kernel(23.5, "add"),
        "auth": session(20, "d", OTHER) + session(23, "a"),
    }
    injection, failure = told(tmp_path, logs).episodes

    assert (injection.kind, failure.kind) == ("route-injection", "cvm-failure")
    assert seconds(failure)["fault"] == (10.0, 11.0)


def test_each_host_its_own(tmp_path: Path) -> None:
    """The CVM of one host stops; on another somebody types a route at that time."""
    told(tmp_path, {"hostd": OFF}, host="10.1.1.12")
    correlation = told(tmp_path, {"vmkernel": kernel(33.5, "add"), "shell": typed(33, "a")})

    stories = {one.host: names(one) for one in correlation.episodes}
    assert stories == {"10.1.1.11": ["typed-by-hand"], "10.1.1.12": ["vm-stopped"]}


BOOTED = Observation("cvm-recovery", "logs", MEMBER, "capture", ns(50_000), ns(60_000))


@pytest.mark.parametrize(
    ("stops", "found", "is_open"),
    [
        pytest.param(70_000, False, False, id="it-served-nobody"),
        pytest.param(55_000, False, True, id="a-check-saw-it-later"),
        pytest.param(70_000, True, True, id="genesis-gives-the-host-back"),
    ],
)
def test_a_cvm_that_booted_and_stops_again_brought_no_recovery(stops: int, found: bool, is_open: bool) -> None:
    begun = Point(Instant("capture", ns(60_000), ns(60_000)), (), How("found-illegal"))
    state = local(path="remote", failed=True, open=BOOTED.at("detected", begun) if found else BOOTED)

    after = off_again(state, Off(MEMBER, Instant("capture", ns(stops), ns(stops))))

    assert (after.open is not None) == is_open


@pytest.mark.parametrize(
    ("stop", "known", "path", "kind"),
    [
        pytest.param(25, True, "remote", "route-injection", id="stopped after it"),
        pytest.param(21, True, "remote", "unexplained", id="perhaps stopped before it"),
        pytest.param(25, False, "remote", "unexplained", id="at no known time"),
        pytest.param(25, True, "local", "unexplained", id="not found right"),
    ],
)
def test_a_route_before_the_stop_is_right_since_then(
    stop: int, known: bool, path: Literal["local", "remote"], kind: str
) -> None:
    route = Observation("unexplained", "logs", MEMBER, "log", ns(20_000), ns(60_000), gateway=OTHER, confidence="low")
    route = route.at("fault", Point(Instant("log", ns(20_000), ns(21_000)), (), How("typed")))
    state = replace(local(), done=(replace(route, doubts=(FAILURE_OR_ROUTE,)),), path=path)

    at = Instant("log", ns(stop * 1000), ns(stop * 1000))
    (told,) = right_since(state, Off(MEMBER, at, known=known, logged=True)).done

    assert told.kind == kind
    assert (told.absent.get("repaired") == "right-since-failure") is (kind == "route-injection")
    if kind == "route-injection":
        assert (told.confidence, told.doubts, told.after.via) == ("high", (), OTHER)
        assert told.during == told.after
