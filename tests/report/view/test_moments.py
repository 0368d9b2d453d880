"""A timeline's window has every instant, but for a long wait before the others."""

from __future__ import annotations

import msgspec

from analyzer.model.instant import SECOND, Instant
from analyzer.model.measurement import KnownInstant
from analyzer.report.view.moments import lasting, window
from tests.report import builder
from tests.report.builder import CLOCK, FAULT


def test_the_window_has_every_instant() -> None:
    measured = builder.episode()
    within, whole = window(measured), lasting(measured)

    assert within is not None
    assert whole is not None
    assert within[0] <= whole[0] - 4 * SECOND
    assert within[1] >= whole[1] + 4 * SECOND


def test_a_long_wait_before_the_action_is_left_out() -> None:
    measured = builder.episode()
    early = FAULT - 600 * SECOND
    instants = tuple(
        msgspec.structs.replace(one, at=Instant(CLOCK, early, early))
        if isinstance(one, KnownInstant) and one.name == "fault"
        else one
        for one in measured.episode.instants
    )
    waited = msgspec.structs.replace(measured, episode=msgspec.structs.replace(measured.episode, instants=instants))

    within = window(waited)

    assert within is not None
    assert FAULT < within[0] < FAULT + 23 * SECOND
