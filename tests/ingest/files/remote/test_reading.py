"""What servers of HTTP get wrong, word by word: the run is that from disk, or it is named and nothing told."""

from __future__ import annotations

import gzip
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import pytest

from analyzer.config import Settings
from analyzer.errors import EvidenceError
from analyzer.ingest.files.remote import reading
from analyzer.pipeline import analyze
from analyzer.store import encode_run
from tests.conftest import ROOT

DATA = (ROOT / "samples" / "cvm-failure" / "span.pcap").read_bytes()
UTC = Settings(log_timezone="UTC")
CUT = 50_000


@dataclass
class Asked:
    """A request: how many there were with it, where its range begins and ends, and the connection."""

    number: int
    path: str
    headers: dict[str, str]
    connection: socket.socket

    @property
    def span(self) -> tuple[int, int] | None:
        wanted = self.headers.get("range")
        if wanted is None:
            return None
        first, _, last = wanted.removeprefix("bytes=").partition("-")
        return int(first), min(len(DATA), int(last) + 1) if last else len(DATA)

    @property
    def on(self) -> bool:
        """Whether it takes up a transfer."""
        return self.span is not None and self.span[0] > 0

    def send(self, status: int, body: bytes = b"", **headers: object) -> None:
        head = [f"HTTP/1.1 {status} -", "Connection: close", "Last-Modified: Sun, 01 Nov 2026 10:00:00 GMT"]
        head += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.connection.sendall("\r\n".join([*head, "", ""]).encode() + body)

    def well(self, *, tag: str = '"t"', most: int | None = None, moved: int = 0, total: int = len(DATA)) -> None:
        """The answer that is right, but for its tag, where its bytes end or begin, or what the whole is said to be."""
        if self.span is None:
            self.send(200, DATA[:most], Content_Length=len(DATA), ETag=tag)
            return
        start, end = self.span[0] + moved, self.span[1]
        told = f"bytes {start}-{end - 1}/{total}"
        self.send(206, DATA[start:end][:most], Content_Range=told, Content_Length=end - start, ETag=tag)


Behaviour = Callable[[Asked], None]


@dataclass
class Server:
    url: str
    asked: list[Asked] = field(default_factory=list)


@contextmanager
def serving(behaviour: Behaviour) -> Iterator[Server]:
    """A server of one file that behaves so."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = Server(f"http://127.0.0.1:{listening.getsockname()[1]}/span.pcap")
        thread = threading.Thread(target=_serve, args=(listening, server, behaviour))
        thread.start()
        try:
            yield server
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()


def _serve(listening: socket.socket, server: Server, behaviour: Behaviour) -> None:
    while True:
        try:
            connection = listening.accept()[0]
        except OSError:
            return
        with connection, suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head and (more := connection.recv(65_536)):
                head += more
            if not head:
                continue
            first, *lines = head.decode().split("\r\n\r\n")[0].split("\r\n")
            headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
            asked = Asked(len(server.asked) + 1, first.split()[1], headers, connection)
            server.asked.append(asked)
            behaviour(asked)


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PAUSE_S", 0.001)


def redirects_to_itself(asked: Asked) -> None:
    asked.send(302, Location=asked.path, Content_Length=0)


def no_such_range(asked: Asked) -> None:
    if asked.on:
        asked.send(416, Content_Range=f"bytes */{len(DATA)}", Content_Length=0)
    else:
        asked.well(most=CUT)


def other_tag(asked: Asked) -> None:
    """And If-Match is not heeded."""
    asked.well(tag=f'"{asked.number // 3}"', most=CUT)


def other_weak_tag(asked: Asked) -> None:
    asked.well(tag=f'W/"{asked.number // 3}"', most=CUT)


def reset_at_the_last_byte(asked: Asked) -> None:
    if asked.number == 1:
        asked.well()
        return
    asked.well(most=(len(DATA) - (asked.span or (0,))[0]) - 1)
    time.sleep(0.05)
    asked.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def byte_before(asked: Asked) -> None:
    asked.well(moved=-1 if asked.on else 0, most=None if asked.on else CUT)


def other_size(asked: Asked) -> None:
    asked.well(total=len(DATA) - 5000)


def no_length(asked: Asked) -> None:
    asked.send(200, DATA)


def chunked(asked: Asked) -> None:
    """RFC 9112, 7.1: in pieces, and of no length that is told."""
    asked.send(200, f"{len(DATA):x}\r\n".encode() + DATA + b"\r\n0\r\n\r\n", Transfer_Encoding="chunked")


def other_protocol(asked: Asked) -> None:
    asked.connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")


def empty(asked: Asked) -> None:
    asked.send(200, Content_Length=0)


def coded_where_whole(asked: Asked) -> None:
    """The first byte as it is, and the whole compressed on the way."""
    if asked.span:
        asked.well()
    else:
        data = gzip.compress(DATA)
        asked.send(200, data, Content_Encoding="gzip", Content_Length=len(data), ETag='"t"')


CHANGED = "was changed while it was read: nothing of it is told; try again"
BROKE = r"the transfer broke at {} of 158579 bytes and could not be taken up \({}\): nothing of the file is told"
REACHED = r"can't be reached, in 5 tries: {}"


@pytest.mark.parametrize(
    ("behaviour", "said"),
    [
        (redirects_to_itself, REACHED.format("it redirects without end")),
        (no_such_range, BROKE.format(50_000, "the server answers 416")),
        (other_tag, CHANGED),
        (other_weak_tag, CHANGED),
        (reset_at_the_last_byte, BROKE.format(158_578, "the connection (was reset|ended before the file did)")),
        (byte_before, BROKE.format(50_000, "the server gives other bytes than were asked for")),
        (other_size, CHANGED),
        (no_length, REACHED.format("the server does not say how long the file is: fetch it, and give the file")),
        (chunked, REACHED.format("the server does not say how long the file is: fetch it, and give the file")),
        (other_protocol, REACHED.format("what answers does not speak HTTP")),
        (empty, "is empty: there is nothing to analyse"),
        (coded_where_whole, CHANGED),
    ],
)
def test_it_is_named_and_nothing_told(behaviour: Behaviour, said: str) -> None:
    with serving(behaviour) as server, pytest.raises(EvidenceError, match=f"^{server.url}: {said}"):
        analyze([server.url], UTC)


def unready(asked: Asked) -> None:
    if asked.number in (1, 3, 4):
        asked.send(503, Retry_After=1, Content_Length=0)
    else:
        asked.well()


def too_many(asked: Asked) -> None:
    if asked.number in (1, 3):
        asked.send(429, Content_Length=0)
    else:
        asked.well()


def more_than_told(asked: Asked) -> None:
    asked.well()
    if not asked.span:
        asked.connection.sendall(b"more" * 100)


def size_unknown_in_a_range(asked: Asked) -> None:
    if asked.span:
        asked.send(206, DATA[:1], Content_Range="bytes 0-0/*", Content_Length=1, ETag='"t"')
    else:
        asked.well()


def slow(asked: Asked) -> None:
    if asked.span:
        asked.well()
        return
    asked.well(most=0)
    for at in range(0, len(DATA), 20_000):
        time.sleep(0.02)
        asked.connection.sendall(DATA[at : at + 20_000])


@pytest.mark.parametrize("behaviour", [unready, too_many, more_than_told, size_unknown_in_a_range, slow])
def test_the_run_is_that_from_disk(behaviour: Behaviour, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(behaviour) as server:
        ours = encode_run(analyze([server.url], UTC)).replace(server.url.encode(), b"span.pcap")
    monkeypatch.chdir(ROOT / "samples" / "cvm-failure")
    assert ours == encode_run(analyze(["span.pcap"], UTC))


def test_a_password_is_not_told_to_where_a_server_redirects() -> None:
    def sends_on(asked: Asked) -> None:
        asked.send(302, Location=other.url.replace("127.0.0.1", "localhost"), Content_Length=0)

    with serving(Asked.well) as other, serving(sends_on) as server:
        (source,) = analyze([server.url.replace("//", "//me:hush@")], UTC).sources
        assert source.records == 863
        assert all("authorization" in asked.headers for asked in server.asked)
        assert not [asked for asked in other.asked if "authorization" in asked.headers]
