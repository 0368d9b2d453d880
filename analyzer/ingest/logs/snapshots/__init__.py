"""Snapshots: what commands print of a host or CVM at one moment, as `reading` says."""

from analyzer.ingest.logs.snapshots.console import Console
from analyzer.ingest.logs.snapshots.dates import date_in, is_date
from analyzer.ingest.logs.snapshots.prompts import has_changes
from analyzer.ingest.logs.snapshots.reading import Snapshots, Taken, snapshots
from analyzer.ingest.logs.snapshots.tables import SHAPES

__all__ = ["SHAPES", "Console", "Snapshots", "Taken", "date_in", "has_changes", "is_date", "snapshots"]
