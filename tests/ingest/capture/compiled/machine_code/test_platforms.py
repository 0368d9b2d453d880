"""What a platform is called."""

from __future__ import annotations

import platform
import sys

import pytest

from analyzer.ingest.capture.compiled.machine_code.platforms import PLATFORMS, here


@pytest.mark.parametrize(
    ("system", "machine", "name"),
    [
        ("linux", "x86_64", "linux-x86_64"),
        ("linux", "aarch64", "linux-aarch64"),
        ("darwin", "arm64", "macos-arm64"),
        ("win32", "AMD64", "windows-amd64"),
        ("linux", "riscv64", None),
    ],
)
def test_this_computer_is_one_of_them_or_none(
    system: str, machine: str, name: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    found = here()
    assert (found.name if found else None) == name


def test_no_two_platforms_have_a_wheel_in_common() -> None:
    assert len({one.wheel for one in PLATFORMS}) == len({one.name for one in PLATFORMS}) == len(PLATFORMS)
