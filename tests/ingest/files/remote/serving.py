"""A server of files by HTTP/1.1 (RFC 9110) that does what servers and networks do: drop, stall, lie and change."""

from __future__ import annotations

import re
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import quoteattr


@dataclass
class Manners:
    """How the server answers: `drop` ends each answer after so many bytes, from offset `from_offset` on; `stall` waits
    so many seconds in the middle of some answers; `failing` first answers are 503; `status` is every answer's; `lie` is
    added to the length that is told; `changes_after` so many answers the file is another one; `needs` must be in the
    query, `authorization` in the header of that name.
    """

    ranges: bool = True
    tagged: bool = True
    drop: int | None = None
    from_offset: int = 0
    stall: float = 0
    stalls: int = 0
    failing: int = 0
    status: int = 200
    lie: int = 0
    changes_after: int | None = None
    needs: str = ""
    authorization: str | None = None


@dataclass
class Served:
    """Files by path, and what was asked for."""

    files: dict[str, bytes]
    manners: Manners
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    sent: int = 0
    port: int = 0

    def url(self, path: str) -> str:
        """The URL of a file."""
        return f"http://127.0.0.1:{self.port}/{path}"


@contextmanager
def served(files: dict[str, bytes], manners: Manners | None = None) -> Iterator[Served]:
    """Serve these files."""
    told = Served(files, manners or Manners())

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Nothing is logged."""

        def do_GET(self) -> None:
            answer(self, told)

        def do_PUT(self) -> None:
            data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            told.files[self.path.lstrip("/")] = data
            self.send_response(200)
            self.send_header("ETag", f'"{tag_of(data)}"')
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_POST(self) -> None:
            deleted(self, told)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    told.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def answer(handler: BaseHTTPRequestHandler, told: Served) -> None:
    manners, url = told.manners, urlsplit(handler.path)
    wanted = handler.headers.get("Range")
    told.asked.append((handler.path, wanted))
    if "list-type=2" in url.query:
        return listed(handler, told)
    data = told.files.get(url.path.lstrip("/"))
    if manners.authorization not in (None, handler.headers.get("Authorization")):
        return refuse(handler, 401)
    if status := refusal(manners, url.query):
        return refuse(handler, status)
    if data is None:
        return refuse(handler, 404)
    changed = manners.changes_after is not None and len(told.asked) > manners.changes_after
    if changed:
        data = data[:-1] + bytes([data[-1] ^ 1])
    tag = f'"{tag_of(data)}"'
    if manners.tagged and handler.headers.get("If-Match", tag) != tag:
        return refuse(handler, 412)
    start, end = 0, len(data)
    if manners.ranges and wanted and not data:
        return refuse(handler, 416)
    if manners.ranges and wanted:
        first, _, last = wanted.removeprefix("bytes=").partition("-")
        start, end = int(first), min(len(data), int(last) + 1) if last else len(data)
        handler.send_response(206)
        handler.send_header("Content-Range", f"bytes {start}-{end - 1}/{len(data)}")
    else:
        handler.send_response(200)
    if manners.tagged:
        handler.send_header("ETag", tag)
    handler.send_header("Last-Modified", "Sun, 01 Nov 2026 10:00:00 GMT")
    handler.send_header("Content-Length", str(end - start + (manners.lie if end == len(data) else 0)))
    handler.end_headers()
    send(handler, told, data[start:end], start)
    return None


def tag_of(data: bytes) -> str:
    """The tag of a content."""
    return f"{len(data)}-{zlib.crc32(data):08x}"


def refusal(manners: Manners, query: str) -> int | None:
    """With which status a request is refused."""
    if manners.failing:
        manners.failing -= 1
        return 503
    if manners.needs and manners.needs not in query:
        return 403
    return manners.status if manners.status != 200 else None


def listed(handler: BaseHTTPRequestHandler, told: Served) -> None:
    """What S3 answers to ListObjectsV2, all in one page: a bucket is the first part of a path."""
    url = urlsplit(handler.path)
    bucket, prefix = url.path.strip("/"), parse_qs(url.query).get("prefix", [""])[0]
    if not any(path.startswith(f"{bucket}/") for path in told.files):
        return refuse(handler, 404)
    keys = {path.removeprefix(f"{bucket}/"): data for path, data in told.files.items() if path.startswith(f"{bucket}/")}
    contents = "".join(
        f"<Contents><Key>{quoteattr(key)[1:-1]}</Key><LastModified>2026-11-01T10:00:00.000Z</LastModified>"
        f"<ETag>&quot;{tag_of(data)}&quot;</ETag><Size>{len(data)}</Size></Contents>"
        for key, data in sorted(keys.items())
        if key.startswith(prefix)
    )
    answered(handler, f"<ListBucketResult><IsTruncated>false</IsTruncated>{contents}</ListBucketResult>".encode())
    return None


def deleted(handler: BaseHTTPRequestHandler, told: Served) -> None:
    """What S3 answers to DeleteObjects."""
    bucket = urlsplit(handler.path).path.strip("/")
    body = handler.rfile.read(int(handler.headers.get("Content-Length", 0))).decode()
    keys = re.findall(r"<Key>(.+?)</Key>", body)
    for key in keys:
        del told.files[f"{bucket}/{key}"]
    gone = "".join(f"<Deleted><Key>{key}</Key></Deleted>" for key in keys)
    answered(handler, f"<DeleteResult>{gone}</DeleteResult>".encode())


def answered(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def refuse(handler: BaseHTTPRequestHandler, status: int) -> None:
    handler.send_response(status)
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def send(handler: BaseHTTPRequestHandler, told: Served, data: bytes, start: int) -> None:
    manners = told.manners
    most = len(data)
    if manners.drop is not None and start + most > manners.from_offset:
        most = min(most, max(0, manners.from_offset - start) + manners.drop)
    half = most // 2 if manners.stall and manners.stalls else most
    try:
        handler.wfile.write(data[:half])
        told.sent += half
        if half < most:
            manners.stalls -= 1
            handler.wfile.flush()
            time.sleep(manners.stall)
            handler.wfile.write(data[half:most])
            told.sent += most - half
    except OSError:  # whoever asked has gone
        handler.close_connection = True
    if most < len(data) or manners.lie > 0:
        handler.close_connection = True
