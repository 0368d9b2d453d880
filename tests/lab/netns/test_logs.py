from __future__ import annotations

import re
from ipaddress import IPv4Network
from pathlib import Path

import pytest

from analyzer.lab.netns.esxi import ADDED, DELETED, vmkernel_line
from analyzer.lab.netns.genesis.genesis_log import GenesisLog, Stamps
from analyzer.lab.netns.journal import Journal, first
from analyzer.model.instant import SECOND

AT = 1701925611 * SECOND + 213_999_000


@pytest.mark.parametrize(("name", "word"), [(ADDED, "add"), (DELETED, "delete")], ids=["add", "delete"])
def test_a_route_change_has_the_known_shape(name: str, word: str) -> None:
    assert vmkernel_line(AT, name, IPv4Network("192.168.5.2"), "192.168.1.28") == (
        f"2023-12-07T05:06:51.213Z In(182) vmkernel: cpu0:2097152)Tcpip: 1414: {word} dstAddr=0x205a8c0, "
        "netMask=0xffffffff, gwAddr=0x1c01a8c0 ifName=0x0x0, ifNameLen=0\n"
    )


@pytest.mark.parametrize(
    ("network", "told"),
    [
        pytest.param("10.0.0.0/24", "dstAddr=0xa, netMask=0xffffff,", id="a-network"),
        pytest.param("10.1.2.128/25", "dstAddr=0x8002010a, netMask=0x80ffffff,", id="a-part-of-one"),
        pytest.param("0.0.0.0/0", "dstAddr=0x0, netMask=0x0,", id="the-default"),
    ],
)
def test_a_route_to_a_network_has_its_mask(network: str, told: str) -> None:
    assert told in vmkernel_line(AT, ADDED, IPv4Network(network), "192.168.1.28")


@pytest.mark.parametrize(
    ("zone", "stamps", "expected"),
    [
        pytest.param("UTC", "seconds", "2023-12-07 05:06:53 WARNING ha_service.py:1 said", id="aos-4"),
        pytest.param("America/Los_Angeles", "seconds", "2023-12-06 21:06:53 WARNING ha_service.py:1 said", id="zone"),
        pytest.param(
            "America/Los_Angeles",
            "milliseconds",
            r"2023-12-07 05:06:53,313Z WARNING \d+ ha_service.py:1 said",
            id="aos-5-is-utc",
        ),
    ],
)
def test_a_record_is_as_the_cvms_clock_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, zone: str, stamps: Stamps, expected: str
) -> None:
    monkeypatch.setattr("analyzer.lab.netns.genesis.genesis_log.time.time_ns", lambda: AT)

    GenesisLog(tmp_path / "genesis.out", zone, 2_100_000_000, stamps).write("ha_service.py:1", "said", "WARNING")

    assert re.fullmatch(expected + "\n", (tmp_path / "genesis.out").read_text())


def test_the_journal_gives_events_in_order_of_time(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal", "lab")
    assert journal.events() == ()

    journal.note("late", 30, host="a")
    journal.note("early", 10, host="a")
    journal.note("early", 20, host="b", number=3)

    events = journal.events()
    assert [event.at for event in events] == [10, 20, 30]
    found = first(events, "early", host="b")
    assert found is not None
    assert found.detail == {"host": "b", "number": "3"}
    assert first(events, "early", since=21) is None
