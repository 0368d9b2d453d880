"""A compacted PDF is smaller, whole, and looks as it did."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from analyzer.report.forms import pdf
from analyzer.report.forms.material import Material
from analyzer.store import encode_run
from tests.report.builder import episode, run

pytestmark = pytest.mark.skipif(
    not (shutil.which("qpdf") and shutil.which("pdftoppm")), reason="qpdf or pdftoppm is not installed"
)
MOST_APART = 5_000
"""Of so many px at most one may be unlike all px around it: the dashes of a line begin elsewhere."""


def pictures(data: bytes, folder: Path) -> list[bytes]:
    folder.mkdir()
    (folder / "x.pdf").write_bytes(data)
    command = ["pdftoppm", "-r", "40", "-gray", str(folder / "x.pdf"), str(folder / "page")]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stderr == ""
    return [path.read_bytes() for path in sorted(folder.glob("page*.pgm"))]


def test_it_is_smaller_and_looks_the_same(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    of = run(episode(), episode("route-injection", verdict="MISSED"))
    material = Material(run=of, document=encode_run(of))
    small = pdf.write(material)["report.pdf"]
    monkeypatch.setattr(pdf, "compact", lambda document, written: None)
    large = pdf.write(material)["report.pdf"]
    assert len(small) < 0.9 * len(large)
    before, after = pictures(large, tmp_path / "large"), pictures(small, tmp_path / "small")
    assert len(before) == len(after)
    apart = [unlike(one, other) for one, other in zip(before, after, strict=True)]
    assert max(apart) <= len(before[0]) // MOST_APART


def unlike(one: bytes, other: bytes) -> int:
    """How many px of a grey picture (P5) are like none of the other where they are and one beside: the edge of a line
    falls on this px or the next.
    """
    wide = int(one.split()[1])
    near = (0, -1, 1, -wide, wide)
    return sum(
        all(abs(grey - other[place + step]) > 60 for step in near if 0 <= place + step < len(other))
        for place, grey in enumerate(one)
    )


def test_no_drawing_is_named_that_is_not_there(tmp_path: Path) -> None:
    of = run(episode())
    (tmp_path / "x.pdf").write_bytes(pdf.write(Material(run=of, document=encode_run(of)))["report.pdf"])
    done = subprocess.run(["qpdf", "--check", str(tmp_path / "x.pdf")], check=True, capture_output=True, text=True)
    assert "No syntax or stream encoding errors found" in done.stdout
