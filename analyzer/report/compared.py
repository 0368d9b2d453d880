"""What a comparison of runs says, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never

from analyzer.model.instant import MICROSECOND, MILLISECOND, UNBOUNDED, Span
from analyzer.model.over_time.comparison import (
    Answer,
    CantTell,
    Compared,
    Different,
    Groups,
    MoreRuns,
    NoLarger,
    OneSided,
    Pair,
    SettingName,
    Shown,
    Why,
)
from analyzer.report.names import KINDS, STAGES, metric_name
from analyzer.report.words import amount, counted, duration

SETTINGS: dict[SettingName, str] = {
    "expectations": "the expectations",
    "rules": "the rules for log lines",
    "check-period": "the period of HA's checks",
    "storage-address": "the storage address",
    "host-private-address": "the hosts' private address",
    "cvm-management-address": "the CVMs' management address",
    "nfs-port": "the NFS port",
}

WHY: dict[Why, str] = {
    "too-few-runs": "so few runs can't show a difference of any size",
    "interval-too-wide": "both no difference and one that matters are possible",
    "among-several": "so many comparisons show such a difference by chance",
}


def not_comparable(names: tuple[SettingName, ...]) -> str:
    """Why runs are not compared."""
    return f"not comparable: the runs differ in {_listed([SETTINGS[name] for name in names])}"


def comparison_words(lines: Sequence[Compared]) -> Iterator[str]:
    """A and B compared, in sentences: what single runs are worth, each figure that both have, and what one lacks."""
    if any(isinstance(line, Pair) for line in lines):
        yield "Where there is one run a side, this holds for these two runs and says nothing of their clusters."
    yield from (_line(line) for line in lines if not isinstance(line, OneSided))
    alone = [line for line in lines if isinstance(line, OneSided)]
    for kind, side in dict.fromkeys((line.figure[0], _side(line)) for line in alone):
        names = [figure_name(line.figure[1]) for line in alone if (line.figure[0], _side(line)) == (kind, side)]
        yield f"{KINDS[kind]}, only in {side}: {', '.join(names)}"


def _side(line: OneSided) -> str:
    return "A" if line.first else "B"


def _line(line: Pair | Groups) -> str:
    """The figure, both sides, and what follows."""
    kind, metric = line.figure
    name = f"{KINDS[kind]}, {figure_name(metric)}"
    match line:
        case Pair():
            return f"{name}: A {duration(line.first)}, B {duration(line.second)}; {pair_words(line.longer)}"
        case Groups():
            sides = f"A {counted(len(line.first), 'run')}, B {counted(len(line.second), 'run')}"
            return f"{name}: {sides}; {answer_words(line.answer)} ({_worth(line)})"
    assert_never(line)


def figure_name(metric: str) -> str:
    """The name of a stage with what it is, or of a headline figure."""
    return f"{metric} ({STAGES[metric][2]})" if metric in STAGES else metric_name(metric)


def pair_words(longer: Span) -> str:
    """By how much one duration is longer than another."""
    if longer.least > 0:
        return f"B is longer by at least {_down(longer.least)}"
    if longer.most < 0:
        return f"B is shorter by at least {_down(-longer.most)}"
    limit = max(-longer.least, longer.most)
    return "can't tell which is longer" if limit >= UNBOUNDED else f"they differ by at most {_up(limit)}"


def answer_words(answer: Answer) -> str:
    """One of the three answers."""
    match answer:
        case Different():
            certain = ", whatever the values within their uncertainty are" if answer.sure else ""
            return f"B is {answer.direction} by at least {_down(answer.at_least)}{certain}"
        case NoLarger():
            return f"no difference larger than {_up(answer.limit)}"
        case CantTell():
            return f"can't tell: {WHY[answer.why]}; {_would(answer)}"
    assert_never(answer)


def _would(answer: CantTell) -> str:
    if isinstance(answer.would, MoreRuns):
        return f"{counted(answer.would.more, 'more run')} a side would, with evidence like this"
    return "40 runs a side would not, with evidence like this"


def _worth(line: Groups) -> str:
    """The figures behind an answer."""
    p = f"p {line.p:.3g}" + (f", {line.corrected:.3g} among all" if line.corrected != line.p else "")
    shown = f"show {_up(line.shown.shift)} in 80 %" if isinstance(line.shown, Shown) else "show nothing"
    return f"{p}; such runs {shown}"


def _down(ns: int) -> str:
    step = _step(ns)
    return amount(ns // step * step, step)


def _up(ns: int) -> str:
    step = _step(ns)
    return amount(-(-ns // step) * step, step)


def _step(ns: int) -> int:
    """What is left out of a figure, which is rounded to where it still holds."""
    return MILLISECOND if ns >= 10 * MILLISECOND else MICROSECOND


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
