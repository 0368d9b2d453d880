"""The labs that the tests look at: each is recorded once, on this computer's kernel, and shared by all tests."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.lab.netns.program import run

AT_ONCE = min(4, 2 * (os.cpu_count() or 1))  # a lab waits most of its time
SHORT = ("--period", "5", "--rate", "10")


class Recording(NamedTuple):
    """A scenario and its options; the simulator knows them too, and gives the same."""

    scenario: str
    options: tuple[str, ...] = ()


# The longest first, so that the last one to end doesn't end alone. Together they take most values of the options that
# show on the wire or in a log.
RECORDINGS = {
    "whole-story": Recording(
        "whole-story",
        ("--pcapng", "--snaplen", "256", "--log-zone", "America/Los_Angeles", "--log-skew", "1.7"),
    ),
    "cvm-recovery": Recording("cvm-recovery", ("--terminate", "rst", "--genesis", "leader")),
    "route-deletion": Recording("route-deletion", ("--client", "eager", "--client-close", "rst")),
    "leader-failure": Recording("cvm-failure", ("--leader", "1", "--genesis", "leader")),
    "nfs-hang": Recording("nfs-hang"),
    "cvm-failure": Recording("cvm-failure", ("--nodes", "4", "--span", "physical", "--log-stamps", "milliseconds")),
    "route-injection": Recording("route-injection", ("--host-names", "esx,esxB,esxC", "--cvm-names", "cvmA,cvmB,cvmC")),
    "route-injection-invalid": Recording("route-injection-invalid", ("--reply-path", "plain")),
    "other-cvm-failure": Recording("other-cvm-failure", ("--nodes", "4")),
    "three-clients": Recording("other-cvm-failure", ("--clients", "3", "--vmk0", "--host-arp", "linux")),
    "healthy": Recording("healthy", ("--mount-in-capture", "--nodes", "4")),
}
every_lab = pytest.mark.parametrize("name", sorted(RECORDINGS))


def recorded(names: Sequence[str], folder: Path) -> Iterator[dict[str, Future[Path]]]:
    """The folder of each test by its name, when it is there; some labs run side by side."""

    def one(name: str) -> Path:
        test = RECORDINGS[name]
        done = run(test.scenario, "-o", str(folder / name), *SHORT, *test.options)
        assert done.returncode == 0, done.stderr
        return folder / name

    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {name: pool.submit(one, name) for name in RECORDINGS if name in names}
        pool.shutdown(cancel_futures=True)
