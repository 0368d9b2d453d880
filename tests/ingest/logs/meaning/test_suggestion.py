"""A suggested rule loads, and takes the line that it was made for."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

from analyzer.config import Settings
from analyzer.ingest.logs import explain, load_rules
from analyzer.ingest.logs.families import family_of
from analyzer.ingest.logs.header import read_header
from analyzer.ingest.logs.meaning.suggestion import suggested
from analyzer.model.event import HaUnclassified, RouteChanged, RouteCommand, StargateStates, TaskCreated

MESSAGES = [
    "Quorum of helpers asks 192.168.1.27 to look after 192.168.1.24",
    "{u'host': u'192.168.1.24', u'state': {u'gateway': None}} [1, 2] (x) ^$ .* \\d",
    "don't '''quote''' me",
    "192.168.1.24",
    "{ip} and {storage} as they stand",
    "red \x1b[31mroute\x07 here",
    "日本 経路 192.168.1.24",
]


def rules_for(message: str, tmp_path: Path) -> tuple[str, Path]:
    header = read_header(f"2026-11-22 07:04:46 INFO ha_service.py:1 {message}", family_of("genesis").shape)  # type: ignore[union-attr]
    assert header is not None
    text = suggested(header.module, header.message, "genesis", load_rules(()).vocabulary("genesis"))
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return text, path


@pytest.mark.parametrize("message", MESSAGES)
def test_it_takes_the_line_and_such_with_other_numbers(message: str, tmp_path: Path) -> None:
    _, path = rules_for(message, tmp_path)
    log = "".join(
        f"2026-11-22 07:04:46 INFO ha_service.py:{number} {text}\n"
        for number, text in enumerate((message, message.replace("192.168.1.24", "192.168.1.99")))
    ).encode()

    rows = list(explain(BytesIO(log), "genesis.out", "genesis", Settings(), load_rules((path,))))

    assert [row.rule for row in rows] == ["my-rule", "my-rule"]


@pytest.mark.parametrize("message", MESSAGES[:1])
def test_it_takes_no_other_line(message: str, tmp_path: Path) -> None:
    _, path = rules_for(message, tmp_path)
    log = b"2026-11-22 07:04:46 INFO ha_service.py:7 All stargates are up: ['192.168.1.26']\n"

    (row,) = explain(BytesIO(log), "genesis.out", "genesis", Settings(), load_rules((path,)))

    assert row.rule != "my-rule"


@pytest.mark.parametrize(
    ("message", "event"),
    [
        ("Executing on 192.168.1.24: esxcfg-route -a 192.168.5.2 255.255.255.255 192.168.1.28", RouteCommand),
        ("Creating task to add route on host 192.168.1.24: 192.168.5.2 via 192.168.1.28", TaskCreated),
        ("Route to 192.168.5.2 via 192.168.1.28 added on host 192.168.1.24", RouteChanged),
        ("Stargate is down on ['192.168.1.26'], up on ['192.168.1.27']", StargateStates),
        ("Quorum of helpers asks 192.168.1.27 to look after 192.168.1.24", HaUnclassified),
    ],
)
def test_the_event_goes_by_the_words(message: str, event: type, tmp_path: Path) -> None:
    _, path = rules_for(message, tmp_path)
    log = f"2026-11-22 07:04:46 INFO ha_service.py:7 {message}\n".encode()

    (row,) = explain(BytesIO(log), "genesis.out", "genesis", Settings(), load_rules((path,)))

    assert (row.rule, type(row.detail)) == ("my-rule", event)


def test_what_another_event_needs_is_said_and_gives_it_its_effect(tmp_path: Path) -> None:
    message = "Quorum of helpers asks 192.168.1.27 to look after 192.168.1.24"
    text, path = rules_for(message, tmp_path)
    log = f"2026-11-22 07:04:46 INFO ha_service.py:7 {message}\n".encode()
    changed = text.replace('event = "unclassified"', 'event = "route-changed"')

    def meaning(rules: str) -> list[type]:
        path.write_text(rules, encoding="utf-8")
        rows = explain(BytesIO(log), "genesis.out", "genesis", Settings(), load_rules((path,)))
        return [type(row.detail) for row in rows]

    assert '#   route-changed: set = { action = "add" | "delete" }, where the line\'s words do not tell which' in text
    assert meaning(changed) == [HaUnclassified]
    assert meaning(changed + 'set = { action = "add" }\n') == [RouteChanged]


@pytest.mark.parametrize(
    ("message", "given"),
    [
        ("Route to 192.168.5.2 via 192.168.1.28 added on host 192.168.1.24", '# set = { action = "add" | "delete" }'),
        ("Stargate is down on ['192.168.1.26'], up on ['192.168.1.27']", "# or one of these"),
    ],
)
def test_what_its_own_event_may_need_stands_below_it(message: str, given: str, tmp_path: Path) -> None:
    text, _ = rules_for(message, tmp_path)
    lines = text.splitlines()
    event = next(place for place, line in enumerate(lines) if line.startswith("event = "))

    assert lines[event + 1].startswith(given)


def test_a_message_with_line_breaks_stays_in_its_comment() -> None:
    text = suggested("", "a\u2028version = 9\rwords here", "genesis", load_rules(()).vocabulary("genesis"))

    assert next(line for line in text.splitlines() if not line.startswith("#")) == "version = 1"
