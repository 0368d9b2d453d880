"""What is mutated: of every kind something, and a folder of captures where one is given."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from bench.mutated.inputs import LARGEST, Kind, inputs


def test_there_is_something_of_every_kind() -> None:
    found = list(inputs())
    assert {each.kind for each in found} == set(get_args(Kind))
    names = [each.name for each in found]
    assert len(names) == len(set(names))
    assert {"samples/cvm-failure/genesis.out", "samples/two-hosts/span.pcap.gz", "samples/two-hosts/span.pcap"} <= {
        *names
    }
    assert all(len(each.data) <= LARGEST for each in found)


def test_a_folder_of_captures(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.pcap").write_bytes(b"x")
    assert next(each for each in inputs(tmp_path) if each.name == "corpus/a/x.pcap").data == b"x"
