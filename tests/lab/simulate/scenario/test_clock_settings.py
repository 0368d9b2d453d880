from __future__ import annotations

import re

import pytest

from analyzer.errors import UsageError
from analyzer.lab.simulate import Options
from analyzer.lab.simulate.scenario.clock_settings import Step, settings_of
from analyzer.model.instant import SECOND
from tests.lab.simulate.made import made


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("span", "expected DEVICE=OFFSET", id="no-offset"),
        pytest.param("span=fast", "expected DEVICE=OFFSET", id="no-number"),
        pytest.param("span=1s,40", "expected DEVICE=OFFSET", id="drift-without-unit"),
        pytest.param("span=0.1ns", "finer than a nanosecond", id="too-fine"),
        pytest.param("genesis=1s", "no such device; there are span, cvm:192.168.1.26", id="no-device"),
        pytest.param("cvm:192.168.1.99=1s", "no such device", id="no-such-cvm"),
    ],
)
def test_what_is_no_clock(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=re.escape(says)) as caught:
        made("healthy", 1, Options(clock=(text,)))

    assert text.partition("=")[0] in str(caught.value)


@pytest.mark.parametrize(
    ("text", "offset", "drift"),
    [
        pytest.param("span=1.7", 1_700_000_000, 0, id="seconds"),
        pytest.param("span=-250ms", -250_000_000, 0, id="ms"),
        pytest.param("span=+2min,-0.5ppm", 120 * SECOND, -500, id="drift"),
        pytest.param("cvm:10.0.0.1=0s,40 ppm", 0, 40_000, id="one-cvm"),
    ],
)
def test_a_clock_as_it_is_typed(text: str, offset: int, drift: int) -> None:
    (setting,) = settings_of([text])

    assert (setting.offset, setting.drift, setting.about, setting.roughly) == (offset, drift, False, False)


@pytest.mark.parametrize("text", ["span=0s,9s", "span=0s,9s@", "span=0s,9@4ppm", "span=0s,,9s@4s", "span=0s,0.1ns@4s"])
def test_no_time_at_which_a_clock_is_set(text: str) -> None:
    with pytest.raises(UsageError, match=r"SIZE@TIME|finer"):
        settings_of([text])


def test_when_a_clock_is_set() -> None:
    (setting,) = settings_of(["cvm:10.0.0.1=2s,40ppm,+5min@70s,-250ms@1.5s"])

    assert (setting.offset, setting.drift) == (2 * SECOND, 40_000)
    assert setting.steps == (Step(-SECOND // 4, 3 * SECOND // 2), Step(300 * SECOND, 70 * SECOND))
