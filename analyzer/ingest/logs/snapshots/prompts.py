"""Route commands that stand behind a shell's prompt, as somebody typed them on a console that was recorded.

    [root@esx-a:~] esxcfg-route -d 192.168.5.2/32 192.168.1.28
    nutanix@NTNX-A-CVM:192.168.1.26:~$ ssh root@192.168.1.24 esxcfg-route -d 192.168.5.2/32 192.168.1.28

A console has no stamps of its own: who typed what, on which machine and for which one is told, and not when.
"""

from __future__ import annotations

import re

import msgspec

from analyzer.ingest.logs.shell.wrapped import ROUTE_TOOLS

_ADDRESS = r"\d{1,3}(?:\.\d{1,3}){3}"
_PROMPT = (
    rf"[ \t]{{0,40}}\[?(?P<user>[\w.-]{{1,80}})@(?P<name>[\w.-]{{1,120}})(?::(?P<address>{_ADDRESS}))?"
    r"(?:[: ][^\s$#>\]]{0,200})?"
    r"(?:\] ?[$#]?|[$#>])[ \t]{1,40}(?P<typed>\S[^\n]*)"
)
_BEHIND = re.compile(_PROMPT)
_CHANGE = r"[^\n]{0,400}?\b(?:esxcfg-route\s[^\n]{0,80}?-[ad]\b|ipv4 (?:add|remove)\b)"
_CHANGES = re.compile(("(?m)^" + _PROMPT.replace(r"\S[^\n]*", _CHANGE)).encode())
_OF_CVM = re.compile(r".*-CVM\b", re.IGNORECASE)


class Prompted(msgspec.Struct, frozen=True):
    """A line with a prompt: its number and text, who typed what on which machine, and whether that is a CVM."""

    number: int
    text: str
    user: str
    machine: str
    typed: str
    on_cvm: bool


def prompted(number: int, text: str) -> Prompted | None:
    """What was typed in a line, where that may be a route command."""
    found = _BEHIND.match(text) if "@" in text and any(tool in text for tool in ROUTE_TOOLS) else None
    if found is None:
        return None
    on_cvm = found["address"] is not None or _OF_CVM.match(found["name"]) is not None
    return Prompted(number, text.strip(), found["user"], found["address"] or found["name"], found["typed"], on_cvm)


def has_changes(data: bytes) -> bool:
    """Whether a command that changes routes was typed at a prompt in a text."""
    return any(tool.encode() in data for tool in ROUTE_TOOLS) and _CHANGES.search(data) is not None
