"""Recordings to hold the scan against: the project's samples, or where they lie beside a checkout."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
CORPUS = ROOT.parent / "shared" / "corpus"


def recordings() -> list[Path]:
    """Every capture of the samples, or of the recordings beside the checkout while there are no samples."""
    for folder in (ROOT / "samples", ROOT.parent / "shared" / "data"):
        found = sorted(path for path in folder.glob("*/*") if path.suffix in {".pcap", ".pcapng"})
        if found:
            return found
    return []


def recording_id(path: Path) -> str:
    return f"{path.parent.name}-{path.stem}"
