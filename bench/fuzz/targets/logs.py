"""Text: what a file is, what stands around its lines, the lines of logs, snapshots, commands, and a person's notes."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import chain

from analyzer.config import Settings
from analyzer.ingest import kinds, logs, marks, releases
from analyzer.ingest.logs.families import FAMILIES
from analyzer.ingest.logs.header import read_header
from analyzer.ingest.logs.meaning.typed import command_line
from analyzer.ingest.logs.shell.ran import ran
from analyzer.ingest.logs.shell.shells import Shells
from analyzer.ingest.logs.snapshots import SHAPES
from analyzer.ingest.logs.text.lines import LONGEST_LINE
from analyzer.ingest.logs.text.stamp import read_stamp, zone_of
from analyzer.ingest.streams.decoding import Decoded, encoding_of
from analyzer.model.source import Source
from bench.fuzz.files import read_all, stored
from bench.fuzz.target import Target
from bench.fuzz.targets.seeds import lines_of, seeds, text_pieces

_SETTINGS = Settings(log_timezone="UTC", log_year=2026)
_RULES = logs.load_rules(())
_ZONE = zone_of("Europe/Berlin")
_ESXI = tuple(family.name for family in FAMILIES if family.machine == "esxi")
_SNAPSHOTS = (*SHAPES, "date")
_HEADS = "ingest.logs.header", "ingest.logs.text"


def _header(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    for family in FAMILIES:
        header = read_header(text, family.shape)
        if header is not None:
            family.shape.form(header)
            try:
                read_stamp(header.stamp, "c", _ZONE)
            except ValueError:  # no such day or hour: the reader counts such a line
                continue


def _read(data: bytes, kind: str) -> None:
    reading = logs.read(io.BytesIO(data), "a.log", kind, _SETTINGS, _RULES)
    source = Source(name="a.log", kind=kind, size=len(data), digest=None, clock=reading.clock, log=reading.log)
    logs.told_checks([logs.Part(source, reading.events, reading.stretches)], _SETTINGS)


def _genesis(data: bytes) -> None:
    _read(data, "genesis")


def _esxi(data: bytes) -> None:
    """The first byte draws which log it is."""
    _read(data[1:], _ESXI[data[0] % len(_ESXI)] if data else _ESXI[0])


def _snapshots(data: bytes) -> None:
    """The first byte draws which table it is."""
    _read(data[1:], _SNAPSHOTS[data[0] % len(_SNAPSHOTS)] if data else _SNAPSHOTS[0])


def _explained(data: bytes) -> None:
    kind = kinds.recognise(data, "a.log")
    if kind is None or kind in ("capture", "marks", "release", "date"):
        return
    for line in logs.explain(io.BytesIO(data), "a.log", kind, _SETTINGS, _RULES):
        if line.rule == "" or line.number == 1:
            logs.suggest_rule(io.BytesIO(data), "a.log", kind, line.number, _SETTINGS, _RULES)
            break


def _shell(data: bytes) -> None:
    text = data[:LONGEST_LINE].decode("utf-8", "replace")
    ran(text)
    shells = Shells()
    command_line(f"shell[35521]: [root]: {text}", "35521", shells)
    command_line(text, "", shells)


def _recognised(data: bytes) -> None:
    if kinds.recognise(data, "a.log") is None:
        kinds.what_instead(data)
    releases.printed(data)
    releases.logged(data)


def _wrapped(data: bytes) -> None:
    """What is decoded, and what stands before and between lines is taken off."""
    if encoding := encoding_of(data):
        read_all(Decoded(io.BytesIO(data), encoding))
    stored(data, "a.txt")


def _marks(data: bytes) -> None:
    marks.read_marks(io.BytesIO(data), "notes.toml", _SETTINGS)


def _drawn(pieces: Iterator[bytes], kinds_: tuple[str, ...]) -> Iterator[bytes]:
    """Pieces of text, each with the byte for what it is recognised as; every kind if that is another."""
    for number, piece in enumerate(pieces):
        kind = kinds.recognise(piece, "a.log")
        yield bytes([kinds_.index(kind) if kind in kinds_ else number % len(kinds_)]) + piece


def _genesis_seeds() -> Iterator[bytes]:
    return chain(text_pieces("samples/*/genesis.out", 300, 8), text_pieces("tests/wordings/genesis/*.out", 300, 8))


def _esxi_seeds() -> Iterator[bytes]:
    found = text_pieces("samples/*/**/*.log", 1500, 2)
    return chain(_drawn(found, _ESXI), (bytes([n]) + lines for n in range(len(_ESXI)) for lines in seeds("host")))


def _header_seeds() -> Iterator[bytes]:
    for piece in chain(_genesis_seeds(), text_pieces("samples/*/**/*.log", 1500, 2), seeds("host")):
        yield from piece.splitlines()[:2]


def _snapshot_seeds() -> Iterator[bytes]:
    return (bytes([number]) + table for number in range(len(_SNAPSHOTS)) for table in seeds("tables"))


def _any_seeds() -> Iterator[bytes]:
    yield from text_pieces("samples/*/genesis.out", 1000, 1)
    yield from text_pieces("samples/*/**/*.log", 1000, 1)
    yield from seeds("tables")
    yield from seeds("foreign")


def _wrapped_seeds() -> Iterator[bytes]:
    for text in _any_seeds():
        lines = text.splitlines()[:8]
        yield text
        yield text.decode("utf-8", "replace").encode("utf-16")[:2000]
        yield b"".join(b"genesis.out:%d:%s\n" % each for each in enumerate(lines))
        yield b"".join(b"<134>Nov 22 14:03:22 esx-a %s\n" % line for line in lines)
        yield b"==> a.log <==\n" + b"\n".join(lines) + b"\n\n==> b.log <==\n" + b"\n".join(lines)
        yield b"".join(b"> \x1b[31m%s\x1b[0m\r\n" % line for line in lines)
        yield b"================== 192.168.1.26 =================\n" + b"\n".join(lines)


def _shell_seeds() -> Iterator[bytes]:
    return lines_of("commands.txt")


def _mark_seeds() -> Iterator[bytes]:
    return seeds("marks")


_LOGS = "analyzer.ingest.logs."
_READING = (f"{_LOGS}log_reader", f"{_LOGS}meanings", f"{_LOGS}meaning")
LOGS = (
    Target(
        "recognising",
        _recognised,
        _any_seeds,
        ("analyzer.ingest.kinds", "analyzer.ingest.foreign", "analyzer.ingest.releases", f"{_LOGS}recognise"),
        2048,
    ),
    Target(
        "decoding and wrappers",
        _wrapped,
        _wrapped_seeds,
        ("analyzer.ingest.wrappers", "analyzer.ingest.streams.decoding"),
        2048,
    ),
    Target("log header", _header, _header_seeds, (f"{_LOGS}header", f"{_LOGS}text.stamp"), 512),
    Target("genesis.out", _genesis, _genesis_seeds, (*_READING, f"{_LOGS}again", f"{_LOGS}checks"), 400),
    Target("logs of a host", _esxi, _esxi_seeds, _READING, 512),
    Target("lines explained", _explained, _any_seeds, (f"{_LOGS}reading", f"{_LOGS}meaning.suggestion"), 400),
    Target("shell commands", _shell, _shell_seeds, (f"{_LOGS}shell", f"{_LOGS}meaning.typed"), 512),
    Target("snapshots", _snapshots, _snapshot_seeds, (f"{_LOGS}snapshots",), 2048),
    Target("marks", _marks, _mark_seeds, ("analyzer.ingest.marks",), 1024),
)
