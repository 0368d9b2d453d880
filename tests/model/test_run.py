"""What of the evidence a run keeps, and everything that its findings rest on."""

from __future__ import annotations

from msgspec.structs import replace

from analyzer.model.event import (
    AddressOwned,
    Ends,
    Event,
    FrameRun,
    MacTraffic,
    NfsTerminate,
    Single,
    SshTraffic,
    StorageTraffic,
    TcpControl,
)
from analyzer.model.evidence import Evidence
from analyzer.model.finding import Finding
from analyzer.model.instant import Instant
from analyzer.model.run import origins_of
from analyzer.model.source import Origin
from tests.report import builder

ENDS = Ends("a", "b", "192.168.1.24", "192.168.5.2", 1, 2049)
RUN = FrameRun(Instant("c", 1, 1), 2, 2, 100)


def event(detail: object) -> Event:
    return Event(at=Instant("c", 0, 0), detail=detail, origin=Origin("f", 1))  # type: ignore[arg-type]


def test_runs_of_traffic_only_serve_correlation() -> None:
    runs = [
        StorageTraffic("frame", ENDS, RUN),
        MacTraffic("a", RUN),
        AddressOwned("a", "192.168.1.24", "arp", RUN),
        SshTraffic("192.168.1.27", "192.168.1.24", "a", RUN),
    ]
    kept = [TcpControl("RST", ENDS, 1, 1), NfsTerminate("sent", None, None)]

    evidence = Evidence(sources=(), events=tuple(event(detail) for detail in (*runs, *kept)))

    assert [one.detail for one in evidence.of(Single)] == kept


def test_a_way_is_the_first_run_of_its_kind_and_ends_in_each_source() -> None:
    other = replace(ENDS, sport=1)
    frame, call = StorageTraffic("frame", ENDS, RUN), StorageTraffic("call", ENDS, RUN)
    told = ((frame, "a"), (frame, "a"), (call, "a"), (replace(frame, ends=other), "a"), (frame, "b"))
    each = [Event(at=Instant("c", at, at), detail=one, origin=Origin(of, at)) for at, (one, of) in enumerate(told)]

    evidence = Evidence(sources=(), events=(*each, event(MacTraffic("a", RUN))))

    assert evidence.ways == (*each[:1], *each[2:5])


def test_every_origin_of_an_episode_is_proof() -> None:
    episode = builder.episode()

    proof = origins_of([episode], [Finding(code="AP1", severity="info", sentence="s", origins=(Origin("x", 9),))])

    assert Origin("x", 9) in proof
    for claim in episode.episode.claims:
        assert set(claim.origins) <= proof
    for instant in episode.episode.instants:
        assert set(getattr(instant, "origins", ())) <= proof
    for measurement in (*episode.stages, *episode.measurements):
        assert set(getattr(measurement, "origins", ())) <= proof
    assert set(episode.longest.origins if episode.longest else ()) <= proof


def test_nothing_found_rests_on_nothing() -> None:
    assert origins_of([], []) == set()


def test_a_run_is_shown_in_a_line() -> None:
    many = builder.run(*[builder.episode()] * 6, case="a\nb")

    assert repr(builder.run(builder.episode())) == "<Run 'cvm-failure': acceptable yes, LATE; cvm-failure LATE>"
    assert repr(many) == f"<Run 'a\\nb': acceptable yes, LATE; {', '.join(['cvm-failure LATE'] * 4)} and 2 more>"
    assert repr(builder.run(verdict="NOT-JUDGED")) == "<Run 'cvm-failure': acceptable yes, NOT-JUDGED; no episode>"
    assert str(many) == repr(many)
