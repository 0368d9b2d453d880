"""Rows of figures and what was aimed at, as text for a terminal and as a page."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from analyzer import __version__
from bench.speed.aims import Aim
from bench.speed.running import Timed


class Row(msgspec.Struct, frozen=True):
    """What was timed, how long it took (ns), and what follows from that; `calm` if nothing disturbed it."""

    name: str
    ns: int
    remark: str = ""
    calm: bool = True


class Section(msgspec.Struct, frozen=True):
    """Rows that belong together, and the aims that they answer; `about` says what they read and how."""

    title: str
    about: str
    rows: tuple[Row, ...]
    aims: tuple[Aim, ...] = ()


def row(name: str, took: Timed, remark: str = "") -> Row:
    """A row of what was timed."""
    return Row(name, took.wall, remark, took.calm)


def text(section: Section) -> str:
    """A section for the terminal."""
    lines = [f"{row.name:<52} {_seconds(row.ns):>9} s{_star(row)} {row.remark}".rstrip() for row in section.rows]
    aims = [_aim(*aim.cells()) for aim in section.aims]
    return "\n".join((f"\n{section.title}: {section.about}", *lines, *aims))


def _aim(what: str, aim: str, found: str, met: str) -> str:
    return f"  {what}: {found or '–'}, aim {aim}: {met}"


def page(sections: Sequence[Section], load: str, missing: Sequence[str] = ()) -> str:
    """docs/performance.md; `missing` are the programs that were not there to be compared with."""
    told = [
        "# How fast", "",
        "Written by `make bench`; the figures are those of one run on one machine, and only comparable within it.", "",
        f"- {machine()}", f"- autopath {__version__}; {load}",
        "- Medians of fresh processes with a warm page cache; what is compared ran in turns; slow peers ran once.",
        "- A run in which other programs used some hundredths of a core was repeated; a star: that did not help.",
        *([f"- {not_compared(missing)}"] if missing else []),
        "", "## What was aimed at", "",
        *_table(("", "aim", "found", "met"), (aim.cells() for section in sections for aim in section.aims)),
    ]  # fmt: skip
    for section in sections:
        told += ["", f"## {section.title}", "", section.about, ""]
        told += _table(
            ("", "seconds", ""), ((r.name, _seconds(r.ns) + _star(r).strip(), r.remark) for r in section.rows)
        )
    return "\n".join(told) + "\n"


def not_compared(missing: Sequence[str]) -> str:
    """Which programs are not installed, in words."""
    return f"Not installed, so not compared with: {', '.join(missing)}."


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows)]


def _star(row: Row) -> str:
    return " " if row.calm else "*"


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
