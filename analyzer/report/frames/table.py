"""How rows become a DataFrame: exactly the columns that a table has, each with its type, whatever the rows hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from analyzer.model.episode import Episode
from analyzer.model.instant import UNBOUNDED, Instant, Span
from analyzer.model.run import Run
from analyzer.report.parties import Parties

if TYPE_CHECKING:
    from pandas import DataFrame, Series

Cell = str | int | bool | None
Row = Mapping[str, Cell]

OF_EPISODE = ("case", "episode", "host", "kind")
"""The columns that everything of an episode begins with."""
SPAN = ("least_ns", "most_ns")
HOST_NAME = "host_name"
"""The name that an inventory gives the machine of `host`; NA where it gives none."""
_COUNTS = frozenset({"number", "pairs", "replies", "bytes", "replies_per_1000s", "bytes_per_1000s"})
_FLAGS = frozenset({"gateway_valid"})


def frame(
    run: Run, rows: Iterable[Row], columns: Sequence[str], moments: Sequence[str] = (), durations: Sequence[str] = ()
) -> DataFrame:
    """The rows with exactly `columns`, and behind `host` its `host_name`; then for each of `moments` the middle of
    `<name>_least_ns` and `<name>_most_ns` as a datetime in UTC, and for each of `durations` `<name>_ns` as a timedelta.

    Columns of ns and counts are `int64`, or pandas' `Int64` where a row has none.
    """
    import pandas as pd

    parties = Parties(run)
    held = tuple({**row, HOST_NAME: _host_name(row.get("host"), parties)} for row in rows)
    named = [each for name in columns for each in ((name, HOST_NAME) if name == "host" else (name,))]
    made = {name: pd.Series([row.get(name) for row in held], dtype=_dtype(name, held)) for name in named}
    table = pd.DataFrame(made)
    for name in moments:
        table[name] = pd.to_datetime(_integers([_middle(row, name) for row in held]), unit="ns", utc=True)
    for name in durations:
        table[name] = pd.to_timedelta(_integers([_ns(row, f"{name}_ns") for row in held]), unit="ns")
    return table


def _host_name(host: Cell, parties: Parties) -> str | None:
    return parties.known(host) if isinstance(host, str) else None


def _integers(values: Sequence[int | None]) -> Series[int]:
    import pandas as pd

    return pd.Series(pd.array(values, dtype="Int64"))


def _dtype(name: str, rows: Sequence[Row]) -> str:
    if name in _FLAGS:
        return "boolean"
    if name.endswith("_ns") or name in _COUNTS:
        return "int64" if all(row.get(name) is not None for row in rows) else "Int64"
    return "string"


def _ns(row: Row, name: str) -> int | None:
    value = row.get(name)
    return value if isinstance(value, int) else None


def _middle(row: Row, name: str) -> int | None:
    least, most = _ns(row, f"{name}_least_ns"), _ns(row, f"{name}_most_ns")
    return None if least is None or most is None else (least + most) // 2


def of_episode(run: Run, episode: Episode) -> dict[str, Cell]:
    """What each row of an episode begins with."""
    return {"case": run.case, "episode": episode.id, "host": episode.host, "kind": episode.kind}


def span(of: Span | None) -> dict[str, Cell]:
    """`least_ns` and `most_ns`; without the latter where nothing bounds it."""
    return {} if of is None else {"least_ns": of.least, "most_ns": _bounded(of.most)}


def edges(name: str, at: Instant) -> dict[str, Cell]:
    """`<name>_least_ns` and `<name>_most_ns` of an instant."""
    return {f"{name}_least_ns": at.least, f"{name}_most_ns": _bounded(at.most)}


def edge_columns(name: str) -> tuple[str, str]:
    """The columns of :func:`edges`."""
    return f"{name}_least_ns", f"{name}_most_ns"


def _bounded(ns: int) -> int | None:
    return ns if ns < UNBOUNDED else None
