"""The page: a row a voice, sums, and what is wrong."""

from __future__ import annotations

from bench.wordings.healthy import HealthyRow, drawn
from bench.wordings.page import page
from bench.wordings.study import VoiceRow


def row(voice: str, *, alone: bool, missed: int = 0, phantoms: tuple[str, ...] = ()) -> VoiceRow:
    return VoiceRow(
        voice=voice,
        nameless=False,
        opaque=voice == "terse_codes",
        test="a-test",
        alone=alone,
        required=4,
        missed=missed,
        phantoms=phantoms,
    )


def test_the_sums_and_the_faults() -> None:
    rows = [row("passive", alone=False), row("passive", alone=True, missed=1), row("proto_text", alone=True)]
    text = page(rows, [HealthyRow(test=drawn(1), wrong=())], "here")

    coded = page([*rows, row("terse_codes", alone=True, missed=4)], [], "here")
    assert "| of these, with a name for their machines | 4 | 4 | 100.0 % | 12 | 58.3 % |" in coded
    assert "| of these, in words | 3 | 4 | 100.0 % | 8 | 87.5 % |" in coded
    assert "| passive | 2 | 4 | 100.0 % | 4 | 75.0 % | 0 | 0 | 0 |" in text
    assert "| unseen | 1 | 0 | – | 4 | 100.0 % | 0 | 0 | 0 |" in text
    assert "0 of 1 with an episode" in text
    assert "## What is wrong\n\n- nothing" in text


def test_what_is_wrong_is_listed() -> None:
    wrong = HealthyRow(test=drawn(1), wrong=("AP1: bad",))
    text = page([row("passive", alone=True, phantoms=("a phantom",))], [wrong], "here")

    assert "- passive, a-test by its log: a phantom" in text
    assert f"- {wrong.test.name}: AP1: bad" in text
