"""A comparison as its page shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath

from analyzer.model.episode import EpisodeKind
from analyzer.model.instant import UNBOUNDED, Span
from analyzer.model.over_time.compared_groups import Comparison, Estimated, Group, Versus
from analyzer.model.over_time.compared_test import ComparedTest
from analyzer.model.over_time.comparison import (
    Compared,
    Figure,
    Grade,
    Groups,
    NoLarger,
    OneSided,
    Pair,
    Shown,
)
from analyzer.report.compared.answer import answer
from analyzer.report.compared.lines import answer_words, down, figure_name, figure_title, pair_words, up
from analyzer.report.compared.method import method
from analyzer.report.compared.parts import (
    LIMITS,
    Cell,
    ComparisonPage,
    FigureRow,
    Limits,
    MatrixRow,
    RunRow,
    VersusView,
)
from analyzer.report.compared.pictures import compared_pictures, more_pictures, over_time_view, run_id
from analyzer.report.compared.sentences import among_words, not_compared, only_words, p_words
from analyzer.report.compared.words import matters_not, word_for
from analyzer.report.names import KINDS, metric_name
from analyzer.report.view.judgement import badge
from analyzer.report.words import counted, duration, exact, stamp

NAMED = 4
"""Groups that the title names."""
HEADLINES = ("detection", "outage")
GRADES: dict[Grade, str] = {
    "differs": "for every value within the uncertainty",
    "does-not": "for no value within the uncertainty",
    "too-vague": "depends on the values within the uncertainty",
    "too-few-runs": "too few runs to say",
}
Hrefs = Mapping[str, str]
"""Where reports lie as the page sees them, by their paths."""


def comparison_page(
    of: Comparison, estimates: Sequence[Estimated], hrefs: Hrefs, program: str, limits: Limits = LIMITS[0]
) -> ComparisonPage:
    """The page of a comparison; `program` is the version that made it."""
    known = {(one.group, one.figure): one for one in estimates}
    kinds = tuple(kind for kind in KINDS if any(figure[0] == kind for _, figure in known))
    numbers = {id(test): number for number, test in enumerate(of.tests, 1) if number <= limits.runs}
    told = answer(of)
    return ComparisonPage(
        title=_title(of),
        badge=told.badge,
        answer=told.sentences,
        points=told.points,
        kinds=tuple(KINDS[kind] for kind in kinds),
        matrix=tuple(_row(group, kinds, known) for group in of.groups),
        versus=tuple(
            _versus(one, number, known, (numbers, limits, of.size)) for number, one in enumerate(of.versus, 1)
        ),
        among=tuple(map(among_words, of.among)),
        over_time=tuple(over_time_view(one, number, numbers, limits) for number, one in enumerate(of.over_time, 1)),
        not_compared=tuple(not_compared(of)),
        runs=tuple(_run(test, group, numbers[id(test)], hrefs) for group, test in _listed(of) if id(test) in numbers),
        more_runs=_more(len(of.tests) - limits.runs),
        method=tuple(method(of)),
        program=f"autopath {program}",
    )


def _more(runs: int) -> str:
    return f"{counted(runs, 'more run')} in comparison.json." if runs > 0 else ""


def _listed(of: Comparison) -> Iterator[tuple[Group, ComparedTest]]:
    return ((group, test) for group in of.groups for test in group.tests)


def _title(of: Comparison) -> str:
    names = [group.name for group in of.groups]
    if len(of.versus) == 1:
        return f"{_named(of.versus[0].second)} against {_named(of.versus[0].first)}"
    if len(names) > NAMED:
        names = [f"{len(names)} groups of tests"]
    return ", ".join(names) if of.versus else f"{', '.join(names)} over time"


def _named(group: Group) -> str:
    return f"{group.name} ({PurePath(group.whence).name})" if group.whence else group.name


def _row(group: Group, kinds: Sequence[EpisodeKind], known: Mapping[tuple[str, Figure], Estimated]) -> MatrixRow:
    cells = tuple(Cell(tuple(_cell(group, kind, known))) for kind in kinds)
    return MatrixRow(group.name, counted(len(group.tests), "run"), cells)


def _cell(group: Group, kind: EpisodeKind, known: Mapping[tuple[str, Figure], Estimated]) -> Iterator[str]:
    """The headlines of a kind in a group: where its median lies, and what was expected."""
    for name in HEADLINES:
        estimate = known.get((group.name, (kind, name)))
        if estimate is not None:
            yield f"{metric_name(name)}: median {duration(estimate.median)}{_expected(group, kind, name)}"


def _expected(group: Group, kind: EpisodeKind, name: str) -> str:
    limits = group.tests[-1].conditions.expectations
    found = next((one for of in (kind, "*") for one in limits if (one.kind, one.metric) == (of, name)), None)
    if found is None:
        return ""
    bound = f", bound {exact(found.bound)}" if found.bound >= 0 else ""
    return f" (expected {exact(found.expected)}{bound})"


def _versus(
    of: Versus, number: int, known: Mapping[tuple[str, Figure], Estimated], shown: tuple[Mapping[int, int], Limits, int]
) -> VersusView:
    numbers, limits, size = shown
    both = sum(not isinstance(line, OneSided) for line in of.lines)
    first, second = of.first.name, of.second.name
    return VersusView(
        id=f"versus-{number}",
        title=f"{second} against {first}",
        first=first,
        second=second,
        longer=_longer_title(of),
        rows=tuple(_figure(line, second, size) for line in of.lines if not isinstance(line, OneSided)),
        only=(*only_words(of.lines, first, second), *more_pictures(both, limits)),
        pictures=tuple(compared_pictures(of, known, numbers, limits)),
    )


def _longer_title(of: Versus) -> str:
    """What the intervals of the rows are: of groups at 95 %, of single runs all that their Spans allow."""
    kinds = {type(line) for line in of.lines if not isinstance(line, OneSided)}
    if Pair not in kinds:
        return "Longer by (95 %)"
    return (
        "Longer by (all that is possible)" if Groups not in kinds else "Longer by (95 %; of single runs all possible)"
    )


def _figure(line: Compared, second: str, size: int) -> FigureRow:
    """A row; `size` is the largest difference that would not matter, ns."""
    match line:
        case Pair():
            return FigureRow(
                name=figure_title(line.figure),
                first=duration(line.first),
                second=duration(line.second),
                badge=word_for(line, size),
                answer=_none_that_matters(line, size) or pair_words(line.longer, second),
                interval=span_words(line.longer),
                p="one run a side",
                grade="",
                shown="",
            )
        case Groups():
            shown = line.shown
            return FigureRow(
                name=figure_title(line.figure),
                first=counted(len(line.first), "run"),
                second=counted(len(line.second), "run"),
                badge=word_for(line, size),
                answer=_none_that_matters(line, size) + answer_words(line.answer, second, line.figure),
                interval=span_words(line.interval),
                p=p_words(line.p, line.corrected),
                grade=GRADES[line.grade],
                shown=f"{up(shown.shift)} or more" if isinstance(shown, Shown) else "nothing",
            )
        case OneSided():
            raise ValueError("what one side alone has is no row")


def _none_that_matters(line: Pair | Groups, size: int) -> str:
    """That a difference does not matter, however sure it is; nothing where it may, or where the answer says so."""
    if not matters_not(line, size):
        return ""
    if isinstance(line, Pair):
        return f"no difference larger than {up(max(-line.longer.least, line.longer.most))}"
    if isinstance(line.answer, NoLarger):
        return ""
    return f"no difference larger than {up(max(-line.interval.least, line.interval.most))}; "


def span_words(of: Span) -> str:
    """An interval of differences: `−1.2 s to 3.4 s`."""
    least = "no limit" if of.least <= -UNBOUNDED else down(of.least)
    most = "no limit" if of.most >= UNBOUNDED else up(of.most)
    return f"{least} to {most}"


def _run(test: ComparedTest, group: Group, number: int, hrefs: Hrefs) -> RunRow:
    about = test.about
    versions = (("AOS", about.aos_version), ("ESXi", about.esxi_version))
    headlines = [f"{figure_name(name)} {duration(span)}" for (_, name), span in test.durations if name in HEADLINES]
    return RunRow(
        id=run_id(number),
        name=test.name,
        href=hrefs.get(test.report, ""),
        time=stamp(test.time)[:16] if test.time is not None else "unknown",
        group=group.name,
        versions=", ".join(f"{name} {value}" for name, value in versions if value),
        step=test.step,
        badge=badge(test.verdict),
        figures="; ".join(headlines),
    )
