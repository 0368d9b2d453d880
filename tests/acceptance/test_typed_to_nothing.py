"""Commands that came to nothing, functions that were not called, and sessions of nobody known: no change is theirs."""

# ruff: noqa: E501 - a case a line

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.brought import (
    ADD,
    DELETE,
    HOST,
    REMOTE,
    Brought,
    brought,
    kernel,
    route,
    session,
    told,
    typed,
)
from tests.judged import of_detection

IDLE = "World: 12231: VC opID x maps to vmkernel opID y"
FIRST, LAST = kernel("09:40:00.000", IDLE), kernel("10:40:00.000", IDLE)
KERNEL = [FIRST, kernel("10:00:00.210", route("add")), kernel("10:00:31.400", route("delete")), LAST]
REPAIRED = [*session("09:45:00.000", "esxcfg-route -l"), *session("10:00:31.200", DELETE)]
ELSEWHERE = [line.replace(f"from {REMOTE}", "from 10.9.9.9") for line in REPAIRED]
FUNCTION = f"function back {{ {DELETE}; }}"
UNEXPLAINED, INJECTED = f"unexplained@{HOST}", f"route-injection@{HOST}"


def of(shell: list[str], auth: list[str] = REPAIRED, log: list[str] = KERNEL) -> dict[str, list[str]]:
    return {f"{HOST}/shell.log": shell, f"{HOST}/auth.log": auth, f"{HOST}/vmkernel.log": log}


# fmt: off
NOTHING: dict[str, Brought] = {
    "ten minutes before the kernel has it": Brought(of([typed("09:50:00.100", ADD)]), "unknown", (UNEXPLAINED,)),
    "in vain, and again": Brought(of([typed("09:59:50.100", ADD), typed("10:00:00.100", ADD)]), "yes", (INJECTED,)),
    "in vain thrice, in other forms": Brought(of([typed("09:58:10.100", f"esxcfg-route -a 192.168.5.2/32 {REMOTE}"), typed("09:58:50.100", f"localcli network ip route ipv4 add -n 192.168.5.2/32 -g {REMOTE}"), typed("09:59:50.100", ADD), typed("10:00:00.100", ADD)]), "yes", (INJECTED,)),
    "a deletion in vain, before Genesis' own": Brought(of([typed("10:00:00.100", ADD), typed("10:00:12.000", "esxcfg-route -d 192.168.5.2 255.255.255.0 192.168.1.28")]), "yes", (INJECTED,)),
    "a command in a variable": Brought(of([typed("09:59:00.000", f"R='{ADD}'"), typed("10:00:00.100", "$R")]), "yes", (INJECTED,)),
    "a function that is called later": Brought(of([typed("09:59:00.000", f"away() {{ {ADD}; }}"), typed("10:00:00.100", "away")]), "yes", (INJECTED,)),
    "a function that nobody called": Brought(of([typed("10:00:00.100", ADD), typed("10:00:05.000", FUNCTION)]), "yes", (INJECTED,)),
}
# fmt: on


@pytest.mark.parametrize("case", NOTHING)
def test_what_came_to_nothing_is_no_change(case: str, tmp_path: Path) -> None:
    right = NOTHING[case]
    run = brought(tmp_path, right)

    assert told(run) == (right.acceptable, right.episodes, right.forwarded, [])
    assert run is not None
    judged = [of_detection(one) for one in run.episodes if one.episode.kind == "route-injection"]
    assert {(one.verdict, one.measured.most // 10**6) for one in judged if one.measured} <= {("MET", 31_190)}


def test_who_deleted_the_route_from_an_address_of_nobody_known_is_not_judged(tmp_path: Path) -> None:
    run = brought(tmp_path, Brought(of([typed("10:00:00.100", ADD)], ELSEWHERE)))

    assert run is not None
    (one,) = run.episodes
    judged = of_detection(one)
    assert (one.episode.kind, judged.verdict, judged.reason) == ("route-injection", "NOT-JUDGED", "author-unknown")
    assert judged.decides == (("leaders-genesis", "cvm-inventory"),)
