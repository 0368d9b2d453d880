"""What qualifies a figure, in the index: some figures may be of something else, and are not compared."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the column; it is filled as the whole index is made anew after a change of the schema."""
    op.add_column("autopath_figure", sa.Column("note", sa.Text))
