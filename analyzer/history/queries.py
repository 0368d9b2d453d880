"""What the store says: tests of a cluster, a run by the beginning of its key, the figures that are compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, Select, exists, func, select

from analyzer.decoder import decoder_of
from analyzer.errors import UsageError
from analyzer.history.documents import kept_as, unpacked
from analyzer.history.opening import Store
from analyzer.history.tables import DOCUMENT, FIGURE, INPUT, LABEL, RUN, TEST
from analyzer.history.values import Figure, Listed, RunOfTest
from analyzer.model.about import About
from analyzer.model.episode import EpisodeKind
from analyzer.model.instant import Span
from analyzer.model.measurement import Note
from analyzer.model.over_time.conditions import Conditions

_LEAST_BEGINNING = 4
_SHOWN = 4


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Which tests are asked for: of a cluster, with these labels, made at `after` or later and before `before` (ns
    since 1970 UTC). A test without a time is asked for only where no time is.
    """

    cluster: str | None = None
    labels: tuple[tuple[str, str], ...] = ()
    after: int | None = None
    before: int | None = None


ALL = Asked()


def listed(store: Store, asked: Asked = ALL) -> tuple[Listed, ...]:
    """The tests, the earliest first, those without a time before all."""
    with store.reading() as connection:
        return listed_in(connection, asked)


def listed_in(connection: Connection, asked: Asked) -> tuple[Listed, ...]:
    """:func:`listed` in a transaction."""
    rows = connection.execute(_chosen(_tests(), asked).order_by(*_BY_TIME)).all()
    labels = _labels(connection, asked)
    return tuple(_listed(row, labels.get(row.id, ())) for row in rows)


def clusters(store: Store) -> tuple[str, ...]:
    """The names of all clusters, sorted."""
    with store.reading() as connection:
        return tuple(sorted(connection.execute(select(TEST.c.cluster).distinct()).scalars()))


def figures(
    store: Store, asked: Asked = ALL, *, kind: str | None = None, name: str | None = None
) -> tuple[Figure, ...]:
    """Every duration that is known of the runs that count, by time of test, episode and place in the document; of one
    kind of episode and one stage or metric, where these are named. What is absent has no row here.
    """
    query = (
        select(RUN.c.key, TEST.c.time, *(FIGURE.c[each] for each in _OF_FIGURE))
        .select_from(TEST)
        .join(RUN, RUN.c.id == TEST.c.run)
        .join(FIGURE, FIGURE.c.run == RUN.c.id)
        .where(FIGURE.c.least.is_not(None))
        .order_by(*_BY_TIME, FIGURE.c.episode, FIGURE.c.place)
    )
    for column, value in ((FIGURE.c.kind, kind), (FIGURE.c.name, name)):
        query = query if value is None else query.where(column == value)
    with store.reading() as connection:
        rows = connection.execute(_chosen(query, asked)).all()
    return tuple(
        Figure(run=run, time=time, episode=episode, kind=of, name=name, stage=stage, span=Span(least, most), note=note)
        for run, time, episode, of, name, stage, least, most, note in rows
    )


def durations_in(connection: Connection, asked: Asked) -> Iterator[tuple[str, EpisodeKind, str, Note | None, Span]]:
    """What :func:`figures` has, as run, kind, name, note and Span, those of a run in their order: faster than that."""
    of_runs = _chosen(select(RUN.c.id, RUN.c.key).join(TEST, TEST.c.run == RUN.c.id), asked)
    keys = {row.id: str(row.key) for row in connection.execute(of_runs)}
    query = (
        select(FIGURE.c.run, FIGURE.c.kind, FIGURE.c.name, FIGURE.c.note, FIGURE.c.least, FIGURE.c.most)
        .join(TEST, TEST.c.run == FIGURE.c.run)
        .where(FIGURE.c.least.is_not(None))
        .order_by(FIGURE.c.run, FIGURE.c.episode, FIGURE.c.place)
    )
    for run, kind, name, note, least, most in connection.execute(_chosen(query, asked)).all():
        yield keys[run], kind, name, note, Span(least, most)


def conditions(store: Store, asked: Asked = ALL) -> Mapping[str, Conditions]:
    """The conditions of each run that counts, by its key."""
    with store.reading() as connection:
        return conditions_in(connection, asked)


def conditions_in(connection: Connection, asked: Asked) -> Mapping[str, Conditions]:
    """:func:`conditions` in a transaction."""
    query = select(RUN.c.key, RUN.c.conditions).select_from(TEST).join(RUN, RUN.c.id == TEST.c.run)
    rows = connection.execute(_chosen(query, asked)).all()
    same = {text: decoder_of(Conditions).decode(text) for text in {row.conditions for row in rows}}
    return {row.key: same[row.conditions] for row in rows}


def run_named(store: Store, beginning: str) -> str:
    """The key that begins so; :class:`~analyzer.errors.UsageError` where none or several do."""
    with store.reading() as connection:
        return named(connection, store, beginning)


def named(connection: Connection, store: Store, beginning: str) -> str:
    """:func:`run_named` in a transaction."""
    wanted = beginning.lower()
    if len(wanted) < _LEAST_BEGINNING or not set(wanted) <= set("0123456789abcdef"):
        raise UsageError(
            f"{beginning}: names no run; give at least {_LEAST_BEGINNING} letters of its key, as list shows it"
        )
    key = DOCUMENT.c.run
    mine = (key >= wanted, key < wanted + "g")
    found = connection.execute(select(key).where(*mine).order_by(key).limit(_SHOWN)).scalars().all()
    if not found:
        raise UsageError(f"{beginning}: no run in {store.place} has such a key; see `autopath history list`")
    if len(found) > 1:
        more = connection.execute(select(func.count(key)).where(*mine)).scalar_one() - len(found)
        named = ", ".join(key[:16] for key in found) + (f" and {more:,} more" if more else "")
        raise UsageError(f"{beginning}: several runs begin so ({named}); give more letters")
    return str(found[0])


def document(store: Store, run: str) -> bytes:
    """The document of the run with this key, byte for byte; :class:`~analyzer.errors.EvidenceError` where it is
    damaged, :class:`~analyzer.errors.UsageError` where it was removed meanwhile.
    """
    with store.reading() as connection:
        kept = kept_as(connection, run)
    if kept is None:
        raise UsageError(f"{run}: there is no such run in {store.place}")
    return unpacked(kept)


def shown(store: Store, run: str) -> Listed:
    """The test that a run is of."""
    with store.reading() as connection:
        key = connection.execute(select(RUN.c.test).where(RUN.c.key == run)).scalar_one()
        row = connection.execute(_tests().where(TEST.c.key == key)).one()
        pairs = connection.execute(select(LABEL.c.name, LABEL.c.value).where(LABEL.c.test == row.id)).all()
    return _listed(row, tuple((pair.name, pair.value) for pair in pairs))


def counting(store: Store, test: str) -> str:
    """The key of the run that counts of the test with this key; :class:`~analyzer.errors.UsageError` where it was
    removed meanwhile.
    """
    with store.reading() as connection:
        query = select(RUN.c.key).join(TEST, TEST.c.run == RUN.c.id).where(TEST.c.key == test)
        run = connection.execute(query).scalar_one_or_none()
    if run is None:
        raise UsageError(f"{test}: there is no such test in {store.place}")
    return str(run)


def keys_of_tests(store: Store) -> Mapping[str, str]:
    """The key of the test of each run that counts, by the run's."""
    with store.reading() as connection:
        rows = connection.execute(select(RUN.c.key, TEST.c.key).join(TEST, TEST.c.run == RUN.c.id)).all()
    return {str(run): str(test) for run, test in rows}


def runs_of(store: Store, test: str) -> tuple[RunOfTest, ...]:
    """All analyses of a test, in the order in which they were stored."""
    with store.reading() as connection:
        counts = connection.execute(select(TEST.c.run).where(TEST.c.key == test)).scalar_one_or_none()
        rows = connection.execute(select(RUN).where(RUN.c.test == test).order_by(RUN.c.id)).all()
    return tuple(
        RunOfTest(
            run=row.key,
            program=row.program,
            redacted=row.redacted,
            verdict=row.verdict,
            counts=row.id == counts,
            conditions=decoder_of(Conditions).decode(row.conditions),
        )
        for row in rows
    )


def inputs_of_test(store: Store, test: str) -> tuple[tuple[str, str], ...]:
    """(digest, name) of the inputs of a test, by name."""
    with store.reading() as connection:
        query = select(INPUT.c.digest, INPUT.c.name).join(TEST, TEST.c.id == INPUT.c.test).where(TEST.c.key == test)
        rows = connection.execute(query.order_by(INPUT.c.name, INPUT.c.digest)).all()
    return tuple((row.digest, row.name) for row in rows)


_OF_RUN = ("program", "redacted", "case_name", "verdict", "acceptable")
_OF_FIGURE = ("episode", "kind", "name", "stage", "least", "most", "note")
_BY_TIME = (TEST.c.time.is_not(None), TEST.c.time, TEST.c.id)


def _tests() -> Select[Any]:
    """Each test with the run of it that counts."""
    columns = (*TEST.c, RUN.c.key.label("run_key"), *(RUN.c[name] for name in _OF_RUN))
    return select(*columns).join(RUN, RUN.c.id == TEST.c.run)


def _chosen(query: Select[Any], asked: Asked) -> Select[Any]:
    """The query for the tests that are asked for; it has the table of tests."""
    for condition in _conditions_of(asked):
        query = query.where(condition)
    return query


def _conditions_of(asked: Asked) -> Iterator[ColumnElement[bool]]:
    if asked.cluster is not None:
        yield TEST.c.cluster == asked.cluster
    if asked.after is not None:
        yield TEST.c.time >= asked.after
    if asked.before is not None:
        yield TEST.c.time < asked.before
    for name, value in asked.labels:
        has = LABEL.alias()
        yield exists().where(has.c.test == TEST.c.id, has.c.name == name, has.c.value == value)


def _labels(connection: Connection, asked: Asked) -> Mapping[int, tuple[tuple[str, str], ...]]:
    """The labels of the tests that are asked for, by the test's id."""
    query = _chosen(select(LABEL).join(TEST, TEST.c.id == LABEL.c.test), asked).order_by(LABEL.c.test, LABEL.c.name)
    found: dict[int, list[tuple[str, str]]] = {}
    for row in connection.execute(query):
        found.setdefault(row.test, []).append((row.name, row.value))
    return {test: tuple(pairs) for test, pairs in found.items()}


def _listed(row: Row[Any], labels: Sequence[tuple[str, str]]) -> Listed:
    fields = {name: getattr(row, name) for name in ("title", "ticket", "operator", "aos_version", "esxi_version")}
    return Listed(
        run=row.run_key,
        test=row.key,
        cluster=row.cluster,
        time=row.time,
        runs=row.runs,
        program=row.program,
        redacted=row.redacted,
        case=row.case_name,
        verdict=row.verdict,
        acceptable=row.acceptable,
        about=About(cluster=row.cluster, labels=tuple(sorted(labels)), **fields),
    )
