from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.errors import UsageError
from analyzer.lab.netns import record
from analyzer.lab.netns.options import LabOptions, checked, in_effect
from analyzer.model.instant import SECOND
from tests.lab.netns.odd import content, every_odd, folder_outside


def test_times_follow_from_the_period() -> None:
    usual = LabOptions(scenario="healthy")
    short = LabOptions(scenario="healthy", period=5 * SECOND)

    assert (usual.fault_phase, usual.before_fault, usual.after_repair) == (7 * SECOND, 12 * SECOND, 15 * SECOND)
    assert usual.delay_of_task == 1_200_000_000
    assert short.probe_timeout < short.fault_phase < short.period
    assert short.before_fault >= 5 * SECOND


@pytest.mark.parametrize(
    ("options", "word"),
    [
        pytest.param(LabOptions(scenario="healthy", nodes=2), "--nodes", id="too-few-nodes"),
        pytest.param(LabOptions(scenario="healthy", period=SECOND), "--period", id="too-short-a-period"),
        pytest.param(LabOptions(scenario="healthy", phase=31 * SECOND), "--phase", id="phase-beyond-the-period"),
        pytest.param(LabOptions(scenario="healthy", rate=0), "--rate", id="no-rate"),
        pytest.param(LabOptions(scenario="healthy", snaplen=1), "--snaplen", id="too-short-frames"),
        pytest.param(LabOptions(scenario="healthy", host_names=("a", "b")), "--host-names", id="too-few-names"),
        pytest.param(LabOptions(scenario="healthy", cvm_names=("a", "a", "b")), "--cvm-names", id="one-name-twice"),
        pytest.param(
            LabOptions(scenario="healthy", host_addresses=("1.1.1.1", "1.1.1.2", "x")), "IPv4", id="no-address"
        ),
        pytest.param(LabOptions(scenario="healthy", period=5 * SECOND, nodes=32), "32 hosts", id="too-many-hosts"),
        pytest.param(LabOptions(scenario="healthy", period=3601 * SECOND), "--period", id="too-long-a-period"),
        pytest.param(LabOptions(scenario="healthy", leader=4), "--leader", id="a-leader-who-is-not-there"),
        pytest.param(LabOptions(scenario="healthy", clients=4), "--clients", id="more-clients-than-hosts"),
        pytest.param(LabOptions(scenario="healthy", tail=-SECOND), "--tail", id="negative-time"),
        pytest.param(LabOptions(scenario="healthy", connect_timeout=0), "--connect-timeout", id="no-patience"),
        pytest.param(LabOptions(scenario="healthy", log_zone="Mars/Olympus"), "--log-zone", id="unknown-zone"),
        pytest.param(LabOptions(scenario="healthy", log_zone="../UTC"), "--log-zone", id="a-zone-of-a-path"),
    ],
)
def test_an_option_out_of_range_is_told(options: LabOptions, word: str) -> None:
    with pytest.raises(UsageError, match=word):
        checked(options)


def test_what_follows_from_the_period_is_told_as_it_works() -> None:
    found = in_effect(LabOptions(scenario="healthy", period=5 * SECOND, reply_path="symmetric", client="eager"))

    assert int(found["period"]) == 5 * SECOND
    assert (int(found["phase"]), int(found["tail"])) == (2_500_000_000, 8 * SECOND)
    assert (int(found["task_delay"]), int(found["command_delay"])) == (SECOND, 0)
    assert (int(found["probe_timeout"]), int(found["rpc_timeout"])) == (SECOND, SECOND)
    assert found["host_arp"] == "answering"
    assert "note" not in found


@every_odd
def test_an_odd_name_is_refused_before_anything_is_written(odd: str, tmp_path: Path) -> None:
    outside = folder_outside(tmp_path)
    before = content(tmp_path)

    with pytest.raises(UsageError, match="--cvm-names"):
        record(LabOptions(scenario="healthy", cvm_names=("a", odd.format(outside=outside), "c")))

    assert content(tmp_path) == before
