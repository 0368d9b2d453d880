"""`cluster status` on a CVM: which CVMs are up, which leads, and the processes of their Stargates.

The lines are as AOS prints them, of the one service that the lab has.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from analyzer.lab.netns.genesis.leadership import leader_by
from analyzer.lab.netns.genesis.settings import GenesisSettings
from analyzer.lab.netns.genesis.stargate_client import ask_processes
from analyzer.model.instant import SECOND


def status(settings: GenesisSettings) -> Iterator[str]:
    """The lines of the whole cluster, as this CVM sees it."""
    leader = leader_by(settings.address, tries=1)
    yield "The state of the cluster: start"
    for cvm in settings.cvms:
        processes = ask_processes(cvm, SECOND)
        yield ""
        if processes is None:
            yield f"\tCVM: {cvm} Down"
            continue
        yield f"\tCVM: {cvm} Up{', ZeusLeader' if cvm == leader else ''}"
        yield f"\t\t{'Stargate':>20}   {'UP' if processes else 'DOWN'}\t{processes}"


if __name__ == "__main__":
    settings_file = Path(sys.argv[1])
    if not settings_file.exists():
        sys.exit("cluster: this is no CVM, or its Genesis has not started yet")
    print("\n".join(status(msgspec.json.decode(settings_file.read_bytes(), type=GenesisSettings))))  # noqa: T201
