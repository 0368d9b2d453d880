"""Captures of n: short connections, hosts on one SPAN, a ring over two days; by numpy, or by the simulator."""

from __future__ import annotations

import subprocess
from ipaddress import IPv4Address
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.limits.captures import BEGIN, HEAD, SECOND, connection
from bench.speed.running import AUTOPATH, ROOT

_PORTS, _FIRST_PORT = 60_000, 1024
_EACH = SECOND // 100
"""From one connection to the next, ns."""
_SEED = 3
_AT_ONCE = 20_000


def connections(folder: Path, count: int) -> Path:
    """So many connections, each opened, used once and ended: bytes of one, and what differs written over them."""
    one = np.frombuffer(b"".join(connection(0)), np.uint8)
    fields = tuple(_fields(one.tobytes()))
    path = folder / "short.pcap"
    with path.open("wb") as file:
        file.write(HEAD)
        for first in range(0, count, _AT_ONCE):
            numbers = np.arange(first, min(first + _AT_ONCE, count), dtype=np.int64)
            many = np.tile(one, (len(numbers), 1))
            for place, size, order, values in _values(numbers, fields):
                raw = values.astype(f"{order}u{size}").view(np.uint8).reshape(len(numbers), size)
                many[:, place : place + size] = raw
            file.write(many.tobytes())
    return path


_Field = tuple[str, int, int]
"""What stands there (`second`, `below`, `host`, `port`, `xid`), where, and what there is in connection 0."""


def _fields(one: bytes) -> list[_Field]:
    """Where in the records of connection 0 stands what is of a connection."""
    found: list[_Field] = []
    at = 0
    while at < len(one):
        size = int.from_bytes(one[at + 8 : at + 12], "little")
        found += [("second", at, 0), ("below", at + 4, int.from_bytes(one[at + 4 : at + 8], "little"))]
        ip = at + 16 + 14
        there = one[ip + 12 : ip + 16] != IPv4Address("192.168.5.2").packed
        found += [("host", ip + (12 if there else 16), 0), ("port", ip + (20 if there else 22), 0)]
        if size > 14 + 20 + 20:
            found.append(("xid", ip + 44, 0))
        at += 16 + size
    return found


def _values(numbers: NDArray[np.int64], fields: tuple[_Field, ...]) -> list[tuple[int, int, str, NDArray[np.int64]]]:
    """Where, of how many bytes, in which order, and what stands there in the connections of these numbers."""
    host, port = 0x0A000000 + numbers // _PORTS, _FIRST_PORT + numbers % _PORTS
    told: list[tuple[int, int, str, NDArray[np.int64]]] = []
    for what, place, base in fields:
        at = BEGIN + numbers * _EACH + base
        match what:
            case "second":
                told.append((place, 4, "<", at // SECOND))
            case "below":
                told.append((place, 4, "<", at % SECOND))
            case "host":
                told.append((place, 4, ">", host))
            case "port":
                told.append((place, 2, ">", port))
            case _:
                told.append((place, 4, ">", numbers))
    return told


def hosts(folder: Path, count: int) -> Path:
    """A SPAN port of a cluster of so many hosts, all of whose storage crosses it: a CVM dies, and a route is added by
    hand on each other host within 90 s, by way of the next one's CVM. So many hosts have so many episodes.
    """
    fallen = 1 + count // 4
    others = [host for host in range(1, count + 1) if host != fallen]
    faults = [f'[[fault]]\ndo = "cvm-power-off"\non = {fallen}\nat = 60\n']
    for number, (host, gateway) in enumerate(zip(others, [*others[1:], others[0]], strict=True)):
        at = 120 + 90 * number // len(others)
        faults.append(f'[[fault]]\ndo = "route-add"\non = {host}\ngateway = {gateway}\nat = {at}\n')
    scenario = folder.with_suffix(".toml")
    scenario.write_text("\n".join((f'name = "hosts"\nnodes = {count}\n', *faults)))
    _simulated(folder, str(scenario), "--vantages", "span", "--rate", "60", "--connections", "2", "--esxi-logs")
    return folder


def ring(folder: Path, hours: int) -> Path:
    """Captures of vmk1, a file an hour, of 170 MB each: 8 GB over 48 h."""
    options = ("--duration", f"{hours}h", "--ring", "1h", "--vantages", "vmk1", "--genesis", "none")
    _simulated(folder, "healthy", *options, "--rate", "1", "--size", "44000")
    return folder


def _simulated(folder: Path, scenario: str, *options: str) -> None:
    command = (*AUTOPATH, "simulate", scenario, "-o", str(folder), "--seed", str(_SEED), *options)
    subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
