"""Episodes and their figures in the index, so that clusters are compared without opening documents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables; they are filled from the documents, as the whole index is after a change of the schema."""
    op.create_table(
        "autopath_episode",
        sa.Column("run", _ID, nullable=False),
        sa.Column("episode", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("host", sa.Text),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("run", "episode", name="pk_autopath_episode"),
        sa.ForeignKeyConstraint(["run"], ["autopath_run.id"], name="fk_autopath_episode_run", ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "autopath_figure",
        sa.Column("run", _ID, nullable=False),
        sa.Column("episode", sa.Integer, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("stage", sa.Boolean, nullable=False),
        sa.Column("least", sa.BigInteger),
        sa.Column("most", sa.BigInteger),
        sa.Column("absence", sa.Text),
        sa.PrimaryKeyConstraint("run", "episode", "place", name="pk_autopath_figure"),
        sa.ForeignKeyConstraint(["run"], ["autopath_run.id"], name="fk_autopath_figure_run", ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )
