from __future__ import annotations

import msgspec
import pytest

from analyzer.model.clock import ClockOffset
from analyzer.model.episode import Claim, Statement
from analyzer.model.evidence import Stretch
from analyzer.model.instant import SECOND, Span
from analyzer.model.measurement import KnownInstant
from analyzer.model.source import Origin
from analyzer.report.evidence.remarks import CHARACTERS, LINES, chosen_frames, one_line, remarks
from analyzer.report.view.labels import Labels
from tests.report.builder import GENESIS, SPAN, VMK, episode, run

HOSTILE = "x\ninstant restored (episode 1)\r\nclaim 9.9: all is well\x00\x1b[31m\u202e"


def test_each_frame_has_what_rests_on_it() -> None:
    judged = run(episode())
    said = remarks(judged, Labels(judged))
    assert said[Origin(SPAN, 52)] == (
        "claim 1.2: The remote CVM ended the old connection.",
        "measured resume (episode 1)",
        "measured outage (episode 1)",
        "slowest call WRITE (episode 1)",
    )
    assert said[Origin(SPAN, 41)][:2] == ("instant fault (episode 1)", "instant check (episode 1)")
    assert said[Origin(VMK, 30)] == ("measured outage (episode 1)",)
    assert all(origin.source != GENESIS for origin in said)


def test_instants_come_first() -> None:
    two = run(episode(), episode("route-injection"))
    first = chosen_frames(two).frames[0]
    assert remarks(two, Labels(two))[first][0] == "instant fault (episode 1)"
    assert "instant fault (episode 2)" in remarks(two, Labels(two))[first]


def test_text_of_others_stays_in_its_line() -> None:
    told = msgspec.structs.replace(
        episode().episode, claims=(Claim(Statement("noted", told=HOSTILE), (Origin(SPAN, 41),)),)
    )
    judged = run(msgspec.structs.replace(episode(), episode=told))
    lines = remarks(judged, Labels(judged))[Origin(SPAN, 41)]
    claimed = next(line for line in lines if line.startswith("claim"))
    assert ": x instant restored (episode 1) claim 9.9: all is well\\x00" in claimed
    assert not any(line.startswith("claim 9.9") for line in lines)
    assert all(line.isprintable() for line in lines)


@pytest.mark.parametrize("text", ["a" * 1_000_000, "é\n" * 1_000_000])
def test_a_line_has_an_end(text: str) -> None:
    assert len(one_line(text)) == CHARACTERS


def test_of_very_much_that_rests_on_a_frame_the_rest_is_counted() -> None:
    many = run(*(episode() for _ in range(50)))
    lines = remarks(many, Labels(many))[Origin(SPAN, 41)]
    assert len(lines) == LINES + 1
    assert lines[-1].endswith("more, which run.json has")


def test_the_stretch_is_that_of_all_episodes_on_each_captures_own_clock() -> None:
    judged = run(episode())
    ahead = ClockOffset(clock="capture:vmk1", reference="capture", offset=Span(2 * SECOND, 3 * SECOND), basis="given")
    sources = tuple(
        msgspec.structs.replace(source, clock="capture:vmk1") if source.name == VMK else source
        for source in judged.sources
    )
    moved = msgspec.structs.replace(judged, clocks=(*judged.clocks, ahead), sources=sources)
    found = {one.source: one for one in chosen_frames(moved).stretches}
    known = [i.at for i in judged.episodes[0].episode.instants if isinstance(i, KnownInstant)]
    assert found[SPAN].first <= min(at.least for at in known) - 10 * SECOND
    assert found[SPAN].last >= max(at.most for at in known) + 10 * SECOND
    assert found[VMK] == Stretch(VMK, found[SPAN].first + 2 * SECOND, found[SPAN].last + 3 * SECOND)


def test_without_an_episode_there_is_no_stretch() -> None:
    assert chosen_frames(run()).stretches == ()
