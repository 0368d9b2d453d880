"""Machines that a log calls by name: what its own lines say which address a name, node id, UUID or serial number has.

    Node uuid 3f2a9c10-…: hypervisor 192.168.1.24, svm 192.168.1.26      a node: a host and its CVM
    node table: esx-a/192.168.1.24/NTNX-16SM6B260417-A-CVM/192.168.1.26  names, each with its address
    esx-a: hypervisor 192.168.1.24, controller VM 192.168.1.26           a row of a table
    Nodes: node 11 = CVM 192.168.1.26 on host 192.168.1.24; node 12 = …  a clause each
    Racks: R07-U11: host 192.168.1.24, CVM 192.168.1.26, R07-U12: host … a name before each
    Host 16SM6B260417 (192.168.1.24) forwards to …                       in passing
    resolved esx-a.lab.local to 192.168.1.24                             by its name in a domain

A name that has two addresses in one role is nobody's. In a sentence, a node is its CVM where the word before it says so
(`Stargate on node …`, `via node …`), else its host; and a Stargate that is told of a node's host is its CVM's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from analyzer.config import Settings
from analyzer.ingest.logs.text.addresses import can_name
from analyzer.model.event import Detail, StargateStates

Role = Literal["host", "cvm"]

_ADDRESS = r"(?<![\w.])(\d{1,3}(?:\.\d{1,3}){3})(?!\.?\d)"
_IS = r"[\s\"']*(?:(?:ip|address|addr|external ip|id)[\s\"']*)?[:=(\[]?[\s\"']*"
_HOST = re.compile(rf"\b(?:hypervisors?|hosts?|esxi?|vmk0)(?:_ip|_address)?{_IS}{_ADDRESS}", re.IGNORECASE)
_CVM = re.compile(
    rf"\b(?:svms?|cvms?|controllers?(?: vms?)?|service vm)(?:_ip|_address)?{_IS}{_ADDRESS}", re.IGNORECASE
)
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_NAMES = re.compile(
    rf"\b({_UUID})\b|\bnode(?:[ _]?(?:id|uuid|name|serial))?[\s:=\"'#]+([A-Za-z0-9][\w-]*)(?![\w.])"
    rf"|\b(?:serial|block|name)(?:[ _]?(?:number|no|id))?[\s:=\"'#]+([A-Za-z0-9][\w-]*)(?![\w.])",
    re.IGNORECASE,
)
_HEAD = re.compile(r"^\W*([A-Za-z0-9][\w-]*)\s*:\s")
_CLAUSES = re.compile(r"[;|]")
_HEADED = re.compile(
    r"(?<=[\s,\[({])(?<!node\s)(?=(?:node\s+)?[A-Za-z0-9][\w-]*\s*[:=]\s*[\[({]?\s*"
    r"(?:hypervisors?|hosts?|esxi?|svms?|cvms?|controllers?)\b)",
    re.IGNORECASE,
)
_NAME = r"(?<![\w.-])([A-Za-z0-9][\w-]*\w(?:\.[A-Za-z][\w-]*)*)"  # of a machine, or with its domain
_PAIR = re.compile(
    rf"{_NAME}(?:\s*\(\s*|\s*\[\s*|/|=|\s*->\s*|\] \[|\s+resolv(?:es|ed) (?:to|as)\s+){_ADDRESS}", re.IGNORECASE
)
_RESOLVED = re.compile(rf"\bresolv\w*\s+{_NAME}\s+(?:to|as|=|->)\s+{_ADDRESS}", re.IGNORECASE)
_NO_NAMES = frozenset(
    [
        *("next", "hop", "remote", "local", "target", "ip", "addr", "address", "gateway", "gw", "dest", "destination"),
        *("src", "source", "old", "new", "to", "from", "via", "net", "network", "route", "add", "delete", "id", "uuid"),
        *("is", "has", "not", "up", "down", "alive", "ok"),
    ]
)
_NODE_NUMBER = re.compile(r"\d{1,4}")
_OF_A_CVM = re.compile(r"\b(?:stargates?|cvms?|svms?|controllers?)\b[^.;]{0,30}$", re.IGNORECASE)
_IS_A_GATEWAY = re.compile(
    r"(?:\b(?:via|through|thru|towards?|using|gateway|gw|next hop|target|remote|peer)|->|=>)\W{1,3}(?:the |block )?$",
    re.IGNORECASE,
)
_LED_TO = re.compile(
    r"\b(?:forward|redirect|rout(?:e|ing)|path|sent|point)\w*\b[^.;]{0,60}\bto (?:the |block )?$", re.IGNORECASE
)
_HAS_A_STARGATE = re.compile(r"(?:'s)?\W{1,4}(?:stargate|sg)\b", re.IGNORECASE)
MAPPING = re.compile(rb"(?i)hypervisor|\bhost|\bnode|svm|cvm|controller|resolv")
"""In every line that tells which machine a name means."""


class Machines:
    """The names that a log's lines have told so far, and what a message says with addresses for them."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._nodes: dict[str, dict[Role, set[str]]] = {}
        self._alone: dict[str, set[str]] = {}
        self._pattern: re.Pattern[str] | None = None

    def learn(self, text: str) -> bool:
        """Note what a line tells of names; whether that is anything new."""
        new = [*self._of_nodes(text), *self._of_pairs(text)]
        self._pattern = None if new else self._pattern
        return bool(new)

    def _of_nodes(self, text: str) -> Iterator[str]:
        """Names in a line, or in each of its clauses, with one host, one CVM or one of each."""
        found = _HOST.findall(text)
        between = _CLAUSES if _CLAUSES.search(text) else _HEADED
        parts = between.split(text) if len(found) > 1 else []
        if len(parts) > 1:
            for part in parts:
                yield from self._of_nodes(part)
            return
        hosts, cvms = self._all(found), self._all(_CVM.findall(text))
        if len(hosts) > 1 or len(cvms) > 1 or not (hosts or cvms):
            return
        for name in self._names(text, headed=bool(hosts and cvms)):
            node = self._nodes.setdefault(name, {"host": set(), "cvm": set()})
            if not (hosts <= node["host"] and cvms <= node["cvm"]):
                node["host"] |= hosts
                node["cvm"] |= cvms
                yield name

    def _of_pairs(self, text: str) -> Iterator[str]:
        """Names with their address beside them."""
        for name, address in (*_PAIR.findall(text), *_RESOLVED.findall(text)):
            if not name.isdecimal() and _can_be_a_name(name, self._settings) and can_name(address, self._settings):
                known = self._alone.setdefault(name.lower(), set())
                if address not in known:
                    known.add(address)
                    yield name

    def told(self, message: str) -> str:
        """The message with addresses for the names that are known."""
        if not self._nodes and not self._alone:
            return message
        pattern = self._pattern or self._expression()
        return pattern.sub(lambda found: self._address(found, message), message)

    def placed(self, detail: Detail | None) -> Detail | None:
        """What a line tells of Stargates, with its CVM for each node that it calls by its host."""
        if not isinstance(detail, StargateStates) or not self._nodes:
            return detail
        cvms = {host: cvm for host, cvm in self._whole() if host != cvm}
        known = set(cvms.values())
        up, initializing, down = (
            tuple(dict.fromkeys(one if one in known else cvms.get(one, one) for one in told))
            for told in (detail.up, detail.initializing, detail.down)
        )
        return msgspec.structs.replace(detail, up=up, initializing=initializing, down=down)

    def _whole(self) -> Iterator[tuple[str, str]]:
        """The host and the CVM of each node of which both are known."""
        for node in self._nodes.values():
            if len(node["host"]) == len(node["cvm"]) == 1:
                yield min(node["host"]), min(node["cvm"])

    def _names(self, text: str, *, headed: bool) -> Iterable[str]:
        head = _HEAD.match(text) if headed else None
        for found in (*_NAMES.finditer(text), *([head] if head else [])):
            name = next(group for group in found.groups() if group)
            if _can_be_a_name(name, self._settings):
                yield name.lower()

    def _all(self, addresses: Iterable[str]) -> set[str]:
        return {address for address in addresses if can_name(address, self._settings)}

    def _expression(self) -> re.Pattern[str]:
        """Any of the names, with the word for a machine before it; a number only with that word."""
        names = sorted({*self._nodes, *self._alone}, key=lambda name: (-len(name), name))
        numbers = "|".join(re.escape(name) for name in names if _NODE_NUMBER.fullmatch(name)) or "(?!)"
        others = "|".join(re.escape(name) for name in names if not _NODE_NUMBER.fullmatch(name)) or "(?!)"
        word = r"(?:node|host|hypervisor|cvm|svm|block)s?(?:[ _]?(?:id|uuid|name))?[\s:=\"'#]+"
        self._pattern = re.compile(
            rf"\b(?P<before>{word})?(?<![\w.-])(?P<name>{others})(?![\w-])(?P<own>\s*\(\s*\d+(?:\.\d+){{3}}\s*\))?"
            rf"|\b(?P<word>{word})(?P<number>{numbers})(?![\w.-])",
            re.IGNORECASE,
        )
        return self._pattern

    def _address(self, found: re.Match[str], message: str) -> str:
        name = (found["name"] or found["number"]).lower()
        alone = self._alone.get(name, set())
        node = self._nodes.get(name)
        if node is None and len(alone) != 1:
            return found[0]
        before = found["before"] or found["word"] or ""
        role = self._role(before, message[: found.start()], message[found.end() :])
        addresses = node[role] if node is not None and node[role] else alone
        if len(addresses) != 1:
            return found[0]
        (address,) = addresses
        apart = re.search(r"[\s:=\"'#]*$", before)
        return f"{role}{apart[0]}{address}" if apart and before.strip() else address

    def _role(self, word: str, before: str, behind: str) -> Role:
        """Whether a node is meant as its CVM or as its host, by the words around it."""
        if re.match(r"cvm|svm", word, re.IGNORECASE) or _OF_A_CVM.search(before) or _HAS_A_STARGATE.match(behind):
            return "cvm"
        if re.match(r"host|hypervisor", word, re.IGNORECASE):
            return "host"
        pattern = self._pattern or self._expression()
        led_to = _LED_TO.search(before) is not None and pattern.search(before) is not None
        return "cvm" if led_to or _IS_A_GATEWAY.search(before) else "host"


def _can_be_a_name(name: str, settings: Settings) -> bool:
    """Whether a word names one machine: a digit or a dash is in it, and no word for a role."""
    parts = re.split(r"[-_]", name.lower())
    shaped = "-" in name or any(letter.isdigit() for letter in name)
    return shaped and not _NO_NAMES & set(parts) and not can_name(name, settings)
