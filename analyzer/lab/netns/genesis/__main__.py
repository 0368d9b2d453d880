"""The process that Genesis is, on the CVM that leads: `python -m analyzer.lab.netns.genesis SETTINGS.json`."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from analyzer.lab.netns.genesis.genesis_log import GenesisLog
from analyzer.lab.netns.genesis.ha_service import HaService
from analyzer.lab.netns.genesis.hypervisor_ha import HypervisorHa
from analyzer.lab.netns.genesis.settings import GenesisSettings
from analyzer.lab.netns.journal import Journal


def main(settings_file: str) -> None:
    """Lead until this CVM is powered off."""
    settings = msgspec.json.decode(Path(settings_file).read_bytes(), type=GenesisSettings)
    log = GenesisLog(Path(settings.log), settings.zone, settings.skew, settings.stamps)
    journal = Journal(Path(settings.journal), "genesis")
    hypervisor = HypervisorHa(settings, log, journal)
    hypervisor.connect()  # at once, so that the first check finds it
    HaService(settings, hypervisor, log, journal).run()


if __name__ == "__main__":
    main(sys.argv[1])
