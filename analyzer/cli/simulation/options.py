"""An option of the command line for each field of what a simulation can be told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Literal, TypeVar, get_args, get_origin, get_type_hints

import click
import msgspec

from analyzer.cli.simulation.durations import duration
from analyzer.lab.simulate.scenario.evidence import Evidence
from analyzer.lab.simulate.scenario.options import Options

_Settings = TypeVar("_Settings", Options, Evidence)


@cache
def settings() -> tuple[click.Option, ...]:
    """An option for each field, in the order of the fields."""
    return tuple(
        _option(field, *get_args(hints[field.name])[:2])
        for shape in (Options, Evidence)
        for hints in (get_type_hints(shape, include_extras=True),)
        for field in msgspec.structs.fields(shape)
    )


def _option(field: msgspec.structs.FieldInfo, kind: object, meta: msgspec.Meta) -> click.Option:
    flag = "--" + field.name.replace("_", "-")
    if kind is bool:
        return click.Option([f"{flag}/--no-{flag[2:]}"], default=None, help=meta.description)
    several = get_origin(kind) is tuple
    return click.Option([flag], type=_type(kind, meta), multiple=several, help=_help(meta, field.default))


def filled(shape: type[_Settings], given: Mapping[str, object]) -> _Settings:
    """The settings with what was given on the command line."""
    names = shape.__struct_fields__
    found = {name: value for name, value in given.items() if name in names and value not in (None, ())}
    return msgspec.structs.replace(shape(), **found)


def _type(kind: object, meta: msgspec.Meta) -> click.ParamType[str] | Callable[[str], int] | type[int | str]:
    if get_origin(kind) is Literal:
        return click.Choice(get_args(kind))
    if meta.extra is not None:
        return duration
    return int if kind is int else str


def _help(meta: msgspec.Meta, default: object) -> str:
    shown = "by the seed" if default in (-1, "drawn") else default
    if meta.extra is not None and isinstance(default, int) and default > 0:
        shown = f"{default // 10**9}s"
    if isinstance(default, tuple):
        shown = " ".join(default) or "none"
    return f"{meta.description}  [{shown}]"
