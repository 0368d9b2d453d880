"""Foreign lines for a genesis.out: drawn by a seed from `lines.txt` and `services.txt`, mixed in by their stamps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import msgspec

FOLDER = Path(__file__).parent
SERVICES = (
    "acropolis", "alert_manager", "aplos", "arithmos", "cassandra", "cerebro", "chronos", "curator", "ergon", "hera",
    "insights", "medusa", "pithos", "prism", "stats_aggregator", "zookeeper",
)  # fmt: skip
THREADS = ("MainThread ", "80801248 ", "Thread-12 ", "")
_RECORD = re.compile(r"(?P<stamp>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:,(?P<ms>\d{3}))?(?P<zone>Z?) ")


class Machines(msgspec.Struct, frozen=True):
    """The addresses of the cluster whose log it is."""

    hosts: tuple[str, ...]
    cvms: tuple[str, ...]


def templates() -> tuple[str, ...]:
    """Every kind of foreign line, each once."""
    own, of_services = ((FOLDER / name).read_text("utf-8").splitlines() for name in ("lines.txt", "services.txt"))
    found = [line for line in own if line and not line.startswith("#")]
    for line in of_services:
        if line and not line.startswith("#"):
            found += [line.replace("{service}", service) for service in SERVICES]
    return tuple(dict.fromkeys(found))


TEMPLATES = templates()


def filled(template: str, random: Random, machines: Machines) -> str:
    """A template with everything drawn; each place anew."""

    def drawn(found: re.Match[str]) -> str:
        match found[1]:
            case "ip":
                first, *rest = random.choice((10, 172, 203)), *(random.randrange(1, 255) for _ in range(3))
                return ".".join(str(part) for part in (first, *rest))
            case "host":
                return random.choice(machines.hosts)
            case "cvm":
                return random.choice(machines.cvms)
            case "service":
                return random.choice(SERVICES)
            case "storage":
                return "192.168.5.2"
            case _:
                return str(random.randrange(1, 250))

    line = re.sub(r"\{(ip|host|cvm|service|storage|n)\}", drawn, template)
    return line.replace("{{", "{").replace("}}", "}")


def mixed(text: str, seed: int, machines: Machines, count: int = 120) -> str:
    """The log with `count` foreign lines between its own, some of them at a steady beat, as monitors write; as many
    again after each place where its clock was set back.
    """
    random = Random(seed)  # noqa: S311 - the same lines for the same seed
    return "".join(_mixed(part, random, machines, count) for part in _in_order(text))


def _in_order(text: str) -> Iterator[str]:
    """The parts of a log in each of which no stamp goes back."""
    part, last = "", None
    for line in text.splitlines(keepends=True):
        at = _at(line)
        if at and last and at < last:
            yield part
            part = ""
        part, last = part + line, at or last
    yield part


def _mixed(text: str, random: Random, machines: Machines, count: int) -> str:
    stamps = [(_at(line), line) for line in text.splitlines(keepends=True)]
    known = [at for at, _ in stamps if at is not None]
    records: list[tuple[datetime, int, str]] = []
    for at, line in stamps:
        if at is None and records:
            before, place, record = records[-1]
            records[-1] = (before, place, record + line)
        else:
            records.append((at or known[0], len(records), line))
    shape = next(found for line in text.splitlines() if (found := _RECORD.match(line)))
    begin, end = min(known), max(known)
    for at, template in _drawn(random, begin, end, count):
        records.append((at, len(records), _record(filled(template, random, machines), at, shape, random)))
    return "".join(record for _, _, record in sorted(records))


def _drawn(random: Random, begin: datetime, end: datetime, count: int) -> Iterator[tuple[datetime, str]]:
    last = (end - begin).total_seconds()
    for _ in range(count):
        yield begin + timedelta(seconds=random.uniform(0, last)), random.choice(TEMPLATES)
    for _ in range(3):
        template, beat, at = (
            random.choice(TEMPLATES),
            random.choice((5.0, 10.0, 12.0, 20.0, 60.0)),
            random.uniform(0, 9),
        )
        while at < last:
            yield begin + timedelta(seconds=at), template
            at += beat * random.uniform(0.99, 1.01)


def _at(line: str) -> datetime | None:
    found = _RECORD.match(line)
    if found is None:
        return None
    return datetime.fromisoformat(found["stamp"]) + timedelta(milliseconds=int(found["ms"] or 0))


def _record(line: str, at: datetime, shape: re.Match[str], random: Random) -> str:
    """A line with the header that the log's own lines have."""
    severity, rest = line.split(" ", 1)
    ms = f",{at.microsecond // 1000:03d}" if shape["ms"] else ""
    return f"{at:%Y-%m-%d %H:%M:%S}{ms}{shape['zone']} {severity} {random.choice(THREADS)}{rest}\n"
