"""What all machines of a cluster share."""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.lab.simulate.scheduler import Scheduler
from analyzer.lab.simulate.truth.truth_log import TruthLog
from analyzer.lab.simulate.wire.switch import Wire


@dataclass(frozen=True, slots=True)
class Site:
    """Virtual time, the log of what really happens, and the public switch."""

    clock: Scheduler
    truth_log: TruthLog
    public: Wire
