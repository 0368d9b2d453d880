from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import jsonschema
import pytest

from analyzer.cli import run
from analyzer.cli.analyze import exit_status
from analyzer.model.episode import Verdict
from analyzer.model.run import Acceptable
from tests.cli.asked import SAMPLE, UTC, analyzed, one_sentence
from tests.conftest import SAMPLES
from tests.report import builder


def test_the_verdict_and_the_path_are_printed_and_the_files_are_there(
    empty_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, _ = analyzed(capsys, SAMPLE, *UTC)
    assert status in (0, 4)
    assert "cvm-failure" in out
    assert out.rstrip().splitlines()[-1] == "report: reports/cvm-failure/report.html"
    assert {"report.html", "run.json"} <= {path.name for path in (empty_folder / "reports" / "cvm-failure").iterdir()}


def test_json_is_the_document_alone_and_satisfies_the_schema(
    empty_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, out, _ = analyzed(capsys, SAMPLE, *UTC, "--json", "-o", "out")
    assert out.encode() == (empty_folder / "out" / "run.json").read_bytes()
    assert run(["schema"]) == 0
    told = capsys.readouterr().out
    assert run(["schema", "run"]) == 0
    assert capsys.readouterr().out == told
    schema = json.loads(told)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(out), schema)


def test_quiet_is_quiet(empty_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert analyzed(capsys, SAMPLE, "-q")[1:] == ("", "")
    assert (empty_folder / "reports" / "cvm-failure" / "report.html").exists()


def test_the_same_input_gives_the_same_bytes(empty_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for folder in ("one", "two"):
        analyzed(capsys, SAMPLE, *UTC, "-o", folder)
    one, two = ({file.name: file.read_bytes() for file in Path(folder).iterdir()} for folder in ("one", "two"))
    assert one.keys() == {"report.html", "run.json", "report.md"}
    assert one == two


def test_where_the_evidence_lies_is_not_told(empty_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same evidence in two places, by absolute paths, by relative ones and by `..`: the same documents."""
    files = ("span.pcap", "vmk1.pcap", "genesis.out")
    for place in ("here", "there/and/far"):
        for name in files:
            (empty_folder / place / "case").mkdir(parents=True, exist_ok=True)
            shutil.copy(SAMPLES / "cvm-failure" / name, empty_folder / place / "case")
    for number, evidence in enumerate(
        (empty_folder / "here" / "case", empty_folder / "there" / "and" / "far" / "case", "../cwd/here/case"), 1
    ):
        analyzed(capsys, evidence, *UTC, "-o", f"out{number}")
    written = [{path.name: path.read_bytes() for path in Path(f"out{n}").iterdir()} for n in (1, 2, 3)]
    assert written[0] == written[1] == written[2]
    assert str(empty_folder).encode() not in b"".join(written[0].values())
    assert b'"case/span.pcap"' in written[0]["run.json"]


def test_an_error_names_the_path_as_it_was_typed(empty_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (empty_folder / "span.pcap").write_text("hello")
    status, _, err = analyzed(capsys, empty_folder / "span.pcap")
    assert status == 3
    assert err.startswith(f"autopath: {empty_folder}/span.pcap: is text in no known format")


def test_a_zone_that_matters_is_asked_for(empty_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "--log-timezone" in analyzed(capsys, SAMPLE)[2]
    assert "--log-timezone" not in analyzed(capsys, SAMPLE, *UTC)[2]


def test_no_input(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = analyzed(capsys)
    assert (status, out) == (2, "")
    assert one_sentence(err)


BAD_FILES = {
    "empty file": ("x.pcap", b""),
    "text file named .pcap": ("x.pcap", b"this is no capture\n"),
    "log in an unknown format": ("x.log", b"Nov 22 07:04:46 host app[12]: hello\n" * 30),
    "cut zip": ("x.zip", b"PK\x03\x04"),
}


@pytest.mark.parametrize("bad", BAD_FILES)
def test_a_file_that_is_no_evidence(empty_folder: Path, capsys: pytest.CaptureFixture[str], bad: str) -> None:
    name, content = BAD_FILES[bad]
    (empty_folder / name).write_bytes(content)
    status, out, err = analyzed(capsys, name)
    assert (status, out) == (3, "")
    assert one_sentence(err)
    assert name in err
    assert not (empty_folder / "reports").exists()


def test_a_path_that_does_not_exist(empty_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = analyzed(capsys, SAMPLE, "nowhere.pcap")
    assert status == 3
    assert one_sentence(err)
    assert "nowhere.pcap" in err


def test_an_unreadable_file(
    empty_folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (empty_folder / "secret.pcap").write_bytes(b"1")
    opened = Path.open

    def refuse(path: Path, *arguments: object, **more: object) -> object:
        if path.name == "secret.pcap":
            raise PermissionError(13, "Permission denied")
        return opened(path, *arguments, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", refuse)
    status, _, err = analyzed(capsys, "secret.pcap")
    assert status == 3
    assert one_sentence(err)
    assert "Permission denied" in err


CONFIGURATION = {
    "rules": "[[rule]]\nname = 'x'\nkind = 'no such kind'\n",
    "expectations": "[[expectation]]\nkind = 'cvm-failure'\nexpected_s = 'soon'\n",
    "inventory": "[[hosts]]\naddress = 'x'\n",
}


@pytest.mark.parametrize("option", CONFIGURATION)
def test_a_bad_configuration_file(empty_folder: Path, capsys: pytest.CaptureFixture[str], option: str) -> None:
    (empty_folder / "bad.toml").write_text(CONFIGURATION[option])
    status, out, err = analyzed(capsys, SAMPLE, f"--{option}", "bad.toml")
    assert (status, out) == (2, "")
    assert one_sentence(err)
    assert "bad.toml" in err


@pytest.mark.parametrize(
    "arguments",
    [["--log-timezone", "Mars"], ["--clock", "x"], ["--nfs-port", "ninety"], ["--no-such-option"], ["--nfs-port", "0"]],
    ids=lambda arguments: arguments[0],
)
def test_a_bad_option(empty_folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    status, _, err = analyzed(capsys, SAMPLE, *arguments)
    assert status == 2
    assert one_sentence(err)


def test_a_capture_cut_mid_block_is_analysed_and_said(empty_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (empty_folder / "cut.pcap").write_bytes((SAMPLES / "healthy" / "vmk1.pcap").read_bytes()[:200_001])
    status, _, err = analyzed(capsys, "cut.pcap")
    assert status in (0, 4)
    assert "cut.pcap, offset" in err
    assert "Traceback" not in err


def test_a_capture_without_storage_traffic_says_so(empty_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = analyzed(capsys, SAMPLES / "healthy" / "span.pcap")
    assert status in (0, 4)
    assert "AP401" in out + err


def test_captures_that_do_not_overlap_say_so(empty_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = analyzed(capsys, SAMPLES / "healthy" / "span.pcap", SAMPLES / "cvm-recovery" / "vmk1.pcap")
    assert status in (0, 4)
    assert "overlap" in out + err


def test_the_report_of_an_earlier_run_is_no_evidence(
    empty_folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`autopath analyze .` in the folder of the evidence, twice: `reports/` lies there the second time."""
    for name in ("span.pcap", "vmk1.pcap", "genesis.out"):
        shutil.copy(SAMPLES / "cvm-failure" / name, empty_folder)
    first = analyzed(capsys, ".", *UTC)
    again = analyzed(capsys, ".", *UTC)
    assert first == again
    sources = json.loads((empty_folder / "reports" / "cwd" / "run.json").read_bytes())["sources"]
    assert {source["name"] for source in sources if source["kind"] == "unrecognised"} == {
        "./reports/cwd/report.html",
        "./reports/cwd/report.md",
        "./reports/cwd/run.json",
    }


@pytest.mark.parametrize("only", ["", "span.pcap", "vmk1.pcap"], ids=["all", "span", "vmk1"])
def test_no_story_repeats_the_words_of_the_measuring(empty_folder: Path, case: Path, only: str) -> None:
    """A story knows how to go on after each note of a silence: none stands in it in brackets."""
    from analyzer import Settings, analyze
    from analyzer.report.story import find, silence

    episodes = analyze([case / only], Settings(log_timezone="UTC")).episodes
    stories = [silence(find(one.measurements, "outage"), one.episode) for one in episodes]

    assert stories or only or case.name == "healthy"  # one capture alone may show no episode
    assert not [
        story
        for story in stories
        if re.search(r"\((?!the longest pause|the host's other path|if both captures)", story)
    ]


def test_without_digests_the_run_says_so_everywhere(empty_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, _, err = analyzed(capsys, SAMPLE, *UTC, "--hash", "none", "-o", "out")
    said = "No digests of the inputs were taken (--hash none): this run can't be kept in a history."
    assert said in err
    assert said.replace("'", "&#39;") in (empty_folder / "out" / "report.html").read_text()
    told = json.loads((empty_folder / "out" / "run.json").read_text())
    assert told["settings"]["hash"] == "none"
    assert {source["digest"] for source in told["sources"]} == {None}


@pytest.mark.parametrize("algorithm", ["sha256", "blake3"])
def test_digests_are_named_by_their_algorithm(
    empty_folder: Path, capsys: pytest.CaptureFixture[str], algorithm: str
) -> None:
    _, _, err = analyzed(capsys, SAMPLE, *UTC, "--hash", algorithm, "-o", "out")
    assert "digests" not in err
    told = json.loads((empty_folder / "out" / "run.json").read_text())
    digests = [source["digest"] for source in told["sources"] if source["kind"] != "unrecognised"]
    assert all(re.fullmatch(rf"{algorithm}:[0-9a-f]{{64}}", digest) for digest in digests)
    assert {"sha256": "SHA-256", "blake3": "BLAKE3"}[algorithm] in (empty_folder / "out" / "report.html").read_text()


@pytest.mark.parametrize("option", [("--hash", "md5"), ("--workers", "0"), ("--workers", "many")], ids=" ".join)
def test_a_wrong_hash_or_number_of_workers_is_usage(
    empty_folder: Path, capsys: pytest.CaptureFixture[str], option: tuple[str, str]
) -> None:
    status, _, err = analyzed(capsys, SAMPLE, *option)
    assert status == 2
    assert one_sentence(err)


@pytest.mark.parametrize(
    ("verdict", "acceptable", "status", "strict"),
    [
        ("MET", "yes", 0, 0),
        ("MET-OR-LATE", "yes", 0, 4),
        ("LATE", "yes", 0, 1),
        ("UNDECIDED", "unknown", 4, 4),
        ("MISSED", "no", 1, 1),
        ("NOT-JUDGED", "yes", 0, 0),
        ("NOT-JUDGED", "unknown", 4, 4),
    ],
)
def test_the_exit_status_is_the_answer(verdict: Verdict, acceptable: Acceptable, status: int, strict: int) -> None:
    told = builder.replaced(builder.run(), verdict=verdict, acceptable=acceptable)

    assert (exit_status(told, strict=False), exit_status(told, strict=True)) == (status, strict)
