"""The judgements on a terminal: whole words in its width, and the verdict of each beside its figures."""

from __future__ import annotations

import re

import msgspec
import pytest

from analyzer.cli.terminal.judgements import LEGEND, judgement_lines
from analyzer.cli.terminal.signs import SIGNS
from analyzer.model.episode import MeasuredEpisode
from analyzer.model.instant import MILLISECOND, SECOND, Span
from tests.conftest import CASES, SAMPLES
from tests.recordings import analysed
from tests.report import builder

WIDEST = Span(725_123 * MILLISECOND, 2_013_456 * MILLISECOND)


def spelled(text: str) -> str:
    return "".join(SIGNS.get(sign, sign) for sign in text)


def shown(episodes: tuple[MeasuredEpisode, ...], width: int | None, *, ascii_only: bool = False) -> list[str]:
    lines = judgement_lines(episodes, lambda host: f"esx-a ({host})", spelled if ascii_only else str, width)
    return ["".join(piece.text for piece in line).rstrip() for line in lines]


def wide() -> MeasuredEpisode:
    """An episode with the longest of everything."""
    measured = builder.episode()
    judged = tuple(
        msgspec.structs.replace(one, measured=WIDEST, expected=36_500 * MILLISECOND, verdict="MET-OR-LATE")
        for one in measured.judgements
    )
    return msgspec.structs.replace(measured, judgements=judged)


def words(lines: list[str]) -> set[str]:
    return set(" ".join(lines).split())


@pytest.mark.parametrize("ascii_only", [False, True], ids=["signs", "ascii"])
@pytest.mark.parametrize("case", CASES)
def test_the_table_of_every_recording_fits_80_columns(case: str, ascii_only: bool) -> None:
    episodes = analysed(SAMPLES / case, "captures+log").episodes
    lines = shown(episodes, 80, ascii_only=ascii_only)
    assert max(map(len, lines)) <= 80
    rows = [line for line in lines if re.search(r" [-.=]*#+[-.=]* ", line)]
    judged = [one for episode in episodes for one in episode.judgements if one.measured and one.verdict != "NOT-JUDGED"]
    assert len(rows) == len(judged)
    assert all(any(line.endswith(f" {one.verdict}") for line in rows) for one in judged)


@pytest.mark.parametrize("width", [40, 60, 80])
def test_the_widest_row_fits_and_no_word_is_broken(width: int) -> None:
    lines = shown((wide(),), width)
    assert max(map(len, lines)) <= width
    bars = re.compile(r"[-.=#]+")
    unbroken = {word for word in words(shown((wide(),), None)) if not bars.fullmatch(word)}
    assert unbroken - words(lines) <= {"judged", "verdict"}, "what no table fits has no heading"
    assert {"between", "MET-OR-LATE", "36.5", "cvm-failure", "(192.168.1.24),"} <= words(lines)


def test_what_was_measured_goes_on_below_itself() -> None:
    first, second = [line for line in shown((wide(),), 80) if line.startswith(("  detection", " " * 13))][:2]
    at = first.index("between")
    assert second[:at].isspace()
    assert second[at:] == "33 min 34 s", "a number stays beside its unit"


def test_columns_are_straight_and_off_a_terminal_nothing_is_broken() -> None:
    lines = shown((wide(), builder.episode()), None)
    at = lines[0].index("verdict")
    rows = [line for line in lines if line.startswith(("  detection", "  outage"))]
    assert len(rows) == 4
    assert {line[at - 1] for line in rows} == {" "}
    assert all(line[at:].split()[-1] in ("MET-OR-LATE", "LATE", "MET") for line in rows)
    assert any("between 12 min 5 s and 33 min 34 s" in line for line in rows)


def test_ascii_columns_are_straight_too() -> None:
    lines = shown((builder.episode(),), 80, ascii_only=True)
    assert "".join(lines).isascii()
    at = lines[0].index("verdict")
    rows = [line for line in lines if line.startswith(("  detection", "  outage"))]
    assert [line[at:] for line in rows] == ["~ LATE", "+ MET"]
    assert "23.6 s +/- 0.5 s" in rows[0]


def test_an_episode_says_its_host_and_an_unknown_one() -> None:
    measured = builder.episode()
    nobody = msgspec.structs.replace(measured, episode=msgspec.structs.replace(measured.episode, host=None))
    assert f"E1 cvm-failure on esx-a ({builder.HOST}), confidence high" in shown((measured,), None)
    assert "E1 cvm-failure on an unknown host, confidence high" in shown((nobody,), None)
    assert shown((measured,), None)[-1] == LEGEND


def test_a_long_name_of_a_host_is_broken_between_words_only() -> None:
    measured = builder.episode()
    name = "esx-" + "x" * 70
    long = msgspec.structs.replace(measured, episode=msgspec.structs.replace(measured.episode, host=name))
    lines = shown((long,), 60)
    assert any(name in line for line in lines)


def test_what_has_no_expectation_has_a_dash() -> None:
    measured = builder.episode()
    one = msgspec.structs.replace(measured.judgements[0], expected=None, measured=Span(0, SECOND), verdict="NOT-JUDGED")
    lines = shown((msgspec.structs.replace(measured, judgements=(one,)),), 80)
    assert [line for line in lines if re.search(r" – +– NOT-JUDGED$", line)]
