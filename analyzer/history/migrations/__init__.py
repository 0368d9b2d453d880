"""The schemas that a store went through, and the way from each to the next, by Alembic: one file of `versions/` each.

A store is of the schema that its table `autopath_version` names. Only a store that is not of today's loads Alembic.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Column, Connection, MetaData, String, Table, inspect, select

from analyzer.errors import StoreError
from analyzer.history.place import Place
from analyzer.history.tables import VERSIONS

HEAD = "0004"
"""Today's schema: the last file of `versions/`."""
SCHEMAS = ("0001", "0002", "0003", "0004")
"""All that there were, from the first on."""
_VERSION = Table(VERSIONS, MetaData(), Column("version_num", String(32), primary_key=True))


def schema_of(connection: Connection) -> str | None:
    """The schema of a store; None where there is none."""
    if not inspect(connection).has_table(VERSIONS):
        return None
    return connection.execute(select(_VERSION.c.version_num)).scalar_one_or_none()


def migrate(connection: Connection, place: Place) -> bool:
    """Bring the store to today's schema, in the transaction that `connection` is in. False where it is there already.

    :class:`~analyzer.errors.StoreError` where a newer program made it, or where it is no store.
    """
    schema = schema_of(connection)
    if schema == HEAD:
        return False
    if schema is not None and schema not in SCHEMAS:
        raise StoreError(
            f"{place}: is of a newer autopath (schema {schema}; this one knows {HEAD}); use that one, or another store"
        )
    if schema is None and connection.dialect.name == "sqlite" and inspect(connection).get_table_names():
        raise StoreError(f"{place}: is the database of another program; name another file with --store")
    upgrade(connection, schema, HEAD)
    return True


def upgrade(connection: Connection, schema: str | None, to: str) -> None:
    """Change the tables from one schema (None: there is nothing) to a later one."""
    from alembic.migration import MigrationContext
    from alembic.operations import Operations
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(Path(__file__).parent))
    context = MigrationContext.configure(connection, opts={"version_table": VERSIONS})
    steps = [*scripts.iterate_revisions(to, schema or "base")]
    with Operations.context(context):
        for step in reversed(steps):
            step.module.upgrade()
    context.stamp(scripts, to)
