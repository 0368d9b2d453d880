from __future__ import annotations

import stat
from pathlib import Path
from tempfile import mkdtemp

import msgspec
import pytest
from msgspec.structs import replace

from analyzer.aside import write
from analyzer.cli import run
from analyzer.cli.output import directory_for, free_directory, other_run_in
from analyzer.errors import USAGE, UsageError
from analyzer.model.run import Run
from analyzer.model.source import Source
from tests.cli.asked import SAMPLE
from tests.conftest import SAMPLES
from tests.report import builder

FILES = {"run.json": b"{}", "report.html": b"<html>"}


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    ("case", "directory"),
    [
        ("cvm-failure", "reports/cvm-failure"),
        ("span.pcap", "reports/span.pcap"),
        ("a/b c", "reports/a_b_c"),
        ("..", "reports/case"),
        ("", "reports/case"),
        (".hidden", "reports/hidden"),
    ],
)
def test_the_default_folder_is_named_after_the_case(case: str, directory: str) -> None:
    assert directory_for(case) == Path(directory)


def test_a_new_folder_appears_whole_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    write(tmp_path / "reports" / "x", FILES)
    assert {path.name: path.read_bytes() for path in (tmp_path / "reports" / "x").iterdir()} == FILES
    assert names(tmp_path / "reports") == ["x"]
    assert stat.S_IMODE((tmp_path / "reports" / "x").stat().st_mode) & 0o500 == 0o500


def test_other_files_of_the_folder_stay(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "notes.txt").write_text("mine")
    (tmp_path / "x" / "run.json").write_text("old")
    write(tmp_path / "x", FILES)
    assert names(tmp_path / "x") == ["notes.txt", "report.html", "run.json"]
    assert (tmp_path / "x" / "run.json").read_bytes() == b"{}"


def test_what_was_there_survives_when_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "x", {"run.json": b"old"})

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(UsageError, match="No space left on device"):
        write(tmp_path / "x", FILES)
    assert {path.name: path.read_bytes() for path in (tmp_path / "x").iterdir()} == {"run.json": b"old"}
    assert names(tmp_path) == ["x"]


def test_a_file_in_the_way_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("a file")
    with pytest.raises(UsageError, match="name another folder with -o"):
        write(tmp_path / "x", FILES)
    assert (tmp_path / "x").read_text() == "a file"


def test_the_current_folder_can_be_the_place(empty_folder: Path) -> None:
    write(Path(), FILES)
    assert names(empty_folder) == ["report.html", "run.json"]


def test_a_link_to_a_folder_is_one_and_its_parent_need_not_be_writable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where a container's volume is mounted: what is made aside can't be moved in from outside."""
    (tmp_path / "volume").mkdir()
    (tmp_path / "x").symlink_to(tmp_path / "volume")
    made: list[Path] = []

    def noted(*, prefix: str, suffix: str, dir: Path) -> str:  # noqa: A002 - tempfile's own name
        made.append(dir)
        return mkdtemp(prefix=prefix, suffix=suffix, dir=dir)

    monkeypatch.setattr("tempfile.mkdtemp", noted)
    write(tmp_path / "x", FILES)
    assert names(tmp_path / "volume") == ["report.html", "run.json"]
    assert made == [tmp_path / "x"]


@pytest.mark.parametrize("where", [("-o", "x"), ()], ids=["named", "of-its-own"])
def test_a_current_folder_that_is_gone_is_told(
    where: tuple[str, ...], empty_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty_folder.rmdir()
    assert run(["analyze", SAMPLE, *where]) == USAGE
    assert capsys.readouterr().err.endswith("can't be written (No such file or directory); name another with -o\n")


def test_the_run_is_replaced_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until it is there, the folder's run is the one before."""
    write(tmp_path / "x", FILES)
    moved: list[str] = []
    move = Path.replace

    def noted(self: Path, target: Path) -> Path:
        moved.append(self.name)
        return move(self, target)

    monkeypatch.setattr(Path, "replace", noted)
    write(tmp_path / "x", {"run.json": b"new", "report.md": b"new", "report.html": b"new"})
    assert moved == ["report.md", "report.html", "run.json"]


@pytest.mark.parametrize("arguments", [("analyze", SAMPLE, "-o"), ("report", SAMPLE, "-o"), ("report", "--index")])
def test_an_empty_place_is_refused(
    arguments: tuple[str, ...], empty_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*arguments, ""]) == USAGE
    assert "is empty: name a place" in capsys.readouterr().err
    assert names(empty_folder) == []


def of(*sources: Source, case: str = "span") -> Run:
    return replace(builder.run(builder.episode()), case=case, sources=sources)


def source(name: str = "span.pcap", digest: str | None = "1") -> Source:
    return Source(name=name, kind="capture", size=1, digest=digest, clock="capture")


def reported(number: str, *sources: Source) -> None:
    write(Path("reports", number), {"run.json": msgspec.json.encode({"case": "span", "sources": sources})})


def test_the_same_evidence_goes_to_its_folder_again(empty_folder: Path) -> None:
    assert free_directory("span", of(source())) == Path("reports/span")
    reported("span", source())
    assert free_directory("span", of(source("elsewhere/span.pcap"))) == Path("reports/span")


@pytest.mark.parametrize("other", [source(digest="2"), source("b/span.pcap", digest=None)], ids=["hash", "name"])
def test_other_evidence_of_the_same_name_gets_a_folder_of_its_own(empty_folder: Path, other: Source) -> None:
    reported("span", source())
    assert free_directory("span", of(other)) == Path("reports/span-2")
    reported("span-2", other)
    assert free_directory("span", of(other)) == Path("reports/span-2")
    assert free_directory("span", of(source(digest="3"))) == Path("reports/span-3")


def test_a_report_that_cannot_be_read_is_left_alone(empty_folder: Path) -> None:
    write(Path("reports/span"), {"run.json": b"not ours"})
    assert free_directory("span", of(source())) == Path("reports/span-2")


def test_a_second_test_of_the_same_name_is_told_where_its_report_is(
    empty_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = (str(SAMPLES / case / "vmk1.pcap") for case in ("healthy", "nfs-hang"))
    run(["analyze", first])
    kept = Path("reports/vmk1/run.json").read_bytes()
    capsys.readouterr()
    run(["analyze", second])
    captured = capsys.readouterr()
    assert "reports/vmk1 holds the report of other evidence" in captured.err
    assert captured.out.rstrip().endswith("report: reports/vmk1-2/report.html")
    assert Path("reports/vmk1/run.json").read_bytes() == kept


@pytest.mark.parametrize(
    ("held", "said"),
    [
        ({"case": "other", "sources": [source()]}, "the run of another case (other)"),
        ({"case": "span", "sources": [source(digest="2")]}, "the run of other evidence"),
        ({"case": "span"}, "a run.json that can't be read"),
    ],
    ids=["case", "evidence", "not ours"],
)
def test_a_folder_that_holds_another_run_is_known(held: dict[str, object], said: str, tmp_path: Path) -> None:
    write(tmp_path, {"run.json": msgspec.json.encode(held)})
    assert other_run_in(tmp_path, of(source())) == said


def test_a_folder_that_holds_the_same_run_or_none_is_free(tmp_path: Path) -> None:
    assert other_run_in(tmp_path / "new", of(source())) == ""
    write(tmp_path, {"notes.txt": b"mine"})
    assert other_run_in(tmp_path, of(source())) == ""
    write(tmp_path, {"run.json": msgspec.json.encode({"case": "span", "sources": [source("a/span.pcap")]})})
    assert other_run_in(tmp_path, of(source())) == ""


def test_another_test_is_replaced_only_when_that_is_wanted(
    empty_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = (str(SAMPLES / case / "vmk1.pcap") for case in ("healthy", "nfs-hang"))
    run(["analyze", first, "-o", "out"])
    kept = {path.name: path.read_bytes() for path in Path("out").iterdir()}
    capsys.readouterr()
    assert run(["analyze", second, "-o", "out"]) == 2
    refused = capsys.readouterr()
    assert (refused.out, refused.err) == (
        "",
        "autopath: out: holds the run of other evidence; name another folder with -o, or replace it with --force\n",
    )
    assert {path.name: path.read_bytes() for path in Path("out").iterdir()} == kept
    assert run(["analyze", first, "-o", "out"]) != 2
    assert run(["analyze", second, "-o", "out", "--force"]) != 2
    assert Path("out/run.json").read_bytes() != kept["run.json"]


@pytest.mark.parametrize("form", ["html", "bundle"])
def test_a_report_that_carries_another_run_is_refused_too(
    form: str, empty_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = (str(SAMPLES / case / "vmk1.pcap") for case in ("healthy", "nfs-hang"))
    run(["analyze", first, "-o", "out", "--write", form])
    capsys.readouterr()
    assert run(["analyze", second, "-o", "out", "--write", form]) == 2
    assert "out: holds the run of other evidence" in capsys.readouterr().err
    assert run(["analyze", first, "-o", "out", "--write", form]) != 2
