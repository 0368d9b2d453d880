"""The first schema: documents of runs, what people told of tests, and the index of both."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_KEY = sa.String(64)


def upgrade() -> None:
    """Make the tables."""
    _documents()
    _tests()
    _of_tests()


def _documents() -> None:
    op.create_table(
        "autopath_document",
        sa.Column("id", _ID, nullable=False),
        sa.Column("run", _KEY, nullable=False),
        sa.Column("test", _KEY, nullable=False),
        sa.Column("digest", _KEY, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("packed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_autopath_document"),
        sa.UniqueConstraint("run", name="uq_autopath_document_run"),
        sa.UniqueConstraint("digest", name="uq_autopath_document_digest"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_autopath_document_test", "autopath_document", ["test"])
    op.create_table(
        "autopath_told",
        sa.Column("test", _KEY, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("test", "name", name="pk_autopath_told"),
    )


def _tests() -> None:
    op.create_table(
        "autopath_test",
        sa.Column("id", _ID, nullable=False),
        sa.Column("key", _KEY, nullable=False),
        sa.Column("run", _ID, nullable=False),
        sa.Column("runs", sa.Integer, nullable=False),
        sa.Column("cluster", sa.Text, nullable=False),
        sa.Column("time", sa.BigInteger),
        *(sa.Column(name, sa.Text) for name in ("title", "ticket", "operator", "aos_version", "esxi_version")),
        sa.PrimaryKeyConstraint("id", name="pk_autopath_test"),
        sa.UniqueConstraint("key", name="uq_autopath_test_key"),
        sa.UniqueConstraint("run", name="uq_autopath_test_run"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_autopath_test_cluster_time", "autopath_test", ["cluster", "time"])
    op.create_table(
        "autopath_run",
        sa.Column("id", _ID, nullable=False),
        sa.Column("key", _KEY, nullable=False),
        sa.Column("test", _KEY, nullable=False),
        sa.Column("program", sa.Text, nullable=False),
        sa.Column("redacted", sa.Boolean, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("case_name", "verdict", "acceptable")),
        sa.Column("time", sa.BigInteger),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("about", "conditions")),
        sa.PrimaryKeyConstraint("id", name="pk_autopath_run"),
        sa.UniqueConstraint("key", name="uq_autopath_run_key"),
        sa.ForeignKeyConstraint(["id"], ["autopath_document.id"], name="fk_autopath_run_id", ondelete="CASCADE"),
    )
    op.create_index("ix_autopath_run_test", "autopath_run", ["test"])


def _of_tests() -> None:
    for table, name, value in (("label", "name", "value"), ("input", "digest", "name")):
        full = f"autopath_{table}"
        op.create_table(
            full,
            sa.Column("test", _ID, nullable=False),
            sa.Column(name, sa.Text, nullable=False),
            sa.Column(value, sa.Text, nullable=False),
            sa.PrimaryKeyConstraint("test", name, name=f"pk_{full}"),
            sa.ForeignKeyConstraint(["test"], ["autopath_test.id"], name=f"fk_{full}_test", ondelete="CASCADE"),
        )
    op.create_index("ix_autopath_label_name_value", "autopath_label", ["name", "value"])
    op.create_index("ix_autopath_input_digest", "autopath_input", ["digest"])
