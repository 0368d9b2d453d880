"""A run's conditions in the index have fields of their own, in the place of all settings as a run's document has them.

No table changes: that the schema is another one has the index made anew.
"""

from __future__ import annotations

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Nothing."""
