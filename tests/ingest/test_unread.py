"""Lines of a log in a text that is read as none: it is named, and there is no all-clear beside it."""

from __future__ import annotations

import html
import json
from pathlib import Path

import pytest

from analyzer.ingest import kinds
from analyzer.ingest.unread import holds_log_lines, is_newest_first
from tests.acceptance.brought import HOST, Brought, brought, checks, failure, kernel, route
from tests.conftest import ROOT

LOG = "cvm-192.168.1.27/genesis.out"
ROUTES = [kernel("08:02:45.010", route("add")), kernel("08:03:02.850", route("delete"))]
PAGE = ["<html><body>", *[f"<div>{html.escape(line)}</div>" for line in failure()], "</body></html>"]
TABLE = ["| time | text |", "|---|---|", *[f"| {line[:24]} | {line[25:]} |" for line in failure()]]
JSON = [json.dumps({"_raw": line}) for line in failure()]
CSV = ["timestamp,hostname,appname,text", *[f'2025-11-02 08:02:45.010,esx-a,vmkernel,"{line[51:]}"' for line in ROUTES]]


def text(lines: list[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        pytest.param(PAGE, "log-in-other-form", id="page"),
        pytest.param(TABLE, "log-in-other-form", id="table"),
        pytest.param(CSV, "log-in-other-form", id="csv"),
        pytest.param(JSON, "log-export", id="json"),
        pytest.param(failure()[::-1], "newest-first", id="newest first"),
    ],
)
def test_it_is_named_and_no_all_clear_stands_beside_it(lines: list[str], reason: str, tmp_path: Path) -> None:
    run = brought(tmp_path, Brought({LOG: checks(12), "export.txt": lines}))

    assert run is not None
    assert (run.acceptable, run.episodes) == ("unknown", ())
    (skipped,) = (skip for source in run.sources for skip in source.skipped if source.kind == "unrecognised")
    assert skipped.reason.name == reason
    assert [lack.of for lack in run.coverage.lacks if lack.name == "not-read"] == [skipped.source]


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(
            ["# what we did", f"2025-11-02 08:02:45 esxcfg-route -a 192.168.5.2/32 192.168.1.28 on {HOST}"],
            id="a line in notes",
        ),
        pytest.param(
            ["<html><body>", "<p>esxcfg-route -a and NfsTerminateConnection</p>", "</body></html>"],
            id="a page about them",
        ),
        pytest.param(
            ["Time,Event", "2025-11-02 08:00:00,ping lost", "2025-11-02 08:00:01,ping lost"], id="a monitor's table"
        ),
    ],
)
def test_another_text_does_not_matter(lines: list[str], tmp_path: Path) -> None:
    run = brought(tmp_path, Brought({LOG: checks(12), "notes.txt": lines}))

    assert run is not None
    assert run.acceptable == "yes"


def test_a_failure_that_was_read_stays_judged_beside_it(tmp_path: Path) -> None:
    run = brought(tmp_path, Brought({LOG: failure(), "mail.html": PAGE}))

    assert run is not None
    assert run.acceptable == "yes"
    assert len(run.episodes) == 1


def test_what_autopath_wrote_is_none() -> None:
    written = [
        path for path in (ROOT / "reports").rglob("*") if path.suffix in (".json", ".md", ".html", ".csv", ".txt")
    ]
    heads = [path.read_bytes()[: 1 << 16] for path in written]

    assert len(heads) > 20
    assert not any(holds_log_lines(head) for head in heads)


@pytest.mark.parametrize(
    ("lines", "newest"),
    [
        (failure(), False),
        (failure()[::-1], True),
        ([*failure()[20:], *failure()[:20]], False),  # a clock that was set, or files in another order
        (failure()[:5][::-1], False),  # too few to say
    ],
)
def test_the_order_of_lines(lines: list[str], newest: bool) -> None:
    assert is_newest_first(text(lines)) is newest
    assert (kinds.recognise(text(lines), "genesis.out") is None) is newest
