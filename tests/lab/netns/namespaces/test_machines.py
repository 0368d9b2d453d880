"""Which machine a name means when several labs run, without any of them."""

from __future__ import annotations

import pytest

from analyzer.errors import UsageError
from analyzer.lab.netns.namespaces import machines
from analyzer.lab.netns.namespaces.machine import SCENARIO

THERE = (
    machines.RunningMachine("4711", "cvm-1", 4801, {SCENARIO: "shell"}),
    machines.RunningMachine("4711", "host-1", 4800, {SCENARIO: "shell"}),
    machines.RunningMachine("5000", "esx", 5102, {SCENARIO: "cvm-failure"}),
    machines.RunningMachine("5000", "host-1", 5101, {SCENARIO: "cvm-failure"}),
)


@pytest.fixture(autouse=True)
def several_labs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machines, "running_machines", lambda: THERE)


@pytest.mark.parametrize(
    ("name", "pid"),
    [
        pytest.param("cvm-1", 4801, id="a-name-of-one-lab"),
        pytest.param("4711/host-1", 4800, id="of-the-first-lab"),
        pytest.param("5000/host-1", 5101, id="of-the-second"),
    ],
)
def test_a_machine_is_found(name: str, pid: int) -> None:
    assert machines.machine_named(name).pid == pid


def test_a_name_of_several_labs_is_told_with_them_and_how_to_choose() -> None:
    with pytest.raises(UsageError) as error:
        machines.machine_named("host-1")

    assert str(error.value) == (
        "host-1: 2 labs run that have it, 4711 (shell) and 5000 (cvm-failure); say which: 4711/host-1"
    )


@pytest.mark.parametrize("name", ["host-2", "5000/cvm-1", "/host-1x", ""])
def test_a_name_that_none_has_is_told_with_all(name: str) -> None:
    with pytest.raises(UsageError, match="4711/cvm-1, 4711/host-1, 5000/esx, 5000/host-1"):
        machines.machine_named(name)
