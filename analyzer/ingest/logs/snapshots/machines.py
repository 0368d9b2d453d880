"""Which machine printed a table, by the text before it: a prompt, a command over SSH, the heading of `hostssh`.

[root@esx-a:~] esxcfg-route -l
nutanix@NTNX-A-CVM:192.168.1.26:~$ hostssh 'esxcfg-route -l'
============= 192.168.1.23 ============
nutanix@NTNX-A-CVM:192.168.1.26:~$ ssh root@192.168.1.24 esxcfg-route -l
Every 2.0s: esxcfg-route -l                 esx-a: Thu Dec  7 05:30:11 2023
"""

from __future__ import annotations

import re

import msgspec

_ADDRESS = r"\d{1,3}(?:\.\d{1,3}){3}"
_HEADING = re.compile(rf"\s*={{3,}}\s*(?P<address>{_ADDRESS})\s*={{3,}}\s*$")
_OF_CVM = re.compile(rf"(?:^|\s)[\w.-]+@(?P<name>[\w.-]+):(?P<address>{_ADDRESS}):\S*\s*[$#]\s*(?P<typed>.*)")
_OF_HOST = re.compile(r"(?:^|\s)\[?[\w.-]+@(?P<name>[\w.-]+)(?::\S*|\s\S+)?\]?\s*[$#]?\s(?P<typed>.*)")
_BRACKETED = re.compile(r"(?:^|\s)\[[\w.-]+@(?P<name>[\w.-]++)[^\]]{0,200}\]\s*[$#]?\s*(?P<typed>.*)")
_WATCHED = re.compile(r"Every \d[\d.,]*s: .*\s(?P<name>[A-Za-z\d][\w.-]*): (?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b")
_OVER_SSH = re.compile(r"\bssh\s+(?:-\S{1,200}\s+){0,20}(?:[\w.-]+@)?(?P<name>[A-Za-z\d][\w.-]*)\s+\S")
_FOR_ALL = re.compile(r"\b(?:hostssh|allssh)\b")


class Speaker(msgspec.Struct, frozen=True):
    """Who prints: `console` is the machine of the prompt (its clock's name), `machine` the one that the next tables
    are of, None where the text does not tell.
    """

    console: str | None = None
    machine: str | None = None

    def after(self, text: str) -> Speaker:
        """Who prints after a line."""
        if "@" not in text and "===" not in text and "Every " not in text:  # most lines of a log
            return self
        heading = _HEADING.match(text)
        if heading is not None:
            return Speaker(self.console, heading["address"])
        watched = _WATCHED.match(text)
        if watched is not None:
            return Speaker(self.console, watched["name"])
        prompt = _OF_CVM.search(text)
        if prompt is not None:
            return _typed(f"cvm:{prompt['address']}", prompt["address"], prompt["typed"])
        prompt = _BRACKETED.search(text) or _OF_HOST.match(text)
        if prompt is not None:
            return _typed(f"esxi:{prompt['name']}", prompt["name"], prompt["typed"])
        return self


def _typed(console: str, machine: str, typed: str) -> Speaker:
    """After a command: of another machine's, where it runs there."""
    if _FOR_ALL.search(typed):
        return Speaker(console, None)
    elsewhere = _OVER_SSH.search(typed)
    return Speaker(console, elsewhere["name"] if elsewhere is not None else machine)
