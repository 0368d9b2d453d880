"""The recorders: tcpdump, or dumpcap for pcapng, on the public network's SPAN port and on the watched host's vmk1."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

from analyzer.errors import LabError
from analyzer.lab.netns.namespaces.machine import Machine
from analyzer.model.instant import SECOND

WHOLE_FRAMES = 262144
_STARTS_WITHIN = 10 * SECOND
_DRAIN_S = 0.3


class Capture:
    """A running capture of `device` in the network of `machine` into `file`; it records from its construction on."""

    def __init__(self, machine: Machine, device: str, file: Path, snaplen: int | None, *, pcapng: bool) -> None:
        self.file = file
        self._name = f"capture-{file.stem}.log"
        self._log = machine.folder / self._name
        length = str(snaplen or WHOLE_FRAMES)
        if pcapng:
            command = ["dumpcap", "-q", "-i", device, "-s", length, "-w", str(file)]
        else:
            command = ["tcpdump", "-i", device, "--immediate-mode", "-s", length, "-U", "-Z", "root", "-w", str(file)]
        self._process = machine.start(command, self._name, processes=False)
        self._wait()

    def stop(self) -> None:
        """End it once what was on its way is written."""
        time.sleep(_DRAIN_S)
        os.kill(self._process.pid, signal.SIGINT)
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def _wait(self) -> None:
        until = time.monotonic_ns() + _STARTS_WITHIN
        while time.monotonic_ns() < until and self._process.poll() is None:
            text = self._log.read_text()
            if "listening on" in text or "File:" in text:
                return
            time.sleep(0.02)
        raise LabError(f"{self.file.name}: the capture does not start: {self._log.read_text().strip()}")
