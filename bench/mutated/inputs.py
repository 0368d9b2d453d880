"""What is mutated: the project's samples, logs, notes and settings, documents of runs, and others' captures."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent
LARGEST = 1 << 20
"""Bytes of an input at most."""
Kind = Literal["evidence", "expectations", "inventory", "rules", "project", "scenario", "run"]
_FILES: tuple[tuple[Kind, str], ...] = (  # of a file that several name, the first counts
    ("expectations", "analyzer/judge/expectations.toml"),
    ("inventory", "bench/fuzz/seeds/settings/inventory.toml"),
    ("rules", "bench/fuzz/seeds/settings/rules.toml"),
    ("rules", "analyzer/ingest/logs/rules/*.toml"),
    ("project", "bench/fuzz/seeds/settings/project*.toml"),
    ("scenario", "samples/kinds/*.toml"),
    ("scenario", "samples/confounders/*.toml"),
    ("scenario", "samples/two-hosts.toml"),
    ("run", "tests/store/run-v1.json"),
    ("run", "reports/*/run.json"),
    ("run", "reports/*/report.html"),
    ("evidence", "samples/*/**/*.*"),
    ("evidence", "tests/wordings/genesis/*.out"),
    ("evidence", "bench/fuzz/seeds/host/*"),
    ("evidence", "bench/fuzz/seeds/tables/*"),
    ("evidence", "bench/fuzz/seeds/foreign/*"),
    ("evidence", "bench/fuzz/seeds/marks/*"),
)


class Input(NamedTuple):
    """An input by what it is given as; its name ends like that of its file."""

    kind: Kind
    name: str
    data: bytes


def inputs(corpus: Path | None = None) -> Iterator[Input]:
    """All inputs in order; what is compressed is one as it is, and one unpacked. `corpus` is a folder of captures."""
    met = set[Path]()
    for kind, pattern in _FILES:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file() and path not in met:
                met.add(path)
                yield from _of(kind, path, path.relative_to(ROOT))
    for path in sorted(corpus.rglob("*")) if corpus else ():
        if path.is_file():
            yield from _of("evidence", path, Path("corpus") / path.relative_to(corpus or path))


def _of(kind: Kind, path: Path, name: Path) -> Iterator[Input]:
    data = path.read_bytes()
    yield Input(kind, name.as_posix(), data[:LARGEST])
    if path.suffix == ".gz" and name.parts[0] == "samples":
        yield Input(kind, name.with_suffix("").as_posix(), gzip.decompress(data)[:LARGEST])
