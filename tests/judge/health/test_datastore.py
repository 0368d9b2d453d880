"""What the hosts logged of their datastore, and of other storage."""

from __future__ import annotations

import pytest

from analyzer.judge.health.datastore import LOST
from analyzer.model.cluster import Host
from analyzer.model.event import Detail, HostStorage, OtherRoute, RouteChanged
from analyzer.model.finding import Finding
from analyzer.model.source import Origin
from tests.judge.health.scene import PROOF, by_code, dossier, event, source

STORAGE, OTHER = "192.168.5.2", "192.168.33.2"
OURS, THEIRS = "5a6ec2b7-1d3f9a40", "0aec33b1-6f2e51a0"
MOUNTED = HostStorage("server-back", STORAGE, "ctr", OURS)
DEVICE = "naa.60014055c425cd10a874374b415629b3"


def found(*details: Detail) -> dict[str, Finding]:
    """The findings of a host's log with these lines."""
    events = tuple(event(detail, origin=Origin("vobd.log", n)) for n, detail in enumerate(details, 1))
    log = source("vobd.log", kind="vobd", host="192.168.1.24", clock="esxi")
    return by_code(dossier(events=events, sources=(log,), hosts=(Host(address="192.168.1.24"),)))


@pytest.mark.parametrize(
    ("details", "line"),
    [
        pytest.param((HostStorage("server-lost", STORAGE, "ctr"),), 1, id="the server"),
        pytest.param((MOUNTED, HostStorage("apd-start", None, OURS, OURS)), 2, id="an identifier that the mount has"),
        pytest.param((HostStorage("apd-timeout", None, OURS, OURS), MOUNTED), 1, id="a mount that is told later"),
        pytest.param((MOUNTED, HostStorage("apd-start", None, "ctr")), 2, id="a name that the mount has"),
    ],
)
def test_a_lost_datastore_is_a_problem(details: tuple[Detail, ...], line: int) -> None:
    told = found(*details)

    assert (told["AP102"].severity, told["AP102"].origins) == ("problem", (Origin("vobd.log", line),))
    assert "AP117" not in told


@pytest.mark.parametrize("state", ["apd-exit", "server-back", "io-retry", "lock-lost", "lock-back"])
def test_a_datastore_that_is_back_is_none(state: str) -> None:
    assert not {"AP102", "AP117"} & found(HostStorage(state, STORAGE)).keys()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("details", "named"),
    [
        pytest.param((MOUNTED, HostStorage("apd-start", None, DEVICE)), f"all paths to {DEVICE}", id="a SAN device"),
        pytest.param((HostStorage("apd-start", None, "eui.0025385"),), "all paths to eui.0025385", id="an NVMe device"),
        pytest.param((HostStorage("apd-start", None, "t10.NVMe"),), "all paths to t10.NVMe", id="a local device"),
        pytest.param((HostStorage("server-lost", "10.0.0.5", "ISO", THEIRS),), "server 10.0.0.5", id="another server"),
        pytest.param((HostStorage("server-lost", "nas.lab"),), "server nas.lab", id="a server by its name"),
        pytest.param((HostStorage("apd-start", None, OURS, OURS),), f"all paths to {OURS}", id="tied by nothing"),
        pytest.param((MOUNTED, HostStorage("apd-start", None, THEIRS, THEIRS)), THEIRS, id="another identifier"),
        pytest.param((HostStorage("apd-start"),), "all paths to a device or datastore", id="without a name"),
    ],
)
def test_other_storage_is_named_as_such_and_is_no_problem_of_the_failover(
    details: tuple[Detail, ...], named: str
) -> None:
    told = found(*details)

    assert "AP102" not in told
    assert told["AP117"].severity == "info"
    assert named in told["AP117"].sentence


def test_both_are_told_apart() -> None:
    told = found(MOUNTED, HostStorage("apd-start", None, OURS, OURS), HostStorage("apd-start", None, DEVICE))

    assert told["AP102"].origins == (Origin("vobd.log", 2),)
    assert told["AP117"].origins == (Origin("vobd.log", 3),)


def test_it_names_the_host_lists_some_proofs_and_counts_all() -> None:
    finding = found(*(HostStorage("server-lost", STORAGE) for _ in range(20)))["AP102"]

    assert len(finding.origins) == 8
    assert "The host 192.168.1.24" in finding.sentence
    assert "20 lines" in finding.sentence


def test_many_things_are_counted() -> None:
    finding = found(*(HostStorage("apd-start", None, f"naa.{n}") for n in range(6)))["AP117"]

    assert "naa.2 and 3 more" in finding.sentence


@pytest.mark.parametrize(
    "details",
    [
        pytest.param(
            (HostStorage("server-back", OTHER), OtherRoute("delete", OTHER), OtherRoute("add", OTHER)), id="a server"
        ),
        pytest.param((OtherRoute("delete", OTHER), OtherRoute("add", OTHER)), id="nothing of the storage address"),
    ],
)
def test_a_route_of_another_server_asks_for_its_address(details: tuple[Detail, ...]) -> None:
    finding = found(*details)["AP118"]

    assert f"--storage-address {OTHER}" in finding.sentence
    assert "2 lines" in finding.sentence
    assert finding.severity == "warning"


def test_a_route_to_what_is_no_server_is_none_of_ours() -> None:
    assert "AP118" not in found(RouteChanged("add", None, "192.168.1.28", by_kernel=True), OtherRoute("add", OTHER))


def test_a_log_without_a_host_tells_it_too() -> None:
    told = by_code(dossier(events=(event(HostStorage("server-lost", STORAGE)),)))

    assert told["AP102"].sentence.startswith("The host logged")
    assert told["AP102"].origins == (PROOF,)


@pytest.mark.parametrize("state", LOST)
def test_only_what_was_lost_is_said(state: str) -> None:
    told = found(MOUNTED, HostStorage(state, STORAGE, OURS, OURS))["AP102"]  # type: ignore[arg-type]

    assert [one for one, words in LOST.items() if words in told.sentence] == [state]
