"""The frames that the run rests on, as a capture with comments, and a script that makes Wireshark's fields of these."""

from __future__ import annotations

from analyzer.model.evidence import CapturedFrames
from analyzer.report.evidence import evidence_capture
from analyzer.report.forms.material import Material
from analyzer.report.html import templates

SCRIPT = "evidence.lua"


def write(material: Material) -> dict[str, bytes]:
    """`evidence.pcapng` and `evidence.lua`."""
    capture = evidence_capture(material.run, material.frames or CapturedFrames())
    return {"evidence.pcapng": capture, SCRIPT: (templates() / SCRIPT).read_bytes()}
