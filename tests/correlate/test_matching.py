"""Which observations of captures and logs are of one fault."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.correlate.matching import _distance, match, of_several
from analyzer.correlate.observation import Observation
from analyzer.correlate.timing import UNPLACED
from analyzer.correlate.topology.topology import Member
from analyzer.model.instant import SECOND
from analyzer.model.path import Path
from analyzer.model.told import Doubt
from tests.correlate.made import observation


def test_observations_of_one_fault_match() -> None:
    seen, told = observation(), observation(basis="logs", span=(5, 20))

    assert match([seen], [told]) == [(0, 0)]


def test_other_hosts_other_kinds_and_far_ones_do_not() -> None:
    seen = observation()
    others = [
        observation(basis="logs", host=Member("192.168.1.25")),
        observation("cvm-recovery", "logs"),
        observation(basis="logs", span=(60, 70)),
    ]

    assert match([seen], others) == []


def test_each_is_matched_once_and_the_nearest_first() -> None:
    seen = [observation(span=(0, 10)), observation(span=(100, 110))]
    told = [observation(basis="logs", span=(103, 109)), observation(basis="logs", span=(4, 8))]

    assert match(seen, told) == [(0, 1), (1, 0)]


def test_one_that_began_alike_and_ended_long_before_is_the_same_by_contradicting_clocks() -> None:
    seen = observation("route-injection", span=(34, 52), fault=(34, 34), repaired=(52, 52), restored=(52, 52))
    told = observation("route-injection", "logs", span=(28, 62), fault=(28, 58), repaired=(61, 62))

    assert match([seen], [told]) == [(0, 0)]


def test_of_two_that_may_be_it_none_is() -> None:
    one = observation("route-injection", span=(34, 42), fault=(34, 34), repaired=(42, 42), restored=(42, 42))
    other = observation("route-injection", span=(44, 52), fault=(44, 44), repaired=(52, 52), restored=(52, 52))
    told = observation("route-injection", "logs", span=(28, 62), fault=(28, 58), repaired=(61, 62))

    assert match([one, other], [told]) == []


def test_a_log_is_of_the_change_that_leads_where_it_has_the_host_moved_to() -> None:
    stall = replace(observation("unexplained", span=(0, 10)), after=Path("remote", via="192.168.1.28"))
    moved = replace(observation("unexplained", span=(0, 12)), after=Path("remote", via="192.168.1.27"))
    told = observation("cvm-failure", "logs", span=(0, 12), repaired=(11, 11))
    told = replace(told, after=Path("remote"), gateway="192.168.1.27")

    assert match([stall, moved], [told]) == [(1, 0)]
    assert match([stall, moved], [replace(told, gateway="192.168.1.28")]) == [(0, 0)]


def adrift(made: Observation) -> Observation:
    """Shown by a log that nothing places."""
    return replace(made, adrift=True)


def test_a_log_adrift_is_joined_to_what_it_fits_as_it_stands_if_there_is_nothing_else() -> None:
    stall = observation("unexplained", span=(0, 14), fault=(0, 0), restored=(14, 14))
    seen = observation("unexplained", span=(30, 38), fault=(30, 31), restored=(38, 38))
    told = adrift(observation("route-injection", "logs", span=(2, 38), fault=(5, 35), repaired=(37, 38)))

    unnamed = replace(seen, host=Member(None, frozenset({"00:50:56:6a:01:18"})))

    assert match([seen], [told]) == [(0, 0)]
    assert match([stall, seen], [told]) == []
    assert match([unnamed], [told]) == [], "it may be any host's stall"


def test_a_log_adrift_is_no_stall_far_away() -> None:
    stall = observation("unexplained", span=(0, 14), fault=(0, 0), restored=(14, 14))
    told = adrift(observation("route-injection", "logs", span=(30, 38), fault=(30, 35), repaired=(37, 38)))

    assert match([stall], [told]) == []


def test_a_log_adrift_is_a_fault_of_its_kind_minutes_away() -> None:
    seen, told = (
        observation(span=(0, 14), fault=(0, 1)),
        adrift(observation(basis="logs", span=(130, 144), fault=(130, 131))),
    )

    assert match([seen], [told]) == [(0, 0)]


def test_a_log_adrift_is_the_one_fault_of_its_kind_though_a_stall_is_nearer() -> None:
    stall = replace(observation("unexplained", span=(0, 10), fault=(0, 10), restored=(10, 10)), confidence="low")
    failure = observation(span=(30, 40), fault=(30, 31))
    told = adrift(observation(basis="logs", span=(0, 22), fault=(0, 17), detected=(7, 18), repaired=(8, 21)))

    assert match([stall, failure], [told]) == [(1, 0)]
    assert match([stall, failure, observation(span=(60, 70), fault=(60, 61))], [told]) == []


def test_a_stall_as_long_as_a_failover_may_be_what_a_log_adrift_tells() -> None:
    stall = observation("unexplained", span=(0, 177), fault=(0, 1), restored=(177, 177))
    failure = observation(span=(182, 208), fault=(182, 183))
    told = adrift(observation(basis="logs", span=(0, 46), fault=(0, 42), detected=(32, 42), repaired=(36, 46)))

    assert match([replace(stall, confidence="low"), failure], [told]) == []


def test_a_log_adrift_that_leaves_a_host_elsewhere_is_no_stall_of_its_own_path() -> None:
    stall = replace(observation("unexplained", span=(100, 110)), before=Path("local"), after=Path("local"))
    told = replace(observation("unexplained", "logs", span=(200, 210)), adrift=True, before=Path("local"))

    assert match([stall], [replace(told, after=Path("local"))]) == [(0, 0)]
    assert match([stall], [replace(told, after=Path("remote"))]) == []


def test_of_a_host_that_the_wire_names_the_nearer_is_it_however_vague() -> None:
    seen = observation(fault=(0, 1))
    vague = observation(basis="logs", span=(0, 30), fault=(0, 30))
    exact = observation(basis="logs", span=(12, 20), fault=(4, 5))

    assert match([seen], [vague, exact]) == [(0, 0)]


def test_what_logs_show_of_several_hosts_is_in_doubt_where_the_wire_names_none() -> None:
    nameless = Member(None, macs=frozenset({"00:50:56:00:00:01"}))
    told = [adrift(observation(basis="logs", host=Member(address))) for address in ("192.168.1.24", "192.168.1.25")]

    doubted = of_several(observation(host=nameless), told)

    assert doubted is not None
    assert [one.doubts for one in doubted] == [(Doubt("host-unnamed"),)] * 2
    assert of_several(observation(host=Member("192.168.1.24")), told) is None
    assert of_several(observation(host=nameless), told[:1]) is None


def test_of_a_host_that_the_wire_does_not_name_it_is_the_one_whose_fault_is_known_best() -> None:
    seen = observation(host=Member(None, macs=frozenset({"00:50:56:00:00:01"})), fault=(0, 1))
    vague = observation(basis="logs", span=(0, 30), fault=(0, 30))
    exact = observation(basis="logs", span=(12, 20), host=Member("192.168.1.25"), fault=(4, 5))

    assert match([seen], [vague, exact]) == [(0, 1)]


def test_the_own_cvms_failure_is_not_that_of_the_one_that_served_meanwhile() -> None:
    own = replace(observation(span=(0, 10)), before=Path("local"))
    gateway = replace(observation("cvm-failure", "logs", span=(0, 10)), before=Path("remote"))
    guessed = replace(own, before=Path("local", note="unseen"))

    assert match([own], [gateway]) == []
    assert match([guessed], [gateway]) == [(0, 0)]


def test_a_stall_of_a_host_that_goes_on_by_its_path_is_not_its_return() -> None:
    stall = replace(observation("unexplained", span=(0, 10), fault=(0, 1)), before=Path("remote"), after=Path("remote"))
    back = observation("cvm-recovery", "logs", span=(0, 12), repaired=(11, 12))

    assert match([stall], [back]) == []
    assert match([replace(stall, before=Path("local"), after=Path("local"))], [back]) == []
    assert match([replace(stall, after=Path("local"))], [back]) == [(0, 0)]


@pytest.mark.parametrize(
    ("repaired", "gateway", "one"),
    [((44, 45), "192.168.1.28", True), ((47, 48), "192.168.1.28", False), ((44, 45), "192.168.1.27", False)],
    ids=["the-very-route", "another-time", "another-route"],
)
def test_a_host_that_was_moved_once_lost_one_cvm(repaired: tuple[int, int], gateway: str, *, one: bool) -> None:
    """The log has an illegal route before, which captures show never to have served."""
    local, remote = Path("local"), Path("remote", via="192.168.1.28")
    seen = observation(span=(32, 45), fault=(32, 33), repaired=(43, 45))
    seen = replace(seen, before=local, after=remote, gateway="192.168.1.28")
    told = observation(basis="logs", span=(37, 46), detected=(37, 40), repaired=repaired)
    told = replace(told, before=Path("remote", via="192.168.1.27"), after=remote, gateway=gateway)

    assert bool(match([seen], [told])) is one


def test_a_host_that_captures_show_elsewhere_was_moved_by_the_very_route_of_a_log_that_has_it_home() -> None:
    left, remote = Path("remote", via="192.168.1.27"), Path("remote", via="192.168.1.28")
    seen = replace(
        observation(span=(102, 154), fault=(102, 103), repaired=(102, 154)),
        before=left,
        after=remote,
        gateway=remote.via,
    )
    told = observation(basis="logs", span=(0, 154), fault=(0, 35), detected=(131, 154), repaired=(131, 154))
    told = replace(told, before=Path("local"), after=remote, gateway=remote.via)

    assert match([seen], [told]) == [(0, 0)]
    assert match([seen], [replace(told, gateway=left.via)]) == []
    assert match([seen], [replace(told, adrift=True)]) == []


def test_connections_that_are_ended_elsewhere_begin_no_failure() -> None:
    remote, local = Path("remote", via="192.168.1.28"), Path("local")
    left = replace(observation("unexplained", span=(40, 42), terminated=(40, 41)), before=remote, after=local)
    failed = replace(observation(basis="logs", span=(41, 60), repaired=(59, 60)), before=local)
    back = replace(observation("cvm-recovery", "logs", span=(38, 42), terminated=(40, 41)), before=remote)

    assert match([left], [failed]) == []
    assert match([left], [back]) == [(0, 0)]


@pytest.mark.parametrize(
    ("ended", "pairs"),
    [
        pytest.param((50, 51), [(0, 0)], id="at once"),
        pytest.param((53, 54), [], id="another time"),
        pytest.param((40, 60), [], id="any time"),
    ],
)
def test_what_ends_at_once_is_one_where_a_log_that_nothing_places_has_its_begin(
    ended: tuple[int, int], pairs: list[tuple[int, int]]
) -> None:
    seen = observation("cvm-recovery", span=(16, 52), fault=(16, 18), terminated=(50, 51))
    told = observation("cvm-recovery", "logs", span=(-12, 60), fault=(-12, -11), terminated=ended)

    assert match([seen], [replace(told, adrift=True)]) == pairs
    assert match([seen, seen], [replace(told, adrift=True)]) == []


@pytest.mark.parametrize(
    ("repaired", "pairs"),
    [
        pytest.param((45, 55), [(0, 0)], id="at once"),
        pytest.param((53, 60), [], id="another time"),
        pytest.param((20, 60), [], id="from one check to the next"),
    ],
)
def test_a_route_that_is_taken_back_once_is_one_return_whenever_that_began(
    repaired: tuple[int, int], pairs: list[tuple[int, int]]
) -> None:
    seen = observation("cvm-recovery", span=(8, 52), fault=(8, 9), repaired=(50, 51))
    told = observation("cvm-recovery", "logs", span=(30, 60), fault=(30, 40), repaired=repaired)

    assert match([seen], [replace(told, adrift=True)]) == pairs


@pytest.mark.parametrize(
    ("failed", "moved", "pairs"),
    [
        pytest.param((30, 32), (38, 39), [(0, 0)], id="before it can be given back"),
        pytest.param((60, 62), (68, 69), [], id="later"),
    ],
)
def test_a_host_that_was_moved_is_not_moved_again_before_it_can_be_given_back(
    failed: tuple[int, int], moved: tuple[int, int], pairs: list[tuple[int, int]]
) -> None:
    local, remote = Path("local"), Path("remote", via="192.168.1.28")
    told = observation(basis="logs", span=(0, 21), fault=(0, 15), detected=(15, 16), repaired=(20, 21))
    seen = observation(span=(failed[0], moved[1]), fault=failed, repaired=moved)
    told, seen = (replace(one, before=local, after=remote) for one in (told, seen))

    assert match([seen], [told]) == pairs
    assert match([seen], [replace(told, before=remote)]) == []


@pytest.mark.parametrize(("detected", "pairs"), [((20, 21), [(0, 0)]), ((0, 60), [])])
def test_a_host_without_a_name_is_none_of_several_where_a_log_is_placed_but_to_the_minute(
    detected: tuple[int, int], pairs: list[tuple[int, int]]
) -> None:
    seen = observation(host=Member(None, frozenset({"00:50:56:6a:01:18"})), span=(10, 12), fault=(10, 12))
    told = [
        observation(basis="logs", host=host, span=(0, 60), fault=(0, 60), detected=detected)
        for host in (Member("192.168.1.24"), Member("192.168.1.25"))
    ]

    assert match([seen], told) == pairs
    assert (of_several(seen, told) is None) is bool(pairs)
    assert match([seen], told[:1]) == [(0, 0)]


def test_a_host_without_a_name_is_none_of_two_that_logs_at_no_known_time_have_on_any_path() -> None:
    """The one at its own CVM, and the other at one that an injected route gave it."""
    seen = replace(observation(host=Member(None, frozenset({"00:50:56:6a:01:18"}))), before=Path("local"))
    own = observation(basis="logs", host=Member("192.168.1.24"), span=(-90, -60), fault=(-90, -60), detected=(-70, -60))
    away = replace(own, host=Member("192.168.1.25"), before=Path("remote"), adrift=True)
    own = replace(own, before=Path("local"), adrift=True)

    assert match([seen], [own]) == [(0, 0)]
    assert match([seen], [own, away]) == []
    doubted = of_several(seen, [own, away])
    assert doubted is not None
    assert [one.doubts for one in doubted] == [(Doubt("host-unnamed"),)] * 2


def test_a_host_that_is_known_by_both_of_its_ports_is_no_unnamed_one() -> None:
    inside = observation("unexplained", host=Member(None, frozenset({"00:50:56:6a:02:19"})), fault=(1, 9))
    vmk0, vmk1 = "00:50:56:60:01:18", "00:50:56:6a:01:18"

    def told(*macs: str) -> Observation:
        return observation(basis="logs", host=Member("192.168.1.24", frozenset(macs)), fault=(1, 9))

    assert match([inside], [told(vmk0)]) == [(0, 0)]
    assert match([inside], [told(vmk0, vmk1)]) == []
    assert match([inside], [told(vmk0, "00:50:56:6a:02:19")]) == [(0, 0)]


@pytest.mark.parametrize(
    ("seen", "told", "apart"),
    [((0, 10), (5, 20), 0), ((0, 10), (40, 50), 30), ((40, 50), (0, 10), 30)],
    ids=["overlapping", "earlier", "later"],
)
def test_how_far_apart_two_observations_are(seen: tuple[int, int], told: tuple[int, int], apart: int) -> None:
    assert _distance(observation(span=seen), observation(basis="logs", span=told)) == apart * SECOND


def test_a_log_that_nothing_places_may_tell_of_a_fault_that_lies_after_its_end() -> None:
    """As it stands it lasts for an hour: what lies near its end is as near as what lies near its begin."""
    told = replace(observation(basis="logs", span=(0, 3_600), fault=(0, 3_600)), adrift=True)
    end = 3_600 + UNPLACED // SECOND
    seen = observation(span=(end - 5, end - 1), fault=(end - 5, end - 5))

    assert match([seen], [told]) == [(0, 0)]
