"""What stands for Stargate beside the NFS server: it says its state, ends NFS connections, and talks to its peers.

A process of each CVM: `python -m analyzer.lab.netns.stargate JOURNAL ADDRESS INITIALISING_CHECKS PEER…`.
Port 2009, HTTP: `/state` is `up`, `initializing` or `down`; `/processes` are those of the NFS server;
`/nfs_terminate?client=ADDRESS&mode=fin|rst` ends the connections of that client with this CVM's NFS server and names
them. Port 9876: CVMs' gossip on the public network.
"""

from __future__ import annotations

import ctypes
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlparse

from analyzer.lab.netns.journal import Journal

PORT, GOSSIP_PORT, NFS_PORT = 2009, 9876, 2049
TERMINATED = "nfs-terminated"
LISTENS = "stargate-listens"

_PIDFD_GETFD = 438  # the same number on every architecture; pidfd_getfd(2)
_ESTABLISHED = "01"
_GOSSIP_S = 2


class Stargate(ThreadingHTTPServer):
    """Answers Genesis."""

    daemon_threads = True

    def __init__(self, journal: Journal, initialising_checks: int) -> None:
        super().__init__(("0.0.0.0", PORT), _Question)  # noqa: S104 - of its own network namespace
        self._journal, self._initialising = journal, initialising_checks

    def state(self) -> str:
        """`initializing` for the first questions after a boot; `down` while nobody accepts at the NFS port."""
        self._initialising -= 1
        if self._initialising >= 0:
            return "initializing"
        try:
            socket.create_connection(("127.0.0.1", NFS_PORT), timeout=1).close()
        except OSError:
            return "down"
        return "up"

    def terminate(self, client: str, mode: str) -> list[str]:
        """NfsTerminateConnection: end each NFS connection of `client` by FIN or RST; their client ends."""
        ended = []
        for inode, port in nfs_connections(client):
            at = time.time_ns()
            if (reset if mode == "rst" else shut_down)(client, port, inode):
                ended.append(f"{client}:{port}")
                self._journal.note(TERMINATED, at, client=ended[-1], mode=mode)
        return ended


class _Question(BaseHTTPRequestHandler):
    server: Stargate

    def do_GET(self) -> None:
        url = urlparse(self.path)
        if url.path == "/state":
            answer = self.server.state()
        elif url.path == "/processes":
            answer = json.dumps(nfs_servers())
        else:
            asked = parse_qs(url.query)
            answer = json.dumps(self.server.terminate(asked["client"][0], asked["mode"][0]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(answer.encode())

    def log_message(self, *_: object) -> None:
        pass


def nfs_servers() -> list[int]:
    """The processes that are the NFS server."""
    found = []
    for name in Path("/proc").glob("[0-9]*/comm"):
        try:
            found += [int(name.parts[2])] if name.read_text().startswith("ganesha") else []
        except OSError:  # it ended meanwhile
            continue
    return sorted(found)


def nfs_connections(client: str) -> Iterator[tuple[str, int]]:
    """The inode and the client's port of each established connection of `client` with the NFS server, see proc(5)."""
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        path = Path(table)
        for line in path.read_text().splitlines()[1:] if path.exists() else ():
            _, local, remote, state, *_, inode = line.split()[:10]
            address, _, port = remote.partition(":")
            ours = state == _ESTABLISHED and int(local.rpartition(":")[2], 16) == NFS_PORT
            if ours and socket.inet_ntoa(bytes.fromhex(address[-8:])[::-1]) == client:
                yield inode, int(port, 16)


def shut_down(_client: str, _port: int, inode: str) -> bool:
    """A graceful end: shut down the server's own socket, so that the kernel sends a real FIN."""
    found = _holder(inode)
    if found is None:
        return False
    process = os.pidfd_open(found[0])
    duplicate = ctypes.CDLL(None, use_errno=True).syscall(_PIDFD_GETFD, process, found[1], 0)
    os.close(process)
    if duplicate < 0:
        return False
    with socket.socket(fileno=duplicate) as connection:
        connection.shutdown(socket.SHUT_RDWR)
    return True


def reset(client: str, port: int, _inode: str) -> bool:
    """An abrupt end: the kernel destroys the socket and sends RST."""
    done = subprocess.run(["ss", "-K", "dst", client, "dport", "=", str(port)], capture_output=True, check=False)
    return done.returncode == 0


def _holder(inode: str) -> tuple[int, int] | None:
    """The process and the descriptor that hold a socket."""
    for descriptor in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if str(descriptor.readlink()) == f"socket:[{inode}]":
                return int(descriptor.parts[2]), int(descriptor.name)
        except OSError:  # it ended meanwhile
            continue
    return None


def _answer_peers(address: str) -> None:
    with socket.create_server((address, GOSSIP_PORT)) as listening:
        while True:
            peer, _ = listening.accept()
            threading.Thread(target=_echo, args=(peer,), daemon=True).start()


def _echo(peer: socket.socket) -> None:
    try:
        with peer:
            while peer.recv(4096):
                peer.sendall(b"K" * 60)
    except OSError:
        return


def _ask_peer(peer: str) -> None:
    while True:
        try:
            with socket.create_connection((peer, GOSSIP_PORT), timeout=4) as connection:
                connection.settimeout(8)
                while True:
                    connection.sendall(b"H" * 110)
                    if not connection.recv(4096):
                        break
                    time.sleep(_GOSSIP_S)
        except OSError:
            pass
        time.sleep(5)


def main(journal: str, address: str, initialising_checks: str, *peers: str) -> None:
    """Serve until the CVM is powered off."""
    notes = Journal(Path(journal), f"stargate@{address}")
    stargate = Stargate(notes, int(initialising_checks))
    notes.note(LISTENS, cvm=address)
    threading.Thread(target=_answer_peers, args=(address,), daemon=True).start()
    for peer in peers:
        threading.Thread(target=_ask_peer, args=(peer,), daemon=True).start()
    stargate.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
