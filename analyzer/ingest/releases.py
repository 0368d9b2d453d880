"""Which release of AOS or ESXi a text says that it is of: what `vmware -v` prints, `/etc/nutanix/release_version`, …

Only the beginning of a text is looked at. A log tells it where its own program writes it at its start.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.model.source import Release

LOOKED_AT = 1 << 16
_MOST_TEXT = 1 << 14  # a text that is no log, and longer than this, is something else

_AOS_FILE = re.compile(rb"^[ \t]*el\d[\w.]*-(?:opt-)?release-\w+-(\d+(?:\.\d+){1,4})-\S+[ \t]*$", re.MULTILINE)
"""`/etc/nutanix/release_version`: `el7.3-release-euphrates-5.20.4-stable-0f7655edaa04`."""
_AOS_TABLE = re.compile(rb"^[ \t]*Cluster Version\s*:\s*(\d+(?:\.\d+){1,4})[ \t]*$", re.MULTILINE)
"""`ncli cluster info`."""
_ESXI_PRINTED = re.compile(rb"^[ \t]*VMware ESXi (\d+\.\d+\.\d+) build-(\d+)[ \t]*$", re.MULTILINE)
"""`vmware -v`."""
_ESXI_TABLE = re.compile(
    rb"^[ \t]*Product: VMware ESXi[ \t]*\n[ \t]*Version: (\d+\.\d+\.\d+)[ \t]*\n"
    rb"[ \t]*Build: Releasebuild-(\d+)[ \t]*$",
    re.MULTILINE,
)
"""`esxcli system version get`."""
_ESXI_UNAME = re.compile(rb"^[ \t]*VMkernel \S+ (\d+\.\d+\.\d+) #1 SMP Release build-(\d+)\b", re.MULTILINE)
_ESXI_HOSTD = re.compile(rb"\bLog for VMware ESXi? pid=\d+, version=(\d+\.\d+\.\d+), build=(?:build-)?(\d+)\b")
"""The head of hostd.log; a line of no other product."""
_ESXI_BOOT = re.compile(rb"\bVMware ESXi (\d+\.\d+\.\d+) \[Releasebuild-(\d+)\b")
"""What vmkernel.log says at boot."""


def printed(head: bytes) -> tuple[Release, ...]:
    """The releases that the short text `head` (plain text) names as commands print them; empty for any other text."""
    return tuple(_printed(head)) if len(head) <= _MOST_TEXT else ()


def logged(head: bytes) -> tuple[Release, ...]:
    """The releases that a host's log which begins with `head` (plain text) says it is of."""
    return tuple(_esxi(head[:LOOKED_AT], _ESXI_HOSTD, _ESXI_BOOT))


def _printed(head: bytes) -> Iterator[Release]:
    head = head.replace(b"\r\n", b"\n")
    for pattern in (_AOS_FILE, _AOS_TABLE):
        for match in pattern.finditer(head):
            yield Release("AOS", match[1].decode("ascii"))
    yield from _esxi(head, _ESXI_PRINTED, _ESXI_TABLE, _ESXI_UNAME)


def _esxi(head: bytes, *patterns: re.Pattern[bytes]) -> Iterator[Release]:
    for pattern in patterns:
        for match in pattern.finditer(head):
            yield Release("ESXi", f"{match[1].decode('ascii')} build-{match[2].decode('ascii')}")
