"""`autopath simulate`: evidence of a failover test that never was, with its truth, from a scenario and a seed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzer.cli.simulation.durations import duration as time_typed
from analyzer.cli.simulation.durations import size as size_typed
from analyzer.errors import UsageError

if TYPE_CHECKING:
    from analyzer.lab.simulate import Evidence, Options, Scenario
    from analyzer.lab.simulate.stream.goal import Goal

LIST, DESCRIBE = "list", "describe"


class Settable(click.Command):
    """A command with an option for each thing that a simulation can be told, made when they are asked for."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """The command's own options, the simulation's, and `--help`."""
        from analyzer.cli.simulation.options import settings

        *own, last = super().get_params(ctx)
        return [*own, *settings(), last]


@click.command("simulate", cls=Settable)
@click.argument("scenario", nargs=-1, required=True, metavar="SCENARIO|list|describe SCENARIO")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="A new or empty folder, or one that was simulated: its files are replaced then. Any other is refused.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same bytes.")
@click.option("--duration", type=time_typed, help="Stream steady traffic before the story, this long in all.")
@click.option("--bytes", "amount", type=size_typed, help="Stream steady traffic before the story, this much in all.")
def command(
    scenario: tuple[str, ...],
    output: Path | None,
    seed: int,
    duration: int | None,
    amount: int | None,
    **given: object,
) -> None:
    """Simulate SCENARIO, a kind by its name or a TOML file, and write captures, logs and truth.json into a folder.

    \b
    autopath simulate list
    autopath simulate describe cvm-failure
    autopath simulate cvm-failure -o /tmp/test --seed 7 --esxi-logs
    """
    if scenario == (LIST,):
        _list()
        return
    if scenario[0] == DESCRIBE and len(scenario) <= 2:
        _describe(scenario[1:])
        return
    if len(scenario) != 1:
        raise UsageError("simulate: expected one scenario, `list`, or `describe` and a scenario")
    if output is None:
        raise UsageError("simulate: say with -o where the evidence is to be written")
    if duration is not None and amount is not None:
        raise UsageError("simulate: say --duration or --bytes, not both")
    from analyzer.cli.simulation.options import filled
    from analyzer.lab.simulate import Evidence, Options, scenario_of

    options, evidence = filled(Options, given), filled(Evidence, given)
    chosen = scenario_of(scenario[0])
    if chosen.nodes is not None and given["nodes"] not in (None, chosen.nodes):
        raise UsageError(f"--nodes is {given['nodes']}, and {scenario[0]} has {chosen.nodes} nodes; say one of them")
    _make(chosen, seed, options, evidence, output, _goal(duration, amount))


def _goal(duration: int | None, amount: int | None) -> Goal | None:
    """What `--duration` or `--bytes` asks for; None where neither was given."""
    from analyzer.lab.simulate.stream.goal import Filling, Lasting

    if duration is not None:
        return Lasting(duration)
    return None if amount is None else Filling(amount)


def _make(
    scenario: Scenario,
    seed: int,
    options: Options,
    evidence: Evidence,
    output: Path,
    goal: Goal | None,
) -> None:
    """Simulate aside and put all in place; `goal` is that of a stream, or None."""
    from analyzer.cli.simulation import folder as place
    from analyzer.lab.simulate import simulate
    from analyzer.lab.simulate.stream.stream import stream
    from analyzer.store import encode_truth

    with place.filled(output) as folder:
        if goal is None:
            made = simulate(scenario, seed, options, evidence)
        else:
            made = stream(scenario, seed, folder, goal, options, evidence)
        for name, content in (*made.files.items(), (place.TRUTH, encode_truth(made.truth))):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
    for one in made.truth.evidence:
        click.echo(output / one.file)
    click.echo(output / place.TRUTH)


def _list() -> None:
    from analyzer.lab.simulate import KINDS

    width = max(len(kind.name) for kind in KINDS)
    for kind in KINDS:
        click.echo(f"{kind.name:{width}}  {kind.about}")


def _describe(names: tuple[str, ...]) -> None:
    from analyzer.lab.simulate import KINDS, scenario_of
    from analyzer.lab.simulate.scenario.scenario_file import as_toml

    if not names:
        raise UsageError(f"simulate describe: say which scenario; there are {', '.join(kind.name for kind in KINDS)}")
    click.echo(as_toml(scenario_of(names[0])).encode(), nl=False)
