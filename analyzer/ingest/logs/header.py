"""Record headers of genesis.out and of the ESXi logs: one tolerant expression each, and what it tells.

2025-09-21 03:26:39,784Z INFO 80801248 ha_service.py:412 message       AOS 5 and 6: milliseconds, Z, greenlet
2023-08-25 23:15:36,701Z INFO MainThread genesis_utils.py:77 message   thread name
2023-08-26 00:16:22,136Z WARNING command.py:175 message                no thread
2015-07-19 14:03:22 INFO ha_service.py:877 message                     AOS 4: no milliseconds, no zone
2025-09-21 03:26:39,784Z ha_service.py:412 message                     no severity: only with a module in Python

2015-08-17T18:56:30.651Z cpu0:34627 opID=614b2877)NFS: 347: message    vmkernel of ESXi 5 to 7
2023-12-07T05:06:51.213Z In(182) vmkernel: cpu0:2238622)message        ESXi 8
2015-04-01T14:35:08.075Z: [APDCorrelator] 9414268686us: [id] message   vobd
2015-07-19T04:10:01Z shell[35521]: [root]: message                     shell, auth (sshd), hostd
2026-10-06T14:10:20.412Z esx-a vobd 2097451 - [esx@4413 …] message     ESXi 9, and syslog servers (RFC 5424)
"""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from analyzer.ingest.logs.text.stamp import STAMP, USUAL
from analyzer.model.source import LOGS_ROUTES


class Header(msgspec.Struct, frozen=True):
    """What a record's header tells: the stamp's text, who wrote it (`module` of genesis.out, program of an ESXi log),
    the process id, and the message behind it. `severity` is what ESXi 8 puts behind the stamp.
    """

    stamp: str
    module: str
    pid: str
    message: str
    severity: str = ""


class Shape(msgspec.Struct, frozen=True):
    """How records begin: `pattern` matches a header and its message, with a group for each field of a :class:`Header`
    that the shape has; `form` names the form that a header has of it, for the reader (`ms, Z, thread`).
    """

    pattern: re.Pattern[str]
    form: Callable[[Header], str]


def read_header(text: str, shape: Shape) -> Header | None:
    """The header that the line `text` starts with, or None when it continues the record before it."""
    found = shape.pattern.match(text)
    if found is None:
        return None
    told = found.groupdict("")
    pid = told["pid"] or told.get("process", "").strip("-")
    return Header(told["stamp"], told["module"], pid, told["message"], told.get("severity", ""))


_MOST_KNOWN, _LONGEST_KNOWN = 4096, 400


class KnownHeaders:
    """What stands behind the usual stamp in the lines of one log, of which most say the same again and again."""

    def __init__(self) -> None:
        self._behind: dict[str, Header] = {}

    def of(self, text: str) -> Header | None:
        """The header that a line has if it begins with the usual stamp, but for the stamp; None where none is known."""
        return self._behind.get(text[USUAL:])

    def learn(self, text: str, header: Header) -> None:
        """A line has this header."""
        if len(header.stamp) == USUAL and header.stamp[-1] == "Z" and len(text) <= _LONGEST_KNOWN:
            if len(self._behind) >= _MOST_KNOWN:
                self._behind.clear()
            self._behind[text[USUAL:]] = header


_FRACTION = re.compile(r"[.,]\d")
_ZONE = re.compile(r"(?:\D|[+-]\d\d:?\d\d)$")


def _nutanix_form(header: Header) -> str:
    resolution = "ms" if _FRACTION.search(header.stamp) else "s"
    zone = "Z" if _ZONE.search(header.stamp) else "local"
    return f"{resolution}, {zone}, {'thread' if header.pid else 'no thread'}"


def _esxi_form(header: Header) -> str:
    if not header.severity:
        return "ESXi 5 to 7"
    return f"warnings of {LOGS_ROUTES}" if header.module == "vmkwarning" else LOGS_ROUTES


NUTANIX = Shape(
    re.compile(
        rf"""(?P<stamp>{STAMP}) \s+
            (?: (?:DEBUG|INFO|WARN(?:ING)?|ERROR|CRITICAL|FATAL) \s+ | (?=(?:\S{{1,80}}\s+)?\S{{1,120}}\.py:\d) )
            (?: (?P<pid>\S{{1,80}}) \s+ )??              # greenlet id or thread name; absent in some versions
            \[?(?P<module>[\w./<>-]{{1,120}}):\d+\]? :? (?:\s+|$)
            (?P<message>.*)
        """,
        re.VERBOSE | re.DOTALL,
    ),
    _nutanix_form,
)
"""The Python services of a CVM: level, thread, module and line."""

ESXI = Shape(
    re.compile(
        rf"""(?P<stamp>{STAMP}) :? \s+
            (?: (?P<severity>[A-Z][a-z]\(\d+\)) (?:\[\+\])? :? \s+ )?  # ESXi 8: In(182), Wa(180); [+] goes on
            (?: (?:verbose|trivia|info|warning|error|panic) \s+ )?   # hostd
            (?: (?:[A-Za-z][\w.-]*|\d+\.\d+\.\d+\.\d+) \s+
                (?=[A-Za-z][\w.-]*(?: (?:\[\d+\])?:\s | \s(?:\d+|-)\s\S{{1,40}}\s[\[-])) )?  # a syslog server
            (?: (?P<module>[A-Za-z][\w.-]*) (?: (?: \[ (?P<pid>\w+) \]:? | : ) \s+
                | \s(?P<process>\d+|-)\s\S{{1,40}}\s
                  (?:-|(?:\[(?:[^\]\\]|\\.){{0,1000}}\]){{1,9}}) (?:\s+|$) \ufeff? ) )?
            (?P<message>.*)
        """,
        re.VERBOSE | re.DOTALL,
    ),
    _esxi_form,
)
"""The logs of an ESXi host, read there or by way of a syslog server."""
