"""What was told of changes in a cluster's history: each line as it was told, and never taken back but by another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, insert, select

from analyzer.history.opening import Store
from analyzer.history.tables import CHANGE
from analyzer.model.instant import Span
from analyzer.model.over_time.looks import Change, Line


class Told(NamedTuple):
    """All lines that were told of a cluster, in their order, and the number of the last: 0 where there is none."""

    lines: tuple[Line, ...]
    last: int


def told_of_cluster(store: Store, cluster: str) -> Told:
    """What was told of a cluster."""
    with store.reading() as connection:
        rows = connection.execute(select(CHANGE).where(CHANGE.c.cluster == cluster).order_by(CHANGE.c.id)).all()
    return Told(tuple(map(_line, rows)), rows[-1].id if rows else 0)


def all_told(connection: Connection) -> dict[str, tuple[Line, ...]]:
    """All lines, by cluster, in their order."""
    found: dict[str, list[Line]] = {}
    for row in connection.execute(select(CHANGE).order_by(CHANGE.c.cluster, CHANGE.c.id)):
        found.setdefault(row.cluster, []).append(_line(row))
    return {cluster: tuple(lines) for cluster, lines in found.items()}


def take_over(store: Store, cluster: str, lines: Iterable[Line]) -> None:
    """Keep what another store told of a cluster: the lines that are not here, behind those that are."""
    with store.writing() as connection:
        here = all_told(connection).get(cluster, ())
        rows = [_row(cluster, line) for line in lines if line not in here]
        if rows:
            connection.execute(insert(CHANGE), rows)


def tell_of_cluster(store: Store, cluster: str, lines: Iterable[Line], last: int) -> bool:
    """Put these lines behind the `last` one. False, and nothing is put, where somebody told of the cluster meanwhile:
    then look again.
    """
    rows = [_row(cluster, line) for line in lines]
    with store.writing() as connection:
        if _last(connection, cluster) != last:
            return False
        if rows:
            connection.execute(insert(CHANGE), rows)
        return True


def standing(lines: Sequence[Line]) -> tuple[Change, ...]:
    """The changes that stand after these lines, by figure and time."""
    found: dict[tuple[tuple[str, str], int], Change] = {}
    for line in lines:
        found.pop((line.change.figure, line.earlier), None)
        if line.said != "withdrawn":
            found[line.change.figure, line.change.time] = line.change
    return tuple(found[key] for key in sorted(found))


def _last(connection: Connection, cluster: str) -> int:
    return connection.execute(select(func.max(CHANGE.c.id)).where(CHANGE.c.cluster == cluster)).scalar_one() or 0


def _row(cluster: str, line: Line) -> dict[str, Any]:
    change = line.change
    kind, name = change.figure
    return {
        "cluster": cluster,
        "kind": kind,
        "name": name,
        "said": line.said,
        "direction": change.direction,
        "time": change.time,
        "earlier": line.earlier,
        "least": change.by.least,
        "most": change.by.most,
        "told_after": change.told_after,
    }


def _line(row: Any) -> Line:  # noqa: ANN401 - a row of a table
    change = Change(
        figure=(row.kind, row.name),
        time=row.time,
        direction=row.direction,
        by=Span(row.least, row.most),
        told_after=row.told_after,
    )
    return Line(said=row.said, earlier=row.earlier, change=change)
