"""Small inputs as people bring them: who did what, whose log it is, and which storage it is about."""

# ruff: noqa: E501 - log lines are as long as they are

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.config import Settings
from analyzer.model.run import Run
from analyzer.pipeline import analyze

DAY = "2026-10-06T"
MOUNTED = (
    DAY
    + '14:00:00.350Z In(182) vmkernel: cpu0:2238622)NFS: 346: Restored connection to the server {server} mount point /c, mounted as 5a6ec2b7-1d3f9a40-0000-000000000000 ("{name}")'
)
ROUTE = (
    DAY
    + "{at}Z In(182) vmkernel: cpu0:2238618)Tcpip: 1414: {action} dstAddr={to}, netMask=0xffffffff, gwAddr={by} ifName=0x0x0, ifNameLen=0"
)
RETRY = (
    DAY
    + "{at}Z In(182) vmkernel: cpu7:2097365)NFS: 6339: Status:No connection. Retrying synchronous write I/O 1 of 25 times"
)
TYPED = DAY + "{at}Z In(14) shell[2101044]: [root]: {line}"
STORAGE, OTHER = "0x205a8c0", "0x221a8c0"
BY_27, BY_28 = "0x1b01a8c0", "0x1c01a8c0"
ADD, DELETE = "esxcfg-route -a 192.168.5.2/32 192.168.1.28", "esxcfg-route -d 192.168.5.2/32 192.168.1.28"


def run(folder: Path, files: dict[str, list[str]], **settings: str) -> Run:
    for name, lines in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n")
    return analyze([str(folder)], Settings(log_timezone="UTC", **settings))  # type: ignore[arg-type]


def codes(made: Run) -> set[str]:
    told = (*made.findings, *(finding for one in made.episodes for finding in one.findings))
    return {finding.code for finding in told}


def said(made: Run) -> set[str]:
    return {claim.statement.name for one in made.episodes for claim in one.episode.claims}


def added(at: str, by: str = BY_28, to: str = STORAGE) -> str:
    return ROUTE.format(at=at, action="add", to=to, by=by)


def deleted(at: str, by: str = BY_28, to: str = STORAGE) -> str:
    return ROUTE.format(at=at, action="delete", to=to, by=by)


@pytest.mark.parametrize(
    "line",
    [
        f"grep -n '{ADD}' /var/run/log/shell.log",
        f"cat /tmp/steps.txt # {ADD}",
        f'echo "next: {ADD}" >> /tmp/steps.txt',
        f"man esxcfg-route | grep '{ADD}'",
        f"alias on='{ADD}'",
        f"vi '{ADD}'",
    ],
)
def test_what_was_looked_for_or_written_down_is_no_deed(tmp_path: Path, line: str) -> None:
    made = run(tmp_path, {"192.168.1.24/shell.log": [TYPED.format(at="14:10:30.900", line=line)]})

    assert "AP101" not in codes(made)
    assert made.episodes == ()


def test_a_loop_that_was_typed_has_the_kernels_lines_of_each_round(tmp_path: Path) -> None:
    loop = f"for i in 1 2; do {ADD}; sleep 20; {DELETE}; sleep 40; done"
    made = run(
        tmp_path,
        {
            "192.168.1.24/shell.log": [TYPED.format(at="14:10:30.900", line=loop)],
            "192.168.1.24/vmkernel.log": [
                added("14:10:31.069"), deleted("14:10:51.169"), added("14:11:31.369"), deleted("14:11:51.469"),
            ],
        },
    )  # fmt: skip

    assert said(made) == {"typed-by-hand"}
    assert [one.episode.by_hand for one in made.episodes] == [True, True]


def test_what_may_have_run_is_told_where_the_kernel_has_it(tmp_path: Path) -> None:
    line = f"esxcfg-route -l | grep -q 192.168.5.2 || {ADD}"
    shell = {"192.168.1.24/shell.log": [TYPED.format(at="14:10:30.900", line=line)]}

    assert run(tmp_path / "alone", shell).episodes == ()
    both = run(tmp_path / "both", {**shell, "192.168.1.24/vmkernel.log": [added("14:10:31.069")]})
    assert "typed-by-hand" in said(both)


def test_what_was_typed_as_esxi_9_logs_it(tmp_path: Path) -> None:
    line = f'{DAY}14:10:30.900Z esx-a shell 2101044 - [esx@4413 user="root"] [root]: {ADD}; sleep 30; {DELETE}'
    made = run(tmp_path, {"192.168.1.24/shell.log": [line]})

    assert {one.episode.host for one in made.episodes} == {"esx-a"}
    assert [finding.sentence for one in made.episodes for finding in one.findings] == [
        f"root typed on esx-a: {ADD}; sleep 30; {DELETE}"
    ]


def test_the_kernels_of_two_hosts_in_one_syslog_file_are_two_hosts(tmp_path: Path) -> None:
    tail = "cpu0:2238618)Tcpip: 1414: {} dstAddr=0x205a8c0, netMask=0xffffffff, gwAddr=0x1c01a8c0 ifName=0x0x0, ifNameLen=0"
    lines = [
        f"<181>1 {DAY}14:10:31.069Z esx-a.lab vmkernel - - - {tail.format('add')}",
        f"<181>1 {DAY}14:12:31.069Z esx-b.lab vmkernel - - - {tail.format('add')}",
        f"<181>1 {DAY}14:20:31.069Z esx-a.lab vmkernel - - - {tail.format('delete')}",
    ]
    made = run(tmp_path, {"syslog.log": lines})

    assert sorted(one.episode.host or "" for one in made.episodes) == ["esx-a.lab", "esx-b.lab"]
    assert {(one.episode.kind, one.episode.by_hand) for one in made.episodes} == {("unexplained", False)}


@pytest.mark.parametrize(
    ("files", "kinds"),
    [
        pytest.param([deleted("14:10:31.069"), added("14:10:31.213", BY_27)], ["unexplained"], id="exchanged"),
        pytest.param([added("14:10:31.069")], ["unexplained"], id="added"),
        pytest.param([deleted("14:10:31.069")], ["unexplained"], id="deleted"),
        pytest.param([added("14:10:31.069"), deleted("14:11:02.000")], ["unexplained"], id="there for a while"),
        pytest.param([RETRY.format(at="14:10:20.412"), added("14:10:31.069")], ["unexplained"], id="after a retry"),
    ],
)
def test_the_kernel_alone_names_neither_a_person_nor_genesis(
    tmp_path: Path, files: list[str], kinds: list[str]
) -> None:
    made = run(tmp_path, {"192.168.1.24/vmkernel.log": files})

    assert [one.episode.kind for one in made.episodes] == kinds
    (episode,) = (one.episode for one in made.episodes)
    assert (episode.by_hand, episode.by_others, episode.confidence) == (False, False, "low")
    assert said(made) <= {"changed-unasked", "storage-away"}
    assert made.acceptable == "unknown"


@pytest.mark.parametrize("given", [True, False], ids=["given", "not given"])
def test_another_storage_address_is_asked_for_and_then_read(tmp_path: Path, *, given: bool) -> None:
    lines = [
        MOUNTED.format(server="192.168.33.2", name="ds-01"),
        RETRY.format(at="14:10:29.241"),
        deleted("14:10:31.069", to=OTHER),
        added("14:10:31.213", BY_27, to=OTHER),
    ]
    settings = {"storage_address": "192.168.33.2"} if given else {}
    made = run(tmp_path, {"192.168.1.24/vmkernel.log": lines}, **settings)

    assert ("AP118" in codes(made)) is not given
    assert len(made.episodes) == given


@pytest.mark.parametrize(
    ("server", "name", "lost", "code"),
    [
        pytest.param("192.168.5.2", "ctr", "192.168.5.2 /c 5a6ec2b7-1d3f9a40-0000-000000000000 ctr", "AP102", id="ours"),
        pytest.param("192.168.5.2", "ctr", "192.168.5.2/ctr 5a6ec2b7-1d3f9a40-0000-000000000000 ctr", "AP102", id="ours, with a slash"),
        pytest.param("192.168.5.2", "ctr", "10.0.0.5 /vol/iso 0aec33b1-6f2e51a0-0000-000000000000 ISO", "AP117", id="another server"),
        pytest.param("10.0.0.5", "iso", "10.0.0.5 /vol/iso 0aec33b1-6f2e51a0-0000-000000000000 ISO", "AP117", id="nothing of ours"),
    ],
)  # fmt: skip
def test_a_lost_server_is_of_its_address(tmp_path: Path, server: str, name: str, lost: str, code: str) -> None:
    vobd = f"{DAY}15:00:00.000Z In(14) vobd[2097660]:  [vmfsCorrelator] 9521467867us: [esx.problem.vmfs.nfs.server.disconnect] {lost}"
    made = run(
        tmp_path,
        {"192.168.1.24/vmkernel.log": [MOUNTED.format(server=server, name=name)], "192.168.1.24/vobd.log": [vobd]},
    )

    assert codes(made) & {"AP102", "AP117"} == {code}


PORTS = """Interface  Port Group/DVPort    IP Family IP Address     Netmask        Broadcast      MAC Address       MTU   Enabled
vmk0       Management Network   IPv4      {address}  255.255.255.0  192.168.1.255  0c:c4:7a:11:22:33 1500  true
vmk1       vmk-svm-iscsi-pg     IPv4      192.168.5.1    255.255.255.0  192.168.5.255  00:50:56:61:7a:01 1500  true
"""


def test_a_list_of_vmkernel_ports_tells_whose_a_bundle_is(tmp_path: Path) -> None:
    """Two hosts' bundles, by their names; the kernels' lines alone would not tell which of them is which address."""
    for name, address, at in (("esx-a", "192.168.1.24", "14:10:31.069"), ("esx-b", "192.168.1.25", "14:30:31.069")):
        bundle = tmp_path / f"esx-{name}-2026-10-06--15.00-2100123"
        files = {
            "commands/esxcfg-vmknic_-l.txt": PORTS.format(address=address),
            "var/run/log/vmkernel.log": added(at) + "\n",
        }
        for path, text in files.items():
            (bundle / path).parent.mkdir(parents=True, exist_ok=True)
            (bundle / path).write_text(text)
    made = analyze([str(tmp_path)], Settings(log_timezone="UTC"))

    assert [one.episode.host for one in made.episodes] == ["192.168.1.24", "192.168.1.25"]
    assert {(host.address, host.name) for host in made.hosts} == {("192.168.1.24", "esx-a"), ("192.168.1.25", "esx-b")}


@pytest.mark.parametrize("folder", ["esx-a", "esx-a/var/run/log", "esx-a/logs"])
def test_hosts_that_nothing_names_are_called_by_their_folders(tmp_path: Path, folder: str) -> None:
    other = folder.replace("esx-a", "esx-b")
    made = run(
        tmp_path, {f"{folder}/vmkernel.log": [added("14:10:31.069")], f"{other}/vmkernel.log": [added("14:12:31.069")]}
    )

    assert [one.episode.host for one in made.episodes] == ["esx-a", "esx-b"]


def test_the_evidences_own_folder_names_no_host(tmp_path: Path) -> None:
    made = run(tmp_path / "esx", {"vmkernel.log": [added("14:10:31.069")], "logs/vobd.log": []})

    assert [one.episode.host for one in made.episodes] == [None]


def test_the_datastore_that_an_unnamed_host_lost_is_of_its_episode(tmp_path: Path) -> None:
    stopping = f"{DAY}14:10:00.000Z info hostd[AAC2B70] [Originator@6876 sub=Vimsvc.ha-eventmgr user=root] Event 7 : NTNX-1-A-CVM on  esx-a.lab in ha-datacenter is stopping"
    start = f"{DAY}14:10:47.000Z: [APDCorrelator] 94us: [esx.problem.storage.apd.start] Device or filesystem with identifier [5a6ec2b7-1d3f9a40] has entered the All Paths Down state."
    made = run(
        tmp_path,
        {
            "hostd.log": [stopping],
            "vmkernel.log": [MOUNTED.format(server="192.168.5.2", name="ctr"), added("14:10:58.069")],
            "vobd.log": [start],
        },
    )

    (one,) = made.episodes
    assert (one.episode.kind, one.verdict, made.acceptable) == ("cvm-failure", "MISSED", "no")
    assert {"AP102"} == codes(made)
