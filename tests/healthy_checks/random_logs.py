"""Logs of one or two leaders, at random: weeks of checks that found all well, and anywhere in them what is odd."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import pairwise
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
        self._random = random = Random(seed)  # noqa: S311 - the same logs each time
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
        cuts = self._cuts(len(lines)) if path.name == "genesis.out" else []
        for number, (begin, end) in enumerate(pairwise((0, *cuts, len(lines)))):
            name = path.name if end == len(lines) else f"{path.name}.202601{number + 10}-000000Z"
            path.with_name(name).write_text("".join(f"{text}\n" for _, text in lines[begin:end]))

    def _cuts(self, lines: int) -> list[int]:
        """Where the log was rotated, if it was."""
        if self._random.random() < 0.6:
            return []
        return sorted({self._random.randrange(1, lines) for _ in range(self._random.randrange(1, 5))})

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
        return stamp(ms)[:-5] + "Z" if self._whole else stamp(ms)

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

    def _odd(self, what: str) -> int:
        """Something that is no check which found all well; how many checks it took."""
        odd: dict[str, Callable[[], object]] = {
            "injection": self._injection,
            "by-hand": self._by_hand,
            "late": lambda: self._healthy(late=self._random.randrange(2_500, min(self._period - 2_000, 25_000))),
            "missing": lambda: self._after(self._random.randrange(1, 6) * self._period),
            "restart": self._restart,
            "unclassified": lambda: self._and_then(700, "HA of the second kind was considered"),
            "set-back": lambda: self._set(-self._random.randrange(3_000, 120_000)),
            "forward": lambda: self._set(self._random.randrange(3_000, 4_000_000)),
            "unreadable": lambda: self._and_then(540, f"Unable to get the HA route of host {HOSTS[0]}: timed out"),
            "shuffled": lambda: self._healthy(shuffled=True),
            "slow": self._slow,
            "silent-host": lambda: self._healthy(but=frozenset((self._random.randrange(3),))),
            "other-period": self._other_period,
            "nobody": lambda: self._and_then(570, self._words["nobody"].format(host=HOSTS[0])),
        }
        if what == "failure":
            return self._failure(self._random.randrange(2, 40))
        if what == "short-outage":
            return self._failure(1)
        odd[what]()
        return 0

    def _by_hand(self) -> None:
        at = self._now - self._random.randrange(self._period)
        self._kernel.setdefault(HOSTS[0], []).append((at, _added(at)))
        self._injection()

    def _after(self, ms: int) -> None:
        self._now += ms
        self._healthy()

    def _set(self, ms: int) -> None:
        self._off += ms
        self._healthy()

    def _restart(self) -> None:
        self._now += self._random.randrange(2, 200) * 1000
        self._say(0, "ha_service.py", 101, "started", period=f"{self._period // 1000} s")

    def _and_then(self, line: int, text: str) -> None:
        self._healthy()
        self._write(self._random.randrange(100, 20_000), "ha_service.py", line, text)

    def _slow(self) -> None:
        self._healthy(but=frozenset((0,)))
        after = self._random.randrange(1_000, 9_000)
        self._say(after, "ha_service.py", 531, "correct", host=HOSTS[0], cvm=CVMS[0])

    def _other_period(self) -> None:
        for _ in range(self._random.randrange(5, 60)):
            self._after(self._random.choice((self._period // 2, self._period + 1_500)))

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


def healthy_log(checks: int, *, period: int = 30_000, start: int = START) -> Iterator[str]:
    """So many checks that found all well, `period` ms apart, each with a line on the Stargates and one for a host."""
    for number in range(checks):
        yield check(start + number * period + number * 7 % 50)


def check(ms: int, words: str = f"All stargates are up: [{', '.join(CVMS)}]") -> str:
    """The lines of one check."""
    return (
        f"{stamp(ms)} INFO 80801248 ha_service.py:489 {words}\n"
        f"{stamp(ms + 30)} INFO 80801248 ha_service.py:531 Forwarding on host {HOSTS[0]} is correct"
        f" (local CVM {CVMS[0]})\n"
    )


def stamp(ms: int) -> str:
    """As genesis.out has it."""
    return f"{datetime.fromtimestamp(ms // 1000, UTC):%Y-%m-%d %H:%M:%S},{ms % 1000:03d}Z"
