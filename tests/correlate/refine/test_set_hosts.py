"""A host's clock that was set while its logs were written: they say what was done, and nothing of when."""

from __future__ import annotations

import pytest

from analyzer.model.correlation import Correlation
from analyzer.model.event import IcmpRedirect, StargateStates
from tests.correlate import scenes
from tests.correlate.builder import CVM, HOST, REMOTE, STORAGE, Genesis, HostLog, found, holds, known


def genesis(*, added: int = 65_000, deleted: int = 97_000) -> Genesis:
    """The own CVM's failure is found at 62 s; somebody deletes the route, and Genesis adds it again."""
    log = Genesis()
    log.started(0)
    for ms in (2_000, 32_000):
        log.all_up(ms)
    log.cvm_down(62_000)
    log.absent(62_000)
    log.repairs(added - 1_000, "add", REMOTE)
    log.cvm_down(92_000)
    log.absent(92_000)
    log.repairs(deleted - 1_000, "add", REMOTE)
    log.cvm_down(122_000)
    log.correct(122_000, REMOTE)
    return log


def kernel(skew: int, *, back: int = 0) -> tuple[HostLog, HostLog]:
    """vmkernel.log and shell.log; the clock is `skew` ms ahead from the second line on, and `back` ms before that."""
    lines, shell = HostLog(), HostLog(source="shell.log", kind="shell")
    lines.kernel(65_000 + back, "add", REMOTE)
    shell.types(80_000 + skew, "delete", REMOTE)
    lines.kernel(80_200 + skew, "delete", REMOTE)
    lines.kernel(97_000 + skew, "add", REMOTE)
    return lines, shell


def set_meanwhile(correlation: Correlation) -> list[str]:
    return [one.clock for one in correlation.contradictions if one.name == "host-set"]


def kinds(correlation: Correlation) -> list[str]:
    return [episode.kind for episode in correlation.episodes]


@pytest.mark.parametrize("skew", [0, 20_000, -400_000], ids=lambda ms: f"{ms}ms")
def test_a_clock_that_is_only_off_was_not_set(skew: int) -> None:
    correlation = found(genesis(), *kernel(skew, back=skew))

    assert set_meanwhile(correlation) == []
    assert kinds(correlation) == ["cvm-failure", "route-deletion"]
    assert holds(correlation.episodes[1], "fault", 80_200)


@pytest.mark.parametrize("skew", [3_000, 20_000, 300_000, 3_600_000, -8_000], ids=lambda ms: f"{ms}ms")
def test_no_offset_fits_the_kernels_changes_and_what_genesis_ordered(skew: int) -> None:
    correlation = found(genesis(), *kernel(skew))

    assert set_meanwhile(correlation) == ["host"]
    assert kinds(correlation) == ["cvm-failure", "route-deletion"]
    fault = known(correlation.episodes[1])["fault"].at
    assert fault.least < fault.most - 10_000_000_000  # by the checks alone
    assert all(
        origin.source == "genesis.out" for one in known(correlation.episodes[1]).values() for origin in one.origins
    )


def test_the_clock_of_genesis_may_be_the_one_that_was_set() -> None:
    """The host took 22 s for a command, or Genesis' clock was set forward meanwhile: nothing tells which."""
    log = Genesis()
    log.started(0)
    for ms in (2_000, 32_000):
        log.all_up(ms)
    log.cvm_down(62_000)
    log.absent(62_000)
    log.orders(64_000, "add", REMOTE)
    log.result(86_000, "add", REMOTE)
    log.cvm_down(114_000)
    log.correct(114_000, REMOTE)
    log.cvm_down(144_000)
    log.absent(144_000)
    log.repairs(146_000, "add", REMOTE)
    log.cvm_down(174_000)
    log.correct(174_000, REMOTE)
    lines, shell = HostLog(), HostLog(source="shell.log", kind="shell")
    lines.kernel(85_500, "add", REMOTE)
    shell.types(130_000, "delete", REMOTE)
    lines.kernel(130_200, "delete", REMOTE)
    lines.kernel(146_500, "add", REMOTE)

    assert set_meanwhile(found(log, lines, shell)) == []


def test_lines_that_go_back_show_it_without_genesis() -> None:
    (lines, shell) = kernel(-30_000)

    assert set_meanwhile(found(lines, shell)) == ["host"]


def test_a_check_that_read_the_route_otherwise_denies_a_change_by_hand() -> None:
    log = Genesis()
    log.started(0)
    for ms in (2_000, 32_000):
        log.all_up(ms)
    log.tell(62_000, log.events[-2].detail)
    log.illegal(62_000, REMOTE)
    log.repairs(63_000, "delete", REMOTE)
    log.all_up(92_000)
    lines, shell = HostLog(), HostLog(source="shell.log", kind="shell")
    shell.types(22_000, "add", REMOTE)  # it was 42_000: a check at 32_000 found the host on its own CVM
    lines.kernel(22_200, "add", REMOTE)
    lines.kernel(64_000, "delete", REMOTE)

    correlation = found(log, lines, shell)

    assert set_meanwhile(correlation) == ["host"]
    assert kinds(correlation) == ["route-injection"]


def test_a_route_that_an_icmp_redirect_put_is_not_in_the_kernels_log_and_denies_nothing() -> None:
    log = Genesis()
    log.started(0)
    for ms in (2_000, 32_000):
        log.tell(ms, StargateStates(up=(CVM, REMOTE)))
        log.illegal(ms, REMOTE)
        log.repairs(ms + 8_000, "delete", REMOTE)
    log.all_up(62_000)
    lines = HostLog()
    lines.kernel(10_000, "delete", REMOTE)
    lines.kernel(40_000, "delete", REMOTE)

    assert set_meanwhile(found(log, lines)) == []


def redirected() -> tuple[Genesis, HostLog]:
    """Genesis removes a route twice, of which the kernel logged that it was added but once."""
    log, lines = Genesis(), HostLog()
    lines.kernel(42_000, "add", REMOTE)
    log.started(0)
    for ms in (2_000, 32_000):
        log.all_up(ms)
    for ms in (62_000, 182_000):
        log.tell(ms, log.events[-2].detail)
        log.illegal(ms, REMOTE)
        log.repairs(ms + 3_000, "delete", REMOTE)
        lines.kernel(ms + 4_000, "delete", REMOTE)
        for later in (30_000, 60_000, 90_000):
            log.all_up(ms + later)
    return log, lines


def test_a_route_that_a_router_made_is_not_in_the_kernels_log() -> None:
    assert not set_meanwhile(found(*redirected()))


def test_a_kernel_logs_no_change_that_a_router_made_and_the_captures_show() -> None:
    """The host left its own CVM for a router's route, over which somebody typed another 12 s later."""
    lines = HostLog()
    lines.kernel(41_000, "add", REMOTE)
    lines.kernel(64_000, "delete", REMOTE)
    span, vmk1 = scenes.injection(added=29_000, deleted=64_000)

    set_without = set_meanwhile(found(span, vmk1, lines))
    span.tell(29_000, IcmpRedirect("192.168.1.1", HOST, STORAGE, REMOTE))

    assert set_without == ["host"]
    assert not set_meanwhile(found(span, vmk1, lines))
