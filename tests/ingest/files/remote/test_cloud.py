"""S3 gives the run that it gives from disk: of a small server of ours, and of moto's where AUTOPATH_MOTO names it.

moto needs older libraries than the rest: `make s3` installs it beside, and runs this against it.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import obstore
import pytest
from obstore.store import S3Store

from analyzer.config import Settings
from analyzer.errors import EvidenceError
from analyzer.ingest.files.remote import cloud, reading
from analyzer.ingest.files.remote.reading import BrokenError, Facts
from analyzer.model.over_time.coverage import Lack
from analyzer.model.source import Reason, SkipReason
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
        around = {**os.environ, "S3_UPLOAD_PART_MIN_SIZE": "1"}
        process = subprocess.Popen([MOTO or "", "-p", str(port)], stderr=subprocess.DEVNULL, env=around)
        stack.callback(process.wait)
        stack.callback(process.terminate)
        for _ in range(300):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.1)
        url = f"http://127.0.0.1:{port}"
        put(f"{url}/captures", None)
        for path, data in OBJECTS.items():
            put_in_parts(f"{url}/{path}", data)
        yield url


def put(url: str, data: bytes | None) -> None:
    asked("PUT", url, data)


def asked(method: str, url: str, data: bytes | None = None) -> tuple[bytes, str]:
    """What a server answers, and its ETag."""
    headers = {"Content-Type": "application/octet-stream"}
    request = urllib.request.Request(url, data, headers, method=method)  # noqa: S310 - our own server
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        return answer.read(), answer.headers.get("ETag", "")


def put_in_parts(url: str, data: bytes) -> None:
    """As a large object is put, whose tag is no digest of it (S3 API, CompleteMultipartUpload)."""
    began, _ = asked("POST", f"{url}?uploads", b"")
    upload = re.findall(r"<UploadId>(.+)</UploadId>", began.decode())[0]
    parts = ""
    for number, part in enumerate((data[: len(data) // 2], data[len(data) // 2 :]), 1):
        _, tag = asked("PUT", f"{url}?partNumber={number}&uploadId={upload}", part)
        parts += f"<Part><PartNumber>{number}</PartNumber><ETag>{tag}</ETag></Part>"
    asked("POST", f"{url}?uploadId={upload}", f"<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>".encode())


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


SPAN = OBJECTS["captures/lab/test-7/span.pcap"]
CHANGING = "s3://captures/changing/span.pcap"


def breaks_at(offset: int, then: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The first transfer breaks there, and then this is done; the offsets from which parts were asked for."""
    offsets: list[int] = []
    whole = cloud.CloudPlace.part

    def part(place: cloud.CloudPlace, start: int, facts: Facts) -> Iterator[bytes]:
        offsets.append(start)
        breaking = len(offsets) == 1
        for piece in whole(place, start, facts):
            if breaking and start + len(piece) >= offset:
                yield piece[: offset - start]
                then()
                raise BrokenError("the connection was reset")
            yield piece
            start += len(piece)

    monkeypatch.setattr(cloud.CloudPlace, "part", part)
    return offsets


@pytest.mark.parametrize("beside", [False, True], ids=["alone", "beside-others"])
@pytest.mark.parametrize("change", ["other-bytes", "longer", "shorter", "gone"])
def test_an_object_that_changes_amid_the_transfer(
    change: str, monkeypatch: pytest.MonkeyPatch, *, beside: bool
) -> None:
    """Neither what was read before nor what comes after is told, and no other run is an all-clear."""
    bucket = S3Store("captures", client_options={"allow_http": True})
    obstore.put(bucket, "changing/span.pcap", SPAN)

    def changes() -> None:
        if change == "gone":
            obstore.delete(bucket, "changing/span.pcap")
        else:
            other = {"other-bytes": SPAN[:-1] + b"!", "longer": SPAN + SPAN[24:], "shorter": SPAN[:60_000]}
            obstore.put(bucket, "changing/span.pcap", other[change])

    offsets = breaks_at(50_000, changes, monkeypatch)
    reason: SkipReason = "not-there" if change == "gone" else "changed-on-the-way"
    if beside:
        run = analyze([CHANGING, CASE / "vmk1.pcap", CASE / "genesis.out"], UTC)
        assert [skip.reason.name for skip in run.skipped if skip.source == CHANGING] == [reason]
        assert [source.records for source in run.sources if source.name == CHANGING] == [0]
        assert Lack("left-out", CHANGING) in run.coverage.lacks
        assert run.acceptable == "unknown"
    else:
        with pytest.raises(EvidenceError, match=f"^{CHANGING}: {Reason(reason).sentence}"):
            analyze([CHANGING], UTC)
    assert offsets[:2] == [0, 50_000]


def test_a_transfer_that_breaks_is_taken_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = "s3://captures/lab/test-7/span.pcap"
    offsets = breaks_at(50_000, lambda: None, monkeypatch)
    run = encode_run(analyze([url], UTC))
    assert offsets[:2] == [0, 50_000]
    (tmp_path / "span.pcap").write_bytes(SPAN)
    monkeypatch.chdir(tmp_path)
    assert run.replace(url.encode(), b"span.pcap") == encode_run(analyze(["span.pcap"], UTC))


@pytest.mark.parametrize(
    ("manners", "said"),
    [
        (Manners(lie=1000), Reason("changed-on-the-way").sentence),
        (Manners(lie=-1000), Reason("changed-on-the-way").sentence),
        (Manners(changes_after=1), Reason("changed-on-the-way").sentence),
    ],
    ids=["says-more", "says-less", "changes"],
)
def test_an_object_that_is_not_as_long_as_is_said(manners: Manners, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with served(dict(OBJECTS), manners) as there:
        at(there.url("").rstrip("/"), monkeypatch)
        with pytest.raises(EvidenceError, match=f"^s3://captures/lab/test-7/span.pcap: {said}"):
            analyze(["s3://captures/lab/test-7/span.pcap"], UTC)
