"""An episode on the page, and in half a line."""

from __future__ import annotations

from analyzer.model.instant import SECOND, Span
from analyzer.report.view.episode import in_short
from analyzer.report.view.labels import Labels
from tests.report import builder


def test_the_outage_in_half_a_line_is_the_one_that_was_judged() -> None:
    one = builder.episode()
    limited = builder.remade(
        one, judgements=tuple(builder.remade(each, measured=Span(0, 19 * SECOND)) for each in one.judgements)
    )
    labels = Labels(builder.run(one))

    assert "storage away for 27.07" in in_short(one, labels)
    assert "storage away for at most 19 s" in in_short(limited, labels), "as the host's own log limits it"
