"""docs/robustness.md, of which each bench writes the section that is its own."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "robustness.md"


def with_section(page: str, heading: str, text: str) -> str:
    """The page with another text below `## heading`; ValueError where it has no such heading."""
    begun = f"## {heading}\n"
    before, found, after = page.partition(begun)
    if not found:
        raise ValueError(f"there is no section {heading!r}")
    further = re.search(r"^## ", after, re.MULTILINE)
    rest = after[further.start() :] if further else ""
    return f"{before}{begun}\n{text.strip()}\n{chr(10) if rest else ''}{rest}"


def write_section(heading: str, text: str) -> None:
    """Write the text below `## heading`."""
    PAGE.write_text(with_section(PAGE.read_text("utf-8"), heading, text), "utf-8")
