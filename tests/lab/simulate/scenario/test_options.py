from __future__ import annotations

from collections.abc import Callable

import pytest

from analyzer.errors import UsageError
from analyzer.lab.simulate import Evidence, Fault, Options, Scenario, simulate
from analyzer.model.instant import SECOND
from tests.lab.simulate.made import made


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda: made("healthy", 1, Options(nodes=2)), id="two-nodes"),
        pytest.param(lambda: made("healthy", 1, Options(size=513)), id="odd-size"),
        pytest.param(lambda: made("healthy", 1, Options(period=0)), id="no-period"),
        pytest.param(lambda: made("healthy", 1, Options(phase=40 * SECOND)), id="phase-beyond-the-period"),
        pytest.param(lambda: made("healthy", 1, Options(wsize=6)), id="odd-wsize"),
        pytest.param(lambda: made("healthy", 1, Options(zone="Mars/X")), id="zone"),
        pytest.param(lambda: made("healthy", 1, Options(zone="")), id="empty-zone"),
        pytest.param(lambda: made("healthy", 1, None, Evidence(snaplen=5)), id="snaplen"),
        pytest.param(lambda: made("healthy", 1, None, Evidence(vantages=("vmk1:9",))), id="no-such-node"),
        pytest.param(lambda: made("healthy", 1, None, Evidence(loss=2000)), id="loss"),
        pytest.param(lambda: simulate(Scenario(name="x", fault=(Fault(do="nfs-hang", on=7),)), 1), id="fault-nowhere"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(ask: Callable[[], object]) -> None:
    with pytest.raises(UsageError, match=r"expected|has 3"):
        ask()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        pytest.param(Options(period=0), r"--period is 0s; expected 1s to 1h", id="seconds"),
        pytest.param(
            Options(connect_timeout=1_500_000), r"--connect-timeout is 1500us; expected 1s", id="microseconds"
        ),
        pytest.param(Options(boot=2 * 3600 * SECOND), r"--boot is 2h; expected 0s to 1h", id="hours"),
    ],
)
def test_a_time_that_cannot_be_is_shown_as_it_is_typed(options: Options, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        made("healthy", 1, options)
