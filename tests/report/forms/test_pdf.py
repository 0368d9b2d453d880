from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from analyzer.config import Settings
from analyzer.model.about import About
from analyzer.model.episode import Claim, Evident, Statement
from analyzer.model.instant import MILLISECOND, SECOND, Instant, Span
from analyzer.model.measurement import KnownMeasurement
from analyzer.model.run import Run
from analyzer.model.source import Origin
from analyzer.pipeline import analyze
from analyzer.report.forms.material import Material
from analyzer.report.forms.pdf import write
from analyzer.store import encode_run
from tests.conftest import ROOT, SAMPLES
from tests.report.builder import CLOCK, SPAN, START, episode, run

HOSTILE = (
    '<script>alert(1)</script></style>"\')/JavaScript \u202ex\x07 <a href="file:///etc/passwd">url(http://x.invalid/)'
)

pytestmark = pytest.mark.skipif(
    not (shutil.which("qpdf") and shutil.which("pdftotext")), reason="qpdf or pdftotext is not installed"
)
ACTIONS = re.compile(r"/(JavaScript|JS|Launch|URI|SubmitForm|GoToR|OpenAction|AA)\b")


@cache
def sample() -> Run:
    return analyze([SAMPLES / "cvm-failure"], Settings(log_timezone="UTC"))


def pdf_of(of: Run) -> bytes:
    return write(Material(run=of, document=encode_run(of)))["report.pdf"]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pdf") / "report.pdf"
    path.write_bytes(pdf_of(sample()))
    return path


def told(*command: str | Path) -> bytes:
    return subprocess.run([str(word) for word in command], capture_output=True, check=True).stdout


def plain(path: Path) -> str:
    """The file's objects as text: each by itself, streams decompressed."""
    return told("qpdf", "--qdf", "--object-streams=disable", path, "-").decode("latin-1")


def names_of(path: Path) -> str:
    """The file's objects without what is in streams and strings."""
    objects = re.sub(r"\bstream\n.*?\bendstream\b", "", plain(path), flags=re.DOTALL)
    return re.sub(r"\((?:[^()\\]|\\.)*\)", "", objects, flags=re.DOTALL)


def text_of(path: Path, *pages: int) -> str:
    chosen = ("-f", str(pages[0]), "-l", str(pages[-1])) if pages else ()
    return told("pdftotext", "-layout", *chosen, path, "-").decode()


class Word(NamedTuple):
    """A word of a page and where it is drawn, in points from the left and the top."""

    page: int
    left: float
    right: float
    top: float
    text: str


def words_of(path: Path) -> list[Word]:
    pages = told("pdftotext", "-bbox", path, "-").decode().split("<page ")
    pattern = r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" .*?>(.*?)</word>'
    return [
        Word(number, float(left), float(right), float(top), text)
        for number, page in enumerate(pages)
        for left, top, right, text in re.findall(pattern, page)
    ]


def test_it_is_a_whole_pdf(written: Path) -> None:
    assert b"No syntax or stream encoding errors found" in told("qpdf", "--check", written)


def test_a_long_title_leaves_the_pages_number_in_its_place(tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf_of(msgspec.structs.replace(run(), about=About(title="A title of many words " * 20))))
    last = [word for word in words_of(path) if re.fullmatch(r"1/[0-9]+", word.text)]

    assert len(last) == 1
    assert last[0].right < 595 - 30, "points; the paper ends at 595"


def test_it_says_that_it_is_pdf_a_3b(written: Path) -> None:
    objects = plain(written)
    assert re.search(r"<pdfaid:part>3</pdfaid:part>|pdfaid:part=\"3\"", objects)
    assert re.search(r"<pdfaid:conformance>B</pdfaid:conformance>|pdfaid:conformance=\"B\"", objects)
    assert "/S /GTS_PDFA1" in objects
    assert "/DestOutputProfile" in objects
    assert re.search(r"/ID \[", objects)


def test_its_fonts_are_inside_and_subsets(written: Path) -> None:
    objects = plain(written)
    descriptors = re.findall(r"<<[^<>]*/Type /FontDescriptor[^<>]*>>", objects)
    assert descriptors
    assert all(re.search(r"/FontFile[23]? \d+ 0 R", each) for each in descriptors)
    assert all(re.search(r"/FontName /[A-Z]{6}\+", each) for each in descriptors)


def test_the_run_is_inside_as_its_source(written: Path) -> None:
    assert told("qpdf", "--show-attachment=run.json", written) == encode_run(sample())
    objects = plain(written)
    assert "/AFRelationship /Source" in objects
    assert re.search(r"/AF \[(\s*\d+ 0 R)+\s*\]", objects)
    assert "/Subtype /application#2fjson" in objects


def test_it_does_nothing_and_leads_nowhere(written: Path) -> None:
    assert not ACTIONS.search(names_of(written))


def test_it_is_small(written: Path) -> None:
    assert written.stat().st_size <= 100_000


def test_each_page_says_which_it_is(written: Path) -> None:
    pages = int(told("qpdf", "--show-npages", written))
    feet = [text_of(written, number).rstrip("\f\n ").splitlines()[-1].strip() for number in range(1, pages + 1)]
    assert feet == [f"cvm-failure · page {number}/{pages}" for number in range(1, pages + 1)]


@pytest.mark.parametrize("case", ["cvm-failure", "esxi-8-logs", "route-injection"])
def test_answer_timeline_and_stages_are_on_two_pages(case: str, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf_of(analyze([SAMPLES / case], Settings(log_timezone="UTC"))))
    first, both = text_of(path, 1), text_of(path, 1, 2)
    assert re.search(r"Acceptable: yes\.\s+Action: none\.", first)
    assert re.search(r"LATE|MET", first)
    assert re.search(r"^\s*NFS replies/s", both, re.MULTILINE)
    assert re.search(r"^\s*Stages", both, re.MULTILINE)
    assert re.search(r"^\s*Recover\b", both, re.MULTILINE)


def test_no_duration_runs_into_the_picture_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    longest = Span(12 * MILLISECOND, 59 * 60 * SECOND + 59_999 * MILLISECOND)
    wide = episode()
    stages = tuple(KnownMeasurement(stage.metric, longest, ()) for stage in wide.stages)
    path.write_bytes(pdf_of(run(msgspec.structs.replace(wide, stages=stages))))
    shown = words_of(path)
    heading = next(word for word in shown if word.text == "Duration")
    left, right = heading.left, next(word.left for word in shown if word.text == "Place" and word.top == heading.top)
    page = [word for word in shown if word.page == heading.page and word.top > heading.top]
    end = next(word.top for word in page if word.text == "before:")
    durations = [word for word in page if left - 1 <= word.left < right and word.top < end]
    assert [word.text for word in durations].count("between") >= len(stages) - 1
    assert [word for word in durations if word.right > right] == []


@pytest.mark.parametrize("seed", ["1", "2"])
def test_the_same_run_gives_the_same_bytes(seed: str, written: Path, tmp_path: Path) -> None:
    document = tmp_path / "run.json"
    document.write_bytes(encode_run(sample()))
    program = (
        "import sys; from pathlib import Path; from analyzer.report.forms.pdf import write; "
        "from analyzer.report.forms.material import Material; from analyzer.store import decode_run; "
        "data = Path(sys.argv[1]).read_bytes(); material = Material(run=decode_run(data, 'x'), document=data); "
        "sys.stdout.buffer.write(write(material)['report.pdf'])"
    )
    environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", program, str(document)]
    done = subprocess.run(command, capture_output=True, check=True, env=environment)
    assert done.stdout == written.read_bytes()


def test_hostile_text_is_shown_and_is_nothing_else(tmp_path: Path) -> None:
    measured = episode()
    claims = (Claim(Statement("noted", told=HOSTILE), (Origin(SPAN, 41),), HOSTILE),)
    hostile = msgspec.structs.replace(measured, episode=msgspec.structs.replace(measured.episode, claims=claims))
    shown = msgspec.structs.replace(
        run(hostile, case=HOSTILE),
        evidence=(Evident(Origin(SPAN, 41), Instant(CLOCK, START, START), HOSTILE + "x" * 1_000_000),),
    )
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf_of(shown))
    assert b"No syntax or stream encoding errors found" in told("qpdf", "--check", path)
    assert "alert(1)" in text_of(path)
    assert not ACTIONS.search(names_of(path))
    assert told("qpdf", "--show-attachment=run.json", path) == encode_run(shown)
