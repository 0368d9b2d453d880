"""User, password, query and fragment of a URL stand in no output, whatever comes of it."""

from __future__ import annotations

import logging
import socket
from pathlib import Path

import pytest

from analyzer.cli import run
from analyzer.ingest.files.remote import is_url, reading, shown_url
from analyzer.report.forms.catalogue import FORMS
from tests.conftest import ROOT
from tests.ingest.files.remote.serving import Manners, served

SECRETS = (b"hush", b"s3cr3t", b"AKIAXYZ")
CAPTURE = (ROOT / "samples" / "cvm-failure" / "span.pcap").read_bytes()


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PAUSE_S", 0.01)
    monkeypatch.setattr(reading, "STALL_S", 1)


def secret_url(port: int) -> str:
    return f"http://hush-me:hush@127.0.0.1:{port}/span.pcap?X-Amz-Signature=s3cr3t&X-Amz-Credential=AKIAXYZ#hush"


@pytest.mark.parametrize(
    "manners",
    [Manners(), Manners(drop=0, from_offset=60_000), Manners(status=403), Manners(status=500), Manners(changes_after=2),
     Manners(lie=1000)],
    ids=["well", "broken", "forbidden", "failing", "changing", "lying"],
)  # fmt: skip
def test_no_output_has_a_secret(
    manners: Manners, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    monkeypatch.setenv("AUTOPATH_DEBUG", "1")
    forms = [form.name for form in FORMS if form.name not in ("pdf", "parquet", "bundle")]
    out = tmp_path / "out"
    with caplog.at_level(logging.DEBUG), served({"span.pcap": CAPTURE}, manners) as there:
        log = ROOT / "samples" / "cvm-failure" / "genesis.out"
        arguments = ["analyze", secret_url(there.port), str(log), "-o", str(out), "--write", ",".join(forms)]
        try:
            status = run(
                [
                    *arguments,
                    "--bundle",
                    "--manifest",
                    "--cluster",
                    "lab",
                    "--record",
                    "--store",
                    str(tmp_path / "store"),
                ]
            )
        except Exception as error:  # noqa: BLE001 - with AUTOPATH_DEBUG it is raised
            status = 70
            print(error)  # noqa: T201
        run(["explain", secret_url(there.port)])
    told = capfdbinary.readouterr()
    written = {str(path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert status in (0, 3, 4)
    assert status == 3 or (out / "run.json") in {Path(path) for path in written}
    texts = {**written, "out": told.out, "err": told.err, "log": caplog.text.encode()}
    assert not [(name, one) for name, text in texts.items() for one in SECRETS if one in text]
    assert any(f"http://127.0.0.1:{there.port}/span.pcap".encode() in text for text in texts.values())


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://u:p@host:8443/a/b.pcap?sig=x#y", "https://host:8443/a/b.pcap"),
        ("s3://bucket/a/b.pcap", "s3://bucket/a/b.pcap"),
        ("sftp://u:p@with@host/a", "sftp://host/a"),
        ("https://[2001:db8::1]:8443/a?x", "https://[2001:db8::1]:8443/a"),
        ("https://u:p@host:port/a?x", "https://…"),
        ("https://u:p@[broken/a?x", "https://…"),
    ],
)
def test_what_a_url_is_called(url: str, shown: str) -> None:
    assert is_url(url)
    assert shown_url(url) == shown


@pytest.mark.parametrize("path", ["span.pcap", "/a/b", "C:/a/b", "a://", "http:/a", "./http://a", "bundle.tgz!/a"])
def test_what_is_a_path(path: str) -> None:
    assert is_url(path) == (path == "a://")


def test_without_a_url_no_network_and_no_library_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    for name in [name for name in sys.modules if name.split(".")[0] in ("obstore", "paramiko")]:
        monkeypatch.delitem(sys.modules, name)
    for name in ("obstore", "paramiko"):
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setattr(socket, "socket", None)
    assert run(["analyze", str(ROOT / "samples" / "healthy"), "-q", "-o", str(tmp_path / "out")]) in (0, 4)


@pytest.mark.parametrize(("url", "extra"), [("https://host/a.pcap", "cloud"), ("sftp://host/a.pcap", "sftp")])
def test_without_the_extra_it_is_said_what_to_install(
    url: str, extra: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import sys

    from analyzer.ingest.files import remote

    for name in ("cloud", "sftp"):
        monkeypatch.delitem(sys.modules, f"{remote.__name__}.{name}", raising=False)
        monkeypatch.delattr(remote, name, raising=False)
    for name in ("obstore", "paramiko"):
        monkeypatch.setitem(sys.modules, name, None)
    assert run(["analyze", url]) == 2
    assert f"pip install 'autopath-analyzer[{extra}]'" in capsys.readouterr().err


@pytest.mark.parametrize("url", ["https:/hush-me:hush@host/a.pcap", "SFTP:/hush-me:hush@host/a.pcap"])
def test_a_url_with_a_slash_too_few_is_no_path_that_is_told_with_its_password(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["analyze", url, "-o", str(tmp_path / "out")]) == 3
    told = capsys.readouterr().err
    assert "is no URL that names a host or bucket" in told
    assert "hush" not in told


def test_a_url_without_end_is_refused_in_a_short_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["analyze", f"https://hush-me:hush@127.0.0.1:1/{'a' * 10_000}", "-o", str(tmp_path / "out")]) == 3
    told = capsys.readouterr().err
    assert "has 10,033 characters; expected at most 8,192" in told
    assert "hush" not in told
    assert len(told) < 400
