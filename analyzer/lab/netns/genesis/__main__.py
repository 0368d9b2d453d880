"""The process that Genesis is, on each CVM: `python -m analyzer.lab.netns.genesis SETTINGS.json`."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from analyzer.lab.netns.genesis.follower import follow
from analyzer.lab.netns.genesis.genesis_log import GenesisLog
from analyzer.lab.netns.genesis.ha_service import HaService
from analyzer.lab.netns.genesis.hypervisor_ha import HypervisorHa
from analyzer.lab.netns.genesis.leadership import Leadership
from analyzer.lab.netns.genesis.settings import GenesisSettings
from analyzer.lab.netns.journal import Journal


def main(settings_file: str) -> None:
    """Follow until it is this CVM's turn, then lead until it is powered off."""
    settings = msgspec.json.decode(Path(settings_file).read_bytes(), type=GenesisSettings)
    log = GenesisLog(Path(settings.log), settings.zone, settings.skew, settings.stamps)
    journal = Journal(Path(settings.journal), f"genesis@{settings.address}")
    leadership = Leadership(settings)
    if not leadership.is_ours:
        follow(settings, leadership, log)
    first_check = journal.note("leader", cvm=settings.address) + settings.until_check
    hypervisor = HypervisorHa(settings, log, journal)
    hypervisor.connect()  # at once, so that the first check finds it
    HaService(settings, hypervisor, log, journal).run(first_check)


if __name__ == "__main__":
    main(sys.argv[1])
