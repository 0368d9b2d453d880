"""When a host's CVM was off: which lines are of one stop, and which of none."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.config import Settings
from analyzer.correlate.clocks.align import align
from analyzer.correlate.logs.power.cycles import PowerCycle, power_cycles
from analyzer.correlate.topology.discover import discover
from analyzer.ingest.collect import collect
from tests.correlate.logs.power.host_logs import BEGIN, HOST, VM, event, transition

SECOND = 10**9


def cycles(folder: Path, hostd: str) -> tuple[PowerCycle, ...]:
    (folder / HOST).mkdir()
    (folder / HOST / "hostd.log").write_text(hostd)
    evidence = collect([folder], Settings())
    topology = discover(evidence, Settings())
    return power_cycles(evidence, topology, align(evidence, Settings(), topology.addresses_of_logs()))


def second(ns: int) -> int:
    return (ns - BEGIN) // SECOND


def test_several_lines_of_one_stop(tmp_path: Path) -> None:
    (one,) = cycles(
        tmp_path,
        event(10, "is stopping", user="root")
        + transition(10, "VM_STATE_ON -> VM_STATE_POWERING_OFF")
        + transition(12, "VM_STATE_POWERING_OFF -> VM_STATE_OFF")
        + event(12, "is powered off")
        + transition(90, "VM_STATE_OFF -> VM_STATE_POWERING_ON")
        + event(91, "is powered on")
        + transition(91, "VM_STATE_POWERING_ON -> VM_STATE_ON"),
    )
    assert one.stop is not None
    assert one.start is not None
    assert one.back is not None
    assert (second(one.stop.least), second(one.stop.most)) == (10, 12)
    assert one.stop.least == one.begin.least, "the stop may have begun as early as its first line"
    assert (second(one.start.least), second(one.back.least)) == (90, 91)
    assert (one.user, one.starter, one.vm, len(one.origins)) == ("root", "", VM, 4)


@pytest.mark.parametrize(
    "user", ["root", "vpxuser:LAB.LOCAL\\Administrator", "dcui"], ids=["root", "of-vcenter", "console"]
)
def test_who_asked(user: str, tmp_path: Path) -> None:
    (one,) = cycles(tmp_path, event(10, "is stopping", user=user) + event(11, "is powered off"))
    assert one.user == user


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(event(10, "is stopping", vm="web-01"), id="another-vm"),
        pytest.param(event(10, "is powered off", vm="NTNX-Move-01"), id="another-vm-of-that-vendor"),
        pytest.param(transition(10, "VM_STATE_INITIALIZING -> VM_STATE_OFF"), id="registered"),
        pytest.param(transition(10, "VM_STATE_ON -> VM_STATE_RECONFIGURING"), id="reconfigured"),
        pytest.param(transition(10, "VM_STATE_RECONFIGURING -> VM_STATE_ON"), id="reconfigured-and-on"),
        pytest.param(
            transition(10, "VM_STATE_ON -> VM_STATE_POWERING_OFF").rstrip() + " not allowed for this Vm\n", id="refused"
        ),
        pytest.param(event(10, "is powered on"), id="it-was-on-already"),
        pytest.param(event(10, "is stopping").replace("is stopping", "was reconfigured"), id="another-event"),
    ],
)
def test_what_is_no_stop(line: str, tmp_path: Path) -> None:
    assert not any(one.stopped_by for one in cycles(tmp_path, line + event(99, "is powered on")))


@pytest.mark.parametrize(
    ("lines", "stop"),
    [
        pytest.param(event(10, "is suspending") + event(14, "is suspended"), (10, 14), id="suspended"),
        pytest.param(
            transition(10, "VM_STATE_ON -> VM_STATE_SHUTTING_DOWN")
            + transition(55, "VM_STATE_SHUTTING_DOWN -> VM_STATE_OFF"),
            (10, 55),
            id="shut-down",
        ),
        pytest.param(event(10, "is reset", user="root"), (10, 10), id="reset"),
        pytest.param(event(14, "is powered off"), (-586, 14), id="no-line-of-its-begin"),
        pytest.param(event(10, "is stopping"), (10, 610), id="no-line-of-its-end"),
    ],
)
def test_when_it_stopped(lines: str, stop: tuple[int, int], tmp_path: Path) -> None:
    (one,) = cycles(tmp_path, lines)
    assert (one.stop and (second(one.stop.least), second(one.stop.most))) == stop


def test_off_since_before_the_log(tmp_path: Path) -> None:
    (one,) = cycles(tmp_path, event(10, "is starting", user="root") + event(11, "is powered on"))
    assert one.start is not None
    assert (one.stop, one.stopped_by, one.starter) == (None, (), "root")


def test_twice(tmp_path: Path) -> None:
    text = "".join(
        event(at, "is stopping") + event(at + 1, "is powered off") + event(at + 60, "is powered on") for at in (10, 400)
    )
    assert [second(one.begin.least) for one in cycles(tmp_path, text)] == [10, 400]


@pytest.mark.parametrize("vm", ["NTNX-15SM60210040-A-CVM", "NTNX-a1b2c3d4-CVM"])
def test_what_a_cvm_is_called(vm: str, tmp_path: Path) -> None:
    (one,) = cycles(tmp_path, event(10, "is stopping", vm=vm) + event(11, "is powered off", vm=vm))
    assert one.vm == vm


def test_a_cvm_by_its_folder(tmp_path: Path) -> None:
    assert len(cycles(tmp_path, transition(10, "VM_STATE_ON -> VM_STATE_POWERING_OFF"))) == 1
