"""Putting a run in: all of it or nothing, and what is there already changes nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, func, insert, select, update

from analyzer.errors import UsageError
from analyzer.history.documents import Kept, Packed, is_whole, kept_as, packed
from analyzer.history.index.rows import RunRows, about_in, indexed, rows_of
from analyzer.history.index.writing import UNKNOWN_CLUSTER, index_run, index_test, unindex_run
from analyzer.history.opening import Store
from analyzer.history.tables import DOCUMENT, INPUT, RUN, TEST, TOLD
from analyzer.history.values import Outcome, Stored
from analyzer.store import decode_run

NOTHING_TOLD: Mapping[str, Mapping[str, str]] = {}


def record(
    store: Store,
    document: bytes,
    name: str,
    *,
    cluster: str | None = None,
    told: Mapping[str, Mapping[str, str]] = NOTHING_TOLD,
) -> Stored:
    """Store the run of a document (the bytes of a run.json) that is called `name`; it is on the disk when this returns.
    `cluster` is that of a run that does not say so itself; `told` is what was told of tests elsewhere, by their keys,
    and counts where nothing was told here.

    Raises :class:`~analyzer.errors.EvidenceError` where the document is no run, and
    :class:`~analyzer.errors.UsageError` where its inputs have no digests, nobody says of which cluster it is, or the
    store can't be written.
    """
    rows, kept = rows_of(decode_run(document, name), name), packed(document)
    test = rows.run["test"]
    with store.writing() as connection:
        known = kept_as(connection, rows.run["key"], kept.digest)
        if known is None:
            outcome = _put(connection, rows, kept, told.get(test, {}))
        else:
            outcome = "known" if is_whole(known) else _mend(connection, known, rows, kept)
        of = _cluster(connection, test) or _tell_cluster(connection, rows, cluster)
        if of == UNKNOWN_CLUSTER:
            raise UsageError(f"{name}: nothing says of which cluster it is; name it with --cluster NAME")
        return Stored(
            outcome=outcome,
            run=known.run if known else rows.run["key"],
            test=test,
            cluster=of,
            tests=tests_of(connection, of),
            shares=() if outcome == "known" else _sharing(connection, test, rows.evidence),
            said=about_in(rows.run["about"]).cluster,
            redacted=rows.run["redacted"],
        )


def _put(connection: Connection, rows: RunRows, kept: Packed, told: Mapping[str, str]) -> Outcome:
    key, test = rows.run["key"], rows.run["test"]
    row = {"run": key, "test": test, "digest": kept.digest, "size": kept.size, "packed": kept.content}
    (number,) = connection.execute(insert(DOCUMENT), row).inserted_primary_key or (0,)
    _tell(connection, test, told)
    index_run(connection, number, rows)
    first = connection.execute(select(TEST.c.id).where(TEST.c.key == test)).first() is None
    index_test(connection, test, rows.inputs)
    if first:
        return "new-test"
    counts = connection.execute(select(TEST.c.run).where(TEST.c.key == test)).scalar_one()
    return "newer-run" if counts == number else "older-run"


def _mend(connection: Connection, known: Kept, rows: RunRows, kept: Packed) -> Outcome:
    """Give a run whose document is damaged this one, under the keys that it has."""
    new = {"digest": kept.digest, "size": kept.size, "packed": kept.content}
    connection.execute(update(DOCUMENT).where(DOCUMENT.c.id == known.id), new)
    unindex_run(connection, known.id)
    index_run(connection, known.id, rows._replace(run=rows.run | {"key": known.run, "test": known.test}))
    index_test(connection, known.test, rows.inputs)
    return "mended"


def _tell(connection: Connection, test: str, told: Mapping[str, str]) -> None:
    there = set(connection.execute(select(TOLD.c.name).where(TOLD.c.test == test)).scalars())
    wanted = {indexed(name): indexed(value) for name, value in told.items()}
    new = [{"test": test, "name": name, "value": value} for name, value in wanted.items() if name not in there]
    if new:
        connection.execute(insert(TOLD), new)


def _tell_cluster(connection: Connection, rows: RunRows, cluster: str | None) -> str:
    if not cluster:
        return UNKNOWN_CLUSTER
    test = rows.run["test"]
    _tell(connection, test, {"cluster": cluster})
    index_test(connection, test, rows.inputs)
    return _cluster(connection, test)


def _cluster(connection: Connection, test: str) -> str:
    return str(connection.execute(select(TEST.c.cluster).where(TEST.c.key == test)).scalar_one())


def tests_of(connection: Connection, cluster: str) -> int:
    """How many tests of a cluster there are."""
    asked = select(func.count()).select_from(TEST).where(TEST.c.cluster == cluster)
    return connection.execute(asked).scalar_one()


def _sharing(connection: Connection, test: str, evidence: Collection[str]) -> tuple[str, ...]:
    """The runs that count of other tests that have some of the evidence which is of this test alone."""
    asked = (
        select(RUN.c.key)
        .join(TEST, TEST.c.run == RUN.c.id)
        .join(INPUT, INPUT.c.test == TEST.c.id)
        .where(INPUT.c.digest.in_(evidence), TEST.c.key != test)
        .distinct()
        .order_by(RUN.c.key)
    )
    return tuple(connection.execute(asked).scalars())
