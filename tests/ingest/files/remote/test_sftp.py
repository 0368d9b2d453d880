"""SFTP from a real sshd gives the run that it gives from disk; a host or user that is not known is refused."""

from __future__ import annotations

import getpass
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from analyzer.config import Settings
from analyzer.errors import EvidenceError
from analyzer.ingest.files.remote import reading, sftp
from analyzer.ingest.files.remote.finding import remote_files
from analyzer.ingest.files.remote.reading import Facts, hold
from analyzer.model.over_time.coverage import Lack
from analyzer.pipeline import analyze
from analyzer.store import encode_run
from tests.conftest import ROOT

CASE = ROOT / "samples" / "cvm-failure"
UTC = Settings(log_timezone="UTC")
SSHD = shutil.which("sshd") or "/usr/sbin/sshd"
pytestmark = pytest.mark.skipif(not Path(SSHD).exists(), reason="sshd is not installed")


@dataclass
class Server:
    folder: Path
    port: int
    home: Path
    process: subprocess.Popen[bytes]

    def url(self, path: Path | str) -> str:
        return f"sftp://{getpass.getuser()}@127.0.0.1:{self.port}{path}"

    def shown(self, path: Path | str) -> str:
        return f"sftp://127.0.0.1:{self.port}{path}"

    def begin_again(self, host_key: Path) -> None:
        """End all of it, and listen at the same port with this key."""
        self.end_sessions()
        ended(self.process)
        self.process = listening(self.folder, self.port, host_key)

    def end_sessions(self) -> None:
        """End what serves the connections, not what listens."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        for child in children.split():
            with suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGKILL)


def key(path: Path) -> Path:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
    return path


def known_as(host_key: Path, port: int) -> str:
    """The line of known_hosts for a server that has this key."""
    kind, public = host_key.with_suffix(".pub").read_text().split()[:2]
    return f"[127.0.0.1]:{port} {kind} {public}\n"


def listening(folder: Path, port: int, host_key: Path) -> subprocess.Popen[bytes]:
    """An sshd that answers, and has this key."""
    config = [
        f"ListenAddress 127.0.0.1:{port}", f"HostKey {host_key}", f"AuthorizedKeysFile {folder}/authorized",
        "StrictModes no",
        "UsePAM no", "PidFile none", "PasswordAuthentication no", "Subsystem sftp internal-sftp", "PermitRootLogin yes",
        *(["PerSourcePenalties no"] if _has_penalties() else []),
    ]  # fmt: skip
    (folder / "sshd_config").write_text("\n".join(config) + "\n")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # of a service that was never started
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([SSHD, "-D", "-e", "-f", folder / "sshd_config"], stderr=log)
    for _ in range(200):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return process
        time.sleep(0.05)
    ended(process)
    pytest.fail(f"sshd does not listen: {(folder / 'log').read_text()}")


def ended(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait()


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """A server that knows the one user there is, whose home is below a folder."""
    home = folder / "home"
    (home / ".ssh").mkdir(parents=True, mode=0o700)
    host, mine = key(folder / "host"), key(home / ".ssh" / "id_ed25519")
    shutil.copy(mine.with_suffix(".pub"), folder / "authorized")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (home / ".ssh" / "known_hosts").write_text(known_as(host, port))
    server = Server(folder, port, home, listening(folder, port, host))
    try:
        yield server
    finally:
        ended(server.process)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("sshd")) as there:
        yield there


def _has_penalties() -> bool:
    told = subprocess.run([SSHD, "-V"], capture_output=True, text=True, check=False).stderr
    return "OpenSSH_1" in told or "OpenSSH_9.8" in told or "OpenSSH_9.9" in told


@pytest.fixture(autouse=True)
def _at_home(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(server.home))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    monkeypatch.setattr(reading, "PAUSE_S", 0.01)


@pytest.fixture
def case(tmp_path: Path) -> Path:
    folder = tmp_path / "case"
    shutil.copytree(CASE, folder, ignore=shutil.ignore_patterns("*.json*", "README.md"))
    return folder


def from_disk(case: Path) -> bytes:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(case.parent)
        return encode_run(analyze([case.name], UTC))


@pytest.mark.parametrize("end", ["", "/"], ids=["folder", "with-slash"])
def test_the_run_is_that_from_disk(server: Server, case: Path, end: str) -> None:
    run = analyze([server.url(f"{case}{end}")], UTC)
    assert encode_run(run).replace(server.shown(case).encode(), b"case") == from_disk(case)


def test_one_file_and_names_that_need_care(server: Server, case: Path) -> None:
    path = case / "span 1 #ä.pcap"
    (case / "span.pcap").rename(path)
    url = server.url(str(path).replace(" ", "%20").replace("#", "%23"))
    assert [source.records for source in analyze([url], UTC).sources] == [863]


def test_a_connection_that_ends_is_made_again(server: Server, case: Path) -> None:
    (file,) = remote_files(server.url(case / "span.pcap"))
    with file.open() as content:
        read = content.read(40_000)
        server.end_sessions()
        read += content.read()
    assert read == (case / "span.pcap").read_bytes()


def test_a_file_that_changes_is_not_read_on(server: Server, case: Path) -> None:
    (file,) = remote_files(server.url(case / "span.pcap"))
    data = (case / "span.pcap").read_bytes()
    (case / "span.pcap").write_bytes(data + data)
    with file.open() as content, pytest.raises(Exception, match="was changed while it was read"):
        content.read()


OTHER_KEY = "the key of the host is another one than known_hosts has"


def amid_the_transfer(do: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Files come in parts of 16 KiB, and this is done before the fourth part, once; the numbers of the parts so far."""
    monkeypatch.setattr(sftp, "_PIECE", 1 << 14)
    monkeypatch.setattr(sftp, "_PIECES", 1)
    parts: list[int] = []

    def held(now: Facts, found: Facts) -> None:
        parts.append(len(parts) + 1)
        if len(parts) == 4:
            do()
        hold(now, found)

    monkeypatch.setattr(sftp, "hold", held)
    return parts


def test_a_server_that_begins_again_is_asked_again(case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(tmp_path / "sshd") as server:
        monkeypatch.setenv("HOME", str(server.home))
        parts = amid_the_transfer(lambda: server.begin_again(server.folder / "host"), monkeypatch)
        run = encode_run(analyze([server.url(case)], UTC)).replace(server.shown(case).encode(), b"case")
    assert len(parts) > 20
    assert run == from_disk(case)


@pytest.mark.parametrize("beside", [False, True], ids=["alone", "beside-others"])
def test_a_host_whose_key_changes_amid_the_transfer_is_not_read_on(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, beside: bool
) -> None:
    others = [case / "vmk1.pcap", case / "genesis.out"] if beside else []
    with serving(tmp_path / "sshd") as server:
        monkeypatch.setenv("HOME", str(server.home))
        other, span = key(tmp_path / "other"), server.shown(case / "span.pcap")
        parts = amid_the_transfer(lambda: server.begin_again(other), monkeypatch)
        if not beside:
            with pytest.raises(EvidenceError, match=f"^{span}: .*{OTHER_KEY}"):
                analyze([server.url(case / "span.pcap")], UTC)
        else:
            run = analyze([server.url(case / "span.pcap"), *others], UTC)
            assert [(skip.reason.name, skip.reason.detail) for skip in run.skipped if skip.source == span] == [
                ("not-allowed", OTHER_KEY)
            ]
            assert [source.records for source in run.sources if source.name == span] == [0]
            assert Lack("left-out", span) in run.coverage.lacks
            assert run.acceptable == "unknown"
    assert parts == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("missing", "nothing lies there"),
        ("stranger", "the key of the host is not in known_hosts"),
        ("other-key", OTHER_KEY),
        ("no-key", "the server refuses this user or key"),
    ],
)
def test_what_can_not_be_had(
    server: Server, case: Path, what: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    shutil.copytree(server.home, home)
    monkeypatch.setenv("HOME", str(home))
    known = home / ".ssh" / "known_hosts"
    url = server.url(case)
    if what == "missing":
        url = server.url("/nowhere/span.pcap")
    elif what == "stranger":
        known.write_text("")
    elif what == "other-key":
        known.write_text(known_as(key(tmp_path / "other"), server.port))
    else:
        (home / ".ssh" / "id_ed25519").unlink()
    with pytest.raises(EvidenceError, match=said) as raised:
        analyze([url.replace("@", ":hush@")], UTC)
    assert "hush" not in str(raised.value)


def test_the_users_configuration_counts(
    server: Server, case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    shutil.copytree(server.home, home)
    (home / ".ssh" / "id_ed25519").rename(home / ".ssh" / "lab")
    (home / ".ssh" / "config").write_text(
        f"Host lab\n  HostName 127.0.0.1\n  Port {server.port}\n  User {getpass.getuser()}\n"
        f"  IdentityFile {home}/.ssh/lab\n"
    )
    monkeypatch.setenv("HOME", str(home))
    run = analyze([f"sftp://lab{case / 'span.pcap'}"], UTC)
    assert [source.name for source in run.sources] == [f"sftp://lab{case / 'span.pcap'}"]
