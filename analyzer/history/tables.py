"""The tables: `document`, `told` and `change` hold what is true, the others are an index that is made from documents
and from what was told.

Times and durations are integer ns; keys are hexadecimal SHA-256 digests (see `identity`). The names begin with
`autopath_`, as a team's database may hold more.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
VERSIONS = "autopath_version"
"""The table that says which schema a store has."""
_ID = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows by itself only where they are INTEGER
_KEY = String(64)


def _of(column: str, table: str) -> Column[Any]:
    return Column(column, _ID, ForeignKey(f"{table}.id", ondelete="CASCADE"), primary_key=True)


# --- what is true ---------------------------------------------------------------------------------------------------

DOCUMENT = Table(
    "autopath_document",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("run", _KEY, nullable=False, unique=True),
    Column("test", _KEY, nullable=False, index=True),
    Column("digest", _KEY, nullable=False, unique=True),
    Column("size", BigInteger, nullable=False),
    Column("packed", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)
"""A run's document: its key, its test's key, SHA-256 and size of the bytes, and these compressed (zlib). `id` grows
with each run that is stored, and none comes twice."""
TOLD = Table(
    "autopath_told",
    METADATA,
    Column("test", _KEY, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
"""What people said of a test when it was stored, or later: `cluster`, `ticket` …, or a label of any name."""
CHANGE = Table(
    "autopath_change",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("cluster", Text, nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("said", Text, nullable=False),
    Column("direction", Text, nullable=False),
    Column("time", BigInteger, nullable=False),
    Column("earlier", BigInteger, nullable=False),
    Column("least", BigInteger, nullable=False),
    Column("most", BigInteger, nullable=False),
    Column("told_after", _KEY, nullable=False),
    sqlite_autoincrement=True,
)
"""What was told of a change of a figure in a cluster's history, a row each time: that it was `found`, `moved` or
`withdrawn`. `time` is that of the first test of the new level, ns since 1970 UTC, `earlier` that which was told before,
[`least`, `most`] by how much longer its tests take, ns, `told_after` the key of the test after which it was told."""

# --- the index ------------------------------------------------------------------------------------------------------

TEST = Table(
    "autopath_test",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("key", _KEY, nullable=False, unique=True),
    Column("run", _ID, nullable=False, unique=True),
    Column("runs", Integer, nullable=False),
    Column("cluster", Text, nullable=False),
    Column("time", BigInteger),
    Column("title", Text),
    Column("ticket", Text),
    Column("operator", Text),
    Column("aos_version", Text),
    Column("esxi_version", Text),
    Index(None, "cluster", "time"),
    sqlite_autoincrement=True,
)
"""A test: the run of it that counts (its document's id), how many there are, and what is known of it. `time` is when it
was made, ns since 1970 UTC."""
RUN = Table(
    "autopath_run",
    METADATA,
    Column("id", _ID, ForeignKey("autopath_document.id", ondelete="CASCADE"), primary_key=True),
    Column("key", _KEY, nullable=False, unique=True),
    Column("test", _KEY, nullable=False, index=True),
    Column("program", Text, nullable=False),
    Column("redacted", Boolean, nullable=False),
    Column("case_name", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("acceptable", Text, nullable=False),
    Column("time", BigInteger),
    Column("about", Text, nullable=False),
    Column("conditions", Text, nullable=False),
)
"""A run; `about` and `conditions` are JSON of these values."""
LABEL = Table(
    "autopath_label",
    METADATA,
    _of("test", "autopath_test"),
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Index(None, "name", "value"),
)
"""The labels of a test, of its runs and told."""
INPUT = Table(
    "autopath_input",
    METADATA,
    _of("test", "autopath_test"),
    Column("digest", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Index(None, "digest"),
)
"""The inputs of a test: `sha256:…`, and what the run that counts calls them."""
EPISODE = Table(
    "autopath_episode",
    METADATA,
    _of("run", "autopath_run"),
    Column("episode", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("host", Text),
    Column("verdict", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""An episode of a run, numbered from 0."""
FIGURE = Table(
    "autopath_figure",
    METADATA,
    _of("run", "autopath_run"),
    Column("episode", Integer, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("stage", Boolean, nullable=False),
    Column("least", BigInteger),
    Column("most", BigInteger),
    Column("absence", Text),
    Column("note", Text),
    sqlite_with_rowid=False,
)
"""A duration of an episode, in the document's order: a stage, or a measurement such as `detection`. Either `least` and
`most` (ns) are known, and what qualifies them, or why they are not."""
INDEX_TABLES = (FIGURE, EPISODE, LABEL, INPUT, TEST, RUN)
"""In an order in which they can be emptied."""
