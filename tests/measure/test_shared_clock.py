"""A figure that joins captures of two devices holds if they share one clock."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import pytest

from analyzer.measure.shared_clock import assumed_devices, with_shared_clock
from analyzer.model.clock import ClockOffset, OffsetNote, OffsetNoteName
from analyzer.model.correlation import Correlation
from analyzer.model.instant import SECOND, Span
from analyzer.model.measurement import KnownMeasurement, MissingMeasurement
from analyzer.model.source import Origin
from analyzer.model.traffic import CaptureTotals
from analyzer.report.notes import note_words
from analyzer.report.story import silence
from tests.measure.builder import episode, evidence, found


def clock(capture: str, note: OffsetNoteName = "one-clock") -> ClockOffset:
    return ClockOffset(
        clock=f"capture:{capture}", reference="capture", offset=Span(0, 0), basis="assumed", note=OffsetNote(note)
    )


def correlation(*clocks: ClockOffset, rings: tuple[tuple[str, ...], ...] = ()) -> Correlation:
    one = found(episode(), (), evidence())
    captures = tuple(CaptureTotals(source=name, frames=9, bytes=9) for name in ("a", "b", "c", "d"))
    held = msgspec.structs.replace(one.evidence, captures=captures, rings=rings)
    return msgspec.structs.replace(one, evidence=held, clocks=clocks)


def figure(*sources: str) -> KnownMeasurement:
    return KnownMeasurement("outage", Span(SECOND, 2 * SECOND), tuple(Origin(name, 7) for name in sources))


@pytest.mark.parametrize(
    ("sources", "shared"),
    [
        pytest.param(("a", "b"), True, id="of two devices"),
        pytest.param(("b", "c"), True, id="of two further devices"),
        pytest.param(("a", "a"), False, id="of one"),
        pytest.param(("b", "b"), False, id="of a further one"),
        pytest.param(("b", "genesis.out"), False, id="of one and a log, whose clock has its own doubt"),
        pytest.param(("a", "d"), False, id="of one whose clock was measured"),
    ],
)
def test_a_figure_with_two_ends(sources: tuple[str, ...], shared: bool) -> None:
    what = correlation(clock("b"), clock("c"), clock("d", "served-by-turns"))

    told = with_shared_clock(figure(*sources), what, assumed_devices(what))

    assert isinstance(told, KnownMeasurement)
    assert told.shared_clock is shared


def test_files_of_a_ring_are_of_one_device() -> None:
    what = correlation(clock("b"), rings=(("b", "c"),))
    devices: Mapping[str, str] = assumed_devices(what)

    assert devices == {"b": "b", "c": "b"}
    assert with_shared_clock(figure("b", "c"), what, devices) == figure("b", "c")


def test_what_is_missing_stays_so() -> None:
    what = correlation(clock("b"))
    missing = MissingMeasurement("outage", "not-in-evidence", "no-capture")

    assert with_shared_clock(missing, what, assumed_devices(what)) is missing


def test_it_is_told_in_words() -> None:
    shared = msgspec.structs.replace(figure("a", "b"), shared_clock=True, note="calls-outstanding")

    assert note_words(shared) == "calls were outstanding; if both captures share one clock"
    assert silence(shared, episode()).endswith("with calls outstanding, if both captures share one clock")
    assert note_words(figure("a")) == ""
    assert note_words(msgspec.structs.replace(figure("a"), shared_clock=True)) == "if both captures share one clock"
