"""The index of one run and of its test, written by the rows that documents and what was told give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from msgspec.structs import replace
from sqlalchemy import Connection, delete, insert, select

from analyzer.history.index.rows import Row, RunRows, about_in, indexed, version_order
from analyzer.history.tables import CHANGE, EPISODE, FIGURE, INPUT, LABEL, RUN, TEST, TOLD
from analyzer.model.about import About

NAMES = {
    "cluster": "cluster",
    "title": "title",
    "ticket": "ticket",
    "operator": "operator",
    "aos": "aos_version",
    "esxi": "esxi_version",
}
"""What is told of a test under a name of its own, and the field that it is; whatever else is told is a label."""
UNKNOWN_CLUSTER = ""


class TestRows(NamedTuple):
    """The row of a test without its id, and its labels."""

    test: Row
    labels: tuple[tuple[str, str], ...]


def index_run(connection: Connection, number: int, rows: RunRows) -> None:
    """Put the rows of a run in, whose document has this id; its test is to be told with :func:`index_test`."""
    connection.execute(insert(RUN), rows.run | {"id": number})
    for table, made in ((EPISODE, rows.episodes), (FIGURE, rows.figures)):
        if made:
            connection.execute(insert(table), [row | {"run": number} for row in made])


def unindex_run(connection: Connection, number: int) -> None:
    """Take out the rows of the run whose document has this id."""
    for column in (FIGURE.c.run, EPISODE.c.run, RUN.c.id):
        connection.execute(delete(column.table).where(column == number))


def index_test(connection: Connection, key: str, inputs: tuple[tuple[str, str], ...]) -> None:
    """Make the rows of a test anew, by its runs and what was told; without runs it has none."""
    rows = test_rows(connection, key)
    there = connection.execute(select(TEST.c.id, TEST.c.cluster).where(TEST.c.key == key)).one_or_none()
    known = None if there is None else there.id
    if there is not None and rows is not None:
        connection.execute(TEST.update().where(TEST.c.id == known), rows.test)
        connection.execute(delete(LABEL).where(LABEL.c.test == known))
        _rename(connection, there.cluster, rows.test["cluster"])
    elif known is not None:
        connection.execute(delete(TEST).where(TEST.c.id == known))
    elif rows is not None:
        (known,) = connection.execute(insert(TEST), rows.test).inserted_primary_key or (None,)
        connection.execute(insert(INPUT), [{"test": known, "digest": one, "name": name} for one, name in inputs])
    if rows is not None and rows.labels:
        connection.execute(
            insert(LABEL), [{"test": known, "name": name, "value": value} for name, value in rows.labels]
        )


def _rename(connection: Connection, old: str, new: str) -> None:
    """Where the last test of a cluster got another one's name, what was told of its changes goes with it."""
    if old == new or connection.execute(select(TEST.c.id).where(TEST.c.cluster == old).limit(1)).first() is not None:
        return
    connection.execute(CHANGE.update().where(CHANGE.c.cluster == old), {"cluster": new})


def test_rows(connection: Connection, key: str) -> TestRows | None:
    """What the table has to say of a test; None where it has no run."""
    runs = connection.execute(select(RUN).where(RUN.c.test == key)).mappings().all()
    if not runs:
        return None
    ordered = sorted(
        runs, key=lambda run: (not run["redacted"], version_order(run["program"]), run["id"]), reverse=True
    )
    counts = ordered[0]
    about = About()
    for run in ordered:
        if run["redacted"] == counts["redacted"]:  # names that were replaced are nobody's
            about = about.filled(about_in(run["about"]))
    about = with_told(about, told_of(connection, key))
    fields = {field: getattr(about, field) and indexed(getattr(about, field)) for field in NAMES.values()}
    row = {"key": key, "run": counts["id"], "runs": len(runs), "time": counts["time"], **fields}
    labels = {indexed(name): indexed(value) for name, value in about.labels}
    return TestRows(row | {"cluster": fields["cluster"] or UNKNOWN_CLUSTER}, tuple(labels.items()))


def told_of(connection: Connection, key: str) -> dict[str, str]:
    """What people told of a test beside its documents."""
    found = connection.execute(select(TOLD.c.name, TOLD.c.value).where(TOLD.c.test == key).order_by(TOLD.c.name))
    return {row.name: row.value for row in found}


def with_told(about: About, told: Mapping[str, str]) -> About:
    """What a test is about, with what was told later in the place of what its runs say."""
    fields = {NAMES[name]: value for name, value in told.items() if name in NAMES}
    labels = dict(about.labels) | {name: value for name, value in told.items() if name not in NAMES}
    return replace(about, **fields, labels=tuple(sorted(labels.items())))
