from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

import pytest

from analyzer.config import Settings
from analyzer.errors import ConfigurationError, EvidenceError, UsageError
from analyzer.ingest.collect import UNRECOGNISED_SHOWN, collect
from analyzer.model.evidence import Evidence
from analyzer.model.source import Reason, Source
from tests.ingest.packing import COMPRESSORS, tarred, zipped

UTC = Settings(log_timezone="UTC")
EVIDENCE = ("genesis.out", "span.pcap", "vmk1.pcap")


def recognised(evidence: Evidence) -> dict[str, Source]:
    return {source.name: source for source in evidence.sources if source.kind != "unrecognised"}


def test_a_samples_folder_gives_its_evidence_and_passes_the_rest_over(case: Path) -> None:
    evidence = collect([case], UTC)
    assert [(source.name, source.kind) for source in evidence.sources] == [
        (f"{case.name}/README.md", "unrecognised"),
        (f"{case.name}/client.jsonl.gz", "unrecognised"),
        (f"{case.name}/genesis.out", "genesis"),
        (f"{case.name}/span.pcap", "capture"),
        (f"{case.name}/truth.json", "unrecognised"),
        (f"{case.name}/vmk1.pcap", "capture"),
    ]
    assert {skipped.reason.name for skipped in evidence.skipped} == {"not-evidence"}
    assert len(evidence.captures) == 2


def test_a_source_has_its_hash_size_and_time_range(samples: Path) -> None:
    path = samples / "cvm-failure" / "span.pcap"
    (source,) = collect([path], UTC).sources
    assert source.digest == f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
    assert (source.size, source.records, source.clock) == (path.stat().st_size, 863, "capture")
    assert source.first is not None
    assert source.last is not None
    assert source.first.least // 10**9 == 1795331026


def test_hashes_can_be_left_out(samples: Path) -> None:
    (source,) = collect([samples / "healthy" / "genesis.out"], Settings(log_timezone="UTC", hash="none")).sources
    assert source.digest is None


def test_events_are_in_order(case: Path) -> None:
    events = collect([case], UTC).events
    keys = [(event.at.clock, event.at.least, event.origin.source, event.origin.number) for event in events]
    assert keys == sorted(keys)
    assert len({event.at.clock for event in events}) >= 2


@pytest.mark.parametrize("packed", [*COMPRESSORS, "tar", "zip", "nested"])
def test_packed_evidence_tells_the_same(samples: Path, tmp_path: Path, packed: str) -> None:
    files = {name: (samples / "cvm-failure" / name).read_bytes() for name in EVIDENCE}
    if packed in COMPRESSORS:
        for name, content in files.items():
            (tmp_path / name.replace(".pcap", "")).write_bytes(COMPRESSORS[packed](content))
    elif packed == "nested":
        inner = COMPRESSORS["xz"](tarred(files))
        (tmp_path / "b").write_bytes(zipped({"inner.bin": inner, "notes.txt": b"nothing"}))
    else:
        (tmp_path / "b").write_bytes({"tar": tarred, "zip": zipped}[packed](files))
    plain, got = collect([samples / "cvm-failure"], UTC), collect([tmp_path], UTC)
    assert [e.detail for e in got.events] == [e.detail for e in plain.events]
    assert [source.records for source in recognised(got).values()] == [
        source.records for source in recognised(plain).values()
    ]


def test_the_same_bytes_are_analysed_once_and_that_is_said(samples: Path, tmp_path: Path) -> None:
    shutil.copy(samples / "healthy" / "genesis.out", tmp_path / "a.log")
    shutil.copy(samples / "healthy" / "genesis.out", tmp_path / "b.log")
    evidence = collect([tmp_path / "a.log", tmp_path / "b.log", tmp_path / "a.log"], UTC)
    assert [source.name for source in evidence.sources] == ["a.log"]
    assert [(s.source, s.reason) for s in evidence.skipped] == [
        ("b.log", Reason("same-file", detail="a.log")),
        ("a.log", Reason("same-file", detail="a.log")),
    ]


def test_a_cut_capture_is_read_as_far_as_it_goes(samples: Path, tmp_path: Path) -> None:
    (tmp_path / "cut.pcap").write_bytes((samples / "healthy" / "span.pcap").read_bytes()[:100_000])
    evidence = collect([tmp_path], UTC)
    (source,) = evidence.sources
    assert 500 < source.records < 1062
    assert source.skipped == evidence.skipped
    assert source.skipped[0].where.startswith("offset ")


def test_a_cut_compressed_capture_says_where_it_ends(samples: Path, tmp_path: Path) -> None:
    packed = COMPRESSORS["gzip"]((samples / "healthy" / "span.pcap").read_bytes())
    (tmp_path / "cut.gz").write_bytes(packed[:-5_000])
    evidence = collect([tmp_path], UTC)
    assert any(skipped.reason == Reason("data-cut") for skipped in evidence.skipped)


def test_what_cannot_be_read_beside_evidence_is_skipped(samples: Path, tmp_path: Path) -> None:
    (tmp_path / "broken").symlink_to("nowhere")
    (tmp_path / "empty").touch()
    (tmp_path / "text.pcap").write_text("hello")
    evidence = collect([samples / "healthy" / "genesis.out", tmp_path, tmp_path / "text.pcap"], UTC)
    assert len(recognised(evidence)) == 1
    reasons = {os.path.basename(skipped.source): skipped.reason for skipped in evidence.skipped}  # noqa: PTH119
    assert reasons["broken"].name == "not-opened"
    assert "No such file" in reasons["broken"].sentence
    assert reasons["empty"] == Reason("not-evidence")


def test_many_unrecognised_files_are_counted_instead_of_listed(samples: Path, tmp_path: Path) -> None:
    files = {f"f{n}": b"%d" % n for n in range(UNRECOGNISED_SHOWN + 7)}
    files["genesis.out"] = (samples / "healthy" / "genesis.out").read_bytes()
    (tmp_path / "b.zip").write_bytes(zipped(files))
    evidence = collect([tmp_path / "b.zip"], UTC)
    assert len(evidence.sources) == UNRECOGNISED_SHOWN + 1
    (rest,) = [skipped for skipped in evidence.skipped if skipped.where == "files"]
    assert (rest.source, rest.count) == ("b.zip", 7)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        pytest.param("e.pcap", b"", "is empty: there is nothing to analyse", id="empty"),
        pytest.param("t.pcap", b"no capture\n", "is text in no known format (it begins with “no capture”)", id="text"),
        pytest.param("b.bin", bytes(range(256)), "is binary data in no known format", id="binary"),
        pytest.param(
            "z.zip", b"PK\x03\x04 cut", "the zip can't be read: it was cut or damaged, copy it again", id="cut-zip"
        ),
    ],
)
def test_nothing_but_this_file_is_an_error(tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(EvidenceError) as caught:
        collect([tmp_path / name], UTC)
    assert str(caught.value).startswith(f"{tmp_path / name}: ")
    assert sentence in str(caught.value)


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match=r"0 files looked at in 1 path"):
        collect([tmp_path], UTC)


def test_no_path_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="no evidence was named"):
        collect([], UTC)


def test_bad_rules_are_told_before_anything_is_read(tmp_path: Path, samples: Path) -> None:
    (tmp_path / "rules.toml").write_text("[[")
    with pytest.raises(ConfigurationError, match=r"rules\.toml"):
        collect([samples], Settings(rules=(tmp_path / "rules.toml",)))


@pytest.mark.parametrize("end", ["span.pcap", "healthy/span.pcap"])
def test_a_capture_named_by_clock_has_its_own(samples: Path, end: str) -> None:
    folder = samples / "healthy"
    evidence = collect([folder], Settings(clock_offsets=((end, 5),)))
    clocks = {Path(source.name).name: source.clock for source in evidence.sources}
    assert (clocks["span.pcap"], clocks["vmk1.pcap"]) == ("capture:healthy/span.pcap", "capture")


@pytest.mark.parametrize("end", ["genesis.out", "healthy/genesis.out"])
def test_a_log_named_by_clock_has_its_own(samples: Path, end: str) -> None:
    evidence = collect([samples / "healthy"], Settings(log_timezone="UTC", clock_offsets=((end, 5),)))
    assert recognised(evidence)["healthy/genesis.out"].clock == "log:healthy/genesis.out"


def test_marks_that_are_wrong_are_told_by_the_path_as_typed(tmp_path: Path) -> None:
    (tmp_path / "notes.toml").write_text("[[mark]]\ntime = ")
    with pytest.raises(ConfigurationError, match=rf"^{tmp_path}/notes\.toml: the manual notes are no valid TOML"):
        collect([tmp_path / "notes.toml"], UTC)


def test_marks_that_are_wrong_do_not_stop_the_rest(tmp_path: Path, samples: Path) -> None:
    (tmp_path / "notes.toml").write_text("[[mark]]\ntime = ")
    evidence = collect([samples / "healthy" / "genesis.out", tmp_path / "notes.toml"], UTC)
    assert list(recognised(evidence)) == ["healthy/genesis.out"]
    (wrong,) = evidence.skipped
    assert wrong.reason.name == "wrong-marks"
    assert wrong.reason.sentence.startswith("the manual notes are no valid TOML")


def test_a_clock_of_no_source_is_a_usage_error(samples: Path) -> None:
    with pytest.raises(UsageError, match=r"--clock spam\.pcap: there is no source or clock of this name; there are"):
        collect([samples / "healthy" / "span.pcap"], Settings(clock_offsets=(("spam.pcap", 5),)))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            '[[mark]]\ntime = "2026-11-22 07:04:23Z"\naction = "cvm-power-off"\ntarget = "192.168.1.26"\n', id="toml"
        ),
        pytest.param("time,action,target\n2026-11-22 07:04:23Z,cvm-power-off,192.168.1.26\n", id="csv"),
    ],
)
def test_marks_are_recognised_by_content(tmp_path: Path, text: str) -> None:
    (tmp_path / "notes").write_text(text)
    evidence = collect([tmp_path], UTC)
    assert [source.kind for source in evidence.sources] == ["marks"]
    assert len(evidence.events) == 1


@pytest.mark.parametrize("compression", ["zstd", "lz4", "bzip2"])
def test_a_file_that_is_cut_in_its_first_block_is_not_called_empty(
    tmp_path: Path, samples: Path, compression: str
) -> None:
    path = tmp_path / "span.pcap"
    path.write_bytes(COMPRESSORS[compression]((samples / "cvm-failure" / "span.pcap").read_bytes())[:3_000])
    with pytest.raises(
        EvidenceError, match=rf"the file was cut, copy it again\): nothing comes out of its 3000 .* {compression}"
    ):
        collect([path], UTC)


@pytest.mark.parametrize("compression", COMPRESSORS)
def test_nothing_compressed_is_empty(tmp_path: Path, compression: str) -> None:
    path = tmp_path / "span.pcap"
    path.write_bytes(COMPRESSORS[compression](b""))
    with pytest.raises(EvidenceError, match="is empty"):
        collect([path], UTC)


def test_a_capture_that_a_cut_archive_ends_in_is_read_up_to_the_cut(tmp_path: Path, samples: Path) -> None:
    path = tmp_path / "b.tgz"
    whole = tarred({"span.pcap": (samples / "cvm-failure" / "span.pcap").read_bytes()})
    path.write_bytes(COMPRESSORS["gzip"](whole[:90_000]))
    evidence = collect([path], UTC)
    (source,) = recognised(evidence).values()
    assert source.records == 606
    assert any(skipped.reason == Reason("data-cut") for skipped in source.skipped)
