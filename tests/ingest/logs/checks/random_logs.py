"""Logs of one or two leaders, at random: weeks of checks that found all well, and anywhere in them what is odd."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from analyzer.lab.simulate.output.logs import WORDINGS

CVMS = ("192.168.1.26", "192.168.1.27", "192.168.1.28")
HOSTS = ("192.168.1.24", "192.168.1.25", "192.168.1.30")
START = 1_770_000_000_000
ODD = (
    "failure", "failure", "injection", "injection", "by-hand", "late", "missing", "restart", "unclassified", "set-back",
    "unreadable", "shuffled", "slow", "forward", "silent-host", "short-outage", "other-period", "nobody",
)  # fmt: skip
Lines = list[tuple[int, str]]


class RandomLogs:
    """The logs of one seed; `write` puts them into a folder."""

    def __init__(self, seed: int, checks: int) -> None:
        self._random = random = Random(seed)
        self._words = WORDINGS[random.choice(sorted(WORDINGS))]
        self._hosts = random.randint(1, 3)
        self._period = random.choice((30_000, 30_000, 30_000, 60_000, 15_000))
        self._whole = random.random() < 0.2
        self._speaks = random.choice(("all", "all", "all", "stargates", "hosts"))
        self._said = random.random() < 0.6
        self._log: Lines = []
        self._kernel: dict[str, Lines] = {}
        self._now, self._off = START, 0
        self._rate = random.choice((0.0, 0.003, 0.01, 0.03))
        self._checks = checks

    def write(self, folder: Path) -> list[Path]:
        """The files, one for each log, the leader's in two where it was rotated."""
        leaders = self._random.choice((1, 1, 1, 2))
        for number in range(leaders):
            self._log, self._off = [], self._random.choice((0, 0, self._random.randrange(-90_000, 90_000)))
            self._lead(self._checks // leaders)
            self._keep(folder / f"NTNX-{CVMS[1 + number]}" / "genesis.out", self._log)
            self._now += self._random.randrange(2, 300) * 1000
        for host, lines in self._kernel.items():
            self._keep(folder / f"esx-{host}" / "vmkernel.log", lines)
        return [folder]

    def _keep(self, path: Path, lines: Lines) -> None:
        path.parent.mkdir(parents=True)
        cut = self._random.randrange(len(lines)) if path.name == "genesis.out" and self._random.random() < 0.2 else 0
        for name, part in ((f"{path.name}.20260101-000000Z", lines[:cut]), (path.name, lines[cut:])):
            if part:
                path.with_name(name).write_text("".join(f"{text}\n" for _, text in part))

    def _lead(self, checks: int) -> None:
        if self._said:
            self._say(0, "ha_service.py", 101, "started", period=f"{self._period // 1000} s")
        left = checks
        while left > 0:
            left -= 1
            self._now += self._period
            if self._random.random() < self._rate:
                left -= self._odd(self._random.choice(ODD))
            else:
                self._healthy()

    def _say(self, after: int, module: str, line: int, name: str, **named: object) -> None:
        self._write(after, module, line, self._words[name].format(**named))

    def _write(self, after: int, module: str, line: int, text: str) -> None:
        now = self._now + self._off + after
        self._log.append((now, f"{self._stamp(now)} INFO 80801248 {module}:{line} {text}"))

    def _stamp(self, ms: int) -> str:
        at = datetime.fromtimestamp(ms / 1000, UTC)
        return f"{at:%Y-%m-%d %H:%M:%S}" + ("Z" if self._whole else f",{ms % 1000:03d}Z")

    def _healthy(self, but: frozenset[int] = frozenset(), late: int = 0, *, shuffled: bool = False) -> int:
        after = late + self._random.randrange(60)
        if self._speaks != "hosts":
            self._say(after, "ha_service.py", 489, "all-up", up=f"[{', '.join(CVMS)}]")
        order = [n for n in range(self._hosts) if n not in but]
        if shuffled:
            self._random.shuffle(order)
        for number in order:
            after += self._random.randrange(3, 40)
            if self._speaks != "stargates":
                self._say(after, "ha_service.py", 531, "correct", host=HOSTS[number], cvm=CVMS[number])
        return after

    def _odd(self, what: str) -> int:  # noqa: C901 - a case a line
        """Something that is no check which found all well; how many checks it took."""
        random = self._random
        match what:
            case "failure":
                return self._failure(random.randrange(2, 40))
            case "short-outage":
                return self._failure(1)
            case "injection":
                self._injection()
            case "by-hand":
                host = HOSTS[0]
                at = self._now - random.randrange(self._period)
                self._kernel.setdefault(host, []).append((at, _added(at)))
                self._injection()
            case "late":
                self._healthy(late=random.randrange(2_500, min(self._period - 2_000, 25_000)))
            case "missing":
                self._now += random.randrange(1, 6) * self._period
                self._healthy()
            case "restart":
                self._now += random.randrange(2, 200) * 1000
                self._say(0, "ha_service.py", 101, "started", period=f"{self._period // 1000} s")
            case "unclassified":
                self._healthy()
                self._write(random.randrange(100, 20_000), "ha_service.py", 700, "HA of the second kind was considered")
            case "set-back":
                self._off -= random.randrange(3_000, 120_000)
                self._healthy()
            case "forward":
                self._off += random.randrange(3_000, 4_000_000)
                self._healthy()
            case "unreadable":
                self._healthy(but=frozenset((0,)))
                self._write(500, "ha_service.py", 540, f"Unable to get the HA route of host {HOSTS[0]}: timed out")
            case "shuffled":
                self._healthy(shuffled=True)
            case "slow":
                self._healthy(but=frozenset((0,)))
                self._say(random.randrange(1_000, 9_000), "ha_service.py", 531, "correct", host=HOSTS[0], cvm=CVMS[0])
            case "silent-host":
                self._healthy(but=frozenset((random.randrange(3),)))
            case "other-period":
                for _ in range(random.randrange(5, 60)):
                    self._now += random.choice((self._period // 2, self._period + 1_500))
                    self._healthy()
            case "nobody":
                self._healthy()
                self._say(900, "ha_service.py", 570, "nobody", host=HOSTS[0])
        return 0

    def _failure(self, checks: int) -> int:
        """CVM 0 fails, is replaced for its host, and comes back."""
        host, cvm, peer = HOSTS[0], CVMS[0], CVMS[1]
        up = f"[{', '.join(CVMS[1:])}]"
        for number in range(checks):
            self._say(2_030, "ha_service.py", 497, "down", down=f"[{cvm}]", one=cvm, up=up)
            if number == 0 and checks > 1:
                self._say(2_040, "ha_service.py", 561, "absent", host=host, cvm=cvm)
                self._repair("add", 2_060, peer)
            elif number:
                self._say(2_040, "ha_service.py", 535, "correct-remote", host=host, gateway=peer)
            self._others(5_000)
            self._now += self._period
        if checks == 1:
            self._healthy()
            return 2
        alive = f"[{', '.join(CVMS)}]"
        self._say(30, "ha_service.py", 493, "alive", alive=alive, waiting=f"[{cvm}]", one=cvm)
        self._say(50, "ha_service.py", 555, "kept", host=host, cvm=cvm, gateway=peer)
        self._others(100)
        self._now += self._period
        self._injection()
        return checks + 2

    def _injection(self) -> None:
        host, cvm, peer = HOSTS[0], CVMS[0], CVMS[1]
        self._say(30, "ha_service.py", 489, "all-up", up=f"[{', '.join(CVMS)}]")
        self._say(60, "ha_service.py", 548, "illegal", host=host, gateway=peer, cvm=cvm)
        self._say(300, "hypervisor_ha.py", 243, "terminate", host=host, gateway=peer)
        self._say(400, "hypervisor_ha.py", 251, "terminated", host=host, gateway=peer, ended="[]")
        self._repair("delete", 500, peer)
        self._others(4_000)

    def _repair(self, action: str, after: int, peer: str) -> None:
        host = HOSTS[0]
        self._say(after, "ha_service.py", 612, f"task-{action}", host=host, gateway=peer)
        self._say(after + 1_200, "hypervisor_ha.py", 187, f"run-{action}", host=host, gateway=peer)
        self._say(after + 1_400, "hypervisor_ha.py", 201, f"done-{action}", host=host, gateway=peer)

    def _others(self, after: int) -> None:
        if self._speaks == "all":
            for number in range(1, self._hosts):
                self._say(after + number, "ha_service.py", 531, "correct", host=HOSTS[number], cvm=CVMS[number])


def _added(ms: int) -> str:
    at = datetime.fromtimestamp(ms / 1000, UTC)
    stamp = f"{at:%Y-%m-%dT%H:%M:%S}.{ms % 1000:03d}Z"
    hexed = "0x" + bytes(reversed([int(part) for part in CVMS[1].split(".")])).hex()
    return f"{stamp} cpu0:34627)Tcpip: 1414: add dstAddr=0x205a8c0, netMask=0xffffffff, gwAddr={hexed} ifName=0x0x0"


def healthy_lines(count: int, start: int = START) -> Iterator[str]:
    """So many checks that found all well, each 30 s."""
    logs = RandomLogs(1, 0)
    for number in range(count):
        now = start + number * 30_000
        yield f"{logs._stamp(now)} INFO 1 ha_service.py:489 All stargates are up: [{', '.join(CVMS)}]"
