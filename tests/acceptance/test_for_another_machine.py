"""What was typed on one machine for another one (`ssh host esxcfg-route …`) acts on that one, and was typed here."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.brought import ADD, DELETE, MOUNTED, Brought, brought, kernel, route, told, typed

HERE, THERE = "192.168.1.24", "192.168.1.25"
QUIET = [kernel("07:50:00.100", MOUNTED), kernel("08:30:00.100", "ScsiDeviceIO: noise")]
CHANGED = [QUIET[0], kernel("08:00:00.300", route("add")), kernel("08:00:30.300", route("delete")), QUIET[1]]


def _sentences(found: Brought, place: Path) -> list[str]:
    run = brought(place, found)
    assert run is not None
    every = [*run.findings, *(finding for one in run.episodes for finding in one.findings)]
    return [one.sentence for one in every if one.code == "AP101"]


@pytest.mark.parametrize(
    ("line", "target"),
    [
        pytest.param(f"ssh {THERE} {ADD}", THERE, id="address"),
        pytest.param(f"ssh root@esx-b {ADD}", "esx-b", id="name"),
        pytest.param(f"ssh -l root -o BatchMode=yes esx-b.lab.local '{DELETE}'", "esx-b.lab.local", id="options"),
        pytest.param(f'nohup ssh -p 22 root@esx-b "date; {ADD}" >/dev/null 2>&1 &', "esx-b", id="quoted"),
    ],
)
def test_it_is_told_for_whom_it_was_typed_and_where(line: str, target: str, tmp_path: Path) -> None:
    (said,) = _sentences(Brought({f"{HERE}/shell.log": [typed("08:00:00", line)]}), tmp_path)

    assert said.startswith(f"root typed on {HERE} for {target}: ")


def test_each_of_several_is_named(tmp_path: Path) -> None:
    line = f"for h in 192.168.1.23 {THERE}; do ssh root@$h '{ADD}'; done"
    said = _sentences(Brought({f"{HERE}/shell.log": [typed("08:00:00", line)]}), tmp_path)

    assert [one.partition(": ")[0].rpartition(" ")[2] for one in said] == ["192.168.1.23", THERE]


@pytest.mark.parametrize("target", [THERE, "root@esx-b"])
def test_it_is_no_change_of_the_host_on_which_it_was_typed(target: str, tmp_path: Path) -> None:
    shell = [typed("08:00:00", f"ssh {target} {ADD}")]
    run = brought(tmp_path, Brought({f"{HERE}/shell.log": shell, f"{HERE}/vmkernel.log": QUIET}))

    assert [episode for episode in told(run)[1] if episode.endswith(f"@{HERE}")] == []


def test_the_kernel_of_the_other_one_says_that_it_was_run_there(tmp_path: Path) -> None:
    files = {
        f"{HERE}/shell.log": [typed("08:00:00", f"ssh root@esx-b {ADD}")],
        f"{HERE}/vmkernel.log": QUIET,
        f"{THERE}/vmkernel.log": CHANGED,
    }

    assert told(brought(tmp_path, Brought(files)))[1] == (f"route-injection@{THERE}",)


def test_a_change_of_the_same_second_on_the_host_where_it_was_typed_is_another_one(tmp_path: Path) -> None:
    files = {
        f"{HERE}/shell.log": [typed("08:00:00", f"ssh root@esx-b {ADD}")],
        f"{HERE}/vmkernel.log": CHANGED,
        f"{THERE}/vmkernel.log": QUIET,
    }

    assert told(brought(tmp_path, Brought(files)))[1] == (f"unexplained@{HERE}",)
