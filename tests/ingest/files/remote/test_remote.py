"""Evidence by URL gives the run that it gives from disk, whatever the network does; or nothing, and that is said."""

from __future__ import annotations

import gzip
import io
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from analyzer.config import Settings
from analyzer.errors import EvidenceError
from analyzer.ingest.files.remote import reading
from analyzer.model.over_time.coverage import Lack
from analyzer.model.run import Run
from analyzer.pipeline import analyze
from analyzer.store import encode_run
from tests.conftest import ROOT
from tests.ingest.files.remote.serving import Manners, Served, served

CASE = ROOT / "samples" / "cvm-failure"
NAMES = ("span.pcap", "vmk1.pcap", "genesis.out")
FILES = {name: (CASE / name).read_bytes() for name in NAMES}
UTC = Settings(log_timezone="UTC")


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PAUSE_S", 0.01)
    monkeypatch.setattr(reading, "STALL_S", 1)


@pytest.fixture(scope="module")
def from_disk() -> Iterator[bytes]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(CASE)
        yield encode_run(analyze(NAMES, UTC))


def by_url(there: Served, names: tuple[str, ...] = NAMES, query: str = "") -> Run:
    return analyze([there.url(name) + query for name in names], UTC)


def told(run: Run, there: Served) -> bytes:
    """The run's document, with the names that its files have on disk."""
    return encode_run(run).replace(there.url("").encode(), b"")


@pytest.mark.parametrize(
    "manners",
    [
        Manners(),
        Manners(ranges=False),
        Manners(tagged=False),
        Manners(ranges=False, tagged=False),
        Manners(drop=40_000),
        Manners(drop=60_000, ranges=False, from_offset=100_000),
        Manners(failing=3),
        Manners(stall=2, stalls=1),
        Manners(needs="sig=secret"),
    ],
    ids=["honest", "no-ranges", "no-tags", "neither", "drops", "drops-once-beyond", "failing", "stalls", "signed"],
)
def test_the_run_is_that_from_disk(manners: Manners, from_disk: bytes) -> None:
    with served(FILES, manners) as there:
        run = by_url(there, query="?sig=secret&X-Amz-Credential=me" if manners.needs else "")
        assert told(run, there) == from_disk


def test_a_file_is_read_once_but_for_the_frames_that_are_shown(from_disk: bytes) -> None:
    with served(FILES) as there:
        assert told(by_url(there), there) == from_disk
        sizes = sum(len(data) for data in FILES.values())
        captures = len(FILES["span.pcap"]) + len(FILES["vmk1.pcap"])
        assert there.sent <= sizes + captures + 3
        assert len(there.asked) == 3 + 3 + 2


@pytest.mark.parametrize(
    ("manners", "said"),
    [
        (Manners(drop=0, from_offset=50_000), "the transfer broke at 50000 of 158579 bytes"),
        (Manners(lie=1000), "changed while it was read|the transfer broke at 158579 of 159579 bytes"),
        (Manners(stall=3, stalls=1000), "the transfer broke at"),
        (Manners(changes_after=1), "was changed while it was read"),
        (Manners(changes_after=1, tagged=False, ranges=False, drop=10), "the transfer broke at"),
    ],
    ids=["breaks", "lies", "stalls", "changes", "breaks-without-ranges"],
)
def test_nothing_half_is_told(manners: Manners, said: str) -> None:
    """Alone it is an error; beside other evidence it is skipped, and no all-clear."""
    with served({"span.pcap": FILES["span.pcap"]}, manners) as there, pytest.raises(EvidenceError, match=said):
        by_url(there, ("span.pcap",))


@pytest.mark.parametrize("first", [False, True], ids=["last", "first"])
@pytest.mark.parametrize("case", ["healthy", "cvm-failure"])
def test_a_file_that_breaks_beside_others_is_skipped_and_no_all_clear(case: str, *, first: bool) -> None:
    """Before or after those of which frames are shown, which are read again."""
    folder = ROOT / "samples" / case
    with served({"span.pcap": (folder / "span.pcap").read_bytes()}, Manners(drop=0, from_offset=90_000)) as there:
        paths: list[str | Path] = [folder / "vmk1.pcap", folder / "genesis.out", there.url("span.pcap")]
        run = analyze(paths[::-1] if first else paths, UTC)
    assert [skip.reason.name for skip in run.skipped if skip.source == there.url("span.pcap")] == ["transfer-broken"]
    assert [source.records for source in run.sources if source.name == there.url("span.pcap")] == [0]
    assert ("left-out", there.url("span.pcap")) in {(lack.name, lack.of) for lack in run.coverage.lacks}
    assert run.acceptable == "unknown"


def test_a_ring_with_a_file_that_breaks_is_skipped_as_a_whole(tmp_path: Path) -> None:
    from tests.ingest.test_scanning import pieces

    files = {f"span_{n:05}.pcap": data for n, data in enumerate(pieces(FILES["span.pcap"], 5), 1)}
    longest = max(files, key=lambda name: len(files[name]))
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    with served(files) as there:
        ours = told(by_url(there, tuple(files)), there)
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(tmp_path)
            assert ours == encode_run(analyze(tuple(files), UTC))
    breaking = Manners(drop=0, from_offset=len(files[longest]) - 10)
    with served(files, breaking) as there:
        run = by_url(there, tuple(files))
        broken = {skip.source for skip in run.skipped if skip.reason.name == "transfer-broken"}
        assert there.url(longest) in broken
        assert {lack.of for lack in run.coverage.lacks if lack.name == "left-out"} == broken
        assert broken == {source.name for source in run.sources if source.kind == "unrecognised"}


def bundle() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name in NAMES:
            tar.add(CASE / name, name)
    return packed.getvalue()


@pytest.mark.parametrize("form", ["gz", "tgz", "zip"])
def test_compressed_and_bundled(form: str, tmp_path: Path) -> None:
    path = tmp_path / f"case.{form}"
    if form == "zip":
        shutil.make_archive(str(path.with_suffix("")), "zip", CASE)
    else:
        path.write_bytes(bundle() if form == "tgz" else gzip.compress(FILES["span.pcap"]))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        expected = encode_run(analyze([path.name], UTC))
    with served({path.name: path.read_bytes()}, Manners(drop=30_000)) as there:
        assert told(by_url(there, (path.name,)), there) == expected


def test_a_bundle_that_breaks_is_no_all_clear() -> None:
    data = bundle()
    with served({"case.tgz": data}, Manners(drop=0, from_offset=len(data) - 2000)) as there:
        run = by_url(there, ("case.tgz",))
    assert "transfer-broken" in {skip.reason.name for skip in run.skipped}
    assert "left-out" in {lack.name for lack in run.coverage.lacks}


def test_what_changes_after_it_was_read_is_no_report() -> None:
    """The frames that are shown would be of another capture than the one that was judged."""
    with served(FILES, Manners(changes_after=6)) as there, pytest.raises(EvidenceError, match="was changed while"):
        by_url(there)


@pytest.mark.parametrize(
    ("status", "said"),
    [(404, "nothing lies there"), (403, "refuses these credentials"), (401, "refuses these credentials"),
     (500, "can't be reached, in 5 tries: the server answers 500")],
)  # fmt: skip
def test_what_can_not_be_had(status: int, said: str) -> None:
    with served(FILES, Manners(status=status)) as there, pytest.raises(EvidenceError, match=said) as raised:
        analyze([f"http://me:hush@127.0.0.1:{there.port}/span.pcap?sig=secret"], UTC)
    assert str(raised.value).startswith(there.url("span.pcap"))
    assert not {"hush", "secret", "me:"} & set(str(raised.value).split())
    assert "hush" not in str(raised.value)
    assert "secret" not in str(raised.value)


def test_user_and_password_are_told_to_the_server_alone() -> None:
    manners = Manners(authorization="Basic bWU6aHU6c2g=")
    with served({"span.pcap": FILES["span.pcap"]}, manners) as there:
        url = f"http://me:hu%3Ash@127.0.0.1:{there.port}/span.pcap"
        (source,) = analyze([url], UTC).sources
        assert (source.name, source.records) == (there.url("span.pcap"), 863)
        with pytest.raises(EvidenceError, match="refuses these credentials"):
            analyze([there.url("span.pcap")], UTC)


def test_an_empty_file() -> None:
    with served({"empty.pcap": b""}) as there, pytest.raises(EvidenceError, match="is empty"):
        by_url(there, ("empty.pcap",))


def test_a_scan_is_refused_in_words_and_no_all_clear() -> None:
    with served({"vmk1.pcap.scan": b"autopath", "genesis.out": FILES["genesis.out"]}) as there:
        with pytest.raises(EvidenceError, match="copy it here, and give the file"):
            by_url(there, ("vmk1.pcap.scan",))
        run = by_url(there, ("vmk1.pcap.scan", "genesis.out"))

        assert [(skip.source, skip.reason.name) for skip in run.skipped] == [
            (there.url("vmk1.pcap.scan"), "scan-elsewhere")
        ]
        assert Lack("left-out", there.url("vmk1.pcap.scan")) in run.coverage.lacks


def test_nobody_listens() -> None:
    with served({}) as there:
        port = there.port
    with pytest.raises(EvidenceError, match="can't be reached, in 5 tries: the connection is refused"):
        analyze([f"http://127.0.0.1:{port}/span.pcap"], UTC)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://host/span.pcap", "ftp is not read; expected a path, or a URL of http, https, s3, gs, az or sftp"),
        ("http:///span.pcap", "is no URL that names a host or bucket"),
        ("http://[::1/span.pcap", "is no URL that names a host or bucket"),
        ("http://host:port/span.pcap", "is no URL that names a host or bucket"),
    ],
)
def test_what_is_no_url(url: str, said: str) -> None:
    with pytest.raises(EvidenceError, match=said):
        analyze([url], UTC)


def test_two_urls_that_are_called_the_same(from_disk: bytes) -> None:
    """Only their queries differ: which is which could not be told."""
    with served(FILES) as there:
        url = there.url("span.pcap")
        run = analyze([f"{url}?part=1", f"{url}?part=2", *map(there.url, NAMES[1:])], UTC)
        assert [(skip.source, skip.reason.name) for skip in run.skipped] == [(url, "name-taken")]
        assert "part=" not in encode_run(run).decode()
