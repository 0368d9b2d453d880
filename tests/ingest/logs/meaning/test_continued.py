"""Lines below a record's header: rows under headings, or fields of one statement; and what rows say together."""

from __future__ import annotations

import io

import pytest

from analyzer.config import Settings
from analyzer.ingest import logs
from analyzer.ingest.logs.meaning.continued import as_one_check, rows
from analyzer.model.event import Forwarding, RouteCommand, StargateStates, TaskCreated

RULES = logs.load_rules(())


@pytest.mark.parametrize(
    ("more", "found"),
    [
        pytest.param("  type: ADD_ROUTE\n  host: 10.0.0.1\n", (), id="fields"),
        pytest.param(
            "  stargates:\n    10.0.0.1 UP\n\n  forwarding:\n    host 10.0.0.2 has -\n",
            (("stargates:", "10.0.0.1 UP"), ("forwarding:", "host 10.0.0.2 has -")),
            id="headings",
        ),
        pytest.param("  node 1 up\n  node 2 up\n", (("Check", "node 1 up"), ("Check", "node 2 up")), id="no heading"),
        pytest.param(
            "  stargates: 1 down\n    cvm: 10.0.0.1\n  forwarding: needed\n    host: 10.0.0.2\n",
            (("Check", "stargates: 1 down cvm: 10.0.0.1"), ("Check", "forwarding: needed host: 10.0.0.2")),
            id="what is indented below each",
        ),
        pytest.param("  host: 1 ok\n  host: 2 ok\n", (("Check", "host: 1 ok"), ("Check", "host: 2 ok")), id="a column"),
    ],
)
def test_rows(more: str, found: tuple[tuple[str, str], ...]) -> None:
    assert rows("Check", more) == found


def test_as_one_check() -> None:
    host = Forwarding("correct", "10.0.0.9", None, None, ("10.0.0.9",))
    told = as_one_check((StargateStates(up=("10.0.0.1",)), host, StargateStates(down=("10.0.0.2",)), host))
    assert told == (StargateStates(up=("10.0.0.1",), down=("10.0.0.2",)), host)


def test_facts_below_a_header_without_a_token() -> None:
    record = (
        "2026-01-02 03:04:05,600Z INFO 7 ha_service.py:12 New task:\n    kind: ADD_ROUTE\n    host: 10.0.0.9\n"
        "    gateway: 10.0.0.3\n2026-01-02 03:04:06,600Z INFO 7 zeus.py:3 other\n    host: 10.0.0.8\n"
    )
    reading = logs.read(io.BytesIO(record.encode()), "genesis.out", "genesis", Settings(), RULES)
    assert [event.detail for event in reading.events] == [
        TaskCreated("add", "10.0.0.9", "10.0.0.3", ("10.0.0.9", "10.0.0.3"))
    ]


def test_the_heading_names_the_host_of_a_row() -> None:
    record = (
        "2026-01-02 03:04:05,600Z INFO 7 hypervisor_ha.py:12 Command on host 10.0.0.9:\n"
        "  esxcfg-route -a 192.168.5.2 255.255.255.255 10.0.0.3\n"
    )
    reading = logs.read(io.BytesIO(record.encode()), "genesis.out", "genesis", Settings(), RULES)
    (event,) = reading.events
    assert isinstance(event.detail, RouteCommand)
    assert (event.detail.host, event.detail.gateway) == ("10.0.0.9", "10.0.0.3")
