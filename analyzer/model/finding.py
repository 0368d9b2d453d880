"""A finding: a stable code, how grave, one sentence, and what proves it."""

from __future__ import annotations

from typing import Literal

import msgspec

from analyzer.model.source import Origin


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """`code` never changes its meaning. `advice` says what to do, where there is something."""

    code: str
    severity: Literal["info", "warning", "problem"]
    sentence: str
    origins: tuple[Origin, ...] = ()
    advice: str = ""
