"""What a page has on paper: the worst episodes, so many rows, texts of some length; and words on what is left out."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from markupsafe import Markup

from analyzer.config import Settings
from analyzer.pipeline import analyze
from analyzer.report.forms.paper.shortened import CHARACTERS, EPISODES, ROWS, shortened
from analyzer.report.view.page import Page, page
from analyzer.report.view.parts import ProofGroup, ProofRow
from tests.conftest import SAMPLES
from tests.report.builder import episode, run


def group(rows: int) -> ProofGroup:
    return ProofGroup(
        "at-1", "span.pcap", "", "", tuple(ProofRow(f"at-1-{n}", str(n), "", "", "", ()) for n in range(rows))
    )


@pytest.mark.parametrize(("rows", "left", "last"), [(ROWS, ROWS, "199"), (ROWS + 5, ROWS + 1, "…")])
def test_a_long_table_is_cut_and_says_so(rows: int, left: int, last: str) -> None:
    (found,) = shortened(msgspec.structs.replace(page(run(episode())), proof=(group(rows),))).proof
    assert (len(found.rows), found.rows[-1].place) == (left, last)
    assert found.rows[-1].text == ("" if rows == ROWS else "5 more rows, all of which are in run.json, attached")


def test_of_many_episodes_the_worst_are_shown() -> None:
    many = run(*(episode(verdict="MISSED" if n % 3 else "MET") for n in range(EPISODES + 10)))
    whole = shortened(page(many))
    assert len(whole.episodes) == EPISODES
    assert {each.badge.word for each in whole.episodes} == {"MISSED"}
    assert [each.number for each in whole.episodes] == sorted(each.number for each in whole.episodes)
    assert whole.left_out == 10


def test_texts_are_cut_wherever_they_are_and_drawings_are_not() -> None:
    whole = page(run(episode(), case="c" * 5_000))
    found = shortened(whole)
    assert found.case == "c" * CHARACTERS + "… (4,000 more characters in run.json, attached)"
    assert all(len(text) <= CHARACTERS + 60 for text in _texts(found))
    assert found.episodes[0].timeline == whole.episodes[0].timeline


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from _texts(getattr(value, name))
    elif isinstance(value, tuple):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, str) and not isinstance(value, Markup):
        yield value


def test_a_page_of_a_usual_run_is_left_as_it_is_but_for_links_back() -> None:
    whole: Page = page(analyze([SAMPLES / "cvm-failure"], Settings(log_timezone="UTC")))
    found = shortened(whole)
    assert msgspec.structs.replace(found, proof=()) == msgspec.structs.replace(whole, proof=())
    rows = [row for one in found.proof for row in one.rows]
    assert [row.text for row in rows] == [row.text for one in whole.proof for row in one.rows]
    used = [use for row in rows for use in row.used_by]
    assert used
    assert {use.href for use in used} == {None}
