"""Rows of figures, as text for a terminal and as a page."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from pathlib import Path

import msgspec

from analyzer import __version__


class Row(msgspec.Struct, frozen=True):
    """What was timed, how long it took (ns), and what follows from that."""

    name: str
    ns: int
    remark: str = ""


class Section(msgspec.Struct, frozen=True):
    """Rows that belong together; `about` says what they read and how."""

    title: str
    about: str
    rows: tuple[Row, ...]


def text(section: Section) -> str:
    """A section for the terminal."""
    lines = [f"{row.name:<52} {_seconds(row.ns):>9} s  {row.remark}".rstrip() for row in section.rows]
    return "\n".join((f"\n{section.title}: {section.about}", *lines))


def page(sections: Sequence[Section], load: str) -> str:
    """docs/performance.md."""
    told = [
        "# How fast", "",
        "Written by `make bench`; the figures are those of one run on one machine, and only comparable within it.", "",
        f"- {machine()}", f"- autopath {__version__}; {load}",
        "- Medians of wall time of fresh processes, start-up included, with a warm page cache; slow peers ran once.",
    ]  # fmt: skip
    for section in sections:
        told += ["", f"## {section.title}", "", section.about, "", "| | seconds | |", "|---|---:|---|"]
        told += [f"| {row.name} | {_seconds(row.ns)} | {row.remark} |" for row in section.rows]
    return "\n".join(told) + "\n"


def _seconds(ns: int) -> str:
    return f"{ns // 1_000_000 / 1000:.3f}"


def machine() -> str:
    """The computer, as its figures need it."""
    model = platform.processor() or platform.machine()
    if (info := Path("/proc/cpuinfo")).exists():
        names = [line.partition(":")[2].strip() for line in info.read_text().splitlines() if "model name" in line]
        model = names[0] if names else model
    system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    return f"{model}, {os.cpu_count()} CPUs, {system}"
