r"""What a console shows: whose prompt it is, and which log was printed there.

[root@esx-a:~] tail -F /var/log/vmkernel.log
nutanix@NTNX-A-CVM:192.168.1.26:~$ grep -i ha_service ~/data/logs/genesis.out
nutanix@NTNX-A-CVM:192.168.1.26:~$ ssh root@192.168.1.24 cat /var/log/auth.log
"""

from __future__ import annotations

import re

import msgspec

_PROMPT = re.compile(
    rb"(?:\[[\w.-]{1,64}@(?P<host>[\w.-]{1,250})[^\]\n]{0,200}\]|"
    rb"[\w.-]{1,64}@(?P<name>[\w.-]{1,250})(?::(?P<address>\d{1,3}(?:\.\d{1,3}){3}))?:[^\s$#]{0,200}) ?[$#]?(?: |$)"
    rb"(?P<typed>[^\n]*)"
)
_PRINTS = re.compile(rb"\b(?:tail|cat|head|less|more|z?[ef]?grep|zcat|sed|awk|dmesg)\b")
_LOG = re.compile(rb"\b(?:vmkernel|vmkwarning|vobd|shell|auth|hostd|genesis|syslog)[\w.*-]{0,80}")
_TYPED = 2_000  # bytes of a command that are looked at
_SEARCHES = re.compile(rb"\b(?:z?[ef]?grep|awk|sed)\b")
_OVER_SSH = re.compile(rb"\bssh\s+(?:-\S{1,200}\s+){0,20}(?:[\w.-]+@)?(?P<name>[A-Za-z\d][\w.-]*)\s+\S")
_OF_ALL = re.compile(rb"\b(?:hostssh|allssh)\b")


class Prompt(msgspec.Struct, frozen=True):
    """A line with a prompt: of which machine the output below it is (None: of several), the log that it is, and whether
    its lines were searched for.
    """

    machine: bytes | None
    log: bytes | None
    searched: bool


def prompt_in(line: bytes) -> Prompt | None:
    """What a line with a prompt tells; None of any other line."""
    if b"@" not in line:
        return None
    found = _PROMPT.match(line)
    if found is None:
        return None
    typed = found["typed"][:_TYPED]
    prints, elsewhere = _PRINTS.search(typed), _OVER_SSH.search(typed)
    log = _LOG.search(typed, prints.end()) if prints is not None else None
    machine = found["host"] or found["address"] or found["name"]
    if _OF_ALL.search(typed):
        machine = None
    elif elsewhere is not None:
        machine = elsewhere["name"]
    return Prompt(machine, log[0] if log is not None else None, _SEARCHES.search(typed) is not None)
