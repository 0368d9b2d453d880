"""Each host's NFS client connects from ports of its own: all hosts have one private address."""

from __future__ import annotations

import gzip
from concurrent.futures import Future
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from analyzer.lab.netns.nfs_client.client_log import Connection, Entry
from analyzer.lab.netns.nfs_client.libnfs import ports_of
from tests.lab.netns.program import needs_root

PRIVILEGED = (512, 1024)


@pytest.mark.parametrize("clients", [1, 2, 3, 16])
def test_no_two_clients_have_a_port_in_common(clients: int) -> None:
    ports = [ports_of(number, clients) for number in range(clients)]

    assert ports[0][0] == PRIVILEGED[0]
    assert all(last == first for (_, last), (first, _) in pairwise(ports))
    assert PRIVILEGED[1] - clients < ports[-1][1] <= PRIVILEGED[1]


@needs_root
@pytest.mark.parametrize("name", ["three-clients"])
@pytest.mark.parametrize(
    ("number", "log"), [(0, "client.jsonl.gz"), (1, "client-2.jsonl.gz"), (2, "client-3.jsonl.gz")]
)
def test_a_client_connects_from_its_own_ports(labs: dict[str, Future[Path]], name: str, number: int, log: str) -> None:
    lines = gzip.decompress((labs[name].result() / log).read_bytes()).splitlines()
    connections = (one for line in lines if isinstance(one := msgspec.json.decode(line, type=Entry), Connection))
    ports = {int(one.address.rpartition(":")[2]) for one in connections if one.address != "-"}

    assert ports
    assert ports <= set(range(*ports_of(number, 3)))
