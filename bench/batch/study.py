"""Batches whose workers are killed, in shards and by a cluster, each beside a serial one: what is not the same."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from analyzer.batch.document import NAME, Document, name_of
from analyzer.batch.shards import Shard
from bench.batch.dask_cluster import cluster
from bench.batch.made import made
from bench.batch.processes import Ran, batch

SHARDS = 4


class Row(NamedTuple):
    """A way to do a batch: how it went, how many results it gave, how many tests were set aside, and what differs from
    the serial one.
    """

    way: str
    ran: Ran
    results: int
    failed: int
    differs: tuple[str, ...]


def rows(folder: Path, tests: int, kills: int, seed: int, *, workers: int = 2) -> Iterator[Row]:
    """A serial batch, one by several workers, both of which are left in peace; one whose workers are killed; shards;
    and a Dask cluster, left in peace and killed. Kills are spread over as long as it takes in peace.
    """
    manifest = made(folder / "evidence", tests, seed)
    serial = folder / "serial"

    def row(way: str, ran: Ran, output: Path) -> Row:
        answers = msgspec.json.decode((output / NAME).read_bytes(), type=Document).answers
        failed = answers["failed"]
        return Row(way, ran, sum(answers.values()) - failed, failed, differences(serial, output))

    def at(name: str) -> tuple[str, ...]:
        return str(manifest), "-o", str(folder / name), "--no-record"

    drawn = random.Random(seed)  # noqa: S311 - no secret
    yield row("one worker", batch((*at("serial"), "--workers", "1")), serial)
    peace = batch((*at("local"), "--workers", str(workers)))
    yield row(f"{workers} workers", peace, folder / "local")
    killed = batch((*at("killed"), "--workers", str(workers)), kills, drawn=drawn, every=peace.seconds / kills)
    yield row(f"{workers} workers, killed", killed, folder / "killed")
    yield row(f"{SHARDS} shards", _shards(at("shards")), folder / "shards")
    with cluster(workers) as dask:
        peace = batch((*at("dask"), "--scheduler", dask.address))
        yield row(f"Dask, {workers} workers", peace, folder / "dask")
        killed = batch(
            (*at("dask-killed"), "--scheduler", dask.address),
            kills,
            drawn=drawn,
            every=peace.seconds / kills,
            victims=dask.victims,
        )
        yield row(f"Dask, {workers} workers, killed", killed, folder / "dask-killed")


def _shards(arguments: tuple[str, ...]) -> Ran:
    ran = [batch((*arguments, "--shard", f"{number}/{SHARDS}", "--workers", "1")) for number in range(1, SHARDS + 1)]
    return Ran(max(each.status for each in ran), sum(each.seconds for each in ran), 0)


def differences(one: Path, other: Path) -> tuple[str, ...]:
    """The files that only one of two folders has, or whose bytes differ; the documents of shards are not among them."""
    shards = {name_of(Shard(number, SHARDS)) for number in range(1, SHARDS + 1)}
    mine, theirs = ({file.relative_to(place).as_posix(): file for file in place.rglob("*")} for place in (one, other))
    names = sorted((mine.keys() | theirs.keys()) - shards)
    return tuple(name for name in names if not _same(mine.get(name), theirs.get(name)))


def _same(one: Path | None, other: Path | None) -> bool:
    if one is None or other is None:
        return False
    return one.is_dir() == other.is_dir() and (one.is_dir() or one.read_bytes() == other.read_bytes())
