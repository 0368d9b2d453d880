"""Of logs of which only searched lines are there, what is missing in them proves nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.config import Settings
from analyzer.pipeline import analyze

SHELL = "2026-10-04T08:05:00Z shell[2100200]: [root]: esxcfg-route -a 192.168.5.2 255.255.255.255 10.20.30.22\n"
KERNEL = "".join(
    f"2026-10-04T08:05:{second}Z cpu3:2097712)Tcpip: 1502: {action} dstAddr=0x205a8c0, netMask=0xffffffff, "
    "gwAddr=0x161e140a ifName=0x0x0, ifNameLen=0\n"
    for second, action in (("00.400", "add"), ("28.200", "delete"))
)


def behind(path: str, text: str) -> str:
    return "".join(f"{path}:{line}\n" for line in text.splitlines())


@pytest.mark.parametrize("host", ["esx-a", "esx-b"])
def test_nobody_known_put_a_route_right_of_which_grep_found_no_line(host: str, tmp_path: Path) -> None:
    """The kernel has the deletion; who made it may stand in a line that was not searched for."""
    found = behind(f"{host}/shell.log", SHELL) + behind(f"{host}/vmkernel.log", KERNEL)
    (tmp_path / "found.txt").write_text(found + behind("other/shell.log", SHELL.replace("-a 192.168.5.2", "-l")))

    run = analyze([tmp_path], Settings(log_timezone="UTC", hash="none"))

    (one,) = run.episodes
    detection = one.judged("detection")
    assert detection is not None
    assert (run.acceptable, detection.verdict, detection.decides) == (
        "unknown",
        "NOT-JUDGED",
        (("leaders-genesis", "host-logs"),),
    )


LOGIN = "2026-10-04T08:00:00Z sshd[77129]: Connection from 10.20.30.22 port 52246\n"
LATER = "2026-10-04T09:00:00Z sshd[77130]: Connection from 10.20.30.22 port 52247\n"


@pytest.mark.parametrize(
    ("auth", "verdict"),
    [(None, "NOT-JUDGED"), (LATER, "NOT-JUDGED"), (LOGIN, "MET")],
    ids=["not there", "begins later", "of that time"],
)
def test_genesis_put_a_route_right_where_what_people_did_at_the_host_is_there(
    auth: str | None, verdict: str, tmp_path: Path
) -> None:
    """The kernel tells that the route was deleted, and not by whom; a person's command would stand in one of both."""
    host = tmp_path / "10.20.30.11"
    host.mkdir()
    texts = {"shell.log": SHELL, "vmkernel.log": KERNEL} | ({"auth.log": auth} if auth is not None else {})
    for name, text in texts.items():
        (host / name).write_text(text)

    (one,) = analyze([tmp_path], Settings(log_timezone="UTC", hash="none")).episodes

    detection = one.judged("detection")
    assert detection is not None
    assert (one.episode.kind, detection.verdict) == ("route-injection", verdict)
