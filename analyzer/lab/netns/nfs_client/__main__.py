"""The process that a host's NFS client is: `python -m analyzer.lab.netns.nfs_client SETTINGS.json`."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import msgspec

from analyzer.lab.netns.nfs_client.client import Client, ClientSettings


def main(settings_file: str) -> None:
    """Mount and do I/O until it is killed; then without a word on the wire, as libnfs never unmounts."""
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    Client(msgspec.json.decode(Path(settings_file).read_bytes(), type=ClientSettings)).run()


if __name__ == "__main__":
    main(sys.argv[1])
