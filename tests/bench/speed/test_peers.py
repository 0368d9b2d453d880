from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench.speed import peers
from bench.speed.aims import FASTEST


def has(*programs: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the peers only these are installed."""
    monkeypatch.setattr(shutil, "which", lambda name: name if Path(name).name in programs else None)


def test_peers_that_are_not_installed_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    has("cat", "gzip", "sha256sum", "openssl", Path(sys.executable).name, monkeypatch=monkeypatch)

    assert peers.missing() == ("tcpdump", "tshark", "igzip", "libdeflate-gunzip", "pigz", "zstd")


def test_only_those_that_are_installed_run(monkeypatch: pytest.MonkeyPatch) -> None:
    has("pigz", "gzip", monkeypatch=monkeypatch)

    found = peers.installed(peers.decompressors(Path("a.gz")))

    assert [(peer.name, peer.command) for peer in found] == [
        ("pigz -dc", ("pigz", "-dc", "a.gz")),
        ("gzip -dc", ("gzip", "-dc", "a.gz")),
    ]


@pytest.mark.parametrize(
    ("what", "of"),
    [
        ("sha256", peers.digests(Path("a"))),
        (".gz", peers.decompressors(Path("a.gz"))),
        (".zst", peers.decompressors(Path("a.zst"))),
    ],
)
def test_the_fastest_is_one_of_them(what: str, of: tuple[peers.Peer, ...]) -> None:
    assert FASTEST[what] in {peer.program for peer in of}


def test_two_readers_give_the_same_bytes(tmp_path: Path) -> None:
    one, other = tmp_path / "one 1.pcap", tmp_path / "other.pcap"
    one.write_bytes(b"a" * 100_000)
    other.write_bytes(b"b" * 50_000)
    told = [
        subprocess.run(command, check=True, capture_output=True).stdout for command in peers.two_readers(one, other)
    ]
    assert [sorted(text) for text in told] == [sorted(b"a" * 100_000 + b"b" * 50_000)] * 2
