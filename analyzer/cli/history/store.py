"""Which store a command means: the option, else the environment, else the project file, else the user's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar, cast

import click

from analyzer.cli.history.damaged import told_of_damage
from analyzer.errors import UsageError

if TYPE_CHECKING:
    from analyzer.cli.project import Project
    from analyzer.history.opening import Store

_Command = TypeVar("_Command", bound=Callable[..., object])


def store_option(command: _Command) -> _Command:
    """Give a command the option that names the store; where that turns out to be damaged, it says so."""
    option = click.option(
        "--store",
        metavar="PLACE",
        envvar="AUTOPATH_STORE",
        help="The history: a file, its folder, or postgresql://USER@SERVER/DATABASE.  [the user's data folder]",
    )
    return option(cast("_Command", told_of_damage(command, opened_store)))


def opened_store(named: str | None, *, make: bool = False, project: Project | None = None) -> Store:
    """The store, open; `make`: where there is none, one is made. What is to be known of its disk is said on stderr.

    Raises what :func:`~analyzer.history.opening.opened` does.
    """
    from analyzer.cli.project import project_for
    from analyzer.history.opening import opened
    from analyzer.history.place import default_place, place_named

    if named == "":
        raise UsageError("--store: is empty; name a file, a folder or a URL")
    text = named or (project or project_for(())).store
    store = opened(place_named(text) if text else default_place(), make=make)
    if store.network:
        click.echo(
            f"{store.place}: lies on a network disk ({store.network}), on which SQLite can't keep writers of several "
            "computers apart: use it from one at a time, or name a local file or a PostgreSQL server (--store)",
            err=True,
        )
    return store
