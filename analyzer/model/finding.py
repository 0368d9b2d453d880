"""What a reader should know of an episode, the cluster or the evidence; and how far a capture can be trusted."""

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


Quality = Literal["trustworthy", "with-care", "not-for-timing"]

QualityReason = Literal[
    "frames-lost",
    "many-frames-lost",
    "one-direction",
    "file-cut",
    "frames-cut",
    "copied",
    "clock-set",
    "begins-late",
    "ends-early",
    "empty",
]
"""Why a capture is not simply trustworthy.

`frames-lost`: some of the storage frames, `many-frames-lost`: more than one in a hundred; `file-cut`: its end is
missing or damaged; `frames-cut`: by the snapshot length, so far that no call or reply is known; `copied`: frames twice
or out of order; `clock-set`: the device's clock, while it captured; `begins-late`, `ends-early`: within an episode,
which no other capture has whole; `empty`: it has no frame.
"""


class CaptureQuality(msgspec.Struct, frozen=True):
    """The word for one capture: the worst of what its reasons allow."""

    source: str
    word: Quality
    reasons: tuple[QualityReason, ...] = ()
