"""The platforms that the kernels can be built for, and the name of the library on each."""

from __future__ import annotations

import platform
import sys
from typing import NamedTuple


class Platform(NamedTuple):
    """What LLVM (`triple`), the linker of ziglang (`zig`) and pip (`wheel`) call a platform.

    `cpu` is the oldest processor of it, by LLVM's name: what newer ones add makes the kernels no faster.
    `wheel` is the tag of PEP 425 (PEP 600 and 656 for Linux): the library needs no other one, so the oldest do.
    """

    name: str
    triple: str
    zig: str
    cpu: str
    suffix: str
    wheel: str


PLATFORMS = (
    Platform(
        "linux-x86_64",
        "x86_64-linux-gnu",
        "x86_64-linux-gnu",
        "x86-64",
        ".so",
        "manylinux_2_17_x86_64.musllinux_1_1_x86_64",
    ),
    Platform(
        "linux-aarch64",
        "aarch64-linux-gnu",
        "aarch64-linux-gnu",
        "generic",
        ".so",
        "manylinux_2_17_aarch64.musllinux_1_1_aarch64",
    ),
    Platform("macos-x86_64", "x86_64-apple-macosx11.0", "x86_64-macos", "x86-64", ".dylib", "macosx_11_0_x86_64"),
    Platform("macos-arm64", "arm64-apple-macosx11.0", "aarch64-macos", "apple-m1", ".dylib", "macosx_11_0_arm64"),
    Platform("windows-amd64", "x86_64-pc-windows-gnu", "x86_64-windows-gnu", "x86-64", ".dll", "win_amd64"),
)

_SYSTEMS = {"darwin": "macos", "win32": "windows"}


def here() -> Platform | None:
    """The platform of this computer; None when it is none of those that are built for."""
    machine = platform.machine().lower()
    name = f"{_SYSTEMS.get(sys.platform, sys.platform)}-{machine}"
    return next((one for one in PLATFORMS if one.name == name), None)
