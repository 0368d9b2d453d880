"""`autopath simulate`: evidence of a failover test that never was, with its truth, from a scenario and a seed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzer.cli.durations import duration as time_typed
from analyzer.cli.durations import size as size_typed
from analyzer.errors import UsageError

if TYPE_CHECKING:
    from analyzer.lab.simulate import Evidence, Options, Scenario, Simulated

LIST, DESCRIBE = "list", "describe"


class Settable(click.Command):
    """A command with an option for each thing that a simulation can be told, made when they are asked for."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """The command's own options, the simulation's, and `--help`."""
        from analyzer.cli.simulate_options import settings

        *own, last = super().get_params(ctx)
        return [*own, *settings(), last]


@click.command("simulate", cls=Settable)
@click.argument("scenario", nargs=-1, required=True, metavar="SCENARIO|list|describe SCENARIO")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="DIR", help="Where it is written.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same bytes.")
@click.option("--duration", type=time_typed, help="Stream steady traffic around the story, this long in all.")
@click.option("--bytes", "amount", type=size_typed, help="Stream steady traffic around the story, this much in all.")
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
    if scenario[0] == DESCRIBE and len(scenario) == 2:
        _describe(scenario[1])
        return
    if len(scenario) != 1:
        raise UsageError("simulate: expected one scenario, `list`, or `describe` and a scenario")
    if output is None:
        raise UsageError("simulate: say with -o where the evidence is to be written")
    from analyzer.cli.simulate_options import filled
    from analyzer.lab.simulate import Evidence, Options, scenario_of

    options, evidence = filled(Options, given), filled(Evidence, given)
    chosen = scenario_of(scenario[0])
    if duration is None and amount is None:
        _write(chosen, seed, options, evidence, output)
    else:
        _stream(chosen, seed, options, evidence, output, (duration, amount))


def _write(scenario: Scenario, seed: int, options: Options, evidence: Evidence, output: Path) -> None:
    from analyzer.cli.output import write
    from analyzer.lab.simulate import simulate
    from analyzer.store import encode_truth

    made = simulate(scenario, seed, options, evidence)
    write(output, {**made.files, "truth.json": encode_truth(made.truth)})
    _tell(made, output)


def _stream(
    scenario: Scenario,
    seed: int,
    options: Options,
    evidence: Evidence,
    output: Path,
    goal: tuple[int | None, int | None],
) -> None:
    from analyzer.cli.output import write
    from analyzer.lab.simulate.stream import stream
    from analyzer.store import encode_truth

    try:
        output.mkdir(parents=True, exist_ok=True)
        made = stream(scenario, seed, output, (options, evidence), goal)
    except OSError as error:
        raise UsageError(f"{output}: can't be written ({error.strerror}); name another folder with -o") from error
    write(output, {**made.files, "truth.json": encode_truth(made.truth)})
    _tell(made, output)


def _tell(made: Simulated, output: Path) -> None:
    for one in made.truth.evidence:
        click.echo(output / one.file)
    click.echo(output / "truth.json")


def _list() -> None:
    from analyzer.lab.simulate import KINDS

    width = max(len(kind.name) for kind in KINDS)
    for kind in KINDS:
        click.echo(f"{kind.name:{width}}  {kind.about}")


def _describe(name: str) -> None:
    from analyzer.lab.simulate import scenario_of
    from analyzer.lab.simulate.scenario import as_toml

    click.echo(as_toml(scenario_of(name)), nl=False)
