"""Wordings of imagined AOS versions: each record in genesis/*.out is classified as the `#>` line before it says.

A `#>` line names the event and the fields that matter; two of them mean two events. No real version's text is public,
so the same story is told in many ways, and all of them have to be understood alike.
"""

from __future__ import annotations

import io
from pathlib import Path

import msgspec
import pytest

from analyzer.config import Settings
from analyzer.ingest import logs
from analyzer.model.event import Detail, HaUnclassified

WORDINGS = sorted((Path(__file__).parent / "genesis").glob("*.out"))
_RULES = logs.load_rules(())


def _cases(path: Path) -> list[tuple[str, list[str], str]]:
    """(id, expectations, record) of each record of a wording."""
    cases: list[tuple[str, list[str], str]] = []
    expected: list[str] = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if line.startswith("#> "):
            expected.append(line[3:])
        elif expected:
            cases.append((f"{path.stem}:{number}", expected, line))
            expected = []
        else:
            name, wanted, record = cases[-1]
            cases[-1] = (name, wanted, f"{record}\n{line}")
    return cases


CASES = [case for path in WORDINGS for case in _cases(path)]


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(str(item) for item in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _shown(detail: Detail, like: str) -> str:
    """The detail in the notation of the expectation `like`, with the fields that it names."""
    if isinstance(detail, HaUnclassified):
        return "unclassified"
    tag = str(msgspec.structs.asdict(detail) and detail.__struct_config__.tag)
    wanted = [part.partition("=")[0] for part in like.split()[1:]]
    return " ".join([tag, *(f"{field}={_text(getattr(detail, field, '?'))}" for field in wanted)])


@pytest.mark.parametrize(("expected", "record"), [pytest.param(e, r, id=i) for i, e, r in CASES])
def test_wording(expected: list[str], record: str) -> None:
    reading = logs.read(io.BytesIO(record.encode() + b"\n"), "genesis.out", "genesis", Settings(), _RULES)
    wanted = [one for one in expected if one != "nothing"]
    likes = [*wanted, *[""] * len(reading.events)]
    assert [_shown(e.detail, like) for e, like in zip(reading.events, likes, strict=False)] == wanted


def test_roles_are_never_private_or_masks() -> None:
    seen: set[str | None] = set()
    for _, _, record in CASES:
        reading = logs.read(io.BytesIO(record.encode()), "genesis.out", "genesis", Settings(), _RULES)
        for event in reading.events:
            told = {getattr(event.detail, role, None) for role in ("host", "gateway", "cvm")}
            assert not told & {"192.168.5.1", "192.168.5.2", "192.168.5.254", "255.255.255.255"}, record
            seen |= told
    assert len(seen) > 3


@pytest.mark.parametrize("path", WORDINGS, ids=lambda path: path.stem)
def test_recognised_whatever_the_name(path: Path) -> None:
    text = "\n".join(line for line in path.read_text().splitlines() if not line.startswith("#> "))
    assert logs.recognise(text.encode(), "notes.txt") == "genesis"
