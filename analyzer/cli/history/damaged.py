"""A store whose file was damaged where SQLite does not notice: what then goes wrong is told as that, and no fault."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from types import TracebackType
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click

from analyzer.errors import AutopathError, StoreError

if TYPE_CHECKING:
    from analyzer.history.opening import Store

_Given = ParamSpec("_Given")
_Done = TypeVar("_Done")
_READERS = "analyzer.history", "analyzer.compare", "analyzer.cli.history", "analyzer.cli.compare"
"""Where what a store holds is read or made use of."""
_REBUILT = {"index-differs", "index-of-nothing"}
_LOST = "is damaged; take it from a backup, or make it anew and import the reports again"


def told_of_damage(command: Callable[_Given, _Done], opened: Callable[[str | None], Store]) -> Callable[_Given, _Done]:
    """The command, which has an option `store`: where something is raised that nobody expects, its store is looked at
    whole (`opened` gives it), and :class:`~analyzer.errors.StoreError` says so where it is damaged.
    """

    @wraps(command)
    def whole(*args: _Given.args, **options: _Given.kwargs) -> _Done:
        try:
            return command(*args, **options)
        except (AutopathError, click.ClickException, click.exceptions.Exit, click.Abort, OSError):
            raise
        except Exception as error:
            named = options.get("store")
            if _of_a_store(error.__traceback__) and (
                said := _damage(named if isinstance(named, str) else None, opened)
            ):
                raise StoreError(said) from error
            raise

    return whole


def _of_a_store(trace: TracebackType | None) -> bool:
    while trace is not None:
        if trace.tb_frame.f_globals.get("__name__", "").startswith(_READERS):
            return True
        trace = trace.tb_next
    return False


def _damage(named: str | None, opened: Callable[[str | None], Store]) -> str:
    """What is wrong with the store, as a sentence; nothing where it is sound."""
    from analyzer.history.upkeep import check

    try:
        store = opened(named)
        found = {trouble.wrong for trouble in check(store)} - {"shared", "told-of-nothing"}
    except AutopathError:
        raise
    except Exception:  # noqa: BLE001 - whatever it is, it is of what was read
        return f"{named or 'the history'}: {_LOST}"
    if not found:
        return ""
    rebuilt = "its index differs from its documents; `autopath history rebuild` makes it anew"
    return f"{store.place}: {rebuilt if found <= _REBUILT else _LOST}"
