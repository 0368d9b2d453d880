"""S3 gives the run that it gives from disk: of a small server of ours, and of moto's where AUTOPATH_MOTO names it.

moto needs older libraries than the rest: `make s3` installs it beside, and runs this against it.
"""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from analyzer.config import Settings
from analyzer.errors import EvidenceError
from analyzer.ingest.files.remote import reading
from analyzer.pipeline import analyze
from analyzer.store import encode_run
from tests.conftest import ROOT
from tests.ingest.files.remote.serving import Manners, served

CASE = ROOT / "samples" / "cvm-failure"
NAMES = ("genesis.out", "span.pcap", "vmk1.pcap")
OBJECTS = {f"captures/lab/test-7/{name}": (CASE / name).read_bytes() for name in NAMES}
OBJECTS |= {"captures/lab/test-71/other.txt": b"of another test", "captures/lab/top.txt": b"of none"}
UTC = Settings(log_timezone="UTC")
MOTO = os.environ.get("AUTOPATH_MOTO")


@pytest.fixture(scope="module", params=["ours", *(["moto"] if MOTO else [])])
def endpoint(request: pytest.FixtureRequest) -> Iterator[str]:
    with ExitStack() as stack:
        if request.param == "ours":
            yield stack.enter_context(served(OBJECTS)).url("").rstrip("/")
            return
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        process = subprocess.Popen([MOTO or "", "-p", str(port)], stderr=subprocess.DEVNULL)
        stack.callback(process.wait)
        stack.callback(process.terminate)
        for _ in range(300):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.1)
        url = f"http://127.0.0.1:{port}"
        put(f"{url}/captures", None)
        for path, data in OBJECTS.items():
            put(f"{url}/{path}", data)
        yield url


def put(url: str, data: bytes | None) -> None:
    headers = {"Content-Type": "application/octet-stream"}
    request = urllib.request.Request(url, data, headers, method="PUT")  # noqa: S310 - our own server
    with urllib.request.urlopen(request, timeout=30):  # noqa: S310
        pass


@pytest.fixture(autouse=True)
def _environment(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    at(endpoint, monkeypatch)
    monkeypatch.setattr(reading, "PAUSE_S", 0.01)


def at(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (
        ("AWS_ENDPOINT_URL", endpoint), ("AWS_ALLOW_HTTP", "true"), ("AWS_ACCESS_KEY_ID", "AKIAXYZ"),
        ("AWS_SECRET_ACCESS_KEY", "s3cr3t"), ("AWS_DEFAULT_REGION", "us-east-1"),
    ):  # fmt: skip
        monkeypatch.setenv(name, value)


def from_disk(tmp_path: Path) -> bytes:
    folder = tmp_path / "test-7"
    folder.mkdir()
    for name in NAMES:
        (folder / name).write_bytes((CASE / name).read_bytes())
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        return encode_run(analyze(["test-7"], UTC))


def test_all_below_a_prefix_and_nothing_beside_it(tmp_path: Path) -> None:
    run = encode_run(analyze(["s3://captures/lab/test-7/"], UTC))
    assert run.replace(b"s3://captures/lab/test-7", b"test-7") == from_disk(tmp_path)
    assert b"s3cr3t" not in run
    assert b"AKIAXYZ" not in run


def test_one_object() -> None:
    (source,) = analyze(["s3://captures/lab/test-7/span.pcap"], UTC).sources
    assert (source.name, source.records) == ("s3://captures/lab/test-7/span.pcap", 863)


@pytest.mark.parametrize("url", ["s3://captures/none", "s3://captures/none/", "s3://nowhere/a", "s3://nowhere/"])
def test_what_is_not_there(url: str) -> None:
    with pytest.raises(EvidenceError, match=f"^{url}: nothing lies there; check the URL$"):
        analyze([url], UTC)


def test_transfers_that_drop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with served(OBJECTS, Manners(drop=50_000)) as there:
        at(there.url("").rstrip("/"), monkeypatch)
        run = encode_run(analyze(["s3://captures/lab/test-7/"], UTC))
    assert run.replace(b"s3://captures/lab/test-7", b"test-7") == from_disk(tmp_path)
