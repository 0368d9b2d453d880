"""Checks that are told from their bytes are told as line by line, wherever something stands among them."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

import msgspec
import pytest

from analyzer.config import Settings
from analyzer.ingest import logs
from analyzer.ingest.logs import again
from analyzer.ingest.logs.checks import folding
from analyzer.ingest.logs.checks.folding import Limits
from analyzer.ingest.logs.checks.stretch import Stretch
from analyzer.ingest.logs.text import lines
from analyzer.model.instant import SECOND

RULES = logs.load_rules(())
BEGIN = datetime(2026, 1, 1)  # noqa: DTZ001 - the text of a stamp
UP = "INFO ha_service.py:489 All stargates are up: ['192.168.1.26', '192.168.1.27']"
WELL = (
    UP,
    "INFO ha_service.py:531 Forwarding on host 192.168.1.24 is correct (local CVM 192.168.1.26)",
    "INFO ha_service.py:531 Forwarding on host 192.168.1.25 is correct (local CVM 192.168.1.27)",
)
DOWN = "WARNING ha_service.py:497 Stargate is down on ['192.168.1.26'], up on ['192.168.1.27']"
COUNT = 60

AMONG = {
    "nothing": "",
    "a Stargate that is down": f"2026-01-01 00:15:10,000Z {DOWN}\n",
    "a line of another service": "2026-01-01 00:15:10,000Z INFO service_monitor.py:7 service 3 is ok\n",
    "a line of HA that tells nothing known": "2026-01-01 00:15:10,000Z INFO ha_service.py:12 what is this\n",
    "a line that goes on": "  and more of the same: 192.168.1.26 is down\n",
    "a prompt": "nutanix@NTNX-A-CVM:192.168.1.26:~$ \n",
    "no date": f"2026-02-30 00:15:10,000Z {UP}\n",
    "no digits": f"2026-01-01 00:15:10,+12Z {UP}\n",
    "another second of the day": f"2026-01-01 00:15:61,000Z {UP}\n",
    "a stamp without milliseconds": f"2026-01-01 00:15:10 {UP}\n",
    "a stamp that goes back": f"2026-01-01 00:05:10,000Z {UP}\n",
    "a check soon after another": f"2026-01-01 00:15:09,000Z {UP}\n",
    "a line twice": f"2026-01-01 00:15:00,080Z {WELL[2]}\n",
    "a name that a line explains": "2026-01-01 00:15:10,000Z INFO node_manager.py:3 esx-a: hypervisor 192.168.1.24\n",
    "an empty line": "\n",
    "bytes that are no text": "2026-01-01 00:15:10,000Z INFO ha_service.py:12 caf\udce9\n",
}


EACH = AMONG["a line of another service"]


def stamped(at: float, text: str) -> str:
    when = BEGIN + timedelta(seconds=at)
    return f"{when:%Y-%m-%d %H:%M:%S},{when.microsecond // 1000:03d}Z {text}\n"


def checks(first: int, count: int) -> Iterator[str]:
    for nth in range(first, first + count):
        yield from (stamped(30 * nth + place / 25, text) for place, text in enumerate(WELL))


def log(among: str, *, within: int = 0, count: int = COUNT) -> str:
    """Checks with something behind one of them, or behind so many lines of the next."""
    before, behind = [*checks(0, COUNT // 2)], [*checks(COUNT // 2 + 1, count - COUNT // 2)]
    return "".join((*before, *behind[:within], among, *behind[within:]))


def read(text: str) -> tuple[logs.LogReading, list[object]]:
    reading = logs.read(
        io.BytesIO(text.encode("utf-8", "surrogateescape")), "genesis.out", "genesis", Settings(), RULES
    )
    return msgspec.structs.replace(reading, stretches=()), [whole(one) for one in reading.stretches]


def whole(stretch: Stretch) -> object:
    return stretch.ends, list(stretch.events(0, len(stretch.firsts)))


@pytest.fixture(params=[1 << 20, 2_000], ids=["a block", "many blocks"])
def _blocks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "BLOCK_BYTES", request.param)
    monkeypatch.setattr(again, "FEW", 2)
    monkeypatch.setattr(folding, "LIMITS", Limits(kept=3, within=120 * SECOND, fewest=4))


@pytest.mark.usefixtures("_blocks")
@pytest.mark.parametrize("beside", [0, 1], ids=["alone", "beside another service"])
@pytest.mark.parametrize("within", [0, 1])
@pytest.mark.parametrize("among", AMONG.values(), ids=AMONG)
def test_what_is_told_is_told_line_by_line_too(
    among: str, within: int, beside: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = log(among, within=within).replace("\n", f"\n{EACH * beside}")

    at_once = read(text)
    monkeypatch.setattr(again, "FEW", 10**6)

    assert at_once == read(text)


MANY = log("", count=2000)


@pytest.mark.parametrize(
    ("text", "most"),
    [
        pytest.param(MANY, 0.2, id="nothing else"),
        pytest.param(MANY.replace("\n", "\r\n"), 0.2, id="CRLF"),
        pytest.param(log(AMONG["a Stargate that is down"], count=2000), 0.3, id="a failure"),
        pytest.param(log(AMONG["a line that goes on"], within=1, count=2000), 0.3, id="a line that goes on"),
        pytest.param(MANY.replace("\n", f"\n{EACH}"), 0.3, id="as many of another service"),
        pytest.param(MANY.replace("192.168.1.26)", "äöü)"), 1, id="no ASCII"),
    ],
)
def test_most_lines_are_not_read_singly(text: str, most: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "BLOCK_BYTES", 50_000)
    single: list[int] = []
    monkeypatch.setattr(again.Again, "single", _counting(again.Again.single, single))

    read(text)

    share = sum(single) / text.count("\n")
    assert share == most == 1 or share < most


def _counting(wrapped: Callable[..., Iterator[Sequence[lines.Line]]], single: list[int]) -> object:
    def counted(taking: again.Again, some: Sequence[lines.Line]) -> Iterator[Sequence[lines.Line]]:
        for part in wrapped(taking, some):
            single.append(len(part))
            yield part

    return counted
