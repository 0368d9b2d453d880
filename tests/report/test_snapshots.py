"""What tables show, in words."""

from __future__ import annotations

import pytest

from analyzer.model.instant import SECOND, Instant
from analyzer.model.path import Snapshot, SnapshotState
from analyzer.report.snapshots import shown_first, snapshot_words

AT = Instant("esxi:10.1.1.11", 1701927011 * SECOND, 1701927012 * SECOND)


def said(state: SnapshotState, **more: str | Instant | None) -> str:
    return snapshot_words(Snapshot(state=state, of="10.1.1.11", **more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("forwarded", "Host 10.1.1.11 is redirected to 10.1.1.21"),
        ("not-forwarded", "Host 10.1.1.11 is not redirected"),
        ("connected", "Host 10.1.1.11 has an NFS connection with 10.1.1.21 over the public network"),
        (
            "neighbor-outside",
            (
                "Host 10.1.1.11 has the storage address among its neighbours (kept for 20 min) on the public network,"
                " with the MAC of 10.1.1.21,"
            ),
        ),
        (
            "neighbor-inside",
            "Host 10.1.1.11 has the storage address among its neighbours (kept for 20 min) inside, on its own switch,",
        ),
        ("datastore-inaccessible", "Host 10.1.1.11 can't reach its datastore"),
        ("cvm-down", "CVM 10.1.1.11 is down"),
        ("stargate-down", "CVM 10.1.1.11 is up, but its Stargate is down"),
        ("cvm-up", "CVM 10.1.1.11 is up"),
    ],
)
def test_each_state(state: SnapshotState, words: str) -> None:
    assert said(state, via="10.1.1.21", since=AT, until=AT) == f"{words} at 2023-12-07 05:30:11.500 ± 0.5 s UTC"


def test_when() -> None:
    assert said("cvm-down").endswith("down at a time that is not in the evidence")
    later = AT.later(60 * SECOND)
    assert said("cvm-down", since=AT, until=later).endswith(
        "from 2023-12-07 05:30:11.000 to 2023-12-07 05:31:11.000 UTC at least"
    )
    wide = Instant("x", AT.least, AT.most + 60 * SECOND)
    assert said("cvm-down", since=wide, until=wide).endswith(
        "down between 2023-12-07 05:30:11.000 and 2023-12-07 05:31:12.000 UTC"
    )


def test_who_is_not_named() -> None:
    assert snapshot_words(Snapshot(state="forwarded", of=None)).startswith(
        "A host that the evidence does not name is redirected to a CVM"
    )


def test_what_is_as_it_should_be_comes_last() -> None:
    each = [Snapshot(state=state, of=None) for state in ("not-forwarded", "forwarded", "cvm-up", "cvm-down")]
    assert [one.state for one in shown_first(each)] == ["forwarded", "cvm-down", "not-forwarded", "cvm-up"]
