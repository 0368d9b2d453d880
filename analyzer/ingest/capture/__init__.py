"""Captures: containers, frames, TCP and RPC tracking, in one streaming pass; single frames for the eye.

`scan` is the bulk path; `read_frames` with `summary` (dpkt) and `dissect` (Wireshark) show single frames.
"""

from __future__ import annotations

from analyzer.ingest.capture.blocks import Frame
from analyzer.ingest.capture.chain import Chain
from analyzer.ingest.capture.container import frames, sniff
from analyzer.ingest.capture.dissect import dissect
from analyzer.ingest.capture.frame import summary
from analyzer.ingest.capture.places import read_frames
from analyzer.ingest.capture.result import CaptureScan
from analyzer.ingest.capture.scan import CompiledScan, compiled_scan, is_large, prepare, scan

__all__ = [
    "CaptureScan",
    "Chain",
    "CompiledScan",
    "Frame",
    "compiled_scan",
    "dissect",
    "frames",
    "is_large",
    "prepare",
    "read_frames",
    "scan",
    "sniff",
    "summary",
]
