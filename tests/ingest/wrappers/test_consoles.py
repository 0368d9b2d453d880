"""Whose prompt a console shows, and which log was printed there."""

from __future__ import annotations

import pytest

from analyzer.ingest.wrappers.consoles import Prompt, prompt_in


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("[root@esx-a:~] tail -F /var/log/vmkernel.log", Prompt(b"esx-a", b"vmkernel.log", searched=False)),
        ("[root@esx-a:/var/log] grep -i tcpip vmkernel.log", Prompt(b"esx-a", b"vmkernel.log", searched=True)),
        ("[root@esx-a:~] cat auth.log | grep sshd", Prompt(b"esx-a", b"auth.log", searched=True)),
        ("[root@esx-a:~] zcat /var/run/log/hostd.0.gz", Prompt(b"esx-a", b"hostd.0.gz", searched=False)),
        ("[root@esx-a:~] esxcfg-route -l", Prompt(b"esx-a", None, searched=False)),
        ("[root@esx-a:~]", Prompt(b"esx-a", None, searched=False)),
        (
            "nutanix@NTNX-A-CVM:192.168.1.26:~$ less ~/data/logs/genesis.out",
            Prompt(b"192.168.1.26", b"genesis.out", searched=False),
        ),
        (
            "nutanix@NTNX-A-CVM:192.168.1.26:~$ ssh root@192.168.1.24 cat /var/log/auth.log",
            Prompt(b"192.168.1.24", b"auth.log", searched=False),
        ),
        (
            "nutanix@NTNX-A-CVM:192.168.1.26:~$ allssh 'tail data/logs/genesis.out'",
            Prompt(None, b"genesis.out", searched=False),
        ),
        ("kt@laptop:~/logs$ head vobd.log", Prompt(b"laptop", b"vobd.log", searched=False)),
        ("2026-03-13T07:25:40.860Z shell[1]: [root]: tail vmkernel.log", None),
        ("From: ops@corp.example about vmkernel.log", None),
        ("", None),
    ],
)
def test_a_prompt(line: str, expected: Prompt | None) -> None:
    assert prompt_in(line.encode()) == expected
