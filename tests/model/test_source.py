"""Reasons why something was not read: each name has a sentence, and each sentence has what it tells."""

from __future__ import annotations

from typing import get_args

import pytest

from analyzer.model.source import SKIP_SENTENCES, Reason, SkipReason


def test_every_reason_has_a_sentence() -> None:
    assert set(SKIP_SENTENCES) == set(get_args(SkipReason))


@pytest.mark.parametrize("name", get_args(SkipReason))
def test_a_sentence_is_of_the_reasons_own_fields(name: SkipReason) -> None:
    reason = Reason(name, frame=71, found=72, expected=73, detail="{some} text", known="known", cause=Reason("empty"))

    assert reason.sentence
    assert "{" not in reason.sentence.replace("{some} text", "")


def test_a_reason_behind_another_is_told_with_it() -> None:
    reason = Reason("not-opened", cause=Reason("fault", detail="No such file or directory"))

    assert reason.sentence == "can't be read (No such file or directory); check that it is there and may be read"
