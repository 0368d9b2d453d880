"""A page gives back its run whatever is done to it short of dropping it; no text of a page is taken for one."""

from __future__ import annotations

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from analyzer.errors import EvidenceError
from analyzer.model.run import Run
from analyzer.pipeline import documents
from analyzer.report import render_html
from analyzer.store import encode_run
from analyzer.store.carried import packed as room
from analyzer.store.carried.page import MARK, carried_value, document_of_page, is_page
from tests.report import builder
from tests.report.page import read, words
from tests.report.test_report import HOSTILE, hostile

RUN = builder.run(builder.episode())
DOCUMENT = encode_run(RUN)
PAGE = documents(RUN)["report.html"]
ENCODED = HOSTILE.replace("\udcff", "\u2066")


@pytest.mark.parametrize("run", [RUN, hostile(ENCODED), builder.empty()], ids=["usual", "hostile", "empty"])
def test_the_page_gives_back_the_same_bytes(run: object) -> None:
    assert isinstance(run, Run)
    files = documents(run)
    assert document_of_page(files["report.html"], "x") == files["run.json"]


def test_it_is_shown_nowhere_and_in_no_script() -> None:
    page = read(PAGE.decode())
    assert page.wrong == []
    assert "script" not in page.tags
    assert MARK not in words(PAGE.decode())
    assert page.tags.count("data") == 1


def test_a_page_that_was_parsed_and_written_again_still_carries_it() -> None:
    for again in (
        lxml_html.tostring(lxml_html.fromstring(PAGE)),
        PAGE.replace(b"\n", b"\r\n"),
        PAGE.replace(b"<data hidden", b'<data class="x" hidden=""'),
        b"\xef\xbb\xbf\n" + PAGE,
    ):
        assert is_page(again)
        assert document_of_page(again, "x") == DOCUMENT


def test_a_sanitiser_that_drops_the_value_leaves_no_text() -> None:
    tree = lxml_html.fromstring(PAGE)
    for element in tree.iter("data"):
        element.attrib.clear()
    rest = lxml_html.tostring(tree)
    assert words(rest.decode()) == words(PAGE.decode())
    with pytest.raises(EvidenceError, match=r"x: is a page that carries no run; give a run\.json"):
        document_of_page(rest, "x")


def test_text_that_looks_like_it_is_text() -> None:
    other = carried_value(b"{}\n")
    attack = f'"><data hidden value="{other}"></data>'
    run = builder.replaced(RUN, case=attack)
    page = documents(run)["report.html"]
    assert document_of_page(page, "x") == encode_run(run)
    assert document_of_page(f'<p title="{escape(attack)}">{escape(attack)}</p>'.encode() + PAGE, "x") == DOCUMENT


def test_two_runs_are_none() -> None:
    with pytest.raises(EvidenceError, match="carries 2 runs"):
        document_of_page(PAGE + documents(builder.empty())["report.html"], "x")


def test_the_same_run_twice_is_one() -> None:
    assert document_of_page(PAGE + PAGE, "x") == DOCUMENT


def test_a_page_says_that_its_run_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_PACKED", 100)
    assert carried_value(DOCUMENT) == ""
    page = documents(RUN)["report.html"]
    assert "The run is too large for this page to carry: run.json and bundle.zip have it." in words(page.decode())
    with pytest.raises(EvidenceError, match="carries no run"):
        document_of_page(page, "x")


def test_a_page_without_a_word_of_it_is_one_that_carries_none() -> None:
    assert "carry" not in render_html(RUN)


@pytest.mark.parametrize("value", ["=", "AAA", "!!!!", "/Td6WFoAAAA="], ids=repr)
def test_damage_is_told(value: str) -> None:
    with pytest.raises(EvidenceError, match=r"x: (the run that it carries is|is a page that carries no run)"):
        document_of_page(f'<data value="{MARK}{value}"></data>'.encode(), "x")


@pytest.mark.parametrize(
    ("data", "page"), [(b"<!DOCTYPE html>", True), (b"\n <html>", True), (b"{}", False), (b"", False)], ids=repr
)
def test_markup_is_told_from_a_document(data: bytes, page: bool) -> None:
    assert is_page(data) is page


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: f'<data value="{MARK}{text}">'.encode()))
def test_anybodys_file_gives_a_sentence(data: bytes) -> None:
    with pytest.raises(EvidenceError, match=r"^x: "):
        document_of_page(data, "x")


def test_hostile_text_is_in_the_document_alone() -> None:
    assert ENCODED not in documents(hostile(ENCODED))["report.html"].decode()


@pytest.mark.parametrize("part", [0.1, 0.5, 0.95])
def test_a_page_that_is_cut_short(part: float) -> None:
    with pytest.raises(EvidenceError, match="x: is a page that was cut short"):
        document_of_page(PAGE[: int(len(PAGE) * part)], "x")
