"""Each bench replaces its own section of the page, and leaves the others."""

from __future__ import annotations

import pytest

from bench.robustness import PAGE, with_section

TEXT = "# Page\n\nSaid.\n\n## A\n\nold\n\n### of a\n\nmore\n\n## B\n\nb\n"


def test_a_section_is_replaced() -> None:
    assert with_section(TEXT, "A", "new\n\n### part\n") == "# Page\n\nSaid.\n\n## A\n\nnew\n\n### part\n\n## B\n\nb\n"
    assert with_section(TEXT, "B", "new") == TEXT.replace("\nb\n", "\nnew\n")


def test_a_section_that_is_not_there() -> None:
    with pytest.raises(ValueError, match="no section 'C'"):
        with_section(TEXT, "C", "x")


@pytest.mark.parametrize("heading", ["Limits", "Fuzzing", "Mutated inputs", "Kills"])
def test_the_page_has_its_sections(heading: str) -> None:
    assert with_section(PAGE.read_text("utf-8"), heading, "x")
