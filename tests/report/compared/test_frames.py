"""A comparison as tables."""

from __future__ import annotations

from analyzer.report.compared.frames import compared_frame, steps_frame
from tests.report.compared.made import made


def test_steps_say_what_they_are_and_how_their_p_values_were_had() -> None:
    steps = steps_frame(made())

    assert {*steps["is"]} >= {"known", "shown"}
    of_orders = steps[steps["p_by"] == "sampled-orders"]
    assert {*of_orders["draws"]} == {1000}
    assert {*of_orders["seed"]} == {6412}
    assert steps[steps["is"] == "known"]["explained"].notna().all()


def test_what_was_not_drawn_has_no_seed() -> None:
    compared = compared_frame(made())

    assert compared[compared["p_by"] == "every-split"]["seed"].isna().all()
