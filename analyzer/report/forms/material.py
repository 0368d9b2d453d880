"""What a form is made of."""

from __future__ import annotations

from functools import cached_property

import msgspec

from analyzer.model.evidence import CapturedFrames
from analyzer.model.over_time.looks import Look
from analyzer.model.run import Run
from analyzer.report.view.looked import LookView, look_view
from analyzer.report.view.page import Page, page


class Material(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A run, the bytes of its document (run.json), and the frames that it rests on, None where only the run is at hand.
    `carried` is the document as a page carries it; empty where it is too large for that, and None where no page is to.
    `split`: a page has its stylesheet beside it; `interactive`: a script in it. `look` is one at the history of its
    cluster, None where the run was not recorded.
    """

    run: Run
    document: bytes
    carried: str | None = None
    frames: CapturedFrames | None = None
    split: bool = False
    interactive: bool = False
    look: Look | None = None

    @cached_property
    def page(self) -> Page:
        """The run in words, in the order of the report; made once for all forms that lay it out."""
        return page(self.run)

    @cached_property
    def looked(self) -> LookView | None:
        """The look in words and drawings."""
        return None if self.look is None else look_view(self.look)
