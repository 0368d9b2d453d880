"""Marks: a person's notes in TOML and CSV, and a clear sentence with the line for each mistake."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.config import Settings
from analyzer.errors import ConfigurationError
from analyzer.ingest.logs import LogReading
from analyzer.ingest.marks import read_marks
from analyzer.model.event import Mark

S = 10**9
AT = 1795356202 * S  # 2026-11-22 14:03:22 UTC


def _read(text: str | bytes, zone: str | None = None) -> LogReading:
    data = text if isinstance(text, bytes) else text.encode()
    return read_marks(io.BytesIO(data), "marks", Settings(log_timezone=zone))


def test_toml() -> None:
    reading = _read(
        '# mine\n[[mark]]\ntime = "2026-11-22 15:03:22"\nzone = "Europe/Berlin"\naction = "cvm-power-off"\n'
        'target = "192.168.1.26"\nnote = "pulled"\ndoubt_s = 2\n[[mark]]\ntime = 2026-11-22T14:03:22Z\n'
        'action = "route-add"\ntarget = "192.168.1.24"\ngateway = "192.168.1.28"\n'
    )
    off, add = reading.events
    assert off.detail == Mark("cvm-power-off", "192.168.1.26", None, "pulled")
    assert (off.at.clock, off.at.least, off.at.most) == ("person", AT - 2 * S, AT + 3 * S - 1)
    assert add.detail == Mark("route-add", "192.168.1.24", "192.168.1.28", "route-add")
    assert (add.at.least, add.at.most) == (AT - 5 * S, AT + 6 * S - 1)
    assert [event.origin.number for event in reading.events] == [2, 9]
    assert not reading.zone_assumed


@pytest.mark.parametrize("delimiter", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
def test_csv(delimiter: str) -> None:
    rows = [
        ("time", "what", "target"),
        ("2026-11-22 14:03:22", "powered CVM A off", ""),
        ("2026-11-22T14:05:00Z", "note", "x"),
    ]
    reading = _read("# by hand\n" + "\n".join(delimiter.join(row) for row in rows))
    assert [event.detail for event in reading.events] == [
        Mark("cvm-power-off", "A", None, "powered CVM A off"),
        Mark("note", "x", None, "note"),
    ]
    assert [event.origin.number for event in reading.events] == [3, 4]
    assert reading.zone_assumed


@pytest.mark.parametrize(
    ("what", "mark"),
    [
        pytest.param("powered CVM 192.168.1.26 off", ("cvm-power-off", "192.168.1.26", None), id="off"),
        pytest.param("shut down the cvm 192.168.1.26", ("cvm-power-off", "192.168.1.26", None), id="shut-down"),
        pytest.param("powered CVM A on again", ("cvm-power-on", "A", None), id="on"),
        pytest.param("CVM 192.168.1.26 booted", ("cvm-power-on", "192.168.1.26", None), id="booted"),
        pytest.param(
            "added route via 192.168.1.28 on host 192.168.1.24", ("route-add", "192.168.1.24", "192.168.1.28"), id="add"
        ),
        pytest.param("removed the route on 192.168.1.24", ("route-delete", "192.168.1.24", None), id="delete"),
        pytest.param("esxcfg-route -d 192.168.5.2/32 192.168.1.28", ("route-delete", None, None), id="command"),
        pytest.param("coffee", ("note", None, None), id="note"),
    ],
)
def test_words(what: str, mark: tuple[str, str | None, str | None]) -> None:
    (event,) = _read(f'time,what\n2026-11-22 14:03:22Z,"{what}"\n').events
    assert isinstance(event.detail, Mark)
    assert (event.detail.action, event.detail.target, event.detail.gateway) == mark
    assert event.detail.text == what


HEAD = '[[mark]]\ntime = "2026-11-22 14:03:22"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("[[mark]]\ntime = \n", "no valid TOML.*line 2", id="bad-toml"),
        pytest.param("[[mark]]\ntime = " + "[" * 100_000, "no valid TOML", id="nested"),
        pytest.param('\n[[mark]]\naction = "note"\n', "line 2: the mark has no `time`", id="no-time"),
        pytest.param('[[mark]]\ntime = "2 pm"\n', "line 1: the time '2 pm' can't be read", id="bad-time"),
        pytest.param(HEAD + 'zone = "Mars"\n', "line 1: there is no time zone 'Mars'", id="bad-zone"),
        pytest.param(HEAD + 'action = "dance"\n', "line 1: the action 'dance' is not known", id="bad-action"),
        pytest.param(HEAD + 'actoin = "note"\n', "line 1: unknown name 'actoin'", id="unknown-name"),
        pytest.param(HEAD + "doubt_s = -1\n", "line 1: doubt_s is '-1'", id="bad-doubt"),
        pytest.param("x = 1\n" + HEAD, "unknown key 'x'", id="outside"),
        pytest.param("time,what\n", "manual notes has none", id="no-rows"),
        pytest.param("time,what\n2026-11-22 14:03:22,a,b\n", "line 2: has 3 cells for 2 columns", id="too-many-cells"),
        pytest.param("time,what\n\nnoon,a\n", "line 3: the time 'noon'", id="csv-bad-time"),
        pytest.param("when,what\n", "line 1: unknown name 'when'", id="csv-unknown-column"),
        pytest.param(b"time,what\n2026-11-22 14:03:22,\xff\n", "line 2: .*UTF-8", id="not-utf-8"),
    ],
)
def test_mistakes(text: str | bytes, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said) as raised:
        _read(text)
    assert str(raised.value).startswith("marks: ")


@given(
    st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)),
    st.sampled_from([b"", b"time,what\n", b"[[mark]]\n"]),
)
def test_any_bytes_give_marks_or_one_sentence(data: bytes, head: bytes) -> None:
    try:
        said = f"{len(_read(head + data).events)} marks"
    except ConfigurationError as error:
        said = str(error)
    assert said
    assert "\n" not in said
