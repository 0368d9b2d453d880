"""What was typed at the prompts of a console that was recorded."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.ingest.logs.snapshots.prompts import has_changes, prompted
from analyzer.model.event import TypedAtPrompt
from analyzer.model.run import Run
from tests.acceptance.brought import ADD, DELETE, Brought, brought, checks, table

CVM, HOST = "nutanix@NTNX-A-CVM:192.168.1.26:~$ ", "[root@esx-a:~] "
GENESIS = "cvm-192.168.1.27/genesis.out"


def _typed(run: Run | None) -> list[tuple[str, str, str | None]]:
    """What was done, on which machine it was typed, and for which."""
    assert run is not None
    details = [event.detail for event in run.events if isinstance(event.detail, TypedAtPrompt)]
    return [(one.action, one.machine, one.on) for one in details]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        pytest.param(f"{CVM}ssh root@192.168.1.24 {DELETE}", ("delete", "192.168.1.26", "192.168.1.24"), id="address"),
        pytest.param(f"{CVM}ssh root@esx-b '{ADD}'", ("add", "192.168.1.26", "esx-b"), id="name"),
        pytest.param(f"{CVM}ssh root@192.168.5.1 {ADD}", ("add", "192.168.1.26", None), id="its own host"),
        pytest.param(f"{CVM}hostssh '{DELETE}'", ("delete", "192.168.1.26", "every host"), id="every host"),
        pytest.param(f"{CVM}allssh 'ssh root@192.168.5.1 {ADD}'", ("add", "192.168.1.26", None), id="every CVM's host"),
        pytest.param(f"{HOST}{DELETE}", ("delete", "esx-a", "esx-a"), id="on the host"),
        pytest.param(f"{HOST}ssh esx-b {ADD}", ("add", "esx-a", "esx-b"), id="of another host"),
        pytest.param(f"root@esx-a:~# ssh esx-b {ADD}", ("add", "esx-a", "esx-b"), id="another prompt"),
    ],
)
@pytest.mark.parametrize("below", [[], [f"{HOST}esxcfg-route -l", *table()]], ids=["alone", "with a table"])
def test_it_is_told_for_whom_it_was_typed(
    line: str, told: tuple[str, str, str | None], below: list[str], tmp_path: Path
) -> None:
    run = brought(tmp_path, Brought({"console.txt": [line, *below]}))

    assert _typed(run) == [told]
    assert run is not None
    assert [one.code for one in run.findings] == ["AP101"]
    assert (run.acceptable, run.episodes) == ("unknown", ())


@pytest.mark.parametrize(
    "line",
    [
        f"{CVM}history | grep '{DELETE}'",
        f"{CVM}{ADD}",
        f"{HOST}esxcfg-route -l",
        f"{HOST}false && {ADD}",
        f"{HOST}esxcfg-route -a 10.0.0.0/8 192.168.1.1",
        f"esx-a: {ADD}",
    ],
)
def test_what_changes_no_route_is_not(line: str, tmp_path: Path) -> None:
    assert _typed(brought(tmp_path, Brought({GENESIS: checks(8), "console.txt": [line, HOST, *table()]}))) == []


def test_a_console_with_a_log_between_its_prompts(tmp_path: Path) -> None:
    lines = [f"{CVM}tail -F data/logs/genesis.out", *checks(8), f"{CVM}ssh root@192.168.1.24 {DELETE}"]

    assert _typed(brought(tmp_path, Brought({"console.txt": lines}))) == [("delete", "192.168.1.26", "192.168.1.24")]


def test_a_guide_that_shows_how_to_do_it_is_no_console(tmp_path: Path) -> None:
    guide = [
        "Add the route by hand on the host, and wait for half a minute.",
        "Genesis finds it at its next check, and deletes it again:",
        "",
        f"{HOST}{ADD}",
        "",
        "If it does not, delete it yourself, and say so in the ticket.",
        "Do not leave the host like this for the whole of the night.",
    ]

    assert _typed(brought(tmp_path, Brought({GENESIS: checks(8), "guide.txt": guide}))) == []


def test_a_prompt_alone_is_none() -> None:
    assert prompted(1, HOST) is None
    assert prompted(1, f"{HOST}ls") is None
    assert not has_changes(f"{HOST}esxcfg-route -l".encode())
