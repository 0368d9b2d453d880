"""`autopath lab`: a failover test on real kernels, recorded with its truth; or a cluster to play with."""

from __future__ import annotations

import errno
import os
import signal
import tempfile
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from analyzer.cli.terminal.groups import Helpful, did_you_mean
from analyzer.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from analyzer.lab.netns import LabOptions

MISSING = 2

_Command = TypeVar("_Command", bound="Callable[..., object] | click.Command")
_SECONDS = "SECONDS"


class Labelled(Helpful):
    """A group that takes a scenario's name where no command has it: `autopath lab cvm-failure` records that."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that was named, or `record` for a scenario; a usage error for what is nearly one of either."""
        if self.get_command(ctx, args[0]) is not None:
            return super().resolve_command(ctx, args)
        if not ctx.resilient_parsing:
            self._check(ctx, args[0])
        return "record", self.get_command(ctx, "record"), args

    def _check(self, ctx: click.Context, scenario: str) -> None:
        """A usage error where a word is nearly a command or a scenario."""
        from analyzer.lab.netns.scenario.acts import ACTS, WHOLE_STORY

        scenarios = (*ACTS, WHOLE_STORY)
        for name in scenario.split("+"):
            if name not in scenarios and (said := did_you_mean(name, (*self.list_commands(ctx), *scenarios))):
                raise click.UsageError(f"No such command or scenario {name!r}.{said}", ctx)


def _time(name: str, text: str) -> Callable[[_Command], _Command]:
    """An option in seconds, exact to the ns."""
    return click.option(name, metavar=_SECONDS, callback=_nanoseconds, help=text)


def _nanoseconds(ctx: click.Context, parameter: click.Parameter, value: str | None) -> int | None:  # noqa: ARG001
    from analyzer.config import nanoseconds

    if value is None:
        return None
    try:
        return nanoseconds(Decimal(value))
    except (InvalidOperation, ValueError) as error:
        raise UsageError(f"{parameter.opts[0]} {value}: expected seconds, such as 30 or 1.7") from error


def _list(ctx: click.Context, parameter: click.Parameter, value: str | None) -> tuple[str, ...] | None:  # noqa: ARG001
    return None if value is None else tuple(part.strip() for part in value.split(","))


def _choice(*names: str) -> click.Choice[str]:
    return click.Choice(names)


_OPTIONS = (
    _time("--period", "How often Genesis checks.  [30]"),
    click.option("--nodes", type=int, metavar="N", help="Hosts, each with a CVM: 3 to 32.  [3]"),
    click.option("--host-names", callback=_list, metavar="A,B,…", help="Of the hosts; the first is the watched one."),
    click.option("--cvm-names", callback=_list, metavar="A,B,…", help="Of the CVMs, in the hosts' order."),
    click.option("--host-addresses", callback=_list, metavar="IP,…", help="Of the hosts' vmk0."),
    click.option("--cvm-addresses", callback=_list, metavar="IP,…", help="Of the CVMs' eth0."),
    click.option("--clients", type=int, metavar="N", help="Hosts that do I/O, each with a capture of vmk1.  [1]"),
    click.option(
        "--client", type=_choice("patient", "eager"), help="Keeps its connection, or gives up soon.  [patient]"
    ),
    _time("--rpc-timeout", "When the client gives a connection up.  [60 patient, 6 eager]"),
    _time("--connect-timeout", "When it gives a handshake up.  [5]"),
    _time("--reconnect-delay", "How long it waits before it connects again.  [0]"),
    click.option("--client-close", type=_choice("fin", "rst"), help="How it closes.  [fin]"),
    click.option("--rate", type=int, metavar="N", help="Operations a second.  [4]"),
    click.option("--size", type=int, metavar="BYTES", help="Of a READ and a WRITE.  [512]"),
    click.option("--queue-depth", type=int, metavar="N", help="Calls outstanding at most.  [3]"),
    click.option(
        "--reply-path",
        type=_choice("plain", "symmetric"),
        help="A remote CVM answers by its private side (its RST is lost), or where it was asked.  [symmetric]",
    ),
    click.option(
        "--host-arp",
        type=_choice("strict", "answering", "linux"),
        help="A port speaks for itself; vmk0 answers for vmk1 too; it also asks for it.  [by the reply path]",
    ),
    click.option("--terminate", type=_choice("fin", "rst"), help="How NfsTerminateConnection ends one.  [fin]"),
    _time("--task-delay", "From a task to its command.  [1.2, or a fifth of the period]"),
    _time("--command-delay", "Before each route command, after NfsTerminateConnection.  [0]"),
    click.option("--leader", type=int, metavar="N", help="The node whose CVM leads Genesis at first, from 1.  [2]"),
    _time("--election", "How long it must be silent before another CVM leads.  [12 of 30, at least 4]"),
    click.option("--initialising-checks", type=int, metavar="N", help="A CVM is back but not ready for N checks.  [1]"),
    click.option("--tiny-segments", is_flag=True, default=None, help="Leave an artefact of Linux in after a delete."),
    click.option("--log-zone", metavar="ZONE", help="Of genesis.out.  [UTC]"),
    _time("--log-skew", "How far genesis.out's clock is ahead.  [0]"),
    click.option("--log-stamps", type=_choice("seconds", "milliseconds"), help="Of AOS 4 or of AOS 5.  [seconds]"),
)
_RECORDING = (
    _time("--phase", "How long after a check a fault is made.  [7 of 30]"),
    _time("--lead", "How long the captures run before a fault at least.  [12 of 30, at least 5]"),
    _time("--tail", "How long they run when service is back.  [15 of 30, at least 8]"),
    _time("--duration", "How long `healthy` takes.  [90 of 30]"),
    _time("--hang", "How long the NFS server hangs.  [14]"),
    click.option("--span", type=_choice("flat", "physical"), help="Every port, or the physical switch's.  [flat]"),
    click.option("--snaplen", type=int, metavar="BYTES", help="Cut frames.  [whole]"),
    click.option("--pcapng", is_flag=True, default=None, help="By dumpcap, instead of pcap by tcpdump."),
    click.option("--vmk0", is_flag=True, default=None, help="Capture the public port of hosts that do I/O too."),
    click.option("--genesis", type=_choice("all", "leader"), help="Whose genesis.out is kept: leader, who led.  [all]"),
    click.option("--mount-in-capture", is_flag=True, default=None, help="Start the captures before the client mounts."),
    click.option("--note", metavar="TEXT", help="For truth.json."),
)


def _with(options: tuple[Callable[[_Command], _Command], ...]) -> Callable[[_Command], _Command]:
    """Give a command these options."""

    def decorate(function: _Command) -> _Command:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


@click.group("lab", cls=Labelled)
def command() -> None:
    """Run a cluster of real kernels with autopathing, break it, and record it: captures, logs, truth.json.

    \b
    autopath lab doctor                                what is missing on this computer
    autopath lab cvm-failure -o tests/one --period 10  a test, recorded into a folder
    autopath lab shell                                 a cluster to play with, until Ctrl-C
    autopath lab enter host-1                          a shell on one of its machines (or LAB/host-1)

    \b
    Scenarios: healthy, route-injection, route-injection-invalid, cvm-failure, route-deletion, cvm-recovery,
    nfs-hang, other-cvm-failure, whole-story; or some joined by +, as cvm-failure+cvm-recovery.

    Needs Linux and root. It works in namespaces of its own and leaves nothing behind.
    """


@command.command("record")
@click.argument("scenario")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="DIR",
    required=True,
    help="For the recording: a new or an empty folder.",
)
@click.option("-q", "--quiet", is_flag=True, help="Don't tell what happens.")
@_with((*_OPTIONS, *_RECORDING))
def record(scenario: str, output: Path, quiet: bool, **given: object) -> None:
    """Run SCENARIO and write its recording into DIR."""
    from analyzer.aside import write
    from analyzer.lab import netns

    _check_place(output)
    with _interruptible():
        files = netns.record(_lab_options(scenario, given), _silent if quiet else _tell)
    write(output, files)
    click.echo(output / "truth.json")


@command.command("shell")
@_with(_OPTIONS)
def shell(**given: object) -> None:
    """Run a cluster with its client and Genesis until Ctrl-C, and tell how to enter its machines."""
    from analyzer.lab import netns

    with _interruptible():
        netns.record(_lab_options("shell", given), _tell)


@command.command("enter", context_settings={"ignore_unknown_options": True})
@click.argument("machine")
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="[COMMAND]...")
def enter(machine: str, words: tuple[str, ...]) -> None:
    """Run COMMAND, or a shell, on a host or CVM of a lab that runs (`autopath lab shell`).

    MACHINE is its name; where several labs have it, the lab's number and the name, as in 4711/host-1.
    """
    from analyzer.lab import netns

    running = netns.machine_named(machine)
    command_line = running.command(*words)
    os.execvpe(command_line[0], command_line, {**os.environ, **running.environment})  # noqa: S606 - this is what was asked


@command.command("doctor")
def doctor() -> int:
    """Say what the lab needs, what of it is missing, and how to get that. Exit status 2 when something is."""
    from analyzer.lab import netns

    needs = netns.needs()
    for need in needs:
        click.echo(f"{'ok     ' if need.there else 'missing'}  {need.what}")
    missing = tuple(need for need in needs if not need.there)
    if missing:
        click.echo(netns.install(missing))
    return MISSING if any(not need.optional for need in missing) else 0


@contextmanager
def _interruptible() -> Iterator[None]:
    """SIGINT ends a lab also where it is ignored, as in what a shell starts with `&`: it would stay up for ever."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _check_place(output: Path) -> None:
    """Before the test is run, which takes minutes: whether its recording can be written. Nothing stays of the try."""
    if output.is_dir() and (there := next(output.iterdir(), None)):
        raise UsageError(
            f"{output}: holds {there.name}, and what is in one folder is taken for one test; "
            "name another folder with -o"
        )
    place = next(folder for folder in (output.absolute().parent, *output.absolute().parents) if folder.exists())
    try:
        if output.exists() and not output.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        tempfile.TemporaryDirectory(prefix=f".{output.name}.", dir=place).cleanup()
    except OSError as error:
        raise UsageError(f"{output}: can't be written ({error.strerror}); name another folder with -o") from error


def _lab_options(scenario: str, given: dict[str, object]) -> LabOptions:
    """What was given, and the lab's own defaults for the rest."""
    from analyzer.lab.netns import LabOptions

    return LabOptions(scenario=scenario, **{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]


def _tell(text: str) -> None:
    click.echo(f"lab: {text}", err=True)


def _silent(_: str) -> None:
    pass
