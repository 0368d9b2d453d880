"""What something rests on, as text."""

from __future__ import annotations

from analyzer.report.view.parts import Refs


def place(refs: Refs) -> str:
    """`span.pcap frame 12, genesis.out line 4 and 3 more in run.json`; empty where there is nothing."""
    return " ".join(filter(None, (", ".join(ref.label for ref in refs.shown), refs.more)))


def based_on(refs: Refs) -> tuple[str, ...]:
    """The same as a sentence; none where there is nothing."""
    return (f"Based on {place(refs)}.",) if refs.shown else ()
