"""What is kept: a run as one versioned JSON document, the same bytes for the same run."""

from __future__ import annotations

from analyzer.store.codec import decode_run, encode_run, run_schema

__all__ = ["decode_run", "encode_run", "run_schema"]
