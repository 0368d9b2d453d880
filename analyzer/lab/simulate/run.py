"""A scenario lived through in virtual time, with everything in memory."""

from __future__ import annotations

from analyzer.lab.simulate.output.simulated import Simulated, truth_of
from analyzer.lab.simulate.output.writer import Writer
from analyzer.lab.simulate.scenario import evidence as rules
from analyzer.lab.simulate.scenario.clock_settings import settings_of
from analyzer.lab.simulate.scenario.evidence import Evidence
from analyzer.lab.simulate.scenario.options import Options
from analyzer.lab.simulate.scenario.scenario import Scenario
from analyzer.lab.simulate.simulation import Simulation


def simulate(
    scenario: Scenario, seed: int, options: Options | None = None, evidence: Evidence | None = None
) -> Simulated:
    """Live through the scenario in virtual time. The same arguments give the same bytes on any machine.

    Raises :class:`~analyzer.errors.UsageError` for options that can't be.
    """
    options, evidence = options or Options(), evidence or Evidence()
    rules.check(evidence)
    settings_of(options.clock)
    taps = evidence.taps(scenario.cluster(options).nodes)
    simulation = Simulation(scenario, seed, options, frozenset(taps))
    simulation.run()
    rules.check_window(evidence, simulation.first, simulation.last)
    writer = Writer(simulation, evidence)
    for what, node in taps:
        writer.capture(what, node)
    writer.logs()
    return Simulated(files=writer.files, truth=truth_of(writer))
