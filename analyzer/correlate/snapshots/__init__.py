"""Snapshots: the states that tables of commands show, and the changes of routes that two of them enclose."""

from analyzer.correlate.snapshots.changes import with_tables
from analyzer.correlate.snapshots.states import snapshots_in

__all__ = ["snapshots_in", "with_tables"]
