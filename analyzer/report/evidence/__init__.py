"""The frames that a run rests on, as a capture that says of each what rests on it, and a script that filters by that.

`remarks` says which frames those are and what rests on each; whoever has the captures reads them; `pcapng` writes them.
"""

from __future__ import annotations

from analyzer.report.evidence.capture import evidence_capture
from analyzer.report.evidence.remarks import chosen_frames

__all__ = ["chosen_frames", "evidence_capture"]
