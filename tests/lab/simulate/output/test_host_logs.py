"""The logs of an ESXi host, by its version, and what the analyzer reads in them."""

from __future__ import annotations

import re
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Literal

import pytest

from analyzer.config import Settings
from analyzer.ingest.collect import collect
from analyzer.lab.simulate import Evidence, Fault, Options, Scenario, Simulated, simulate
from analyzer.lab.simulate.output.host_logs import storage_lines
from analyzer.lab.simulate.scenario.action import Action
from analyzer.model.event import HostStorage, RouteChanged, RouteCommand, VmPower
from analyzer.model.instant import SECOND
from tests.lab.simulate.made import made, written

VOB = r"\[\w+Correlator\] \d+us: \[[\w.]+\] "
SHAPES = {
    ("6", "vmkernel"): r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z cpu0:\d+\)\w",
    ("8", "vmkernel"): r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z In\(182\) vmkernel: cpu0:\d+\)\w",
    ("6", "vobd"): r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z: " + VOB,
    (
        "8",
        "vobd",
    ): r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z In\(14\) vobd\[\d+\]:  " + VOB,
    ("6", "shell"): r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ shell\[\d+\]: \[root\]: esxcfg-route",
    ("8", "shell"): r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ In\(14\) shell\[\d+\]: \[root\]: esxcfg-route",
    ("6", "auth"): r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ sshd\[\d+\]: (Connection|Accepted|User 'root' running)",
    ("8", "auth"): r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z In\(38\) sshd\[\d+\]: (Connection|Accepted)",
}


def logged(name: str, esxi: Literal["6", "8"], **more: int) -> Simulated:
    return made(name, 51, Options(esxi=esxi, busy_hosts=1, **more), Evidence(esxi_logs=True))  # type: ignore[arg-type]


@pytest.mark.parametrize(("esxi", "log"), SHAPES, ids=lambda part: part)
def test_every_line_has_the_shape_of_its_version(esxi: Literal["6", "8"], log: str) -> None:
    content = logged("route-injection", esxi).files[f"192.168.1.24/{log}.log"].decode()

    assert content
    assert all(re.match(SHAPES[esxi, log], line) for line in content.splitlines())


@pytest.mark.parametrize("esxi", ["6", "8"])
def test_the_truth_names_each_log(esxi: Literal["6", "8"]) -> None:
    truth = logged("route-injection", esxi).truth

    assert {one.what for one in truth.evidence if one.of == "192.168.1.24"} == {
        "vmk1", "vmkernel", "vobd", "shell", "auth", "hostd",
    }  # fmt: skip
    assert {one.what for one in truth.evidence if one.of == "192.168.1.25"} == {"vmkernel", "vobd", "auth", "hostd"}


def events(simulated: Simulated, kinds: tuple[str, ...]) -> list[object]:
    with tempfile.TemporaryDirectory() as place:
        folder = written(simulated, Path(place))
        paths = [folder / one.file for one in simulated.truth.evidence if one.what in kinds]
        return [event.detail for event in collect(paths, Settings()).events]


def test_genesis_own_commands_are_in_the_old_auth_log() -> None:
    found = [one for one in events(logged("cvm-failure", "6"), ("auth",)) if isinstance(one, RouteCommand)]

    assert [(one.action, one.gateway, one.addresses[0]) for one in found] == [("add", "192.168.1.28", "192.168.1.27")]


def test_the_route_changes_are_in_the_kernels_log() -> None:
    found = [one for one in events(logged("route-injection", "8"), ("vmkernel",)) if isinstance(one, RouteChanged)]

    assert [one.action for one in found] == ["add", "delete"]


def test_an_outage_that_outlasts_the_heartbeats_is_in_both_logs() -> None:
    found = events(logged("cvm-failure", "8", period=300 * SECOND, phase=10 * SECOND), ("vobd",))

    states = [one.state for one in found if isinstance(one, HostStorage)]

    assert states == [
        *["apd-start"] * 2, "server-lost", *["apd-timeout"] * 2, *["apd-exit"] * 2, "server-back",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("silence", "vobs"),
    [
        pytest.param(39, 0, id="shorter-than-patience"),
        pytest.param(41, 4, id="apd"),
        pytest.param(126, 6, id="server-lost"),
        pytest.param(181, 8, id="timeout"),
    ],
)
def test_how_long_a_silence_must_be(silence: int, vobs: int) -> None:
    replies = [10 * SECOND, (10 + silence) * SECOND, (11 + silence) * SECOND]

    lines = storage_lines(1, SECOND, [replies], (12 + silence) * SECOND)

    assert len([line for line in lines if line.log == "vobd" and "vmnic" not in line.text]) == vobs


def test_an_outage_that_does_not_end_is_begun() -> None:
    lines = storage_lines(1, SECOND, [[10 * SECOND]], 60 * SECOND)

    assert [line.at for line in lines if "esx.problem.storage.apd.start" in line.text] == [50 * SECOND]
    assert not [line for line in lines if "exit" in line.text]


@pytest.mark.parametrize(
    ("esxi", "shape"),
    [
        ("6", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info hostd\[\w+\] \[Originator@6876 sub="),
        ("8", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z In\(166\) Hostd\[\d+\]: \[Originator@6876 sub="),
    ],
)
def test_hostd_logs_the_power_of_its_cvm(esxi: Literal["6", "8"], shape: str) -> None:
    simulated = logged("cvm-failure", esxi)
    lines = simulated.files["192.168.1.24/hostd.log"].decode().splitlines()

    assert sum("Transition" in line for line in lines) == 2
    assert all(re.match(shape, line) for line in lines)
    power = [one for one in events(simulated, ("hostd",)) if isinstance(one, VmPower)]
    assert [(one.state, one.user) for one in power] == [*[("stopping", "root")] * 2, *[("off", None)] * 2]
    assert "NTNX-" not in simulated.files["192.168.1.25/hostd.log"].decode()


def test_a_cvm_that_shuts_itself_down_was_not_asked() -> None:
    power = [one for one in events(made_of("cvm-shutdown"), ("hostd",)) if isinstance(one, VmPower)]
    assert {(one.state, one.user) for one in power} == {("off", None)}


def test_a_host_that_boots_registers_its_cvm_and_starts_it() -> None:
    """That it is off then is of no stop."""
    power = [one for one in events(made_of("host-reboot"), ("hostd",)) if isinstance(one, VmPower)]
    assert {one.state for one in power} == {"starting", "on"}


def made_of(do: Action) -> Simulated:
    return simulate(Scenario(name="one", fault=(Fault(do=do),)), 51, Options(busy_hosts=1), Evidence(esxi_logs=True))


def test_the_truth_has_each_loss_that_a_log_has() -> None:
    fault = Fault(do="cvm-power-off", on=1, at=Decimal(20))
    options = Options(busy_hosts=1, connections=2, period=90 * SECOND, phase=60 * SECOND, tail=60 * SECOND)
    test = simulate(Scenario(name="one", fault=(fault,)), 3, options, Evidence(esxi_logs=True))
    lost = [one for one in test.truth.events if one.name == "all-paths-down"]

    assert len(lost) == 2, "one a datastore"
    assert all(one.at - int(one.detail["since"]) == 40 * SECOND for one in lost)
    assert test.files["192.168.1.24/vobd.log"].count(b"[esx.problem.storage.apd.start]") == 2
