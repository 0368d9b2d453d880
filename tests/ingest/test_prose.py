"""A document that quotes lines of a log is no log, and what it quotes is not taken for nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.ingest.prose import is_prose
from tests.acceptance.brought import HOST, Brought, brought, checks, failure, kernel, route, text, told

LOG = "cvm-192.168.1.27/genesis.out"
SAMPLE = failure()[24:29]
RUNBOOK = [
    "CVM failover test, runbook for the night shift",
    "==============================================",
    "",
    "1. Open a session to the CVM that leads Genesis and follow its log.",
    "2. Power off the CVM of the host under test, and do not use a reset.",
    "",
    "Within half a minute the HA service should forward the host. Example output:",
    "",
    *[f"    {line}" for line in SAMPLE],
    "",
    "3. Check that no virtual machine stalled for longer than a minute.",
    "   If one did, collect the logs of all machines and open a case.",
]
ARTICLE = [
    "# Wie der Host umgeleitet wird",
    "",
    "Fällt die eigene CVM aus, so legt Genesis auf dem Host eine Route an.",
    "Im Protokoll sieht das zum Beispiel so aus:",
    "",
    "```",
    *SAMPLE,
    "```",
    "",
    "Danach läuft der Speicherverkehr über das öffentliche Netz.",
    "Kommt die CVM zurück, so löscht Genesis die Route wieder.",
]
KNOWLEDGE = [
    "The kernel of the host writes one line for each change of a route:",
    "",
    f"> {kernel('08:02:45.010', route('add'))}",
    "",
    "The addresses in it are little endian and without leading zeros.",
    "When Genesis gives the host back to its own CVM, the route is deleted:",
    "",
    f"> {kernel('08:32:45.010', route('delete'))}",
    "",
    "Neither of these lines says who has asked for the change.",
]
MAIL = ["Hello,", "", "this is the log of last night, as you have asked for.", "", *failure(), "", "Best regards"]


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(RUNBOOK, id="runbook"),
        pytest.param(ARTICLE, id="another language, fenced"),
        pytest.param(KNOWLEDGE, id="quoted one by one"),
    ],
)
def test_what_a_document_quotes_is_no_episode(lines: list[str], tmp_path: Path) -> None:
    alone = brought(tmp_path / "alone", Brought({"notes.txt": lines}))
    assert told(alone)[1] == ()

    beside = brought(tmp_path / "beside", Brought({LOG: checks(12), "notes.txt": lines}))
    assert beside is not None
    assert (beside.acceptable, beside.episodes) == ("unknown", ())
    reasons = [skip.reason.name for source in beside.sources for skip in source.skipped]
    assert "quoted-in-prose" in reasons


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(MAIL, id="mail"),
        pytest.param([*failure()[:40], "", "this is where the rest of it was cut off", "", *failure()[40:]], id="note"),
        pytest.param([f"{line}\n    Traceback of the call that went wrong here" for line in failure()], id="traceback"),
        pytest.param(failure(), id="alone"),
    ],
)
def test_a_log_with_some_words_is_one(lines: list[str], tmp_path: Path) -> None:
    assert not is_prose(text(lines))
    assert told(brought(tmp_path, Brought({LOG: lines})))[1] == (f"cvm-failure@{HOST}",)


def test_a_document_without_lines_of_a_log_is_only_that() -> None:
    assert not is_prose(text(line for line in RUNBOOK if "ha_service" not in line and "hypervisor_ha" not in line))
