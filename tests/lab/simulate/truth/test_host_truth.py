"""What kind each fault is, by the path that would have been right: the table of docs/kinds.md, written by hand."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Literal, NamedTuple

import pytest

from analyzer.lab.simulate import Evidence, Fault, Options, Scenario, scenario_of, simulate
from analyzer.lab.simulate.scenario.options import DRAWN
from analyzer.lab.simulate.scenario.scenario_file import as_toml, load_scenario
from analyzer.model.instant import SECOND
from analyzer.model.path import Path as Way
from analyzer.model.truth import TrueEpisode, Truth
from tests.conftest import SAMPLES
from tests.lab.simulate.made import made

FOLDER = SAMPLES / "kinds"
NAMES = sorted(path.stem for path in FOLDER.glob("*.toml") if path.stem != "cases")
BOOT = {"quick-reboot": 8 * SECOND, "deleted-while-booting": 50 * SECOND, "exchanged-while-booting": 30 * SECOND}
By = Literal["genesis", "person", "nobody"]


class Is(NamedTuple):
    """An episode: its kind, host and CVM by the last number of their addresses, who repaired it, whether Genesis found
    it, its path before, during and after.
    """

    kind: str
    host: int
    cvm: int | None
    by: By
    found: bool
    path: str


def fails(path: str = "local dead remote", *, by: By = "genesis", found: bool = True) -> Is:
    return Is("cvm-failure", 24, 26, by, found, path)


def injected(path: str = "local remote local", *, by: By = "genesis", found: bool = True) -> Is:
    return Is("route-injection", 24, None, by, found, path)


def deleted(*, by: By = "genesis", found: bool = True) -> Is:
    return Is("route-deletion", 24, None, by, found, "remote dead remote")


def recovers(path: str = "remote remote local", *, by: By = "genesis", found: bool = True) -> Is:
    return Is("cvm-recovery", 24, 26, by, found, path)


def stalls(path: str = "local dead local", host: int = 24, cvm: int = 26) -> Is:
    return Is("unexplained", host, cvm, "nobody", False, path)


ALONE = fails(by="person", found=False)
ROWS: dict[str, tuple[Is, ...]] = {
    # right is local; a route to a living CVM, or to nobody, appears
    "added-to-nobody-too": (injected(),),
    "added-thrice": (injected(),),
    "added-and-failed": (injected("local remote remote", by="nobody", found=False),),
    "added-to-nobody-and-failed": (injected("local dead dead"), fails()),
    # right becomes remote, and Genesis creates a task
    "hang": (fails(), recovers()),
    "hang-that-becomes-death": (fails(),),
    "restart-back-before-route": (fails(), recovers()),
    "added-to-nobody": (fails(),),
    "added-second": (fails(),),
    "added-as-genesis-did": (fails(),),
    # or a person is first
    "added-alone": (ALONE,),
    "added-first": (fails(by="person"),),
    "added-first-elsewhere": (fails(by="person"),),
    "added-while-hung": (ALONE, recovers()),
    "added-while-restarting": (ALONE, recovers()),
    # the own CVM serves again before Genesis creates a task
    "restart": (stalls(),),
    "quick-reboot": (stalls(),),
    # Genesis forwards a host that its own CVM serves
    "isolated": (fails("local local remote"), recovers()),
    # Genesis forwards a host whose own CVM is to be stopped
    "maintained": (fails("local local remote", found=False),),
    # right is remote; the valid route is deleted, or exchanged for one to nobody
    "deleted-while-hung": (fails(), deleted(), recovers()),
    "deleted-while-booting": (fails(), recovers(), deleted()),
    "deleted-and-added": (fails(), deleted(by="person", found=False)),
    "exchanged-for-nobody": (fails(), deleted()),
    # or exchanged for one to another living CVM
    "exchanged": (fails(),),
    "exchanged-while-booting": (fails(), recovers()),
    # right is remote; the CVM that serves stops serving
    "gateway-fails": (
        fails(),
        Is("cvm-failure", 24, 28, "genesis", True, "remote dead remote"),
        Is("cvm-failure", 23, 28, "genesis", True, "local dead remote"),
    ),
    "gateway-restarts": (fails(), stalls("remote dead remote", cvm=28), stalls(host=23, cvm=28)),
    "gateway-cut-off": (fails(), Is("cvm-failure", 24, 28, "genesis", True, "remote dead remote")),
    # right becomes local again
    "given-back-by-hand": (fails(), recovers(by="person", found=False)),
    "back-and-dead-again": (fails(), recovers("remote remote remote", by="nobody", found=False)),
    # a command that changes nothing
    "deleted-nothing": (),
}


def truth_of(name: str, seed: int) -> tuple[TrueEpisode, ...]:
    options = Options(boot=BOOT.get(name, DRAWN), phase=20 * SECOND, tail=40 * SECOND, reply_path="symmetric")
    return made(str(FOLDER / f"{name}.toml"), seed, options, Evidence(esxi_logs=True)).truth.episodes


def seen(true: TrueEpisode, row: Is | None = None) -> Is:
    """A true episode as a row says it."""
    number = [int(address.rpartition(".")[2]) if address else None for address in (true.host, true.cvm)]
    by: By = true.repaired_by if true.repaired_by in ("genesis", "person") else "nobody"
    path = " ".join(one.kind for one in (true.before, true.during, true.after))
    if row is not None and row.path.startswith("local dead remote") and true.instants.restored is None:
        path = row.path  # the next fault came before the host's first reply on the path that was put right
    assert (true.instants.repaired is None) == (true.repaired_by is None)
    return Is(true.kind, number[0] or 0, number[1], by, true.instants.detected is not None, path)


def test_every_sample_has_its_row() -> None:
    assert sorted(ROWS) == NAMES


@pytest.mark.parametrize("seed", range(1, 9))
@pytest.mark.parametrize("name", NAMES)
def test_the_truth_is_what_the_table_says(name: str, seed: int) -> None:
    episodes, rows = truth_of(name, seed), ROWS[name]

    assert [one.kind for one in episodes] == [row.kind for row in rows]
    assert [seen(one, row) for one, row in zip(episodes, rows, strict=True)] == list(rows)


@pytest.mark.parametrize("name", NAMES)
def test_a_host_that_is_forwarded_before_its_cvm_stops_is_planned(name: str) -> None:
    assert any(one.planned for one in truth_of(name, 1)) == (name == "maintained")


@pytest.mark.parametrize("name", NAMES)
def test_a_failure_of_a_cvm_that_serves_is_a_mistake(name: str) -> None:
    assert [one.mistaken for one in truth_of(name, 1)] == [
        name == "isolated" and row.kind == "cvm-failure" for row in ROWS[name]
    ]


@pytest.mark.parametrize(
    ("name", "gateways"),
    [
        ("added-first-elsewhere", [27]),
        ("added-second", [28]),
        ("added-to-nobody", [28]),
        ("exchanged-for-nobody", [28, 28]),
        ("exchanged-while-booting", [28, 27]),
        ("added-to-nobody-and-failed", [99, 28]),
    ],
)
def test_the_gateway_is_that_of_the_change_that_put_it_right(name: str, gateways: list[int]) -> None:
    assert [int((one.gateway or "0").rpartition(".")[2]) for one in truth_of(name, 1)] == gateways


@pytest.mark.parametrize("name", NAMES)
def test_the_scenario_is_written_as_it_was_read(name: str) -> None:
    scenario = load_scenario(FOLDER / f"{name}.toml")

    assert scenario.name == name
    assert as_toml(scenario).count("[[fault]]") == len(scenario.fault)


def made_of(folder: Path, *faults: str, nodes: int = 3) -> list[tuple[str, int, By]]:
    """(kind, host, who repaired it) of faults that are written as `do on at more`."""
    episodes = truth_made_of(folder, *faults, nodes=nodes)
    return [(one.kind, int(one.host.rpartition(".")[2]), seen(one).by) for one in episodes]


def truth_made_of(folder: Path, *faults: str, nodes: int = 3, seed: int = 1) -> tuple[TrueEpisode, ...]:
    tables = []
    for fault in faults:
        do, on, at, *more = fault.split()
        lines = [f'do = "{do}"', f"on = {on}", f"at = {at}", *more]
        tables.append("[[fault]]\n" + "\n".join(lines))
    path = folder / "made.toml"
    path.write_text(f"nodes = {nodes}\n" + "\n".join(tables) + "\n", "utf-8")
    options = Options(phase=20 * SECOND, boot=20 * SECOND, tail=40 * SECOND, reply_path="symmetric")
    return simulate(scenario_of(str(path)), seed, options).truth.episodes


FAILED = ("cvm-failure", 24, "genesis")
OFF = "cvm-power-off 1 12"  # Genesis' route is there at 35 s


@pytest.mark.parametrize(
    ("faults", "expected"),
    [
        pytest.param(
            [OFF, "partition 1 44 seconds=30"],
            [FAILED, ("unexplained", 24, "nobody")],
            id="the-host-is-cut-off-from-the-cvm-that-serves-it",
        ),
        pytest.param(["partition 3 12 seconds=60"], [], id="a-node-is-cut-off-and-serves-its-own-host"),
        pytest.param(
            ["cvm-isolation 1 12 seconds=60", "cvm-power-off 1 44"],
            [FAILED],
            id="an-isolated-cvm-whose-host-was-forwarded-dies",
        ),
        pytest.param(
            ["cvm-isolation 1 4 seconds=70", "cvm-hang 1 10 seconds=9"],
            [FAILED, ("unexplained", 24, "nobody"), ("cvm-recovery", 24, "genesis")],
            id="an-isolated-cvm-goes-on-and-is-still-isolated",
        ),
        pytest.param(
            [OFF, "icmp-redirect 1 16 gateway=2"], [("cvm-failure", 24, "nobody")], id="a-redirect-makes-it-right"
        ),
        pytest.param(
            ["icmp-redirect 1 12 gateway=2"], [("route-injection", 24, "genesis")], id="a-redirect-makes-it-wrong"
        ),
        pytest.param(
            [OFF, "host-reboot 3 44 seconds=60"],
            [FAILED, ("unexplained", 23, "nobody"), ("cvm-failure", 24, "genesis")],
            id="the-gateways-host-reboots",
        ),
        pytest.param(
            ["route-add 1 12 gateway=3", "route-delete 1 16", "cvm-power-off 1 20"],
            [("route-injection", 24, "person"), FAILED],
            id="taken-back-and-then-a-failure",
        ),
        pytest.param(
            ["route-add 1 12 gateway=3", "cvm-power-off 1 16", "route-delete 1 44"],
            [("route-injection", 24, "nobody"), ("route-deletion", 24, "genesis")],
            id="what-the-own-cvms-end-made-right-is-deleted",
        ),
        pytest.param(
            ["cvm-hang 1 12 seconds=40", "route-delete 1 44"],
            [FAILED, ("route-deletion", 24, "nobody")],
            id="deleted-and-the-own-cvm-is-back-before-the-check",
        ),
        pytest.param(["nfs-hang 1 12 seconds=60", "cvm-power-off 1 16"], [FAILED], id="a-hung-server-loses-its-cvm"),
        pytest.param(
            ["nfs-hang 1 12 seconds=60", "cvm-isolation 1 16 seconds=90"],
            [FAILED, ("cvm-recovery", 24, "genesis")],
            id="a-hung-server-is-out-of-reach",
        ),
        pytest.param(
            ["stargate-restart 1 12 seconds=16", "route-add 1 14 gateway=2 beside_genesis=-0.2"],
            [FAILED, ("cvm-recovery", 24, "genesis"), ("route-injection", 24, "nobody")],
            id="genesis-exchanges-what-was-just-added-for-its-own",
        ),
        pytest.param(
            ["nfs-hang 1 4 seconds=4", "cvm-power-off 1 12"],
            [("unexplained", 24, "nobody"), FAILED],
            id="a-server-that-went-on-loses-its-cvm",
        ),
        pytest.param(
            [OFF, "cvm-power-on 1 44", "cvm-power-off 1 66"], [FAILED], id="a-cvm-that-booted-and-served-nobody-is-off"
        ),
        pytest.param(
            [OFF, "cvm-power-on 1 44", "stargate-restart 1 66 seconds=2"],
            [FAILED, ("cvm-recovery", 24, "genesis")],
            id="a-return-goes-on-that-no-check-saw-fail",
        ),
        pytest.param(
            [OFF, "cvm-power-on 1 44", "cvm-hang 1 66 seconds=30"],
            [FAILED, ("cvm-recovery", 24, "genesis")],
            id="a-return-begins-after-the-check-that-saw-it-fail",
        ),
        pytest.param(
            ["cvm-hang 1 12 seconds=47", "route-delete 1 44"],
            [FAILED, ("route-deletion", 24, "genesis"), ("cvm-recovery", 24, "genesis")],
            id="deleted-and-the-own-cvm-is-back-as-the-check-asks",
        ),
        pytest.param(
            ["stargate-restart 1 12 seconds=10", 'route-add 1 15 gateway="192.168.1.99"'],
            [("route-injection", 24, "genesis")],
            id="a-route-to-nobody-stays-when-the-own-cvm-serves-again",
        ),
        pytest.param(
            ["cvm-hang 1 12 seconds=16.5", 'route-add 1 15 gateway="192.168.1.99"'],
            [FAILED, ("cvm-recovery", 24, "genesis")],
            id="a-route-to-nobody-stays-and-the-check-that-asks-had-begun",
        ),
        pytest.param(
            ["cvm-power-off 1 5", "cvm-power-on 1 7.85"],
            [FAILED, ("cvm-recovery", 24, "genesis")],
            id="a-check-asks-a-cvm-whose-links-are-up-and-whose-stargate-is-not",
        ),
        pytest.param(
            ["stargate-restart 2 10 seconds=8", "stargate-restart 1 12 seconds=60", "icmp-redirect 1 14 gateway=2"],
            [("unexplained", 25, "nobody"), ("cvm-failure", 24, "nobody"), ("cvm-recovery", 24, "genesis")],
            id="a-redirect-makes-it-right-once-its-cvm-serves",
        ),
        pytest.param(
            ["stargate-restart 2 10 seconds=18.5", "stargate-restart 1 12 seconds=18", "icmp-redirect 1 14 gateway=2"],
            [
                ("cvm-failure", 25, "genesis"),
                ("cvm-failure", 24, "nobody"),
                ("cvm-recovery", 25, "genesis"),
                ("cvm-recovery", 24, "genesis"),
                FAILED,
                ("cvm-recovery", 24, "genesis"),
            ],
            id="its-own-cvm-serves-again-while-genesis-exchanges-the-route",
        ),
        pytest.param(
            ["host-reboot 1 4 seconds=2", "cvm-isolation 1 34 seconds=30"],
            [("unexplained", 24, "nobody"), FAILED, ("cvm-recovery", 24, "genesis")],
            id="a-cvm-that-booted-and-serves-is-unseen-before-a-check-had-it-as-initialised",
        ),
    ],
)
def test_faults_inside_other_faults(faults: list[str], expected: list[tuple[str, int, By]], tmp_path: Path) -> None:
    assert made_of(tmp_path, *faults, nodes=4) == expected


@pytest.mark.parametrize(
    ("faults", "seconds"),
    [
        ([OFF], 0),
        (["nfs-hang 1 12 seconds=60", "cvm-power-off 1 16"], 4),
        (["stargate-restart 1 12 seconds=9", "cvm-power-off 1 17"], 5),
        (["cvm-isolation 1 11 seconds=40", "cvm-power-off 1 14"], 3),
        (["nfs-hang 1 11 seconds=60", "cvm-isolation 1 13 seconds=60"], 2),
        (["cvm-isolation 1 11 seconds=60", "nfs-hang 1 13 seconds=60"], 2),
    ],
    ids=["at once", "a server hangs", "a Stargate stops", "out of sight", "hangs, then unseen", "unseen, then hangs"],
)
def test_a_fault_reaches_from_the_first_to_the_last_of_what_made_it(
    faults: list[str], seconds: int, tmp_path: Path
) -> None:
    first, *_ = truth_made_of(tmp_path, *faults)

    assert first.kind == "cvm-failure"
    assert first.instants.fault.width // SECOND == seconds


def test_a_return_begins_after_the_check_that_saw_it_fail(tmp_path: Path) -> None:
    before, after = (
        truth_made_of(tmp_path, OFF, "cvm-power-on 1 44", f"cvm-hang 1 66 seconds={length}")[1].instants.fault
        for length in (4, 30)
    )

    assert before.width // SECOND == 20, "from its power to its links"
    assert after.least - before.least == (66 + 30 - 44) * SECOND


def lived(*faults: Fault, phase: int = 20) -> Truth:
    options = Options(phase=phase * SECOND, tail=40 * SECOND)
    return simulate(Scenario(name="one", fault=faults), 3, options, Evidence()).truth


def test_what_makes_a_stall_worse_is_the_same_stall() -> None:
    hung = Fault(do="nfs-hang", on=1, at=Decimal(15), seconds=Decimal(40))

    truth = lived(hung, Fault(do="host-reboot", on=1, at=Decimal(18), seconds=Decimal(10)))

    assert [one.kind for one in truth.episodes] == ["unexplained"]


@pytest.mark.parametrize("phase", range(0, 30, 2))
def test_a_host_that_is_forwarded_ahead_is_left_alone_until_its_cvm_stops(phase: int) -> None:
    truth = lived(Fault(do="cvm-maintenance", on=1, at=Decimal(31)), phase=phase)

    assert [one.kind for one in truth.episodes] == ["cvm-failure"]
    assert "route-delete" not in {one.name for one in truth.events}


def test_a_gateway_that_failed_before_its_route_was_there_is_a_failure_of_its_own() -> None:
    """Of those that fail from one check to the next, some do while Genesis gives them the host."""
    own, early = Fault(do="cvm-power-off", on=1, at=Decimal(15)), 0
    for at in range(12):
        truth = lived(own, Fault(do="cvm-power-off", on=3, at=20 + Decimal(at)))
        mine = [one for one in truth.episodes if one.host.endswith(".24")]
        added = [one for one in truth.events if one.name == "route-add" and one.detail["host"] == mine[0].host]
        if added[0].detail["gateway"].endswith(".28"):
            assert [one.cvm for one in mine] == [mine[0].cvm, added[0].detail["gateway"]]
            early += mine[1].before.kind == "remote" and mine[1].instants.fault.most <= added[0].at

    assert early


@pytest.mark.parametrize("tenths", range(0, 30, 3))
def test_a_cvm_whose_links_are_up_before_its_stargate_is_has_failed_when_genesis_forwards_its_host(tenths: int) -> None:
    on = Decimal(36) + Decimal(tenths) / 10
    faults = (Fault(do="cvm-power-off", on=1, at=Decimal(21)), Fault(do="cvm-power-on", on=1, at=on - Decimal(8)))
    options = Options(phase=20 * SECOND, boot=8 * SECOND, tail=60 * SECOND)

    truth = simulate(Scenario(name="one", fault=faults), 3, options, Evidence()).truth

    added = [one for one in truth.events if one.name == "route-add" and one.by == "genesis"]
    assert [one.kind for one in truth.episodes if one.instants.decided] == ["cvm-failure", "cvm-recovery"][
        : 2 * len(added)
    ]
    assert truth.episodes


def test_a_return_that_a_check_denies_begins_when_the_cvm_is_seen_again(tmp_path: Path) -> None:
    episodes = truth_made_of(tmp_path, OFF, "cvm-power-on 1 44", "cvm-isolation 1 66 seconds=30")
    back = [one for one in episodes if one.kind == "cvm-recovery"]

    assert len(back) <= 2, "one that came to nothing, and the one that Genesis acts on"
    assert (back[-1].instants.fault.least - episodes[0].instants.fault.least) // SECOND == 66 + 30 - 12


def test_a_route_to_nobody_instead_of_the_remote_one_is_a_deletion_while_nobody_reaches_the_own_cvm(
    tmp_path: Path,
) -> None:
    faults = ["cvm-isolation 1 12 seconds=100", 'route-add 1 66 gateway="192.168.1.99"']

    assert made_of(tmp_path, *faults)[:2] == [FAILED, ("route-deletion", 24, "genesis")]


def test_a_route_is_right_once_a_check_saw_the_own_cvm_down_whether_it_could_read_it_or_not(tmp_path: Path) -> None:
    faults = ["route-add 1 12 gateway=3", "cvm-power-off 1 16", "partition 1 17 seconds=20", "cvm-power-on 1 40"]

    assert next(kind for kind, *_ in made_of(tmp_path, *faults)) == "route-injection"
    assert made_of(tmp_path, *faults)[-1] == ("cvm-recovery", 24, "genesis")


@pytest.mark.parametrize(("back", "is_right"), [("27.9", False), ("28.0", True)])
def test_a_check_that_saw_the_own_cvm_down_finds_the_route_right_though_that_serves_by_then(
    back: str, *, is_right: bool
) -> None:
    added = Fault(do="route-add", on=1, at=Decimal(12), gateway=3)

    truth = lived(added, Fault(do="stargate-restart", on=1, at=Decimal(13), seconds=Decimal(back) - 13))

    right = [("route-injection", None), ("cvm-recovery", "genesis")]
    wrong = [("route-injection", "genesis")]
    assert [(one.kind, one.repaired_by) for one in truth.episodes] == (right if is_right else wrong)


def test_a_cvm_that_boots_unseen_is_back_when_the_others_see_it(tmp_path: Path) -> None:
    """Until then it serves nobody whose route leads elsewhere: a check finds that right."""
    episodes = truth_made_of(tmp_path, OFF, "cvm-power-on 1 44", "cvm-isolation 1 46 seconds=70")

    (back,) = (one for one in episodes if one.kind == "cvm-recovery")

    assert (back.instants.fault.least - episodes[0].instants.fault.least) // SECOND == 46 + 70 - 12


def test_a_host_with_a_route_to_nobody_is_dead_until_genesis_takes_its_isolated_cvm_for_gone(tmp_path: Path) -> None:
    """Right was its own CVM, before that route and until Genesis had given it another."""
    injected, failed, *_ = truth_made_of(
        tmp_path, 'route-add 1 12 gateway="192.168.1.99"', "cvm-isolation 1 14 seconds=60"
    )

    assert (injected.kind, failed.kind, failed.mistaken) == ("route-injection", "cvm-failure", True)
    assert (failed.before.kind, failed.during, failed.after.kind) == (
        "local",
        Way("dead", via="192.168.1.99"),
        "remote",
    )


def test_what_genesis_gives_a_host_instead_of_an_injected_route_is_taken_back_when_it_sees_the_own_cvm(
    tmp_path: Path,
) -> None:
    """The route was exchanged for the one that Genesis thinks is right: what remains is a failover, and its end."""
    beside = 'route-add 1 14 gateway="192.168.1.99" beside_genesis=-0.3'
    told = truth_made_of(tmp_path, "cvm-isolation 1 12 seconds=60", beside)

    assert [(one.kind, one.repaired_by) for one in told] == [
        ("cvm-failure", "genesis"),
        ("route-injection", None),
        ("cvm-recovery", "genesis"),
    ]
