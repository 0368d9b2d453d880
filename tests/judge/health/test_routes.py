"""Routes: typed by hand, to a dead gateway, by an ICMP redirect, and deleted too early."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from analyzer.judge.findings import episode_findings, run_findings
from analyzer.judge.health.routes import dead_gateway
from analyzer.model.cluster import Cvm, Host
from analyzer.model.episode import EpisodeKind
from analyzer.model.event import (
    AddressOwned,
    ArpTraffic,
    Event,
    FrameRun,
    IcmpRedirect,
    Route,
    RouteCommand,
    RouteTable,
    SshTraffic,
    StargateStates,
    StorageTraffic,
)
from analyzer.model.finding import Finding
from analyzer.model.instant import MILLISECOND, SECOND, Instant
from analyzer.model.measurement import INSTANTS, EpisodeInstant, MissingInstant
from analyzer.model.source import Origin, Source
from tests.correlate.builder import (
    CVM,
    HOST,
    NOBODY,
    OUTSIDE,
    PEER,
    REMOTE,
    REMOTE_ETH0,
    STORAGE,
    Genesis,
    HostLog,
    neighbours,
)
from tests.correlate.scenes import both
from tests.judge.health.scene import PROOF, by_code, correlated, dossier, event, of_episodes, source
from tests.report import builder

SHELL_8 = "2026-03-23T05:59:51Z In(14) shell[1053659]: [root]: esxcfg-route -a 192.168.5.2 255.255.255.255 192.168.1.28"
SHELL_6 = "2015-07-19T04:10:01Z shell[35521]: [admin]: esxcfg-route -d 192.168.5.2/32 192.168.1.28"


def typed(text: str | None = SHELL_8, *, actor: str = "person", destination: str | None = STORAGE) -> Event:
    command = RouteCommand("add", actor, None, REMOTE, destination, "root")  # type: ignore[arg-type]
    return event(command, text=text, clock="esxi")


# --- by hand ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (SHELL_8, "root typed on 192.168.1.24: esxcfg-route -a 192.168.5.2 255.255.255.255 192.168.1.28"),
        (SHELL_6, "root typed on 192.168.1.24: esxcfg-route -d 192.168.5.2/32 192.168.1.28"),
        ("esxcfg-route -a …", "root typed on 192.168.1.24: esxcfg-route -a …"),
        (None, "root typed on 192.168.1.24: add a route by 192.168.1.28"),
    ],
    ids=["ESXi 8", "ESXi 6", "no header", "no text"],
)
def test_who_typed_what_and_where(text: str | None, line: str) -> None:
    log = source(PROOF.source, kind="shell", host=HOST, clock="esxi")

    found = by_code(dossier(events=(typed(text),), sources=(log,), hosts=(Host(address=HOST),)))["AP101"]

    assert (found.sentence, found.origins) == (line, (PROOF,))


def test_a_host_that_nothing_names_is_not_called_by_the_clock_of_its_log() -> None:
    log = source(PROOF.source, kind="shell", clock="esxi")

    found = by_code(dossier(events=(typed(),), sources=(log,), hosts=(Host(address=None, name="esxi"),)))["AP101"]

    assert found.sentence.startswith("root typed: esxcfg-route -a")


@pytest.mark.parametrize(
    "command",
    [typed(actor="genesis"), typed(actor="unknown"), typed(destination="10.0.0.0")],
    ids=["Genesis", "nobody knows", "another address"],
)
def test_what_nobody_typed_for_the_storage_address(command: Event) -> None:
    assert "AP101" not in by_code(dossier(events=(command,)))


def test_a_command_that_an_episode_rests_on_is_told_there() -> None:
    episode = builder.episode("route-injection").episode
    command = msgspec.structs.replace(typed(), origin=episode.claims[0].origins[0])
    what = dossier(events=(command,), episodes=(episode,))

    assert "AP101" in of_episodes(what)
    assert "AP101" not in by_code(what)


# --- the connection before -------------------------------------------------------------------------------------------


DELETED = (builder.FAULT + 24_740 * MILLISECOND) // SECOND
COVERED = source("genesis.out", kind="genesis", span=(DELETED - 60, DELETED + 60))
ENDED = source("genesis.out", kind="genesis", span=(DELETED - 600, DELETED - 60))


@pytest.mark.parametrize(
    ("absence", "sources", "told"),
    [
        pytest.param("not-observed", (COVERED,), True, id="the log covers it"),
        pytest.param("not-observed", (ENDED,), False, id="the log had ended"),
        pytest.param("not-observed", (), False, id="nothing could show it"),
        pytest.param("not-applicable", (COVERED,), False, id="not applicable"),
        pytest.param("not-in-evidence", (COVERED,), False, id="not in the evidence"),
    ],
)
def test_a_route_deleted_without_terminating_connections(absence: str, sources: tuple[Source, ...], told: bool) -> None:
    episode = builder.episode("route-injection").episode
    instants: list[EpisodeInstant] = [
        MissingInstant("terminated", absence, "not-shown") if item.name == "terminated" else item  # type: ignore[arg-type]
        for item in episode.instants
    ]
    assert [item.name for item in instants] == list(INSTANTS)

    found = episode_findings(msgspec.structs.replace(episode, instants=tuple(instants)), dossier(sources=sources))

    mine = [finding for finding in found if finding.code == "AP103"]
    assert bool(mine) is told
    assert all(finding.origins and REMOTE in finding.sentence for finding in mine)


@pytest.mark.parametrize("terminates", [True, False])
def test_a_log_that_never_speaks_of_the_connection(terminates: bool) -> None:
    log = Genesis()
    for ms in (0, 30_000):
        log.all_up(ms)
    log.illegal(60_000, REMOTE)
    log.task(61_000, "delete", REMOTE)
    if terminates:
        log.terminates(64_000)
    log.orders(65_000, "delete", REMOTE)
    log.result(66_000, "delete", REMOTE)
    log.all_up(90_000)

    assert ("AP103" in of_episodes(correlated(log))) is not terminates


# --- the gateway -----------------------------------------------------------------------------------------------------


def injection(gateway: str, *, valid: bool | None, states: tuple[StargateStates, ...] = ()) -> dict[str, Finding]:
    episode = msgspec.structs.replace(builder.episode("route-injection").episode, gateway=gateway, gateway_valid=valid)
    at = builder.FAULT // SECOND - 20
    return of_episodes(dossier(events=tuple(event(one, at=at) for one in states), episodes=(episode,)))


WELL = StargateStates(up=(CVM, PEER, REMOTE), all_of="up")
ILL = StargateStates(up=(CVM, PEER), down=(REMOTE,))


@pytest.mark.parametrize(
    ("gateway", "valid", "states", "words"),
    [
        pytest.param(NOBODY, False, (), None, id="nobody was asked"),
        pytest.param(NOBODY, False, (WELL,), "is no CVM of the cluster, and nobody answers", id="nobody, and no CVM"),
        pytest.param("192.168.1.1", None, (WELL,), "is no CVM of the cluster", id="no CVM"),
        pytest.param(
            REMOTE,
            True,
            (StargateStates(up=(CVM, PEER), down=(REMOTE,)),),
            "Stargate was down",
            id="a CVM that is down",
        ),
        pytest.param(REMOTE, True, (WELL,), None, id="a CVM"),
        pytest.param(REMOTE, None, (StargateStates(down=(CVM,)),), None, id="a log that names who is down only"),
        pytest.param(
            REMOTE,
            None,
            (StargateStates(down=(CVM,)), StargateStates(up=(CVM,))),
            None,
            id="a log that names whose state changed",
        ),
        pytest.param("192.168.1.30", True, (WELL,), None, id="a CVM that no check names, and that serves"),
        pytest.param(REMOTE, None, (), None, id="nothing is known of it"),
    ],
)
def test_a_wrong_or_dead_gateway(
    gateway: str, valid: bool | None, states: tuple[StargateStates, ...], words: str | None
) -> None:
    found = injection(gateway, valid=valid, states=states)

    assert ("AP108" in found) is (words is not None)
    if words:
        assert words in found["AP108"].sentence


# --- ICMP redirects --------------------------------------------------------------------------------------------------


def test_a_gateway_that_is_there_and_serves_nothing() -> None:
    episode = msgspec.structs.replace(builder.episode("route-injection").episode, gateway_valid=False)
    at = builder.FAULT // SECOND + 2
    run = FrameRun(Instant("capture", at * SECOND, at * SECOND), 2, 2, 200)
    owned = event(AddressOwned(REMOTE_ETH0, REMOTE, "arp", run), at=at)

    found = of_episodes(dossier(events=(owned,), episodes=(episode,)))

    assert "answers ARP, but no NFS reply came from it" in found["AP108"].sentence


def at_fault(detail: AddressOwned | ArpTraffic | SshTraffic) -> Event:
    """An event in the episode's time."""
    return event(detail, at=builder.FAULT // SECOND + 2)


def unserved(*events: Event, sources: tuple[Source, ...] = ()) -> dict[str, Finding]:
    """The findings of an injected route by which no reply came."""
    episode = msgspec.structs.replace(builder.episode("route-injection").episode, gateway_valid=False)
    return of_episodes(dossier(events=events, episodes=(episode,), sources=sources))


def during() -> FrameRun:
    at = builder.FAULT // SECOND + 2
    return FrameRun(Instant("capture", at * SECOND, at * SECOND), 2, 2, 200)


def test_a_gateway_that_was_asked_for_in_vain() -> None:
    asked = at_fault(ArpTraffic("request", "00:25:90:aa:00:24", HOST, REMOTE, None, during()))

    assert "Nobody answers" in unserved(asked)["AP108"].sentence


def test_a_cvm_that_lives_is_no_dead_gateway() -> None:
    owned = at_fault(AddressOwned(REMOTE_ETH0, REMOTE, "arp", during()))
    ssh = at_fault(SshTraffic(REMOTE, HOST, REMOTE_ETH0, during()))

    assert "AP108" in unserved(owned)
    assert "AP108" not in unserved(owned, event(WELL, clock="log"))
    assert "AP108" not in unserved(owned, ssh)
    assert "AP108" not in unserved(owned, sources=(source("genesis.out", kind="genesis", host=REMOTE),))


def test_a_cvm_whose_log_there_is_needs_no_check_to_name_it() -> None:
    episode = msgspec.structs.replace(builder.episode("route-injection").episode, gateway="192.168.1.30")
    listed = event(WELL, clock="log")
    own = source("genesis.out", kind="genesis", host="192.168.1.30")

    assert "AP108" not in of_episodes(dossier(events=(listed,), episodes=(episode,), sources=(own,)))


ROUTE = Route(STORAGE, "255.255.255.255", REMOTE, "vmk0")
REDIRECT = event(IcmpRedirect("192.168.1.1", HOST, STORAGE, REMOTE), at=50, origin=Origin("span.pcap", 50))


def frames(at: int) -> Event:
    run = FrameRun(Instant("capture", (at + 9) * SECOND, (at + 9) * SECOND), at + 9, 9, 900)
    return event(StorageTraffic("frame", OUTSIDE, run), at=at, origin=Origin("span.pcap", at))


def owner() -> Event:
    run = FrameRun(Instant("capture", SECOND, SECOND), 2, 2, 200)
    return event(AddressOwned(REMOTE_ETH0, REMOTE, "arp", run))


def test_a_redirect_is_told() -> None:
    found = by_code(dossier(events=(REDIRECT,)))

    assert set(found) == {"AP104"}
    assert found["AP104"].origins == (REDIRECT.origin,)
    assert f"told {HOST} to reach {STORAGE} through {REMOTE}" in found["AP104"].sentence


def test_a_redirect_to_elsewhere_is_none_of_ours() -> None:
    assert by_code(dossier(events=(event(IcmpRedirect("192.168.1.1", HOST, "10.0.0.7", REMOTE)),))) == {}


@pytest.mark.parametrize(
    ("events", "followed"),
    [
        pytest.param((frames(51),), True, id="frames to the gateway after it"),
        pytest.param((frames(10), frames(51)), False, id="they went there before"),
        pytest.param((frames(200),), False, id="much later"),
        pytest.param((frames(51), typed()), False, id="somebody typed the route"),
        pytest.param(
            (event(RouteTable((Route(STORAGE, "255.255.255.255", REMOTE, "vmk0"),))),),
            True,
            id="the route table has it",
        ),
        pytest.param((), False, id="nothing"),
    ],
)
def test_a_redirect_that_a_host_followed(events: tuple[Event, ...], followed: bool) -> None:
    found = by_code(dossier(events=(owner(), REDIRECT, *events)))

    assert "AP104" in found
    assert ("AP115" in found) is followed


def test_a_redirect_in_a_capture_of_a_healthy_cluster_is_told_with_the_frame() -> None:
    span, _ = both()
    neighbours(span, 0, 90_000)

    found = by_code(correlated(span, more=(msgspec.structs.replace(REDIRECT, at=span.at(5_000)),)))

    assert found["AP104"].origins == (REDIRECT.origin,)
    assert "AP115" not in found


def test_a_recovery_has_no_gateway_that_could_be_wrong() -> None:
    episode = msgspec.structs.replace(builder.episode("cvm-recovery").episode, gateway=NOBODY, gateway_valid=False)

    assert "AP108" not in of_episodes(dossier(episodes=(episode,)))


def test_a_shell_log_without_routes_is_nothing() -> None:
    log = replace(HostLog(), source="shell.log", kind="shell")

    assert by_code(correlated(log)) == {}


def test_a_line_with_several_commands_is_told_once() -> None:
    line = "2023-12-07T05:06:50.900Z In(14) shell[22]: [root]: esxcfg-route -d …; esxcfg-route -a …"

    told = dossier(events=(typed(line), typed(line)))

    assert [one.sentence for one in run_findings(told) if one.code == "AP101"] == [
        "root typed: esxcfg-route -d …; esxcfg-route -a …"
    ]


def test_a_command_that_may_not_have_run_is_said_to_be_one() -> None:
    maybe = typed("[root]: true || esxcfg-route -a …")
    maybe = msgspec.structs.replace(maybe, detail=msgspec.structs.replace(maybe.detail, sure=False))

    assert by_code(dossier(events=(maybe,)))["AP101"].sentence.endswith("(the line does not show whether it was run)")


@pytest.mark.parametrize(("kind", "codes"), [("route-injection", ["AP108"]), ("cvm-recovery", []), ("unexplained", [])])
def test_a_gateway_is_only_blamed_where_a_route_was_put(kind: EpisodeKind, codes: list[str]) -> None:
    """What ended with the return of a CVM, or by nothing that is known, went well by whatever gateway it had."""
    told = msgspec.structs.replace(builder.episode("route-injection").episode, kind=kind)
    down = event(StargateStates(down=(REMOTE,)), at=builder.FAULT // SECOND - 1)
    hosts = (Host(address=HOST, cvm=CVM),)
    given = dossier(events=(down,), cvms=(Cvm(address=REMOTE),), hosts=hosts, episodes=(told,))

    assert [one.code for one in dead_gateway(told, given)] == codes
