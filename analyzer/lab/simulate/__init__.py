"""A failover test in virtual time: a cluster, its faults, and the evidence that they leave, all from one seed.

    scenario, seed, options ─► simulation (hosts, CVMs, Genesis, switches) ─► frames, log lines, truth ─► files

`simulate(scenario_of("cvm-failure"), seed=7)` gives the files as bytes and what really happened.
"""

from __future__ import annotations

from analyzer.lab.simulate.output.simulated import Simulated
from analyzer.lab.simulate.run import simulate
from analyzer.lab.simulate.scenario.evidence import Evidence
from analyzer.lab.simulate.scenario.options import Options
from analyzer.lab.simulate.scenario.scenario import KINDS, Fault, Scenario
from analyzer.lab.simulate.scenario.scenario_file import load_scenario, scenario_of

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
