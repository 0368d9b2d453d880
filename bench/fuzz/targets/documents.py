"""Runs: their document, what carries one, a truth, and the manifests beside them."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from unittest.mock import patch

import msgspec

from analyzer.history.exchange import MANIFEST, manifest_in
from analyzer.store import manifest
from analyzer.store.carried.page import carried_value
from analyzer.store.codec import decode_run, encode_run
from analyzer.store.manifest import NAME, check_report, manifest_of
from analyzer.store.reading import read_document
from analyzer.store.truth import decode_truth
from bench.fuzz.files import ROOT, scratch
from bench.fuzz.target import Target
from bench.fuzz.targets.seeds import SAMPLES
from tests.history.made import run as made_run

_WHO = "run.json"


def _run(data: bytes) -> None:
    encode_run(decode_run(data, _WHO))


def _carried(data: bytes) -> None:
    read_document(data)


def _truth(data: bytes) -> None:
    decode_truth(data, "truth.json")


def _manifest(data: bytes) -> None:
    """The manifest beside a run that is well, which is decoded once: it has not changed since the last input."""
    _run_beside()
    with patch.object(manifest, "decode_run", _decoded):
        check_report(scratch(data, NAME).parent)


_decoded = cache(decode_run)


def _exported(data: bytes) -> None:
    manifest_in(scratch(data, MANIFEST).parent)


@cache
def _run_beside() -> None:
    scratch(_small_run(), _WHO)


@cache
def _small_run() -> bytes:
    return encode_run(made_run())


def _runs() -> Iterator[bytes]:
    yield _compact(_small_run())
    yield _compact((ROOT / "tests/store/run-v1.json").read_bytes())[:_LONGEST]
    yield _compact((ROOT / "reports/healthy/run.json").read_bytes())[:_LONGEST]


def _compact(document: bytes) -> bytes:
    return msgspec.json.format(document, indent=-1)


def _page(document: bytes) -> bytes:
    value = carried_value(document).encode()
    return b'<!doctype html>\n<html lang="en"><body><data hidden value="%s"></data></body></html>\n' % value


def _pdf(document: bytes) -> bytes:
    """What of a PDF counts: an attached file, plain and compressed, its length told here and elsewhere."""
    packed = zlib.compress(document)
    return b"".join(
        (
            b"%PDF-1.7\n1 0 obj\n<</Type /EmbeddedFile /Filter /FlateDecode /Length ", b"%d" % len(packed),
            b">>\nstream\n", packed, b"\nendstream\nendobj\n2 0 obj\n<</Type /EmbeddedFile /Length 3 0 R>>\nstream\n",
            b"{}\nendstream\nendobj\n3 0 obj\n2\nendobj\n%%EOF\n",
        )
    )  # fmt: skip


def _bundle(document: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("run.json", document)
        archive.writestr("report.md", b"# x\n")
    return held.getvalue()


def _carriers() -> Iterator[bytes]:
    for document in (b'{"schema_version": 1}', _compact(_small_run())):
        yield from (carry(document) for carry in (_page, _pdf, _bundle))


def _truths() -> Iterator[bytes]:
    for path in sorted(SAMPLES.glob("*/truth.json")):
        yield _compact(path.read_bytes())[:_LONGEST]


def _manifests() -> Iterator[bytes]:
    yield manifest_of(made_run(), {_WHO: _small_run()}, datetime(2026, 1, 1, tzinfo=UTC))
    yield b'{"manifest_version": 1, "x": [[[[{}]]]]}'


def _exports() -> Iterator[bytes]:
    yield b'{"autopath_history": 1, "files": ["a.json"], "told": {"0f": {"aos": "6.8"}}}'


_LONGEST = 24 << 10
_CODEC = tuple(
    f"analyzer.store.{name}"
    for name in ("answers", "codec", "consistent", "correlated", "document", "figures", "upgrade")
)
DOCUMENTS = (
    Target("run document", _run, _runs, _CODEC, _LONGEST),
    Target("what carries a run", _carried, _carriers, ("analyzer.store.carried", "analyzer.store.reading"), 8192),
    Target("truth", _truth, _truths, ("analyzer.store.truth",), _LONGEST),
    Target("manifest of a report", _manifest, _manifests, ("analyzer.store.manifest",)),
    Target("manifest of an export", _exported, _exports, ("analyzer.history.exchange",)),
)
