"""What is said of one figure of two groups of runs."""

from __future__ import annotations

from typing import assert_never

from analyzer.model.instant import MICROSECOND, MILLISECOND, UNBOUNDED, Span
from analyzer.model.over_time.comparison import (
    Answer,
    CantTell,
    Different,
    Direction,
    Figure,
    Groups,
    MoreRuns,
    NoLarger,
    NoRuns,
    Pair,
    Shown,
    TooManyRuns,
    Why,
)
from analyzer.report.names import KINDS, STAGES, metric_name
from analyzer.report.words import amount, counted, duration

CAPTURE = "a capture of the host's vmk1"
BEST: dict[str, str] = {
    "detection": f"genesis.out and {CAPTURE}",
    **dict.fromkeys(("wait", "detect", "decide", "repair"), "genesis.out"),
}
"""Where the best evidence of a figure is; that of others is in a capture."""

DIRECTIONS: dict[Direction, str] = {"longer": "worse", "shorter": "better"}

WHY: dict[Why, str] = {
    "too-few-runs": "so few runs can't show a difference of any size",
    "interval-too-wide": "both no difference and one that matters are possible",
    "among-several": "so many comparisons show such a difference by chance",
}


def line_words(line: Pair | Groups, first: str, second: str) -> str:
    """A figure of both groups, which are called so, and what follows."""
    name = figure_title(line.figure)
    match line:
        case Pair():
            said = f"{first} {duration(line.first)}, {second} {duration(line.second)}"
            return f"{name}: {said}; {pair_words(line.longer, second)}"
        case Groups():
            sides = f"{first} {counted(len(line.first), 'run')}, {second} {counted(len(line.second), 'run')}"
            return f"{name}: {sides}; {answer_words(line.answer, second, line.figure)} ({worth(line)})"
    assert_never(line)


def figure_title(figure: Figure) -> str:
    """A figure with the kind of episode that it is of."""
    return f"{KINDS[figure[0]]}, {figure_name(figure[1])}"


def figure_name(metric: str) -> str:
    """The name of a stage with what it is, or of a headline figure."""
    return f"{metric} ({STAGES[metric][2]})" if metric in STAGES else metric_name(metric)


def pair_words(longer: Span, second: str) -> str:
    """By how much the second of two durations is longer than the first: worse."""
    if longer.least > 0:
        return f"{second} is worse by at least {down(longer.least)}"
    if longer.most < 0:
        return f"{second} is better by at least {down(-longer.most)}"
    limit = max(-longer.least, longer.most)
    return "can't tell which is longer" if limit >= UNBOUNDED else f"they differ by at most {up(limit)}"


def answer_words(answer: Answer, second: str, figure: Figure) -> str:
    """One of the three answers, of the second group."""
    match answer:
        case Different():
            certain = ", whatever the values within their uncertainty are" if answer.sure else ""
            return f"{second} is {DIRECTIONS[answer.direction]} by at least {down(answer.at_least)}{certain}"
        case NoLarger():
            return f"no difference larger than {up(answer.limit)}"
        case CantTell():
            return f"can't tell: {WHY[answer.why]}; {_would(answer, figure[1])}"
    assert_never(answer)


def _would(answer: CantTell, metric: str) -> str:
    match answer.would:
        case MoreRuns(more=more, better=better):
            return f"{more_words(more, metric, better=better)} would"
        case TooManyRuns():
            return "more runs would be needed than anybody makes, with evidence like this"
        case NoRuns():
            return "no number of runs with evidence like this would"
    assert_never(answer.would)


def more_words(more: int, metric: str, *, better: bool) -> str:
    """So many more runs of each side, and of which evidence."""
    best = f"the best of these ({BEST.get(metric, CAPTURE)})"
    return f"{counted(more, 'more run')} a side with evidence like {best if better else 'this'}"


def worth(line: Groups) -> str:
    """The figures behind an answer."""
    p = f"p {line.p:.3g}" + (f", {line.corrected:.3g} among all" if line.corrected != line.p else "")
    shown = f"show {up(line.shown.shift)} in 80 %" if isinstance(line.shown, Shown) else "show nothing"
    method = "; detections without the wait for a check, by their middles" if line.method == "midrange" else ""
    return f"{p}; such runs {shown}{method}"


def down(ns: int) -> str:
    """A duration that is at least so long, rounded to where that holds."""
    step = _step(ns)
    return amount(ns // step * step, step)


def up(ns: int) -> str:
    """A duration that is at most so long, rounded to where that holds."""
    step = _step(ns)
    return amount(-(-ns // step) * step, step)


def _step(ns: int) -> int:
    """What is left out of a figure, which is rounded to where it still holds."""
    return MILLISECOND if abs(ns) >= 10 * MILLISECOND else MICROSECOND
