"""A finding: a stable code, how grave, one sentence, and what proves it."""

from __future__ import annotations

from typing import Literal

import msgspec

from analyzer.model.source import Origin

Severity = Literal["info", "warning", "problem"]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """`code` never changes its meaning, which `title` says in some words; `sentence` says what was found here. `advice`
    says what to do, where there is something.
    """

    code: str
    severity: Severity
    title: str = ""
    sentence: str
    origins: tuple[Origin, ...] = ()
    advice: str = ""
