"""docs/history.md: what a history bore on this machine."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from bench.history.killed import Outcome, Plan
from bench.history.scale import CLUSTERS, Took

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "history.md"
_TEXT = """\
# What a history bears

Made by `make history`. A file of SQLite; the tests hold the same on PostgreSQL, with fewer runs.

## Writers that are killed

{writers} processes store {runs:,} runs at once, and each {every:g} s one of them, drawn by seed {seed}, gets `kill -9`
and is started again: {killed} were killed. {held}.

## A million rows

{clusters} clusters, a test an hour of one episode each. The time is that of a clock on the wall, with whatever else
ran on this machine; that of a core is what it takes where nothing else does.

| what | how many | time | of a core |
|---|---|---|---|
{rows}

## The site

`history site` of such runs, in as many clusters, in a process of its own each time.

| what | pages | time | of a core |
|---|---|---|---|
{site}

{machine}
"""


def page(plan: Plan, outcome: Outcome, took: Sequence[Took], site: Sequence[Took]) -> str:
    """The page's text."""
    held = "Every run that was acknowledged is there once, and `history check` is clean"
    return _TEXT.format(
        writers=plan.writers,
        runs=plan.runs,
        every=plan.every_s,
        seed=plan.seed,
        killed=outcome.killed,
        held=held if outcome.holds else f"{len(outcome.wrong)} runs are not, {len(outcome.troubles)} faults",
        clusters=CLUSTERS,
        rows=_rows(took),
        site=_rows(site),
        machine=f"{os.cpu_count()} cores, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}.",
    )


def _rows(took: Sequence[Took]) -> str:
    return "\n".join(
        f"| {each.what} | {each.number:,} | {_seconds(each.ns)} | {_seconds(each.core_ns)} |" for each in took
    )


def _seconds(ns: int) -> str:
    return f"{ns // 1_000_000 / 1000:.3f} s" if ns else ""
