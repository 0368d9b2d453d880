"""Whether a run says itself that a Span outside the truth is in doubt, for a reason that the truth shows to be real.

Such a reason is always a clock on which the Span rests: that clock really is off, or was set, by as much as the Span is
outside the truth; and the run tells that it takes this clock for right, or that it contradicts another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyzer.model.episode import Episode
from analyzer.model.measurement import InstantName
from analyzer.model.source import Origin
from analyzer.model.told import DoubtName
from bench.accuracy.compare.sight import Sight

OF_CAPTURES: tuple[DoubtName, ...] = ("capture-clocks-differ", "capture-clock-set")
OF_LOGS: tuple[DoubtName, ...] = ("several-offsets-fit",)
OF_INSTANTS: tuple[DoubtName, ...] = ("contradicted", "out-of-order")
CONTRADICT, WENT_BACK = "AP203", "AP205"


def doubted(
    origins: Sequence[Origin], rests_on: Sequence[InstantName], beside: int, episode: Episode, sight: Sight
) -> str:
    """The reason, or nothing. `beside`: how far outside the truth the Span is that rests on these instants, ns."""
    sources = {one.source for one in origins}
    wrong = {source for source in sources if sight.off(source)}
    by = {source for source in sight.rests_on(sources) if sight.off(source)}
    stamps = max((sight.dials.resolution(sight.clock_name(source)) for source in wrong), default=0)
    most = sum(sight.off(source) for source in wrong) + max((sight.off(source) for source in by), default=0)
    return next(_told(wrong | by, rests_on, episode, sight), "") if beside <= most + stamps else ""


def _told(wrong: set[str], rests_on: Sequence[InstantName], episode: Episode, sight: Sight) -> Iterator[str]:
    """What the run says of the sources that really are wrong."""
    if not wrong:
        return
    clocks = {sight.clock_name(source) for source in wrong}
    if any(one.clock in clocks and one.basis == "assumed" for one in sight.run.clocks):
        yield "a clock is assumed"
    captures = {source for source in wrong if sight.kinds.get(source) == "capture"}
    for doubt in episode.doubts:
        of_these = (doubt.name in OF_CAPTURES and captures) or (doubt.name in OF_LOGS and wrong - captures)
        if of_these or (doubt.name in OF_INSTANTS and doubt.instant in rests_on):
            yield doubt.name
    for finding in sight.run.findings:
        of = {one.source for one in finding.origins}
        if finding.code == CONTRADICT and (not of or {sight.clock_name(source) for source in of} & clocks):
            yield "clocks contradict each other"
        if finding.code == WENT_BACK and of & wrong:
            yield "a log's stamps go back"
