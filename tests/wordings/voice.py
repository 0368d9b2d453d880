"""A voice: how one imagined version of Genesis tells what its HA checks see and do; and the log that it writes.

A voice is a file in `voices/`: the `header` of its records, and under `[lines]` what it writes at each fact (nothing
where it has no line). A line is `SEVERITY module.py:N text`; one that begins with a blank continues the record before
it. `*` before a line repeats it for each CVM (`{row…}`), `+` for each host. `{states}` and `{forwards}` are the voice's
`state` and `forward`, once a machine, with its `joiner` between. `words` are its words for up, down and initializing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import msgspec

Story = Literal["healthy", "cvm-failure", "route-injection", "route-deletion", "cvm-recovery", "dead-route"]
STORIES: tuple[Story, ...] = (
    "healthy",
    "cvm-failure",
    "route-injection",
    "route-deletion",
    "cvm-recovery",
    "dead-route",
)
FOLDER = Path(__file__).parent / "voices"
UNSEEN = tuple(sorted(FOLDER.glob("unseen/*.toml")))
"""No rule was ever written or mended for these."""
UNMAPPED = ", unmapped"
VOICES = (*sorted(FOLDER.glob("*.toml")), *UNSEEN)
STORAGE = "192.168.5.2"
PERIOD = 30.0
LINE = 0.004
"""Seconds from a line to the next of the same check."""
BEGIN = datetime(2026, 3, 4, 5, 6, 7, 250_000, UTC)


class Machine(msgspec.Struct, frozen=True):
    """A CVM or a host under all its names."""

    address: str
    name: str
    node: str
    uuid: str
    serial: str


Node = tuple[Machine, Machine]
"""A host and its CVM."""


class Row(msgspec.Struct, frozen=True):
    """What one line of a table tells: a node, its CVM's state, its host's forwarding."""

    host: Machine
    cvm: Machine
    word: str
    has: str
    wants: str

    @property
    def address(self) -> str:
        return self.cvm.address

    @property
    def name(self) -> str:
        return self.cvm.name

    @property
    def node(self) -> str:
        return self.cvm.node

    @property
    def serial(self) -> str:
        return self.cvm.serial


class Voice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of `voices/`; `nameless`: nothing in its logs says which address a host's name has; `opaque`:
    its words are codes or figures of speech, which say of no route what became of it to who does not know the version.
    """

    header: str
    lines: Mapping[str, str]
    nameless: bool = False
    opaque: bool = False
    words: tuple[str, str, str] = ("up", "down", "initializing")
    nothing: str = "none"
    state: str = ""
    forward: str = ""
    joiner: str = ", "


def read_voice(path: Path) -> Voice:
    """The voice of a file."""
    return msgspec.convert(tomllib.loads(path.read_text("utf-8")), Voice)


def every_voice() -> dict[str, Voice]:
    """All voices by their names; one that maps its machines' names in a line of its own also without that line."""
    found = {path.stem: read_voice(path) for path in VOICES}
    return found | {f"{name}{UNMAPPED}": _unmapped(voice) for name, voice in found.items() if "start" in voice.lines}


def _unmapped(voice: Voice) -> Voice:
    lines = {fact: line for fact, line in voice.lines.items() if fact != "start"}
    return msgspec.structs.replace(voice, lines=lines, nameless=True)


def cluster(prefix: str = "192.168.1", cvms: int = 46) -> tuple[Node, ...]:
    """Three nodes: (host, CVM); the first CVM's address ends in `cvms`."""
    return named((f"{prefix}.{(24, 25, 23)[index]}", f"{prefix}.{cvms + index}") for index in range(3))


def named(addresses: Iterable[tuple[str, str]]) -> tuple[Node, ...]:
    """Nodes of these addresses, of a host and its CVM, under all their names."""
    nodes = []
    for index, (host, cvm) in enumerate(addresses):
        uuid = f"{0x3F2A9C10 + 7919 * index:08x}-51d{index}-4c7e-9a3b-0c4de1f0{index}a77"
        node, serial = str(11 + index), f"16SM6B26{index}417"
        nodes.append(
            (
                Machine(host, f"esx-{chr(ord('a') + index)}", node, uuid, serial),
                Machine(cvm, f"NTNX-{serial}-A-CVM", node, uuid, serial),
            )
        )
    return tuple(nodes)


class Seen(msgspec.Struct):
    """What a check has seen of a node: its CVM's state (an index into `words`), its host's forwarding, and the one that
    it should have.
    """

    state: int = 0
    has: str | None = None
    wants: str | None = None


class Telling:
    """A log on its way: the state of the cluster, and the lines so far. Facts are told `about` a node."""

    def __init__(self, voice: Voice, nodes: tuple[Node, ...], begin: datetime = BEGIN) -> None:
        self._voice = voice
        self._begin = begin
        self.nodes = nodes
        self._seen = {host.address: Seen() for host, _ in nodes}
        self.about(nodes[0])
        self.gateway = self.nodes[-1][1]
        self.at = 0.0
        self.text = ""

    def about(self, node: Node) -> None:
        """What is told from here on is about this node."""
        self.host, self.cvm = node

    @property
    def seen(self) -> Seen:
        """What was seen of the node that is told about."""
        return self._seen[self.host.address]

    def tell(self, fact: str, after: float = 0.0) -> None:
        """Write what the voice has for a fact, `after` seconds later."""
        self.at += after
        for template in self._voice.lines.get(fact, "").splitlines():
            for line in self._expanded(template):
                self._write(line)

    def check(self, fact: str) -> None:
        """The table that each check writes, and what this one found."""
        self.tell("check")
        self.tell(fact, 0.13)

    def next_check(self) -> None:
        """Wait for the next round of checks."""
        begun = PERIOD * (1 + self.at // PERIOD)
        self.at = begun + (2.3 if self.seen.state == 1 else 0.0)

    def _rows(self) -> Iterator[Row]:
        words, nothing = self._voice.words, self._voice.nothing
        for host, cvm in self.nodes:
            seen = self._seen[host.address]
            yield Row(host, cvm, words[seen.state], seen.has or nothing, seen.wants or nothing)

    def _expanded(self, template: str) -> Iterator[str]:
        if template[:1] not in ("*", "+"):
            yield self._filled(template, None)
            return
        for row in self._rows():
            yield self._filled(template[1:], row)

    def _filled(self, template: str, row: Row | None) -> str:
        def joined(each: str) -> str:
            return self._voice.joiner.join(each.format(row=one) for one in self._rows())

        return template.format(
            row=row,
            host=self.host,
            cvm=self.cvm,
            gateway=self.gateway,
            storage=STORAGE,
            states=joined(self._voice.state),
            forwards=joined(self._voice.forward),
            machines=joined(self._voice.lines.get("machine", "")),
        )

    def _write(self, line: str) -> None:
        if line.startswith(" "):
            self.text += line + "\n"
            return
        severity, module, text = line.split(" ", 2) if "{severity}" in self._voice.header else ("", *line.split(" ", 1))
        self.record(severity, module, text)
        self.at += LINE

    def record(self, severity: str, module: str, text: str) -> None:
        """Write a record, as it is, under the voice's header."""
        stamp = self._begin + timedelta(seconds=self.at)
        ms = f"{stamp:%Y-%m-%d %H:%M:%S},{stamp.microsecond // 1000:03d}"
        header = self._voice.header.replace("{stamp:ms}", ms).replace("{stamp:s}", f"{stamp:%Y-%m-%d %H:%M:%S}")
        self.text += header.format(severity=severity, module=module, text=text) + "\n"


def told(voice: Voice, story: Story, prefix: str = "192.168.1") -> str:
    """The log that the voice writes of a story."""
    log = Telling(voice, cluster(prefix))
    log.tell("start")
    for _ in range(6):
        log.check("healthy")
        log.next_check()
    if story in ("route-injection", "dead-route"):
        _injected(log, dead=story == "dead-route")
    elif story != "healthy":
        _failed(log)
    if story == "route-deletion":
        log.seen.has = None
        log.next_check()
        log.check("absent")
        _added(log)
        _held(log)
    if story == "cvm-recovery":
        _returned(log)
    if story in ("route-injection", "dead-route", "cvm-recovery"):
        for _ in range(6):
            log.next_check()
            log.check("healthy")
    return log.text


def _injected(log: Telling, *, dead: bool) -> None:
    if dead:
        address = log.host.address.rsplit(".", 1)[0] + ".99"
        log.gateway = Machine(address, address, address, address, address)
    log.seen.has = log.gateway.address
    log.check("illegal")
    log.tell("delete", 0.1)
    if not dead:
        log.tell("terminate", 0.8)
    log.tell("run_delete", 0.4)
    log.tell("done_delete", 0.2)
    log.seen.has = None


def _failed(log: Telling) -> None:
    log.seen.state, log.seen.wants = 1, log.gateway.address
    log.at += 2.3
    log.check("down")
    _added(log)
    _held(log)


def _added(log: Telling) -> None:
    log.tell("add", 0.1)
    log.tell("run_add", 1.1)
    log.tell("done_add", 0.2)
    log.seen.has = log.gateway.address


def _held(log: Telling) -> None:
    for _ in range(4):
        log.next_check()
        log.check("held")


def _returned(log: Telling) -> None:
    log.seen.state = 2
    log.next_check()
    log.check("booting")
    log.seen.state, log.seen.wants = 0, None
    log.next_check()
    log.check("returned")
    log.tell("delete", 0.1)
    log.tell("terminate", 0.8)
    log.tell("run_delete", 0.4)
    log.tell("done_delete", 0.2)
    log.seen.has = None
