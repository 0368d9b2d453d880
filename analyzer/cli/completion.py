"""`autopath completion`: the script that lets a shell complete commands, options and files; click makes it."""

from __future__ import annotations

import click

from analyzer.errors import USAGE

SHELLS = ("bash", "zsh", "fish")
PROGRAM = "autopath"


@click.command("completion")
@click.argument("shell", type=click.Choice(SHELLS))
def command(shell: str) -> int:
    """Print the script for SHELL. What follows is for the current session; put it in the shell's own file to keep it.

    \b
    bash (4.4 or later)   eval "$(autopath completion bash)"
    zsh                   eval "$(autopath completion zsh)"
    fish                  autopath completion fish | source
    """
    return complete(f"{shell}_source")


def complete(asked: str) -> int:
    """Answer the shell's script: `bash_source` is the script itself, `bash_complete` what may follow."""
    from click.shell_completion import shell_complete

    from analyzer.cli import COMPLETE, autopath

    return USAGE if shell_complete(autopath, {}, PROGRAM, COMPLETE, asked) else 0
