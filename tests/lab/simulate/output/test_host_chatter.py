"""A host logs on, whatever happens to its storage, and nothing is read in that."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from analyzer.config import Settings
from analyzer.ingest.collect import collect
from analyzer.lab.simulate import Evidence, Fault, Options, Scenario, simulate
from analyzer.lab.simulate.output.host_chatter import MOST, chatter
from analyzer.lab.simulate.truth.truth_log import HostLine
from analyzer.model.instant import SECOND
from tests.lab.simulate.made import made, written

LAST = 600 * SECOND


def kernel(off: tuple[tuple[int, int], ...] = ()) -> list[HostLine]:
    return [line for line in chatter(1, 0, LAST, off, "7") if line.log == "kernel"]


def test_it_goes_on_to_the_end_without_a_long_pause() -> None:
    times = [0, *(line.at for line in kernel()), LAST]

    assert times == sorted(times)
    assert all(after - before <= MOST for before, after in pairwise(times))


def test_a_host_that_is_off_logs_nothing() -> None:
    off = 100 * SECOND, 300 * SECOND

    times = [line.at for line in kernel((off,))]

    assert times
    assert not [at for at in times if off[0] <= at <= off[1]]
    assert max(times) > off[1]


def test_hosts_differ_and_a_seed_gives_the_same() -> None:
    one, other = (list(chatter(number, 0, LAST, (), "7")) for number in (1, 2))

    assert [line.at for line in one] != [line.at for line in other]
    assert one == list(chatter(1, 0, LAST, (), "7"))


def test_a_rebooted_host_is_silent_until_it_is_up() -> None:
    options = Options(busy_hosts=1, esxi="6", tail=120 * SECOND)
    rebooted = Scenario(name="one", fault=(Fault(do="host-reboot", seconds=Decimal(90)),))
    test = simulate(rebooted, 51, options, Evidence(esxi_logs=True))
    stop, boot = (
        next(one.at for one in test.truth.events if one.name == name) for name in ("host-reboot", "host-booted")
    )

    lines = [line.split("Z")[0] for line in test.files["192.168.1.24/vmkernel.log"].decode().splitlines()]

    assert boot - stop > MOST
    assert max(lines) > _stamp(boot)
    assert not [line for line in lines if _stamp(stop) < line < _stamp(boot)]


def _stamp(at: int) -> str:
    return f"{datetime.fromtimestamp(at // SECOND, UTC):%Y-%m-%dT%H:%M:%S}"


@pytest.mark.parametrize("esxi", ["6", "8"])
def test_none_of_it_is_an_event(esxi: str) -> None:
    simulated = made("healthy", 3, Options(esxi=esxi, tail=120 * SECOND), Evidence(esxi_logs=True))  # type: ignore[arg-type]
    with tempfile.TemporaryDirectory() as place:
        folder = written(simulated, Path(place))
        found = [
            event.detail
            for log in ("vmkernel", "hostd")
            for event in collect([folder / f"192.168.1.25/{log}.log"], Settings()).events
        ]

    assert len(found) == 1, "the mount alone"
