"""What was told of changes in a cluster's history, as it was told; and of each figure the note that qualifies it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_KEY = sa.String(64)


def upgrade() -> None:
    """Make the table, and the column: it is filled from the documents, as the whole index is."""
    op.create_table(
        "autopath_change",
        sa.Column("id", _ID, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("cluster", "kind", "name", "said", "direction")),
        sa.Column("time", sa.BigInteger, nullable=False),
        sa.Column("earlier", sa.BigInteger, nullable=False),
        sa.Column("least", sa.BigInteger, nullable=False),
        sa.Column("most", sa.BigInteger, nullable=False),
        sa.Column("told_after", _KEY, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_autopath_change"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_autopath_change_cluster", "autopath_change", ["cluster"])
    op.add_column("autopath_figure", sa.Column("note", sa.Text))
