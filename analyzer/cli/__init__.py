"""The command line: arguments in, results on stdout, progress and warnings on stderr, an exit status out.

One module a command, imported when it is used. Exit status: 0 acceptable (with `--strict` only what is
MET), 1 MISSED, 2 usage or configuration, 3 evidence unreadable, 4 UNDECIDED, 70 a fault of the program (so that it is
never taken for MISSED), 130 interrupted, 143 terminated.
"""

from __future__ import annotations

import errno
import io
import os
import sys
import warnings
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

import click

from analyzer import __version__
from analyzer.cli.terminal.groups import Helpful, did_you_mean
from analyzer.cli.terminal.signals import EndedError, requests_heeded
from analyzer.cli.terminal.signs import encoding_wanted, spell_signs
from analyzer.errors import FAULT, USAGE, AutopathError, place_of_fault

COMMANDS = {
    "analyze": "Analyse evidence and write a report.",
    "batch": "Analyse many tests, each by itself, and say what came out of them.",
    "compare": "Say by how much each stage takes longer in some runs than in others.",
    "completion": "Print the script that completes commands and options in a shell.",
    "doctor": "Say what is installed, what is missing, and which settings count here.",
    "explain": "Show what was understood of a file, line by line, or what a finding's code means.",
    "history": "Keep the tests that were recorded: list, show, import, export, label, remove, check.",
    "lab": "Run a failover test on real kernels, with its truth.",
    "report": "Write the report of a run anew, or in other forms; or one page on a folder of runs.",
    "scan": "Write what an analysis looks at of captures, to be analysed together elsewhere.",
    "schema": "Print the JSON Schema of run.json or of truth.json.",
    "simulate": "Simulate a failover test: evidence, and its truth.",
    "verify": "Say whether a report, its run and the evidence still agree.",
}
INTERRUPTED, BROKEN_PIPE = 130, 141
DEBUG = "AUTOPATH_DEBUG"
COMPLETE = "_AUTOPATH_COMPLETE"
"""Environment variable by which the script of `autopath completion` asks what may follow."""
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EIO)


class LazyGroup(Helpful):
    """A group whose commands are the modules of this package, imported when asked for and not for the overview."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The commands' names."""
        return list(COMMANDS)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        """The overview of the commands."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's
        """The `command` of the module of that name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"analyzer.cli.{cmd_name}").command
        return command


@click.group(
    cls=LazyGroup,
    no_args_is_help=False,  # click's own differs from version to version; ours is in Helpful
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="autopath")
def autopath() -> None:
    """Say from captures and logs how a Nutanix cluster on ESXi failed over, how long it took, and on what evidence.

    \b
    autopath analyze span.pcap genesis.out --log-timezone Europe/Berlin
    autopath analyze NTNX-Log-bundle.tgz esx-host.tgz span.pcapng.gz -o reports/test-7
    autopath explain genesis.out
    """


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit."""
    # nothing here is linear algebra: numpy's would start a thread a core that takes turns with what works
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # what a library has to say to its users is nothing for ours
    try:
        with requests_heeded():
            status = run(arguments)
    except EndedError as request:
        status = request.exit_status
    sys.exit(status)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit status."""
    _streams()
    try:
        status = _invoke(sys.argv[1:] if arguments is None else list(arguments))
        sys.stdout.flush()
    except AutopathError as error:
        return _fail(str(error), error.exit_status)
    except click.UsageError as error:
        return _fail(_usage(error), USAGE)
    except click.ClickException as error:
        return _fail(error.format_message(), USAGE)
    except click.exceptions.Exit as error:
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        _stop_printing()  # whoever read our results has left
        return BROKEN_PIPE
    except OSError as error:
        return _failed(error)
    except Exception as error:  # noqa: BLE001 - it is told, or raised again with AUTOPATH_DEBUG
        return _unexpected(error)
    return status if isinstance(status, int) else 0


def _invoke(arguments: list[str]) -> object:
    """The command's result. Not by click's own `main`: that exits with 1 on a broken pipe, and 1 means MISSED."""
    if asked := os.environ.get(COMPLETE):
        from analyzer.cli.completion import complete

        return complete(asked)
    with autopath.make_context("autopath", arguments) as context:
        return autopath.invoke(context)


def _usage(error: click.UsageError) -> str:
    command = error.ctx.command_path if error.ctx else "autopath"
    said = error.format_message()
    if isinstance(error, click.MissingParameter):
        said = _missing(error)
    elif isinstance(error, click.NoSuchOption):
        said = f"No such option {error.option_name!r}.{did_you_mean(error.option_name, error.possibilities or ())}"
    return f"{said} See `{command} --help`" if said.endswith("?") else f"{said.rstrip('.')}; see `{command} --help`"


def _missing(error: click.MissingParameter) -> str:
    """What is missing, and what may stand there: click puts each choice on a line of its own."""
    wanted = error.param
    if wanted is None or not isinstance(wanted.type, click.Choice):
        return error.format_message()
    return f"Missing {wanted.param_type_name} {wanted.name}: one of {', '.join(map(str, wanted.type.choices))}"


def _fault(error: Exception) -> str:
    return (
        f"a fault of the program ({place_of_fault(error)}: {error}); please report it: run this again with {DEBUG}=1, "
        "and send what it prints with what `autopath doctor` prints"
    )


def _fail(sentence: str, status: int) -> int:
    from analyzer.report.words import visible

    try:
        click.echo(f"autopath: {visible(sentence)}".replace("\n", "\\n"), err=True)
    except OSError:  # nobody can be told: the status has to do
        _stop_printing()
    return status


def _unexpected(error: Exception) -> int:
    if os.environ.get(DEBUG):
        raise error
    return _fail(_fault(error), FAULT)


def _failed(error: OSError) -> int:
    """What the system says where nobody expected it: of the current folder, or of where the results are printed."""
    if _is_nowhere():
        return _fail("the current folder is not there any more; change to another one", USAGE)
    if error.errno not in _NO_ROOM:
        return _unexpected(error)
    _stop_printing()
    return _fail(f"the results can't be printed ({error.strerror}); make room, or print them elsewhere", USAGE)


def _is_nowhere() -> bool:
    """Whether the current folder was removed, so that no path can be told from it."""
    try:
        os.getcwd()  # noqa: PTH109 - Path.cwd() is the same
    except OSError:
        return True
    return False


def _stop_printing() -> None:
    """What a broken stream still has to print goes nowhere, so that Python doesn't complain once more at its end."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _streams() -> None:
    """Closed streams swallow what is printed, and what an encoding does not have is spelled, or an escape."""
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=encoding_wanted(), errors=spell_signs())
