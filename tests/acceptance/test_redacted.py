"""Nothing of the original is left in any output of a redacted run: no text, no number, nothing in what is packed."""

from __future__ import annotations

import base64
import gzip
import io
import lzma
import re
import subprocess
import zipfile
import zlib
from collections.abc import Callable, Iterator
from ipaddress import IPv4Address
from pathlib import Path

import pandas as pd
import pytest

from analyzer import Run, Settings
from analyzer.cli import run as cli
from analyzer.model.evidence import CapturedFrame, CapturedFrames
from analyzer.pipeline import analyze_keeping_frames, documents
from analyzer.redact import Key, redacted
from analyzer.redact.run import _known
from analyzer.redact.vocabulary import is_known
from analyzer.report.forms.bundle import HELD
from analyzer.report.forms.catalogue import FORMS
from tests.conftest import SAMPLES

KEY = Key(secret="5a" * 32)
CASES = tuple(sorted({log.parent.relative_to(SAMPLES).as_posix() for log in SAMPLES.rglob("truth.json")}))
WRITTEN = tuple(form for form in FORMS if not form.lacking)
APART = tuple(form for form in WRITTEN if form.name not in HELD)
"""The forms that no bundle holds, and the bundle."""
LONG_ENOUGH = 8
"""Characters of base64 that are not there by chance."""
_SECTION = b"\x0a\x0d\x0d\x0a"
_BASE64 = re.compile(rb"(?:[A-Za-z0-9+/_\-]{64,}\r?\n)*[A-Za-z0-9+/_\-]{16,}={0,2}")
WAYS: tuple[Callable[[bytes], bytes], ...] = (
    lambda data: zlib.decompressobj(47).decompress(data),
    lambda data: lzma.LZMADecompressor().decompress(data),
    lambda data: zlib.decompressobj(-15).decompress(data),
)
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)


def unpacked(content: bytes) -> Iterator[bytes]:
    """The bytes, and whatever is packed in them."""
    yield content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.namelist():
                inner = archive.read(member)
                yield from (member.encode(), *unpacked(inner), *cells(inner))
    for match in _BASE64.finditer(content):
        text = b"".join(match[0].split()).rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
        text = text[:-1] if len(text) % 4 == 1 else text
        inner = base64.b64decode(text + b"=" * (-len(text) % 4))
        yield from (inner, *decompressed(inner))
    for match in _STREAM.finditer(content):
        yield from decompressed(match[1])


def cells(content: bytes) -> Iterator[bytes]:
    """What a Parquet table holds, whose pages are packed one by one, and what a PDF shows, by glyphs of its fonts."""
    if content.startswith(b"%PDF"):
        yield subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True).stdout
    if content.startswith(b"PAR1"):
        yield pd.read_parquet(io.BytesIO(content)).to_csv().encode()


def decompressed(content: bytes) -> Iterator[bytes]:
    for way in WAYS:
        try:
            inner = way(content)
        except (EOFError, zlib.error, lzma.LZMAError):
            continue
        yield from unpacked(inner)


def needles(original: str) -> Iterator[tuple[bytes, bool]]:
    """What must not be found of an address, a MAC or a name, each in lower case, and whether only as a word of its own:
    what is in an encoding, and a MAC, wherever it stands.
    """
    for form in forms(original.lower()):
        yield form.encode(), original.count(":") != 5
        yield from ((form.encode(encoding), False) for encoding in ("utf-16-le", "utf-16-be"))
        yield form.encode().hex().encode(), False
        for shift in range(3):
            whole = base64.b64encode(b"." * shift + form.encode())
            part = whole[4 if shift else 0 : len(whole) // 4 * 4 - 4].lower()
            if len(part) >= LONG_ENOUGH:
                yield part, False


def forms(original: str) -> Iterator[str]:
    yield original
    if original.count(":") == 5:
        digits = original.replace(":", "")
        for mac in (digits, "".join(reversed(original.split(":")))):
            parts = [mac[at : at + 2] for at in range(0, 12, 2)]
            yield from (mac, ":".join(parts), "-".join(parts), ".".join(mac[at : at + 4] for at in (0, 4, 8)))
    elif is_address(original):
        packed = IPv4Address(original).packed
        for each in (packed, packed[::-1]):
            yield from (".".join(map(str, each)), "-".join(map(str, each)), each.hex())
            yield str(int.from_bytes(each, "big"))


def is_address(text: str) -> bool:
    return re.fullmatch(r"\d+\.\d+\.\d+\.\d+", text) is not None


def originals(run: Run, frames: CapturedFrames | None = None) -> set[str]:
    """The addresses, MACs and names of a run and its frames that are replaced."""
    told = redacted(run, KEY, frames)
    stand = set(told.key.originals)
    addresses = {one for one in told.key.originals.values() if is_address(one) or one.count(":") == 5}
    names = {name for name, kind in _known(run).items() if len(name) > 3 and (kind == "file" or not is_known(name))}
    return (addresses | names) - stand


def found(needle: bytes, content: bytes, *, alone: bool) -> bool:
    """Whether it is there; `alone`: not as a part of a longer word or number."""
    at = content.find(needle)
    while at >= 0 and alone:
        around = content[max(0, at - 1) : at] + content[at + len(needle) : at + len(needle) + 1]
        if not any(chr(one).isalnum() for one in around):
            return True
        at = content.find(needle, at + 1)
    return at >= 0


def left(names: set[str], files: dict[str, bytes]) -> set[tuple[str, str]]:
    """Each of these originals that is left in a file, and where."""
    parts = [(name, part) for name, content in files.items() for part in (*unpacked(content), *cells(content))]
    lower = [(name, b"\n".join(part for of, part in parts if of == name).lower()) for name in files]
    captures = [(name, part) for name, part in parts if part.startswith(_SECTION)]
    encoded = [(one, needle, alone) for one in names for needle, alone in set(needles(one)) if len(needle) > 3]
    raw = [(one, needle) for one in names for needle in packed_forms(one)]
    return {
        *((name, one) for one, needle, alone in encoded for name, part in lower if found(needle, part, alone=alone)),
        *((name, one) for one, needle in raw for name, part in captures if needle in part),
    }


def packed_forms(original: str) -> Iterator[bytes]:
    """An address or a MAC as a frame has it, and the other way round."""
    packed = b""
    if original.count(":") == 5:
        packed = bytes.fromhex(original.replace(":", ""))
    elif is_address(original):
        packed = IPv4Address(original).packed
    yield from (packed, packed[::-1]) if packed else ()


@pytest.mark.parametrize("case", CASES)
def test_no_original_is_left_in_any_form(case: str) -> None:
    run, frames = analyze_keeping_frames(SAMPLES / case, Settings(log_timezone="UTC"))
    told = redacted(run, KEY, frames)
    names = originals(run, frames)
    assert len(names) > 5
    assert told.removed == 0
    assert told.frames is not None
    assert len(told.frames.frames) == len(frames.frames)
    assert left(names, documents(told.run, APART, told.frames)) == set()


def test_the_search_finds_what_is_left() -> None:
    """The run as it is has all of them, in every form that carries it."""
    run, frames = analyze_keeping_frames(SAMPLES / "cvm-failure", Settings(log_timezone="UTC"))
    files = documents(run, WRITTEN, frames)
    names = originals(run, frames)
    missed = {name for name, _ in left(names, files)}
    told = {"tables/findings.csv", "tables/findings.parquet", "evidence.lua"}  # of this run without an address
    assert missed == {file for form in WRITTEN for file in form.files} - told
    page = files["report.html"]
    assert any(part.startswith(b"{") and b"schema_version" in part for part in unpacked(page)), (
        "the run that it carries"
    )
    packed = base64.b64encode(gzip.compress(b"host 192.168.1.26 " * 20))
    assert {original for _, original in left(names, {"packed": packed})} == {"192.168.1.26"}
    for written in (
        b"c0a8011a",
        b"3232235802",
        b"26.1.168.192",
        "192.168.1.26".encode("utf-16"),
        b"x00-0c-29-A0-01-26",
    ):
        assert left(names, {"x": b"<" + written + b">"}), written


def test_redacted_and_mapped_back_by_the_command_line(empty_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sample = str(SAMPLES / "route-injection")
    plain = cli(["analyze", sample, "--log-timezone", "UTC", "-o", "plain"])
    arguments = ["analyze", sample, "--log-timezone", "UTC", "--redact-key", "key"]
    assert cli([*arguments, "-o", "told"]) == plain
    said = capsys.readouterr()
    assert "redacted: names and addresses are replaced; key maps back: keep it to yourself" in said.err
    assert Path("key").stat().st_mode & 0o777 == 0o600
    cli([*arguments, "-o", "again"])
    for name in ("run.json", "report.html", "report.md"):
        assert Path("told", name).read_bytes() == Path("again", name).read_bytes(), "the same key, the same bytes"
    for source in ("told/run.json", "told/report.html"):
        assert cli(["report", source, "--unredact", "key", "-o", "back", "--force"]) == 0
        for name in ("run.json", "report.html", "report.md"):
            assert Path("back", name).read_bytes() == Path("plain", name).read_bytes()
    assert cli(["report", "plain/run.json", "--redact-key", "key", "-o", "late"]) == 0
    assert Path("late/run.json").read_bytes() == Path("told/run.json").read_bytes()


def test_the_frames_of_a_redacted_run_open_in_wireshark_and_say_what_rests_on_them(tmp_path: Path) -> None:
    run, frames = analyze_keeping_frames(SAMPLES / "cvm-failure", Settings(log_timezone="UTC"))
    told = redacted(run, KEY, frames)
    assert told.frames is not None
    assert {one.origin.source for one in told.frames.frames} < {source.name for source in told.run.sources}
    (form,) = (form for form in FORMS if form.name == "pcapng")
    capture = tmp_path / "evidence.pcapng"
    capture.write_bytes(documents(told.run, (form,), told.frames)["evidence.pcapng"])
    fields = ("frame.number", "frame.comment", "ip.src", "ip.checksum.status", "frame.len", "frame.cap_len")
    command = ["tshark", "-r", str(capture), "-o", "ip.check_checksum:TRUE", "-T", "fields"]
    shown = subprocess.run(
        [*command, *(f"-e{one}" for one in fields)], capture_output=True, text=True, check=True
    ).stdout
    rows = [line.split("\t") for line in shown.splitlines()]
    assert len(rows) == len(frames.frames)
    assert any("instant restored" in row[1] for row in rows)
    assert {row[3] for row in rows if row[2]} == {"1"}, "a good checksum"
    assert all(int(row[4]) == one.length for row, one in zip(rows, sorted_frames(told.frames), strict=True))
    hosts = {host.address for host in told.run.hosts}
    assert {row[2] for row in rows} & hosts


def sorted_frames(frames: CapturedFrames) -> list[CapturedFrame]:
    return sorted(frames.frames, key=lambda one: one.ts or 0)
