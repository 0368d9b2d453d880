"""The frames that matter, as files: a capture with comments, and the script for these."""

from __future__ import annotations

import io

from analyzer.ingest.capture import frames
from analyzer.report.evidence import evidence_capture
from analyzer.report.forms.frames import write
from analyzer.report.html import templates
from tests.report.forms.test_bundle import FRAME, MATERIAL


def test_it_is_the_capture_and_the_script() -> None:
    files = write(MATERIAL)
    assert list(files) == ["evidence.pcapng", "evidence.lua"]
    assert files["evidence.lua"] == (templates() / "evidence.lua").read_bytes()
    for content in files.values():
        assert b"rests on" not in content
        assert b"based on" in content
    assert MATERIAL.frames is not None
    assert files["evidence.pcapng"] == evidence_capture(MATERIAL.run, MATERIAL.frames)
    assert [frame.data for frame in frames(io.BytesIO(files["evidence.pcapng"]), "x")] == [FRAME.data]
