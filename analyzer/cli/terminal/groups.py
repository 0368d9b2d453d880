"""Groups of commands that help whoever named none, or one that is nearly right."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from analyzer.errors import USAGE

NEAR = 0.7
"""How alike a word and what is suggested for it are, from 0 to 1."""
LEAST = 2
"""Letters of a beginning that tells a command."""


class Helpful(click.Group):
    """A group that prints its help on stderr where no command is named, and says which one was probably meant."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The arguments as click reads them; without any, the help and the status of a usage error."""
        if not args and not ctx.resilient_parsing:
            click.echo(ctx.get_help(), err=True)
            ctx.exit(USAGE)
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that was named; :class:`click.UsageError` with the likely one where there is none."""
        name = args[0]
        if ctx.resilient_parsing or name.startswith("-") or self.get_command(ctx, name) is not None:
            return super().resolve_command(ctx, args)
        raise click.UsageError(f"No such command {name!r}.{_meant(ctx, name, self.list_commands(ctx))}", ctx)


def _meant(ctx: click.Context, name: str, commands: Iterable[str]) -> str:
    """The question that follows, or nothing where nothing is near."""
    if said := did_you_mean(name, commands):
        return said
    if ctx.parent is None and Path(name).exists():
        return f" Did you mean '{ctx.command_path} analyze {name}'?"
    return ""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """` Did you mean 'analyze'?` for `analyse`, or for `ana`, which begins that alone; empty where nothing is near."""
    from difflib import get_close_matches

    begun = [each for each in sorted(known) if len(name) >= LEAST and each.startswith(name)]
    near = begun if len(begun) == 1 else get_close_matches(name, sorted(known), cutoff=NEAR)
    quoted = [repr(each) for each in near]
    return f" Did you mean {' or '.join(quoted)}?" if near else ""
