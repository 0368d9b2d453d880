"""Recognition by content: damaged, cut and renamed logs are still known; anything else is not taken for one."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.ingest.logs import FAMILIES, recognise
from analyzer.model.source import SourceKind

LINE = "2026-11-22 07:00:53 INFO ha_service.py:101 Starting HA service, check interval 30 s\n"


@pytest.mark.parametrize(
    ("head", "name", "kind"),
    [
        pytest.param(LINE.encode(), "evidence.txt", "genesis", id="one-line"),
        pytest.param(LINE.encode()[:-20], "x", "genesis", id="one-line-cut"),
        pytest.param(f"the tail of a record\n  indented\n{LINE}".encode(), "x", "genesis", id="starts-mid-record"),
        pytest.param(
            f"Traceback (most recent call last):\n  File x\n{LINE}".encode(), "x", "genesis", id="traceback-first"
        ),
        pytest.param(f"caf\xe9\n{LINE}".encode("latin-1"), "x", "genesis", id="latin-1"),
        pytest.param(b"2023-08-26 00:16:22,136Z WARNING foo.py:175 message\n", "x", "genesis", id="comma-and-Z"),
        pytest.param(b"2023-08-26 00:16:22,136 INFO foo.py:175 message\n", "app.log", None, id="another-python-log"),
        pytest.param(
            b"2023-08-26 00:16:22,136 INFO foo.py:175 message\n", "genesis.out.1", "genesis", id="name-breaks-the-tie"
        ),
        pytest.param(b"Nov 22 07:53:28 box kernel: eth0: link up\n", "messages", None, id="syslog"),
        pytest.param(b"hello world\n", "genesis.out", None, id="prose-named-genesis"),
        pytest.param(b"", "genesis.out", None, id="empty"),
        pytest.param(bytes(range(256)) * 20, "genesis.out", None, id="binary"),
        pytest.param(b"\xd4\xc3\xb2\xa1" + b"\x00" * 200, "genesis.out", None, id="pcap"),
    ],
)
def test_recognise(head: bytes, name: str, kind: SourceKind | None) -> None:
    assert recognise(head, name) == kind


def test_random_bytes_are_nothing() -> None:
    assert recognise(os.urandom(65536), "vmkernel.log") is None


KINDS = [*(family.name for family in FAMILIES), "route-table", "neighbor-list", "netstat", "cluster-status"]


@given(st.binary(max_size=300), st.text(max_size=20))
def test_anything_is_of_a_known_kind_or_none(head: bytes, name: str) -> None:
    assert recognise(head, name) in {None, *KINDS}


@given(cut=st.integers(min_value=0, max_value=20 * len(LINE)))
def test_cut_at_the_front(cut: int) -> None:
    text = (LINE * 22).encode()
    assert recognise(text[cut:], "x") == "genesis"
