"""The first screen of a run, put together."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from analyzer.model.episode import MeasuredEpisode
from analyzer.model.run import Acceptable, Run
from analyzer.report.answer import assumed, headline
from analyzer.report.coverage import untold
from analyzer.report.story import in_a_sentence
from analyzer.report.told import doubt_words
from analyzer.report.view.front.parts import Front, Sentence
from analyzer.report.view.front.problems import problems
from analyzer.report.view.front.rows import rows
from analyzer.report.view.judgement import badge
from analyzer.report.view.labels import Labels
from analyzer.report.view.limits import worst
from analyzer.report.view.parts import Badge, Fact
from analyzer.report.words import counted

DETECTION = "the default for the detection is one published test"
OUTAGE = "the default for the outage is the time after which ESXi declares All Paths Down (APD)"
DOUBTS = 2  # of an episode; below stand all
UNTOLD = 4  # signs of what no episode tells; below stand all
MOST = 12  # episodes that are told before the judgements: those with the worst verdicts
ANSWERS: dict[Acceptable, Badge] = {
    "yes": Badge("Acceptable: yes", "✓", "met", ""),
    "no": Badge("Acceptable: no", "✗", "missed", ""),
    "unknown": Badge("Acceptable: unknown", "?", "undecided", ""),
}


def front(run: Run, labels: Labels, whole: Collection[int] | None, listed: Sequence[int]) -> Front:
    """The first screen; links lead to the episodes whose numbers are in `whole`, and those `listed` have a
    sentence. None: there are no links.
    """
    shown, more = problems(run, labels, whole)
    drawn, linked = rows(run, labels, whole or ()), whole or ()
    foremost = frozenset(worst(run, MOST))
    return Front(
        title=run.about.title or run.case,
        about=tuple(_about(run)),
        acceptable=ANSWERS[run.acceptable],
        answer=headline(run).removeprefix(f"Acceptable: {run.acceptable}. "),
        sentences=tuple(
            _sentence(run.episodes[number - 1], number, labels, linked, folded=number not in foremost)
            for number in listed
        ),
        untold=_untold(run, labels),
        rows=drawn,
        more_rows=sum(len(one.judgements) for one in run.episodes) - len(drawn),
        defaults=_defaults(run),
        assumed=assumed(run),
        problems=shown,
        more_problems=more,
    )


def _about(run: Run) -> Iterator[Fact]:
    """What people call the run by, as far as it is known."""
    about = run.about
    told = (
        ("Ticket", about.ticket),
        ("Cluster", about.cluster),
        ("Operator", about.operator),
        ("AOS", about.aos_version),
        ("ESXi", about.esxi_version),
        ("Case", run.case if about.title else None),
        *about.labels,
    )
    yield from (Fact(term, text) for term, text in told if text)


def _sentence(
    measured: MeasuredEpisode, number: int, labels: Labels, whole: Collection[int], *, folded: bool
) -> Sentence:
    return Sentence(
        number=number,
        href=f"#episode-{number}" if number in whole else "",
        text=labels.text(in_a_sentence(measured, labels.party, labels.zone)),
        badge=badge(measured.verdict),
        confidence=_confidence(measured, labels),
        folded=folded,
    )


def _confidence(measured: MeasuredEpisode, labels: Labels) -> str:
    """How sure it is, and the first reasons why not more."""
    episode = measured.episode
    doubts = [labels.text(doubt_words(doubt)) for doubt in episode.doubts[:DOUBTS]]
    more = [f"and {counted(len(episode.doubts) - DOUBTS, 'more reason')}"] if len(episode.doubts) > DOUBTS else []
    return f"{episode.confidence}: {'; '.join((*doubts, *more))}" if doubts else episode.confidence


def _untold(run: Run, labels: Labels) -> tuple[str, ...]:
    """The first signs of what no episode tells, and how many more there are."""
    each = tuple(untold(run, labels))
    if len(each) <= UNTOLD:
        return each
    return (*each[:UNTOLD], f"{counted(len(each) - UNTOLD, 'more sign')} of this: see run.json.")


def _defaults(run: Run) -> str:
    """What was judged without an expectation of the user's, and by what instead; empty where nothing was."""
    judged = [one for episode in run.episodes for one in episode.judgements if one.expected is not None and not one.own]
    by = (("detection", DETECTION), ("outage", OUTAGE))
    told = [words for metric, words in by if any(one.metric.startswith(metric) for one in judged)]
    if not told:
        return ""
    own = any(one.own for episode in run.episodes for one in episode.judgements)
    given = "For the rest no expectation" if own else "No expectation"
    return f"{given} of yours was given: {', and '.join(told)}. Give yours with --expectations."
