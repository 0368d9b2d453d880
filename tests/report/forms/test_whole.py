"""report.md says what the page says, and hostile text in a run stays text in it."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings

from analyzer.model.run import Run
from analyzer.report.forms import whole
from analyzer.report.forms.material import Material
from analyzer.report.view.limits import Limits
from tests.report import builder
from tests.report.forms.text.test_markdown import INLINE, OURS, contents, kinds, parsed
from tests.report.hostile import ATTACKS, attacked, texts
from tests.report.test_report import HOSTILE, KINDS, hostile

RUNS = {
    "each-kind": builder.run(*(builder.episode(kind) for kind in KINDS)),
    "undecided": builder.run(builder.episode(verdict="UNDECIDED", confidence="low")),
    "no-episode": builder.run(verdict="NOT-JUDGED"),
    "nothing-at-all": builder.empty(),
    "hostile": hostile(),
}


def written(run: Run) -> str:
    return whole.write(Material(run=run, document=b""))["report.md"].decode()


def headings(text: str) -> list[str]:
    tokens = parsed(text)
    return [tokens[place + 1].content for place, token in enumerate(tokens) if token.type == "heading_open"]


@pytest.mark.parametrize("name", RUNS)
def test_it_is_sound_markdown_without_html(name: str) -> None:
    assert kinds(written(RUNS[name])) <= OURS | INLINE


def test_it_has_the_answer_first_and_each_part_of_an_episode() -> None:
    page = Material(run=RUNS["undecided"], document=b"").page
    told = contents(written(RUNS["undecided"]))
    assert told[:2] == [page.front.title, f"{page.front.acceptable.word}. {page.front.answer}"]
    (episode,) = page.episodes
    parts = (
        page.front.sentences[0].text,
        episode.story,
        *episode.doubts,
        *(judgement.sentence for judgement in episode.judgements),
        f"To settle this, supply: {episode.judgements[0].decides}",
        *(headline.value for headline in episode.headlines),
        *(instant.how for instant in episode.instants),
        *(line.text for claim in episode.claims for line in claim.lines),
        *(text for claim in episode.claims for _, text in claim.filters),
        *(f"{finding.sentence} What to do: {finding.advice}" for finding in episode.findings),
        *(row.digest for row in page.inputs),
        *(row.text for group in page.proof for row in group.rows),
        *(fact.text for fact in page.glossary),
    )
    everything = " ".join(told)
    assert [part for part in parts if part not in everything] == []


def test_each_table_has_cells_for_its_headings() -> None:
    tokens = [token.type for token in parsed(written(RUNS["each-kind"]))]
    assert tokens.count("table_open") > 20
    rows = " ".join(tokens).split("tr_open")[1:]
    widths = {row.count("td_open") + row.count("th_open") for row in rows}
    assert widths <= {3, 4, 5, 6, 7, 9, 11}


def test_a_run_without_an_episode_says_what_was_checked() -> None:
    assert headings(written(RUNS["no-episode"]))[1] == "What was checked"


def test_the_episodes_that_are_not_shown_are_counted() -> None:
    text = written(builder.run(*[builder.episode()] * 102))
    assert f"those with the worst verdicts; the other {102 - Limits().whole} are in run.json." in text


def test_hostile_text_is_read_back() -> None:
    shown = "\"><script>alert('x')</script>&amp;{{ 7*7 }}\\u202e\\x07\\udcff]]>"
    text = written(hostile())
    assert sum(told.count(shown) for told in contents(text)) >= 8
    assert not set("\u202e\x07\udcff") & set(text)
    assert HOSTILE not in text


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=40)
@given(text=texts)
def test_no_text_of_a_run_becomes_markup(text: str) -> None:
    found = written(attacked(text))
    assert kinds(found) <= OURS | INLINE
    assert len(headings(found)) == len(headings(written(attacked("x"))))


@pytest.mark.parametrize("size", [1_000_000])
def test_a_megabyte_of_text_stays_in_its_place(size: int) -> None:
    attack = (ATTACKS[0] * (size // len(ATTACKS[0]) + 1))[:size]
    text = written(builder.replaced(RUNS["no-episode"], case=attack))
    assert not re.search(r"(?<!\\)<", text)
    assert headings(text)[1] == "What was checked"
