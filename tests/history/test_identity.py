"""A test is its inputs, a run what a program found in them: keys that are the same wherever they are made."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.errors import UsageError
from analyzer.history import identity
from analyzer.history.identity import inputs_of
from analyzer.model.about import About
from analyzer.model.instant import Span
from analyzer.model.measurement import KnownMeasurement
from analyzer.model.run import Run
from analyzer.model.source import Origin
from tests.history.made import run

RUN = run()
SOURCES = RUN.sources
(EPISODE,) = RUN.episodes


def keys(made: Run) -> tuple[str, str]:
    test = identity.key_of_test(inputs_of(made, "it"))
    return test, identity.key_of_run(made, test)


def with_stage(least: int) -> Run:
    stage = EPISODE.stages[0]
    assert isinstance(stage, KnownMeasurement)
    moved = replace(stage, span=Span(least, stage.span.most))
    return replace(RUN, episodes=(replace(EPISODE, stages=(moved, *EPISODE.stages[1:])),))


UNREAD = replace(SOURCES[0], name="notes.docx", kind="unrecognised", digest=None)
SAME = {
    "names": replace(RUN, sources=tuple(replace(one, name=f"x/{one.name}") for one in SOURCES), case="x"),
    "order": replace(RUN, sources=SOURCES[::-1]),
    "twice": replace(RUN, sources=(*SOURCES, replace(SOURCES[0], name="copy"))),
    "unread": replace(RUN, sources=(*SOURCES, UNREAD)),
    "about": replace(RUN, about=About(cluster="b", title="x", labels=(("a", "b"),))),
}
OTHER_RUN = {
    "program": replace(RUN, autopath_version="2"),
    "settings": replace(RUN, settings=replace(RUN.settings, nfs_port=1)),
    "redacted": replace(RUN, settings=replace(RUN.settings, redacted=0)),
    "verdict": replace(RUN, verdict="MET"),
    "stage": with_stage(1),
    "no-episode": replace(RUN, episodes=()),
}
OTHER_TEST = {
    "less": replace(RUN, sources=SOURCES[1:]),
    "more": replace(RUN, sources=(*SOURCES, replace(SOURCES[0], digest="sha256:0"))),
}


@pytest.mark.parametrize("name", SAME)
def test_what_is_the_same_run(name: str) -> None:
    assert keys(SAME[name]) == keys(RUN)


@pytest.mark.parametrize("name", OTHER_RUN)
def test_what_is_another_run_of_the_test(name: str) -> None:
    test, key = keys(OTHER_RUN[name])
    assert test == keys(RUN)[0]
    assert key != keys(RUN)[1]


@pytest.mark.parametrize("name", OTHER_TEST)
def test_what_is_another_test(name: str) -> None:
    assert keys(OTHER_TEST[name])[0] != keys(RUN)[0]


def test_the_key_of_a_test_does_not_change() -> None:
    """Stores that are there have it: a change here would make each of their tests another one."""
    key = identity.key_of_test((("sha256:00", "a"), ("sha256:01", "b")))
    assert key == "4f6a3cf015bd664f57436f02094e7fc92ec2cb7fc0fce03cbf4c7e3746f2cace"


def test_an_input_without_a_digest_is_none_that_is_known_again() -> None:
    with pytest.raises(UsageError, match=r"^it: its inputs have no digests"):
        inputs_of(replace(RUN, sources=(*SOURCES, replace(SOURCES[0], digest=None))), "it")


def test_the_evidence_of_a_test_is_its_captures_and_what_has_events() -> None:
    made = run()
    names = {one.digest: one.name for one in made.sources}
    origin = Origin("genesis.log", 4)
    known = replace(made.events[0], origin=origin)
    log = replace(made.sources[2], name="genesis.log", digest="sha256:events")
    silent = replace(log, name="messages", digest="sha256:none")
    empty = replace(made.sources[0], name="empty.pcap", digest="sha256:empty", records=0)
    made = replace(made, events=(known,), sources=(*made.sources, log, silent, empty))

    assert {names.get(one, one) for one in identity.evidence_of(made)} == {
        *(one.name for one in run().sources if one.kind == "capture"),
        "sha256:events",
    }
