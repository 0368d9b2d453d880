"""`autopath history`: the runs that were recorded; one module a command, imported when it is used."""

from __future__ import annotations

from importlib import import_module

import click

from analyzer.cli.terminal.groups import Helpful

COMMANDS = {
    "list": "List the tests, by time.",
    "show": "Show a test: what is known of it, its analyses, its figures.",
    "import": "Put runs in: run.json, reports in any form, folders of them.",
    "export": "Write runs as files, which import takes again.",
    "site": "Write the history as static pages, for any web server.",
    "metrics": "Write the history as OpenMetrics text, for Prometheus.",
    "label": "Say something of a test: its cluster, its ticket, a label.",
    "remove": "Take runs out.",
    "check": "Look whether all is as it was stored.",
    "rebuild": "Make the index anew from the stored documents.",
}
_MODULES = {"list": "listing", "import": "importing"}


class _Commands(Helpful):
    """The commands, imported when asked for and not for the overview."""

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
        module = import_module(f"analyzer.cli.history.{_MODULES.get(cmd_name, cmd_name)}")
        command: click.Command = module.command
        return command


@click.group("history", cls=_Commands, no_args_is_help=False)
def command() -> None:
    """The tests that were recorded (`analyze --record`, or import), in a file or on a PostgreSQL server.

    A test is known by its inputs: a newer analysis of the same evidence counts in the place of the older one. RUN is
    the beginning of a run's key, of at least 4 letters, as list shows it.
    """
