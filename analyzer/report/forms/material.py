"""What a form is made of."""

from __future__ import annotations

import msgspec

from analyzer.model.run import Run


class Material(msgspec.Struct, frozen=True, kw_only=True):
    """A run, the bytes of its document (run.json), and the paths of its evidence as they were given: none where only
    the run is at hand.
    """

    run: Run
    document: bytes
    evidence: tuple[str, ...] = ()
