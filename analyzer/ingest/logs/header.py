"""Record headers of genesis.out and of the ESXi logs: one tolerant expression each, and what it tells.

2025-09-21 03:26:39,784Z INFO 80801248 ha_service.py:412 message       AOS 5 and 6: milliseconds, Z, greenlet
2023-08-25 23:15:36,701Z INFO MainThread genesis_utils.py:77 message   thread name
2023-08-26 00:16:22,136Z WARNING command.py:175 message                no thread
2015-07-19 14:03:22 INFO ha_service.py:877 message                     AOS 4: no milliseconds, no zone

2015-08-17T18:56:30.651Z cpu0:34627 opID=614b2877)NFS: 347: message    vmkernel of ESXi 5 to 7
2023-12-07T05:06:51.213Z In(182) vmkernel: cpu0:2238622)message        ESXi 8
2015-04-01T14:35:08.075Z: [APDCorrelator] 9414268686us: [id] message   vobd
2015-07-19T04:10:01Z shell[35521]: [root]: message                     shell, auth (sshd), hostd
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from analyzer.ingest.logs.text.stamp import STAMP

Family = Literal["genesis", "vmkernel", "vobd", "shell", "auth", "hostd"]
FAMILIES: tuple[Family, ...] = ("genesis", "vmkernel", "vobd", "shell", "auth", "hostd")


class Header(msgspec.Struct, frozen=True):
    """What a record's header tells: the stamp's text, who wrote it (`module` of genesis.out, program of an ESXi log),
    the process id, and the message behind it. `severity` is what ESXi 8 puts behind the stamp.
    """

    family: Family
    stamp: str
    module: str
    pid: str
    message: str
    severity: str = ""

    @property
    def shape(self) -> str:
        """The name of the header's form."""
        if self.family != "genesis":
            return "ESXi 8" if self.severity else "ESXi 5 to 7"
        resolution = "ms" if _FRACTION.search(self.stamp) else "s"
        zone = "Z" if _ZONE.search(self.stamp) else "local"
        return f"{resolution}, {zone}, {'thread' if self.pid else 'no thread'}"


_GENESIS = re.compile(
    rf"""(?P<stamp>{STAMP}) \s+
        (?P<severity>DEBUG|INFO|WARN(?:ING)?|ERROR|CRITICAL|FATAL) \s+
        (?: (?P<thread>\S{{1,80}}) \s+ )??           # greenlet id or thread name; absent in some versions
        \[?(?P<module>[\w./<>-]{{1,120}}):(?P<line>\d+)\]? :? (?:\s+|$)
        (?P<message>.*)
    """,
    re.VERBOSE | re.DOTALL,
)
_ESXI = re.compile(
    rf"""(?:<\d{{1,3}}>)? (?P<stamp>{STAMP}) :? \s+  # a syslog server puts <priority> before it
        (?: (?P<severity>[A-Z][a-z]\(\d+\)) :? \s+ )?  # ESXi 8: In(182), Wa(180), Er(179)
        (?: (?P<level>verbose|trivia|info|warning|error|panic) \s+ )?   # hostd
        (?: (?P<host>[A-Za-z][\w.-]*|\d+\.\d+\.\d+\.\d+) \s+ (?=[A-Za-z][\w.-]*(?:\[\d+\])?:\s) )?  # a syslog server
        (?: (?P<program>[A-Za-z][\w.-]*) (?: \[ (?P<pid>\w+) \]:? | : ) \s+ )?
        (?P<message>.*)
    """,
    re.VERBOSE | re.DOTALL,
)

_FRACTION = re.compile(r"[.,]\d")
_ZONE = re.compile(r"(?:\D|[+-]\d\d:?\d\d)$")


def read_header(text: str, family: Family) -> Header | None:
    """The header that the line `text` starts with, or None when it continues the record before it."""
    if family == "genesis":
        found = _GENESIS.match(text)
        return found and Header(family, found["stamp"], found["module"], found["thread"] or "", found["message"])
    found = _ESXI.match(text)
    if found is None:
        return None
    stamp, severity, program, pid, message = found.group("stamp", "severity", "program", "pid", "message")
    return Header(family, stamp, program or "", pid or "", message, severity or "")
