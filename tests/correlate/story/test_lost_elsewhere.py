"""A CVM that serves another host as well fails for that one too, also where its own CVM soon takes it back."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.correlate.observation import Observation
from analyzer.correlate.story.lost_elsewhere import with_lost_elsewhere
from analyzer.correlate.topology.topology import Member
from analyzer.correlate.wire.service import Service
from analyzer.model.instant import SECOND, Instant
from analyzer.model.measurement import How
from analyzer.model.path import Path
from tests.correlate.made import A_HOST, observation
from tests.correlate.story.made import ELSEWHERE, LOCAL, REMOTE, how, served

OTHER = Member("192.168.1.23")
SERVED = served((REMOTE, 0, 30), (LOCAL, 50, 90))
BACK = replace(
    observation("cvm-recovery", host=A_HOST, span=(10, 51), fault=(35, 37), repaired=(48, 49), restored=(50, 50)),
    before=REMOTE,
    after=LOCAL,
)


def silent(fault: tuple[int, int] = (29, 31)) -> Observation:
    """The failure of the CVM that serves both hosts, as its own host shows it."""
    one = observation("cvm-failure", host=OTHER, fault=fault, repaired=(45, 46))
    return replace(how(one, "fault", "last-frame-to-unanswered"), cvm=REMOTE.via, before=LOCAL, after=ELSEWHERE)


def test_the_host_has_no_storage_until_the_return() -> None:
    *others, lost = with_lost_elsewhere([silent(), BACK], (SERVED,))

    assert others == [silent(), BACK]
    assert (lost.kind, lost.host, lost.cvm) == ("cvm-failure", A_HOST, REMOTE.via)
    assert (lost.before, lost.during, lost.after) == (REMOTE, Path("dead"), LOCAL)
    assert lost.points["fault"].at == Instant("c", 30 * SECOND, 31 * SECOND)
    assert {name: lost.points[name] for name in ("repaired", "restored")} == {
        name: BACK.points[name] for name in ("repaired", "restored")
    }
    assert lost.absent == {"detected": "genesis-silent"}


@pytest.mark.parametrize("returned", [(10, 12), (20, 40), None], ids=["before", "about then", "unknown"])
def test_where_its_own_cvm_may_have_served_by_then_the_cause_is_left_open(returned: tuple[int, int] | None) -> None:
    """It is heard again some time before it serves."""
    back = BACK.without("fault")
    if returned is not None:
        back = back.marked("fault", Instant("c", *(at * SECOND for at in returned)), (), How("first-frame-of-cvm"))

    *_, lost = with_lost_elsewhere([silent(), back], (SERVED,))

    assert (lost.kind, lost.cvm, lost.confidence) == ("unexplained", None, "low")


@pytest.mark.parametrize(
    ("failure", "back", "service"),
    [
        pytest.param(silent(), BACK, served((REMOTE, 0, 47), (LOCAL, 50, 90)), id="served-until-the-return"),
        pytest.param(silent(), BACK, served((REMOTE, 0, 10), (LOCAL, 50, 90)), id="silent-long-before"),
        pytest.param(silent(), BACK, served((ELSEWHERE, 0, 30), (LOCAL, 50, 90)), id="served-by-another"),
        pytest.param(silent(), BACK, served((LOCAL, 0, 30)), id="at-its-own"),
        pytest.param(silent(fault=(48, 60)), BACK, SERVED, id="the-return-may-be-earlier"),
        pytest.param(how(silent(), "fault", "right-to-wrong"), BACK, SERVED, id="only-checks-tell"),
        pytest.param(replace(silent(), cvm="192.168.1.27"), BACK, SERVED, id="another-cvm"),
        pytest.param(replace(silent(), host=A_HOST), BACK, SERVED, id="of-the-host-itself"),
        pytest.param(silent(), BACK.without("repaired"), SERVED, id="when-it-returned-is-not-known"),
        pytest.param(silent(), replace(BACK, kind="unexplained"), SERVED, id="no-return"),
    ],
)
def test_else_nothing_is_added(failure: Observation, back: Observation, service: Service) -> None:
    assert with_lost_elsewhere([failure, back], (service,)) == (failure, back)


def test_a_fault_that_is_told_is_not_told_twice() -> None:
    told = observation("unexplained", host=A_HOST, fault=(30, 31))

    assert len(with_lost_elsewhere([silent(), BACK, told], (SERVED,))) == 3
