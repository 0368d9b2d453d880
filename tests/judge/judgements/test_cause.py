"""A stall that nothing explains is never fine; one whose cause a line or frame names is judged by its outage."""

from __future__ import annotations

import msgspec
import pytest

from analyzer.judge.judgements.cause import _decides, judge_cause
from analyzer.model.cluster import Host
from analyzer.model.episode import Claim, Episode, Statement, Wanted
from analyzer.model.event import Event, StargateStates
from analyzer.model.instant import SECOND, Instant
from analyzer.model.measurement import KnownInstant
from analyzer.model.path import Path
from analyzer.model.source import Origin, SourceKind
from tests.judge.health.scene import dossier, event, source
from tests.report import builder

LOCAL, REMOTE = Path("local"), Path("remote", via=builder.REMOTE)
BEGIN = builder.FAULT // SECOND


def stall(after: Path = LOCAL, *, before: Path = LOCAL, claim: Statement | None = None) -> Episode:
    """A stall of 20 s."""
    one = builder.episode("unexplained").episode
    edges = {"fault": BEGIN, "restored": BEGIN + 20}
    instants = tuple(
        msgspec.structs.replace(each, at=Instant("capture", edges[each.name] * SECOND, edges[each.name] * SECOND))
        for each in one.instants
        if isinstance(each, KnownInstant) and each.name in edges
    )
    claims = (Claim(claim, ()),) if claim is not None else ()
    return msgspec.structs.replace(one, before=before, after=after, instants=instants, claims=claims)


def found(at: int, *, up: bool, cvm: str = builder.CVM) -> Event:
    states = StargateStates(up=(cvm,)) if up else StargateStates(down=(cvm,))
    return event(states, at=BEGIN + at, origin=Origin("genesis.out", 500 + at))


def named(one: Episode, *events: Event) -> bool:
    host = Host(address=builder.HOST, cvm=builder.CVM)
    return judge_cause(one, dossier(events=events, hosts=(host,), episodes=(one,))) is None


def test_a_stall_that_nothing_explains_is_undecided() -> None:
    judgement = judge_cause(stall(), dossier())

    assert judgement is not None
    assert (judgement.verdict, judgement.reason, judgement.metric) == ("UNDECIDED", "no-cause", "cause")


def test_a_kind_is_its_own_explanation() -> None:
    assert judge_cause(builder.episode("cvm-failure").episode, dossier()) is None


@pytest.mark.parametrize(
    ("one", "events", "is_named"),
    [
        (stall(), (found(5, up=False), found(35, up=True)), True),
        (stall(claim=Statement("vm-reset", by="root")), (found(35, up=True),), True),
        (stall(claim=Statement("vm-reset", by="root")), (), False),
        (stall(REMOTE, claim=Statement("vm-stopped", by="root")), (), False),
        (stall(), (found(5, up=False), found(5, up=True)), False),
        (stall(), (found(5, up=False),), False),
        (stall(), (found(40, up=False), found(70, up=True)), False),
        (stall(), (found(5, up=False, cvm=builder.REMOTE), found(35, up=True, cvm=builder.REMOTE)), False),
        (
            stall(REMOTE, before=REMOTE),
            (found(5, up=False, cvm=builder.REMOTE), found(35, up=True, cvm=builder.REMOTE)),
            True,
        ),
        (stall(claim=Statement("connections-refused")), (), True),
        (stall(REMOTE, claim=Statement("connections-refused")), (), False),
        (stall(builder.UNKNOWN_PATH, claim=Statement("connections-refused")), (), False),
    ],
    ids=[
        "found down, then up",
        "reset, then up",
        "reset, and nothing has it up",
        "stopped, and service moved",
        "down and up at once",
        "never up again",
        "down afterwards",
        "another CVM",
        "the remote CVM",
        "connections refused",
        "service moved",
        "not back",
    ],
)
def test_what_names_a_cause(one: Episode, events: tuple[Event, ...], *, is_named: bool) -> None:
    assert named(one, *events) is is_named


def test_what_would_show_a_cause_is_not_asked_for_twice() -> None:
    sources = (source("genesis.out", kind="genesis"), source("vobd.log", kind="vobd"), source())
    without, everything = judge_cause(stall(), dossier()), judge_cause(stall(), dossier(sources=sources))

    assert without is not None
    assert everything is not None
    assert without.decides == (("leaders-checks", "host-logs", "whole-capture"),)
    assert everything.decides == ()


@pytest.mark.parametrize("name", [builder.HOST, "esx-a"], ids=["by its address", "by its name"])
def test_the_cvm_that_was_found_down_is_that_of_the_same_host(name: str) -> None:
    one = msgspec.structs.replace(stall(), host=name, cvm=None)
    hosts = (
        Host(address="192.168.1.25", cvm=builder.REMOTE, name="esx-b"),
        Host(address=builder.HOST, cvm=builder.CVM, name="esx-a"),
    )

    def is_named(cvm: str) -> bool:
        events = (found(5, up=False, cvm=cvm), found(35, up=True, cvm=cvm))
        return judge_cause(one, dossier(events=events, hosts=hosts, episodes=(one,))) is None

    assert is_named(builder.CVM)
    assert not is_named(builder.REMOTE)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ((), ("leaders-checks", "host-logs", "whole-capture")),
        (("genesis",), ("host-logs", "whole-capture")),
        (("vmkernel",), ("leaders-checks", "whole-capture")),
        (("capture", "genesis"), ("host-logs",)),
    ],
)
def test_what_would_show_a_cause_is_what_is_not_there_yet(
    given: tuple[SourceKind, ...], wanted: tuple[Wanted, ...]
) -> None:
    assert _decides(dossier(sources=tuple(source(kind, kind=kind) for kind in given))) == (wanted,)


@pytest.mark.parametrize("name", ["decided", "repaired"])
def test_a_refused_connection_is_not_all_of_it_where_a_route_was_changed(name: str) -> None:
    one = stall(claim=Statement("connections-refused"))
    changed = next(each for each in builder.episode("unexplained").episode.instants if each.name == name)
    assert isinstance(changed, KnownInstant)

    assert named(one)
    assert not named(msgspec.structs.replace(one, instants=(*one.instants, changed)))
