"""Which route a host takes to an address."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from analyzer.correlate.snapshots.longest_prefix import gateway_to
from analyzer.model.event import Route

OUT, INSIDE = "10.1.1.21", None


@pytest.mark.parametrize(
    ("routes", "gateway"),
    [
        pytest.param([], None, id="none"),
        pytest.param([("192.168.5.2", "255.255.255.255", OUT)], OUT, id="to it alone"),
        pytest.param([("192.168.5.0", "255.255.255.0", OUT)], OUT, id="to its network"),
        pytest.param(
            [("192.168.5.0", "255.255.255.0", OUT), ("192.168.5.2", "255.255.255.255", "10.1.1.22")],
            "10.1.1.22",
            id="the narrower of two",
        ),
        pytest.param(
            [("192.168.5.0", "255.255.255.0", OUT), ("192.168.5.0", "255.255.255.0", INSIDE)], None, id="its own first"
        ),
        pytest.param([("192.168.5.128", "255.255.255.128", OUT)], None, id="beside it"),
        pytest.param([("default", "0.0.0.0", OUT)], None, id="the default route"),  # noqa: S104 - a route, no bind
        pytest.param([("0.0.0.0", "0.0.0.0", OUT)], None, id="the same, as an address"),  # noqa: S104 - as above
        pytest.param([("192.168.5.0", "255.0.255.0", OUT)], None, id="no netmask"),
        pytest.param([("300.168.5.0", "255.255.255.0", OUT)], None, id="no address"),
    ],
)
def test_the_narrowest_that_holds_it(routes: Sequence[tuple[str, str, str | None]], gateway: str | None) -> None:
    assert gateway_to("192.168.5.2", [Route(*route, "vmk0") for route in routes]) == gateway
