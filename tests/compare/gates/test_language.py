"""The language of gates: what expressions ask, and what is wrong with those that are none."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.compare.gates.language import DEEPEST, LONGEST, gate
from analyzer.errors import UsageError
from analyzer.model.instant import MILLISECOND, SECOND
from analyzer.model.over_time.gates import Asks, Every, Gate, Not, Some

WORSE = Asks(measure="worse", sign=">", limit=0)
STEP = Asks(measure="step", sign=">", limit=0)
FEW = Asks(measure="runs", sign="<", limit=6)


@pytest.mark.parametrize(
    ("expression", "asked"),
    [
        ("worse", WORSE),
        ("worse>2s", Asks(measure="worse", sign=">", limit=2 * SECOND)),
        (" better >= 250 ms ", Asks(measure="better", sign=">=", limit=250 * MILLISECOND)),
        ("worse > 1.5min", Asks(measure="worse", sign=">", limit=90 * SECOND)),
        ("p<0.01", Asks(measure="p", sign="<", limit=0.01)),
        ("outage.worse", Asks(measure="worse", sign=">", limit=0, figure="outage")),
        ("cvm-failure.worse", Asks(measure="worse", sign=">", limit=0, kind="cvm-failure")),
        ("cvm-failure.detect.step", Asks(measure="step", sign=">", limit=0, kind="cvm-failure", figure="detect")),
        ('"reconnect + resume".worse', Asks(measure="worse", sign=">", limit=0, figure="reconnect + resume")),
        ("worse and runs < 6 or step", Some((Every((WORSE, FEW)), STEP))),
        ("worse or runs < 6 and step", Some((WORSE, Every((FEW, STEP))))),
        ("(worse or step) and not runs<6", Every((Some((WORSE, STEP)), Not(FEW)))),
        ("not not worse", Not(Not(WORSE))),
        ("worse or step or runs < 6", Some((WORSE, STEP, FEW))),
    ],
)
def test_what_is_asked(expression: str, asked: Gate) -> None:
    assert gate(expression) == asked


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("", "at its end: expected more"),
        ("slower", "at 'slower': expected one of worse, better, p, runs, step"),
        ("worse > 2", "at '2': expected a duration such as 2s"),
        ("worse > 2h", "at '2h': expected a duration"),
        ("worse > s", "at 's': expected a duration"),
        ("worse >", "at its end: expected more"),
        ("p < 2s", "at '2s': expected a number"),
        ("p", "at its end: expected p with > or < and a number"),
        ("worse worse", "at 'worse': expected and, or, or the end"),
        ("(worse", "at its end: expected )"),
        ("worse = 2s", "at '= 2s': expected a name"),
        ("cause.worse", "at 'cause.worse': expected a kind"),
        ("outage.cvm-failure.worse", "at 'cvm-failure.worse': expected a kind"),
        ("outage.detect.worse", "at 'detect.worse': expected a kind"),
        ("__import__('os')", "expected a name"),
        ("step and", "at its end: expected more"),
        ("not " * (DEEPEST + 1) + "worse", f"at most {DEEPEST}"),
        ("worse " * LONGEST, f"more than {LONGEST} characters"),
    ],
)
def test_what_is_wrong(expression: str, says: str) -> None:
    with pytest.raises(UsageError, match="--fail-on") as caught:
        gate(expression)
    assert says in str(caught.value)


WORDS = ["worse", "step", "p", "runs", ".", ">", "2s", "6", "(", ")", "and", "or", "not", "x"]


@given(st.lists(st.sampled_from(WORDS)).map(" ".join) | st.text())
def test_anything_is_a_gate_or_one_sentence(expression: str) -> None:
    with suppress(UsageError):
        assert isinstance(gate(expression), Asks | Every | Not | Some)
