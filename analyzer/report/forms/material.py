"""What a form is made of."""

from __future__ import annotations

import msgspec

from analyzer.model.run import Run


class Material(msgspec.Struct, frozen=True, kw_only=True):
    """A run, the bytes of its document (run.json), and the paths of its evidence as they were given: none where only
    the run is at hand. `carried` is the document as a page carries it; empty where it is too large for that, and
    None where no page is to.
    """

    run: Run
    document: bytes
    carried: str | None = None
    evidence: tuple[str, ...] = ()
