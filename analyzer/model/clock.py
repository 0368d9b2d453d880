"""What is known of the clocks: each one's offset from the run's reference clock, with its bound."""

from __future__ import annotations

from typing import Literal

import msgspec

from analyzer.model.instant import Span
from analyzer.model.source import Origin


class ClockOffset(msgspec.Struct, frozen=True, kw_only=True):
    """`clock` is ahead of `reference` by `offset` (ns). `basis`: `reference` (it is the reference), `given`
    (`--clock`), `measured` (cause and effect), `assumed` (nothing decides it: taken as right, told with all that it may
    be).
    """

    clock: str
    reference: str
    offset: Span
    basis: Literal["reference", "given", "measured", "assumed"]
    pairs: int = 0
    origins: tuple[Origin, ...] = ()
    note: str = ""
