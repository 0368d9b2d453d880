"""Several logs in one text are told apart, keep their line numbers, and nobody's line is another's."""

from __future__ import annotations

import io

import pytest

from analyzer.ingest.wrappers.several import MOST_PARTS, Beyond, Part, Told, parts, several


def split(text: bytes) -> dict[str, list[bytes]]:
    teller = several(text[: 1 << 16])
    assert teller is not None
    found = {}
    for part in parts(io.BytesIO(text), text[: 1 << 16], teller):
        if isinstance(part, Beyond):
            continue
        content = b"".join(iter(lambda part=part: part.content.read(1_000), b""))  # type: ignore[misc]
        found[part.name] = content.split(b"\n")
    return found


def numbered(lines: list[bytes]) -> dict[int, bytes]:
    return {number: line for number, line in enumerate(lines, 1) if line}


S = b"2026-03-13 07:25:%02d,364Z INFO 8 ha_service.py:497 "


def test_grep_over_several_files() -> None:
    text = (
        b"cvm-a/genesis.out:7:" + S % 18 + b"one\ncvm-a/genesis.out-8-  goes on\n--\n"
        b"cvm-b/genesis.out-2-" + S % 19 + b"before\ncvm-b/genesis.out:3:" + S % 20 + b"two\n"
        b"cvm-a/genesis.out:9:" + S % 21 + b"three\n"
    )
    found = split(text)
    assert numbered(found["cvm-a/genesis.out"]) == {1: S % 18 + b"one", 2: b"  goes on", 6: S % 21 + b"three"}
    assert numbered(found["cvm-b/genesis.out"]) == {4: S % 19 + b"before", 5: S % 20 + b"two"}


@pytest.mark.parametrize(
    ("before", "name"),
    [
        (b"genesis.out:", "genesis.out"),
        (b"./logs/genesis.out:", "./logs/genesis.out"),
        (b"genesis.out:12:", "genesis.out"),
        (b"genesis.out-12-", "genesis.out"),
        (b"C:\\logs\\my cvm\\genesis.out:12:", "C:\\logs\\my cvm\\genesis.out"),
        (b"192.168.1.26: ", "192.168.1.26"),
        (b"ntnx-a-cvm: ", "ntnx-a-cvm"),
    ],
)
def test_the_file_or_machine_before_a_line(before: bytes, name: str) -> None:
    found = split((before + S % 18 + b"one\n") * 3)
    assert found == {name: [S % 18 + b"one"] * 3 + [b""]}


def test_tail_of_several_files() -> None:
    text = (
        b"$ tail -F genesis.out ../sysstats/ping.INFO\n==> genesis.out <==\n" + S % 18 + b"one\n\n"
        b"==> ../sysstats/ping.INFO <==\n#TIMESTAMP 17\n\n==> genesis.out <==\n" + S % 19 + b"two\n"
    )
    found = split(text)
    assert numbered(found["genesis.out"]) == {
        1: b"$ tail -F genesis.out ../sysstats/ping.INFO",
        3: S % 18 + b"one",
        9: S % 19 + b"two",
    }
    assert numbered(found["../sysstats/ping.INFO"]) == {6: b"#TIMESTAMP 17"}


def test_allssh() -> None:
    title = b"================== 192.168.1.%d =================\n"
    text = title % 26 + S % 18 + b"one\n" + title % 27 + S % 18 + b"two\n" + S % 19 + b"three\n"
    found = split(text)
    assert numbered(found["192.168.1.26"]) == {2: S % 18 + b"one"}
    assert numbered(found["192.168.1.27"]) == {4: S % 18 + b"two", 5: S % 19 + b"three"}


def test_a_syslog_server() -> None:
    text = (
        b"2026-10-06T14:10:20.412Z esx-a vmkernel - - - cpu7:2097365)NFS: one\n"
        b"2026-10-06T14:10:21.412Z esx-b vmkernel: cpu7:2097365)NFS: two\n"
        b"2026-10-06T14:10:22.412Z esx-a shell[77]: [root]: ls\n"
        b"  goes on\n"
        b"2026-10-06T14:10:23.412Z esx-a sshd 99 - [esx@4413] Accepted\n"
        b"2026-10-06T14:10:24.412Z ntnx-a-cvm genesis: 2026-10-06 14:10:24,001Z INFO 8 ha_service.py:497 three\n"
        b"2026-10-06T14:10:25.412Z esx-a vmkernel - - - cpu7:2097365)NFS: four\n"
    )
    lines = text.split(b"\n")
    found = {name: numbered(content) for name, content in split(text).items()}
    assert found == {
        "esx-a/vmkernel": {1: lines[0], 7: lines[6]},
        "esx-b/vmkernel": {2: lines[1]},
        "esx-a/shell": {3: lines[2], 4: lines[3]},
        "esx-a/auth": {5: lines[4]},
        "ntnx-a-cvm/genesis": {6: b"2026-10-06 14:10:24,001Z INFO 8 ha_service.py:497 three"},
    }


def test_records_that_a_syslog_server_relayed_whole() -> None:
    """Their own stamps have a year, whatever the server's lack."""
    text = (
        b"Oct  6 14:10:20 esx-a 2026-10-06T14:10:20.412Z In(182) vmkernel: cpu7:2097365)NFS: one\n"
        b"Oct  6 14:10:21 esx-b 2026-10-06T14:10:21.412Z esx-b.lab shell[77]: [root]: two\n"
        b"Oct  6 14:10:24 ntnx-a-cvm genesis[5]: 2026-10-06 14:10:24,001Z INFO 8 ha_service.py:497 three\n"
        b"Oct  6 14:10:25 ntnx-a-cvm systemd: Started.\n"
    )
    lines = text.split(b"\n")
    assert {name: numbered(content) for name, content in split(text).items()} == {
        "esx-a/vmkernel": {1: lines[0][22:]},
        "esx-b/shell": {2: lines[1][22:]},
        "ntnx-a-cvm/genesis": {3: lines[2][39:]},
        "others": {4: lines[3]},
    }


def test_a_host_of_which_the_beginning_knows_nothing() -> None:
    a = b"2026-10-06T14:10:20.412Z esx-a vmkernel - - - cpu7:2097365)NFS: one\n" * 2_000
    found = split(a + b"2026-10-06T14:10:21.412Z esx-b vmkernel: cpu7:2097365)NFS: two\n" + a)
    assert list(found) == ["esx-a/vmkernel", "esx-b/vmkernel"]
    assert len(found["esx-a/vmkernel"]) == 4_002
    assert list(numbered(found["esx-b/vmkernel"])) == [2_001]


def test_of_very_many_hosts_those_beyond_the_bound_are_counted() -> None:
    """They are not read as one log of nobody."""
    line = b"2026-10-06T14:10:20.412Z esx-%d vmkernel - - - cpu7:1)NFS: one\n"
    text = b"".join(line % (n % 600) for n in range(1200))
    teller = several(text)
    assert teller is not None

    found: list[str | Beyond] = []
    for part in parts(io.BytesIO(text), text, teller):
        found.append(part if isinstance(part, Beyond) else part.name)
        while isinstance(part, Part) and part.content.read(1 << 16):
            pass

    assert found == [*(f"esx-{n}/vmkernel" for n in range(MOST_PARTS + 1)), Beyond(2 * (600 - MOST_PARTS - 1))]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"", id="empty"),
        pytest.param((S % 18 + b"one\n") * 5, id="genesis"),
        pytest.param(b"2023-12-07T05:06:49.241Z In(182) vmkernel: cpu7:2097365)NFS: text\n" * 5, id="esxi-8"),
        pytest.param(b"2015-08-17T18:56:30.651Z cpu0:34627 opID=614b2877)NFS: 347: text\n" * 5, id="esxi-5"),
        pytest.param(b"2015-07-19T04:10:01Z shell[35521]: [root]: ls\n" * 5, id="shell"),
        pytest.param(b"2020-07-19T04:10:01.123Z info hostd[2099] [Originator@6876 sub=x] text: y\n" * 5, id="hostd"),
        pytest.param(b"2026-11-22 07:16:35,000Z ha_service.py:1112 ha: go, 30 s\n" * 5, id="no-severity"),
        pytest.param(b"2026-11-22 07:16:35,000Z cluster:2930 ha: go, 30 s\n" * 5, id="module-alone"),
        pytest.param(b"2020-07-19 04:10:01,123Z INFO MainThread genesis_utils.py:77 a: b\n" * 5, id="thread"),
        pytest.param(
            b"============= 192.168.1.23 ============\nVMkernel Routes:\nNetwork  Netmask  Gateway  Interface\n",
            id="tables",
        ),
        pytest.param((S % 18 + b"one\n") * 5 + b"==> genesis.out <==\n" + S % 19 + b"two\n", id="a-title-in-it"),
        pytest.param(b"==== 2026 ====\n" + (S % 18 + b"one\n") * 5, id="a-heading"),
    ],
)
def test_one_log_is_not_split(text: bytes) -> None:
    assert several(text) is None


@pytest.mark.parametrize(
    ("before", "picked_out"),
    [(b"genesis.out:", True), (b"logs/genesis:12:", True), (b"192.168.1.26: ", False), (b"ntnx-a-cvm: ", False)],
)
def test_what_grep_found_is_not_all(before: bytes, *, picked_out: bool) -> None:
    text = (before + S % 18 + b"one\n") * 3
    teller = several(text)
    assert teller is not None
    assert [isinstance(part, Part) and part.picked_out for part in parts(io.BytesIO(text), text, teller)] == [
        picked_out
    ]


def test_empty_lines_are_not_asked_about_and_stay_where_they_are() -> None:
    """Of a text with the lines of hundreds of hosts, each one's is nearly all empty lines that stand for others'."""

    def teller(line: bytes) -> Told:
        assert line
        return Told(line[:1], line)

    text = b"\n\na1\n\nb1\n\n\na2\n\n"
    contents = [one.content.read(99) for one in parts(io.BytesIO(text), text, teller) if isinstance(one, Part)]

    assert contents == [b"\n\na1\n\n\n\n\na2\n\n", b"\n\n\n\nb1\n\n\n"]
