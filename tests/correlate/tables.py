"""Texts with tables of commands, and what the program makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from analyzer.config import Settings
from analyzer.correlate import correlate
from analyzer.ingest.collect import collect
from analyzer.model.correlation import Correlation

HEAD = "VMkernel Routes:\nNetwork          Netmask          Gateway          Interface\n"
LOCAL = """10.1.1.0         255.255.255.0    Local Subnet     vmk0
192.168.5.0      255.255.255.0    Local Subnet     vmk1
default          0.0.0.0          10.1.1.1         vmk0
"""


def routes(gateway: str | None) -> str:
    """`esxcfg-route -l` of a host that is forwarded to a gateway, or not."""
    own = f"192.168.5.2      255.255.255.255  {gateway}       vmk0\n" if gateway else ""
    return HEAD + own + LOCAL


def date(second: int) -> str:
    """The output of `date`, so many seconds after 05:30:00."""
    return f"Thu Dec  7 05:{30 + second // 60:02}:{second % 60:02} UTC 2023\n"


def found(folder: Path, texts: Mapping[str, str], settings: Settings | None = None) -> Correlation:
    """What the files in a folder show."""
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    asked = settings or Settings()
    return correlate(collect([folder], asked), asked)
