"""What is kept: a run as one versioned JSON document, the same bytes for the same run; a truth likewise."""

from __future__ import annotations

from analyzer.store.codec import decode_run, encode_run, run_schema
from analyzer.store.truth import decode_truth, encode_truth, truth_schema

__all__ = ["decode_run", "decode_truth", "encode_run", "encode_truth", "run_schema", "truth_schema"]
