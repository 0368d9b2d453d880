"""How far a batch is: lines where nobody watches, a table that goes away where somebody does."""

from __future__ import annotations

import io

from analyzer.batch.values import Again, Analysed, Begun, Ended, Failed
from analyzer.cli.batch.progress import Watch


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


FINE = Analysed(name="a", acceptable="yes", verdict="MET", says="", test="", run="", digest="")
EVENTS = (
    Begun("a", "1"),
    Begun("b", "2"),
    Ended(FINE),
    Again("b", "was ended by SIGKILL"),
    Begun("b", "1"),
    Ended(Failed(name="b", reason="it\nis broken")),
)


def shown(stream: io.StringIO, *, silent: bool = False) -> Watch:
    with Watch(stream, 5, silent=silent) as watch:
        for event in EVENTS:
            watch.see(event)
    return watch


def test_where_nobody_watches_each_end_is_a_line() -> None:
    stream = io.StringIO()
    shown(stream)

    assert stream.getvalue().splitlines() == [
        "[1/5] a: acceptable, MET",
        "b: its process was ended by SIGKILL; it is begun again",
        "[2/5] b: no run: it\\nis broken",
    ]


def test_what_is_left_is_told() -> None:
    watch = shown(io.StringIO(), silent=True)
    assert watch.told(0.0) == "2 of 5 done (1 acceptable, 1 no run), 3 left, 1 begun again"
    watch.see(Ended(FINE, before=True))
    watch.see(Ended(FINE))
    assert "1 were done before" in watch.told(0.0)


def test_a_person_sees_a_table() -> None:
    stream = Terminal()
    with Watch(stream, 5) as watch:
        for event in EVENTS[:3]:
            watch.see(event)
    assert "1 of 5 done (1 acceptable), 4 left" in stream.getvalue()
    assert "[1/5]" not in stream.getvalue()


def test_nobody_who_wants_to_hear_nothing_hears_it() -> None:
    stream = Terminal()
    shown(stream, silent=True)
    assert stream.getvalue() == ""
