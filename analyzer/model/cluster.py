"""Who takes part: ESXi hosts and CVMs, as the evidence or an inventory names them; and what a host bears."""

from __future__ import annotations

import msgspec

from analyzer.model.instant import SECOND
from analyzer.model.source import Origin

APD_EARLIEST, APD_LATEST = 36 * SECOND, 51 * SECOND
"""All Paths Down is declared so long after the last NFS heartbeat that was answered (inferred from ESXi's defaults)."""
APD_TIMEOUT = 140 * SECOND
"""From All Paths Down to the failure of I/O (Misc.APDTimeout, ESXi's default)."""


class Cvm(msgspec.Struct, frozen=True, kw_only=True):
    """A controller VM: its public address, the MACs known of it, its name, and what showed it."""

    address: str | None
    name: str | None = None
    macs: tuple[str, ...] = ()
    origins: tuple[Origin, ...] = ()


class Host(msgspec.Struct, frozen=True, kw_only=True):
    """An ESXi host: vmk0's address, its MACs, its local CVM's address where known."""

    address: str | None
    name: str | None = None
    macs: tuple[str, ...] = ()
    cvm: str | None = None
    origins: tuple[Origin, ...] = ()
