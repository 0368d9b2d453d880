"""Evidence as an administrator of VMware, of Nutanix or of a network brings it: the right answers were written first.

Mails and tickets, consoles and bundles, exports and copies, other encodings and other prompts.
"""

# ruff: noqa: E501 - log lines are as long as they are

from __future__ import annotations

import quopri
from pathlib import Path

import pytest

from tests.acceptance.brought import (
    ADD,
    DELETE,
    HOST,
    MOUNTED,
    REMOTE,
    UUID,
    Brought,
    brought,
    checks,
    failure,
    hostd,
    kernel,
    route,
    session,
    table,
    text,
    told,
)
from tests.correlate.logs.test_either import BOTH, injected, shell
from tests.ingest.wrappers.test_wrapped import hard, soft

LOG = "cvm-192.168.1.27/genesis.out"
FAILURE, INJECTION = f"cvm-failure@{HOST}", f"route-injection@{HOST}"
MAIL = [
    "From: K. Tanaka <k@example.com>",
    "Date: Sun, 2 Nov 2025 09:00:00 +0000",
    "Subject: Re: failover test",
    "",
    "this is what we have:",
    "",
]
CVM_PROMPT, HOST_PROMPT = "nutanix@NTNX-B-CVM:192.168.1.27:~$ ", "[root@esx-a:~] "
NOISE = [kernel(f"08:0{minute}:00.000", "ScsiDeviceIO: noise") for minute in range(8)]
KERNEL = [*NOISE[:3], *BOTH, *NOISE[4:]]
APD = [
    f"2025-11-02T08:0{at}Z: [APDCorrelator] 9414268686us: [esx.{what}] Device or filesystem with identifier [{UUID}] changed its All Paths Down state."
    for at, what in (("3:30.000", "problem.storage.apd.start"), ("4:10.000", "clear.storage.apd.exit"))
]
TIED = [kernel("07:00:00.000", MOUNTED), *NOISE]
LOST = "2025-11-02T08:05:06.000Z: [vmfsCorrelator] 9414268686us: [esx.problem.vmfs.nfs.server.disconnect] {} {} {}-0000-000000000000 NTNX-container"


def quoted(lines: list[str], mark: str = "> ") -> list[str]:
    return [mark + line for line in lines]


def cut(lines: list[str], width: int = 80) -> list[str]:
    return [piece for line in lines for piece in hard(line, width)]


def filled(lines: list[str], width: int = 76) -> list[str]:
    return [piece for line in lines for piece in soft(line, width)]


CASES = {
    "kernel lines in a mail": Brought(
        {"mail.txt": [*MAIL, *quoted(BOTH), "", "regards"]}, "unknown", ("unexplained@None",)
    ),
    "a log quoted twice in a mail": Brought({"mail.txt": [*MAIL, *quoted(failure(), ">> ")]}, "yes", (FAILURE,)),
    "a log filled and quoted": Brought({"mail.txt": [*MAIL, *quoted(filled(failure()))]}, "yes", (FAILURE,)),
    "a log cut at 80": Brought({"genesis.out": cut(failure())}, "yes", (FAILURE,)),
    "a kernel's log cut at 80": Brought({f"{HOST}/vmkernel.log": cut(BOTH)}, "unknown", (f"unexplained@{HOST}",)),
    "a lost datastore cut at 80": Brought(
        {LOG: failure(), f"{HOST}/vobd.log": cut(APD), f"{HOST}/vmkernel.log": TIED}, "no", (FAILURE,)
    ),
    "a lost datastore filled": Brought(
        {LOG: failure(), f"{HOST}/vobd.log": filled(APD), f"{HOST}/vmkernel.log": TIED}, "no", (FAILURE,)
    ),
    "the mount cut at 80": Brought(
        {LOG: failure(), f"{HOST}/vobd.log": APD, f"{HOST}/vmkernel.log": cut(TIED)}, "no", (FAILURE,)
    ),
    "quoted-printable": Brought({"mail.eml": b"From: k\n\n" + quopri.encodestring(text(failure()))}, "yes", (FAILURE,)),
    "a list with numbers": Brought(
        {"t.txt": [f"{n}. {line}" for n, line in enumerate(failure(), 1)]}, "yes", (FAILURE,)
    ),
    "a chat with fences": Brought(
        {"chat.txt": ["Bob  10:14 AM", "```", *[line.replace("'", "\u2019") for line in failure()], "```"]},
        "yes",
        (FAILURE,),
    ),
    "another code page": Brought({LOG: text(failure()).replace(b"'", b"\x92")}, "yes", (FAILURE,)),
    "blanks that do not break": Brought(
        {"chat.txt": text(failure()).replace(b" ", "\u00a0".encode())}, "yes", (FAILURE,)
    ),
    "stamps of another zone": Brought(
        {LOG: [line.replace("-02 08:", "-02 10:").replace("Z ", "+0200 ", 1) for line in failure()]}, "yes", (FAILURE,)
    ),
    "a mark in the middle": Brought(
        {LOG: b"\xef\xbb\xbf" + text(failure()[:10]) + b"\xef\xbb\xbf" + text(failure()[10:])}, "yes", (FAILURE,)
    ),
    "the end of a log": Brought({LOG: failure()[25:]}, "unknown", (FAILURE,)),
    "without its warnings": Brought(
        {LOG: [line for line in failure() if "WARNING" not in line]}, "unknown", (FAILURE,)
    ),
    "a search for what is well": Brought(
        {
            "c.txt": [
                CVM_PROMPT + "grep 'as expected' genesis.out",
                *[line for line in checks(12) if "as expected" in line],
            ]
        }
    ),
    "tables in a nameless loop": Brought(
        {
            "c.log": [
                CVM_PROMPT + "for h in 192.168.1.23 192.168.1.24; do ssh root@$h esxcfg-route -l; done",
                *table(),
                *table(REMOTE),
            ]
        },
        forwarded=(None,),
    ),
    "tables in a loop that says whose": Brought(
        {
            "c.log": [
                CVM_PROMPT + "for h in 192.168.1.23 192.168.1.24; do echo $h; ssh $h esxcfg-route -l; done",
                "192.168.1.23",
                *table(),
                HOST,
                *table(REMOTE),
            ]
        },
        forwarded=(HOST,),
    ),
    "a session of PuTTY": Brought(
        {
            "putty.log": [
                "=~=~=~=~=~= PuTTY log 2025.11.02 08:00:00 =~=~=~=~=~=",
                HOST_PROMPT + ADD,
                HOST_PROMPT + "esxcfg-route -l",
                *table(REMOTE),
            ]
        },
        forwarded=("esx-a",),
    ),
    "a server that was lost": Brought(
        {LOG: failure(), f"{HOST}/vobd.log": [LOST.format("192.168.5.2", "/container", UUID)]}, "no", (FAILURE,)
    ),
    "another server that was lost": Brought(
        {LOG: failure(), f"{HOST}/vobd.log": [LOST.format("10.0.0.5", "/iso", UUID)]}, "yes", (FAILURE,)
    ),
    "typed for another host": Brought(
        {
            f"{HOST}/shell.log": [shell("08:02:44", 11, "alice", f"ssh root@192.168.1.25 {ADD}")],
            "192.168.1.25/vmkernel.log": KERNEL,
        },
        "unknown",
        ("route-injection@192.168.1.25",),
    ),
    "typed for another address": Brought(
        {
            f"{HOST}/shell.log": [shell("08:02:44", 11, "root", "esxcfg-route -a 192.168.5.20/32 192.168.1.28")],
            LOG: checks(12),
        },
        "yes",
    ),
    "a comment and an echo": Brought(
        {
            f"{HOST}/shell.log": [
                shell("08:02:44", 11, "root", f"# {ADD}"),
                shell("08:03:02", 11, "root", f"echo {DELETE}"),
            ],
            f"{HOST}/vmkernel.log": KERNEL,
        },
        "unknown",
        (f"unexplained@{HOST}",),
    ),
    "sessions of a CVM": Brought(
        {
            f"{HOST}/auth.log": [*session("08:02:44.900", ADD), *session("08:20:00.000", DELETE)],
            f"{HOST}/vmkernel.log": [NOISE[0], BOTH[0], kernel("08:20:00.100", route("delete"))],
        },
        "unknown",
        (FAILURE, f"cvm-recovery@{HOST}"),
    ),
    "another virtual machine's power": Brought(
        {
            f"{HOST}/hostd.log": [
                hostd("08:02:45.000", "powered off").replace("NTNX-15SM60210040-A-CVM", "NTNX-CVM-backup-proxy")
            ],
            LOG: checks(12),
        },
        "yes",
    ),
    "the CVM's power and its failure": Brought(
        {LOG: failure(), f"{HOST}/hostd.log": [hostd("08:02:45.000", "powered off")]}, "yes", (FAILURE,)
    ),
    "an injection and a pasted part of its log": Brought(
        {LOG: injected(), "mail.txt": [*MAIL, *quoted(injected()[20:32])]}, "yes", (INJECTION,)
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_answer_is_as_written(name: str, tmp_path: Path) -> None:
    one = CASES[name]

    assert told(brought(tmp_path, one)) == (one.acceptable, one.episodes, one.forwarded, [])
