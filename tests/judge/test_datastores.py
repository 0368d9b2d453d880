"""Which lines of the hosts' logs have the datastore behind the storage address lost, and what the logs cover."""

from __future__ import annotations

import pytest

from analyzer.judge.datastores import OfHost, by_host
from analyzer.model.event import Event, HostBooted, HostStorage, NfsMount
from analyzer.model.instant import SECOND
from analyzer.model.source import Origin, Source
from tests.judge.health.scene import event, source

STORAGE, HOST, OTHER = "192.168.5.2", "192.168.1.24", "192.168.1.25"
OURS, THEIRS = "5a6ec2b7-1d3f9a40", "0aec33b1-6f2e51a0"
MOUNTED = HostStorage("server-back", STORAGE, "ctr", OURS)
WROTE = {"vobd.log": HOST, "vmkernel.log": HOST, "other.log": OTHER}


def line(detail: HostStorage, at: int = 100, log: str = "vobd.log") -> Event:
    return event(detail, at=at, origin=Origin(log, at))


def told(*events: Event, sources: tuple[Source, ...] = (), mounts: tuple[NfsMount, ...] = ()) -> OfHost:
    pairs = [(one, one.detail) for one in events if isinstance(one.detail, HostStorage)]
    boots = [one for one in events if isinstance(one.detail, HostBooted)]
    return by_host(pairs, sources, WROTE, STORAGE, lambda at: at, mounts, boots).get(HOST, OfHost())


def lost(*events: Event, mounts: tuple[NfsMount, ...] = ()) -> list[int]:
    return [loss.origin.number for loss in told(*events, mounts=mounts).losses.items]


@pytest.mark.parametrize(
    "mounted",
    [line(MOUNTED, 1), line(MOUNTED, 1, "other.log"), line(HostStorage("server-lost", STORAGE, "ctr", OURS), 90)],
    ids=["by the host", "by another host", "by a lost server"],
)
def test_all_paths_down_is_of_the_datastore_that_a_line_ties_to_the_address(mounted: Event) -> None:
    assert 100 in lost(mounted, line(HostStorage("apd-start", None, OURS, OURS)))


@pytest.mark.parametrize(
    ("detail", "mounted"),
    [
        (HostStorage("apd-start", None, "naa.60014055c425cd10", None), MOUNTED),
        (HostStorage("apd-start", None, THEIRS, THEIRS), MOUNTED),
        (HostStorage("apd-start", None, OURS, OURS), HostStorage("server-back", "10.0.0.5", "iso", OURS)),
        (HostStorage("server-lost", "10.0.0.5", "iso", THEIRS), MOUNTED),
        (HostStorage("io-retry"), MOUNTED),
    ],
    ids=["a device", "tied to nothing", "tied to another server", "another server", "a retry"],
)
def test_what_is_of_another_or_no_datastore_is_no_loss(detail: HostStorage, mounted: HostStorage) -> None:
    assert lost(line(mounted, 1), line(detail)) == []


CTR, ISO = NfsMount("ctr", STORAGE, "/ctr", accessible=True), NfsMount("iso", "10.0.0.5", "/iso", accessible=True)


@pytest.mark.parametrize(
    ("detail", "mounts", "ties"),
    [
        pytest.param(HostStorage("apd-start", None, "ctr"), (CTR, ISO), True, id="its name is in the list"),
        pytest.param(HostStorage("apd-start", None, "iso"), (CTR, ISO), False, id="another server's is"),
        pytest.param(HostStorage("apd-start", None, OURS, OURS), (CTR,), True, id="all mounts are from there"),
        pytest.param(HostStorage("apd-start", None, OURS, OURS), (CTR, ISO), False, id="some are from elsewhere"),
        pytest.param(HostStorage("apd-start", None, None, "naa.60014055c425cd10"), (CTR,), False, id="a device"),
        pytest.param(HostStorage("apd-start", None, OURS, OURS), (), False, id="no list"),
    ],
)
def test_the_list_of_mounts_ties_a_datastore(detail: HostStorage, mounts: tuple[NfsMount, ...], ties: bool) -> None:
    assert lost(line(detail), mounts=mounts) == ([100] if ties else [])


def test_an_identifier_that_two_servers_have_ties_nothing() -> None:
    other = HostStorage("server-back", "10.0.0.5", "iso", OURS)

    assert lost(line(MOUNTED, 1), line(other, 2), line(HostStorage("apd-start", None, OURS, OURS))) == []


def test_the_end_of_all_paths_down_tells_of_it_only_without_its_beginning() -> None:
    begins, ends = HostStorage("apd-start", None, OURS, OURS), HostStorage("apd-exit", None, OURS, OURS)

    assert lost(line(MOUNTED, 1), line(begins, 50), line(ends, 60)) == [50]
    assert lost(line(MOUNTED, 1), line(ends, 60)) == [60]


@pytest.mark.parametrize(
    ("files", "covers"),
    [
        ([("vobd.log", "vobd", (0, 100))], True),
        ([("vmkernel.log", "vmkernel", (0, 100))], True),
        ([("vobd.log", "shell", (0, 100))], False),
        ([("other.log", "vobd", (0, 100))], False),
        ([("vobd.log", "vobd", (21, 100))], False),
        ([("vobd.log", "vobd", (0, 49)), ("vobd.log", "vobd", (55, 100))], True),
        ([("vobd.log", "vobd", (0, 30)), ("vobd.log", "vobd", (55, 100))], False),
        ([("vobd.log", "vobd", (0, 30)), ("vmkernel.log", "vmkernel", (30, 100))], False),
    ],
    ids=["vobd", "vmkernel", "another log", "another host", "late", "rotated", "one is missing", "two logs"],
)
def test_a_log_covers_what_it_reaches_over(files: list[tuple[str, str, tuple[int, int]]], *, covers: bool) -> None:
    sources = tuple(source(name, kind=kind, span=span) for name, kind, span in files)

    assert told(sources=sources).covers(20 * SECOND, 60 * SECOND) is covers


def test_a_log_that_ends_with_the_time_reaches_over_it() -> None:
    one = OfHost(covered=((10, 20), (30, 40)))

    assert one.covers(10, 20)
    assert not one.covers(10, 21)
    assert not one.covers(15, 35)


@pytest.mark.parametrize(
    ("log", "least", "most", "covered"),
    [
        pytest.param("vobd.log", 402, 500, True, id="after it"),
        pytest.param("vobd.log", 400, 500, False, id="so soon after it that storage may never have come back"),
        pytest.param("vobd.log", 100, 500, False, id="around it"),
        pytest.param("vobd.log", 20, 60, False, id="as it may have been off by then"),
        pytest.param("other.log", 100, 500, True, id="of another host"),
    ],
)
def test_a_host_that_was_off_logged_nothing(log: str, least: int, most: int, *, covered: bool) -> None:
    booted = event(HostBooted(), at=350, origin=Origin(log, 7))
    found = told(line(MOUNTED, 1), booted, sources=(source("vobd.log", kind="vobd", span=(0, 1000), host=HOST),))

    assert found.covers(least * SECOND, most * SECOND) is covered
