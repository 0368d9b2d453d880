"""Evidence is called as it was given, and never by where it lies on the machine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.ingest.files.naming import case_of, shown_names

FILES = (
    "case/span.pcap",
    "case/genesis.out",
    "other/span.pcap",
    "deep/case/vmk1.pcap",
    "10.1.2.3/cvm_logs/genesis.out",
    "PE-10.1.2.4/cvm_logs/genesis.out",
    "esx-host7-2026-11-22--08.00/var/run/log/shell.log",
)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in FILES:
        path = tmp_path / "home" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    monkeypatch.chdir(tmp_path / "home")
    return tmp_path / "home"


@pytest.mark.parametrize(
    ("paths", "shown"),
    [
        pytest.param(["case/span.pcap", "./case", "nowhere"], ["case/span.pcap", "./case", "nowhere"], id="relative"),
        pytest.param(["{}/case/span.pcap"], ["span.pcap"], id="a-file"),
        pytest.param(["{}/case/"], ["case"], id="a-folder"),
        pytest.param(["../home/case", "case/../case/span.pcap"], ["case", "case/span.pcap"], id="climbing"),
        pytest.param(["{}/case/span.pcap", "{}/case/genesis.out"], ["span.pcap", "genesis.out"], id="one-folder"),
        pytest.param(
            ["{}/case/span.pcap", "{}/other/span.pcap"], ["case/span.pcap", "other/span.pcap"], id="two-folders"
        ),
        pytest.param(["{}/case", "{}/deep/case"], ["home/case", "deep/case"], id="folders-of-one-name"),
        pytest.param(["case/span.pcap", "{}/deep/case"], ["case/span.pcap", "deep/case"], id="beside-a-relative-one"),
        pytest.param(["{}/case", "{}/case/span.pcap"], ["case", "case/span.pcap"], id="a-folder-and-its-file"),
        pytest.param(["{}/10.1.2.3/cvm_logs/genesis.out"], ["10.1.2.3/cvm_logs/genesis.out"], id="a-cvm's-logs"),
        pytest.param(["{}/PE-10.1.2.4/cvm_logs"], ["PE-10.1.2.4/cvm_logs"], id="a-cvm's-folder"),
        pytest.param(
            ["{}/esx-host7-2026-11-22--08.00/var/run/log"], ["esx-host7-2026-11-22--08.00/var/run/log"], id="a-host's"
        ),
    ],
)
def test_shown_names(place: Path, paths: list[str], shown: list[str]) -> None:
    assert list(shown_names([path.format(place) for path in paths])) == shown


@given(st.lists(st.sampled_from([*FILES, *{str(Path(name).parent) for name in FILES}, "."]), unique=True))
def test_different_absolute_paths_have_different_names(
    tmp_path_factory: pytest.TempPathFactory, names: list[str]
) -> None:
    place = tmp_path_factory.getbasetemp() / "naming"
    for name in FILES:
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).touch()
    shown = shown_names([place / name for name in names])
    assert len(set(shown)) == len(names)
    assert not any(name.startswith("/") for name in shown)


@pytest.mark.parametrize(
    ("name", "case"), [(b"o\xffdd", r"o\xffdd"), ("a\u202eb".encode(), r"a\u202eb"), (b"a\nb", r"a\nb")], ids=repr
)
@pytest.mark.parametrize("ending", ["", ".pcap"], ids=["folder", "file"])
def test_a_case_is_text_whatever_its_name_on_the_disk(tmp_path: Path, name: bytes, case: str, ending: str) -> None:
    path = tmp_path / os.fsdecode(name + ending.encode())
    path.touch() if ending else path.mkdir()
    assert case_of([path]) == case
