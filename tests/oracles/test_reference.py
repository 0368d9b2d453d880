"""Both scans count what a plain loop with dpkt counts: frames, resets, calls, replies and times to the nanosecond."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.ingest.capture import CaptureScan
from analyzer.ingest.capture.procedures import NFS, procedure_name
from analyzer.model.traffic import RpcTime
from tests.ingest.capture.compiled.both import compiled, plain
from tests.ingest.capture.reference import LINKS, Counted, Reference
from tests.ingest.capture.traffic import File, Traffic
from tests.ingest.capture.tshark import named

WITHOUT_LOSS = (
    "repeat", "overlap", "keep-alive", "path", "reset", "reopen", "elsewhere", "same-xid", "small", "pauses", "vlan",
    "wrap", "cuts", "padding", "neighbours",
)  # fmt: skip


Scan = Callable[[bytes], CaptureScan]


def by_name(counts: Counter[tuple[int, int, int]]) -> dict[str, int]:
    return {named(v, procedure_name(p, v, n)): count for (p, v, n), count in counts.items() if p == NFS}


def same(result: CaptureScan, counted: Counted) -> None:
    totals, times = result.totals, counted.times
    assert (totals.frames, totals.tcp_resets) == (counted.frames, counted.resets)
    assert {calls[:3]: calls[3] for calls in totals.rpc_calls} == counted.calls
    assert (dict(totals.nfs_calls), dict(totals.nfs_replies)) == (by_name(counted.calls), by_name(counted.replies))
    assert totals.rpc_time == (RpcTime(len(times), sum(times), min(times), max(times)) if times else RpcTime())


@pytest.mark.parametrize("scan", [plain, compiled], ids=["plain", "compiled"])
@given(
    st.integers(0, 1 << 32),
    st.integers(1, 200),
    st.frozensets(st.sampled_from(WITHOUT_LOSS)),
    st.sampled_from(sorted(LINKS)),
)
@settings(max_examples=80, deadline=None)
def test_traffic_without_loss(scan: Scan, seed: int, steps: int, impairments: frozenset[str], link_type: int) -> None:
    beyond_dpkt = {"vlan", "neighbours"} if link_type != 1 else set()  # its other links know no tags, and some no ARP
    traffic = Traffic(seed, steps, impairments - beyond_dpkt)
    data = File(magic=0xA1B2C3D4, link_type=link_type).of(traffic.frames)
    same(scan(data), Reference(data, 1000).counted)
