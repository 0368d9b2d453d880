"""32 hosts on one SPAN port, one CVM that dies, one route by hand: told as it was."""

from __future__ import annotations

import pytest

from bench.scale.answers import MIXES, rows


@pytest.mark.parametrize("hosts", [3, 32])
def test_nothing_is_wrong_of_many_hosts(hosts: int) -> None:
    found = list(rows(hosts, 1))

    assert [row.mix for row in found] == list(MIXES)
    assert [row.faults for row in found if row.weight] == []
    assert [len(row.told) for row in found] == [sum(one.right for one in row.told) for row in found]
    assert len(found[-1].told) == 2
