from __future__ import annotations

from analyzer.report import render_html
from analyzer.report.glossary import GLOSSARY
from tests.report import builder
from tests.report.page import words


def test_the_words_that_a_reader_must_know_are_explained_on_the_page() -> None:
    text = words(render_html(builder.run(builder.episode())))

    assert {"CVM", "Genesis", "Stargate", "APD", "Polling bound", "Span"} <= GLOSSARY.keys()
    assert all(f"{term} {meaning}" in text for term, meaning in GLOSSARY.items())
