"""Who takes part: ESXi hosts and CVMs, as the evidence or an inventory names them."""

from __future__ import annotations

import msgspec

from analyzer.model.source import Origin


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
