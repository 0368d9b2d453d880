"""What an ESXi host logs all the time, whatever happens to its storage: its kernel of devices, hostd of logins.

A host's logs are fetched after a test and go on to its end; only while the host is off nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from random import Random

from analyzer.lab.simulate.truth.truth_log import HostLine, HostLog
from analyzer.model.instant import MILLISECOND, SECOND

LEAST, MOST = 5 * SECOND, 35 * SECOND  # from one line of a log to the next

_DEVICE = "mpx.vmhba32:C0:T0:L0"  # an empty reader of cards, which knows no MODE SENSE
_SENSE = "H:0x0 D:0x2 P:0x0 Valid sense data: 0x5 0x20 0x0"
_FAILED = f'Cmd(0x43957f6c1a40) 0x1a, CmdSN 0x4a1 from world 0 to dev "{_DEVICE}" failed {_SENSE}'
_THROTTLED = f'Cmd 0x1a (0x439d9f6c1a40, 0) to dev "{_DEVICE}" on path "vmhba32:C0:T0:L0" Failed: {_SENSE}'
_EVENT = "[Originator@6876 sub=Vimsvc.ha-eventmgr] Event 1871 : User dcui@127.0.0.1"
_LINES: tuple[tuple[HostLog, tuple[str, ...]], ...] = (
    (
        "kernel",
        (
            f"ScsiDeviceIO: 3068: {_FAILED}.",
            f"NMP: nmp_ThrottleLogForDevice:3802: {_THROTTLED}. Act:NONE",
            "DVFilter: 6027: Checking disconnected filters for timeouts",
        ),
    ),
    ("hostd", (f"{_EVENT} logged in as VMware-client/6.5.0", f"{_EVENT} logged out")),
)


def chatter(host: int, first: int, last: int, off: Iterable[tuple[int, int]], seed: str) -> Iterator[HostLine]:
    """The lines of host number `host` from `first` to `last` but for the times in `off`, ns, when it did not run."""
    stretches = tuple(off)
    for log, texts in _LINES:
        random = Random(f"{seed}/chatter/{host}/{log}")  # noqa: S311 - a simulation
        at, turn = first + random.randrange(LEAST, MOST), 0
        while at <= last:
            if not any(begin <= at <= end for begin, end in stretches):
                yield HostLine(at, host, log, texts[turn % len(texts)])
                turn += 1
            at += random.randrange(LEAST, MOST) // MILLISECOND * MILLISECOND
