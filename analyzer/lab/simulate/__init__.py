"""A failover test in virtual time: a cluster, its faults, and the evidence that they leave, all from one seed.

    scenario, seed, options ─► world (hosts, CVMs, Genesis, switches) ─► frames, log lines, truth ─► files

`simulate(scenario_of("cvm-failure"), seed=7)` gives the files as bytes and what really happened.
"""

from __future__ import annotations

from analyzer.lab.simulate.evidence import Evidence
from analyzer.lab.simulate.options import Options
from analyzer.lab.simulate.scenario import KINDS, Fault, Scenario
from analyzer.lab.simulate.scenario_file import load_scenario, scenario_of
from analyzer.lab.simulate.simulated import Simulated, simulate

__all__ = [
    "KINDS",
    "Evidence",
    "Fault",
    "Options",
    "Scenario",
    "Simulated",
    "load_scenario",
    "scenario_of",
    "simulate",
]
