"""The page as a form: no text of a run becomes an element, an attribute or a link of it."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings

from analyzer.report.forms import page
from analyzer.report.forms.material import Material
from analyzer.report.html import report, style
from tests.report import builder
from tests.report.hostile import attacked, texts
from tests.report.page import Reader, read

RUN = builder.run(builder.episode(verdict="UNDECIDED", confidence="low"), builder.episode("route-injection"))


def written(text: str) -> Reader:
    return read(page.write(Material(run=attacked(text, RUN), document=b"", carried="run"))["report.html"].decode())


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=40)
@given(text=texts.filter(str.strip))
def test_no_text_of_a_run_becomes_markup(text: str) -> None:
    found, plain = written(text), written("x")
    assert (found.wrong, found.open) == ([], [])
    assert found.tags == plain.tags
    assert [attribute[:2] for attribute in found.attributes] == [attribute[:2] for attribute in plain.attributes]
    assert [link for link in found.links if not link.startswith("#")] == []


@pytest.mark.parametrize("carried", ["run", "", None], ids=["carried", "too-large", "not"])
def test_a_page_carries_a_run_or_says_that_it_is_too_large(carried: str | None) -> None:
    text = page.write(Material(run=RUN, document=b"", carried=carried))["report.html"].decode()
    assert ("<data " in text, "too large for this page" in text) == (carried == "run", carried == "")


def test_a_split_page_has_its_looks_beside_it() -> None:
    files = page.write(Material(run=RUN, document=b"", split=True))
    assert list(files) == ["report.html", "report.css"]
    assert files["report.css"].decode() == style()
    split, whole = read(files["report.html"].decode()), read(report(RUN, Material(run=RUN, document=b"").page, None))
    assert [link for link in split.links if link not in whole.links] == ["report.css"]
    assert Counter(split.tags) - Counter(whole.tags) == Counter(["link"])
    assert Counter(whole.tags) - Counter(split.tags) == Counter(["style"])
