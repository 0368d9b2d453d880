r"""What is looked for at the start of each line of a text that anybody may have sent: in linear time.

`^\s*` under MULTILINE goes over all blank lines from each of them: 70 KB of newlines took 17 s.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

INGEST = Path(__file__).resolve().parents[2] / "analyzer" / "ingest"
OVER_LINES = re.compile(r"\^\\s[*+]")


@pytest.mark.parametrize("file", sorted(INGEST.rglob("*.py")), ids=lambda file: str(file.relative_to(INGEST)))
def test_no_pattern_goes_over_blank_lines_from_each_line(file: Path) -> None:
    assert OVER_LINES.findall(file.read_text("utf-8")) == []


def test_such_a_pattern_would_be_found() -> None:
    assert OVER_LINES.search(r'lines(rb"^\s*Neighbor")')
