"""The project file: found upwards from the current folder and never in the evidence, bounded, and every key checked."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from analyzer.cli import run
from analyzer.cli.project import KEYS, LARGEST, NAME, find, load, project_for
from analyzer.errors import ConfigurationError
from analyzer.model.about import About
from tests.cli.asked import SAMPLE, UTC, analyzed, one_sentence

EXPECTATIONS = '[[expectation]]\nkind = "cvm-failure"\nexpected_s = {}\nsource = "ours"\n'
WHOLE = """
expectations = "in/expectations.toml"
inventory = "cluster.toml"
rules = ["a.toml", "/b.toml"]
zone = "Europe/Berlin"
store = "history"
record = true
[labels]
site = "Frankfurt"
change = "CHG1"
"""


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for key in ("EXPECTATIONS", "INVENTORY", "RULES", "LABELS", "ZONE", "STORE"):
        monkeypatch.delenv(f"AUTOPATH_{key}", raising=False)


def project(text: str, folder: Path | str = ".") -> Path:
    path = Path(folder) / NAME
    path.write_text(text, "utf-8")
    return path


def test_every_key_is_read_and_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    read = load(project(WHOLE, tmp_path))
    assert read.expectations == tmp_path / "in" / "expectations.toml"
    assert read.inventory == tmp_path / "cluster.toml"
    assert read.rules == (tmp_path / "a.toml", Path("/b.toml"))
    assert read.store == str(tmp_path / "history")
    assert read.record
    assert read.about == About(labels=(("change", "CHG1"), ("site", "Frankfurt")), zone="Europe/Berlin")
    assert read.file is not None
    assert set(read.file.keys) == set(KEYS)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("expectation = 'x'", "unknown key 'expectation'. Did you mean 'expectations'?; correct that key (valid: "),
        (
            "zzz = 1",
            "unknown key 'zzz'; correct that key (valid: expectations, inventory, rules, labels, zone, store, ",
        ),
        ("zone = 'Mars'", "zone is 'Mars', expected an IANA name"),
        ("zone = 1", "zone is 1, expected a text"),
        ("store = ''", "store is '', expected a text that is not empty"),
        ("record = 'yes'", "record is 'yes', expected true or false"),
        ("rules = [1]", "rules is [1], expected a path or a list of paths"),
        ("labels = 'x'", "labels is 'x', expected a table of texts"),
        ("[labels]\nx = 1", "labels is {x = 1}, expected a table of texts"),
        ("zone", "is no TOML"),
        ("#" * LARGEST + "\n", f"is larger than {LARGEST} bytes"),
    ],
    ids=lambda text: text[:12],
)
def test_what_is_wrong_is_one_sentence(text: str, said: str, empty_folder: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(project(text))
    assert said in str(caught.value)
    assert NAME in str(caught.value)


def test_a_file_in_no_encoding_is_said(empty_folder: Path) -> None:
    Path(NAME).write_bytes(b"zone = '\xff'")
    with pytest.raises(ConfigurationError, match="byte 8 is not UTF-8"):
        load(Path(NAME))


def test_the_nearest_one_upwards_counts(empty_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = empty_folder / "a" / "b"
    deep.mkdir(parents=True)
    above = project("zone = 'UTC'", empty_folder)
    monkeypatch.chdir(deep)
    assert find().path == above
    near = project("zone = 'UTC'", empty_folder / "a")
    assert find().path == near
    assert find(["elsewhere"]).path == near


def test_one_below_the_current_folder_or_in_another_is_not_found(empty_folder: Path) -> None:
    (empty_folder / "below").mkdir()
    project("zone = 'UTC'", "below")
    assert find(["below"]).path is None
    os.mkfifo(NAME)
    assert find().path is None, "only a file"


@pytest.mark.parametrize("evidence", [".", "../cwd", "../cwd/", NAME, "..", "link"])
def test_one_in_the_evidence_never_counts(evidence: str, empty_folder: Path) -> None:
    """Somebody stands in an unpacked bundle and analyses it."""
    Path("link").symlink_to(empty_folder)
    mine = project("zone = 'UTC'", empty_folder)
    assert find([evidence]).path is None
    assert find([evidence]).in_evidence == (mine,)


def test_beyond_the_evidence_it_is_looked_for_further(empty_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (empty_folder / "bundle").mkdir()
    mine, foreign = project("zone = 'UTC'", empty_folder), project("rules = 'evil.toml'", empty_folder / "bundle")
    monkeypatch.chdir("bundle")
    assert find(["."]).path == mine
    assert find(["."]).in_evidence == (foreign,)
    assert project_for(["."]).rules == ()


def test_one_beside_the_evidence_counts_and_the_report_names_it(
    empty_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("expectations.toml").write_text(EXPECTATIONS.format(99))
    project("expectations = 'expectations.toml'\nzone = 'Europe/Berlin'\n[labels]\nsite = 'Frankfurt'\n")
    analyzed(capsys, SAMPLE, *UTC, "-o", "out", "--label", "change=CHG1", "--zone", "UTC")
    told = json.loads(Path("out/run.json").read_bytes())
    assert told["settings"]["expectations"][0]["source"] == "ours"
    assert told["settings"]["project"]["name"] == NAME
    assert told["settings"]["project"]["keys"] == ["expectations", "labels"], "the zone was an option's"
    assert told["about"]["zone"] == "UTC"
    assert told["about"]["labels"] == [["change", "CHG1"], ["site", "Frankfurt"]]
    page = Path("out/report.html").read_text("utf-8")
    digest = told["settings"]["project"]["digest"].partition(":")[2]
    assert f"{NAME} (SHA-256 {digest}): its expectations, labels counted" in page
    assert f"ours (given in {NAME})" in page
    assert str(empty_folder) not in page


@pytest.mark.parametrize(
    ("option", "environment", "file", "expected"),
    [
        ("1", "2", "3", 1),
        (None, "2", "3", 2),
        (None, None, "3", 3),
        (None, None, None, 23),
    ],
    ids=["option", "environment", "file", "default"],
)
def test_who_comes_first(
    option: str | None,
    environment: str | None,
    file: str | None,
    expected: int,
    empty_folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in "123":
        Path(f"{number}.toml").write_text(EXPECTATIONS.format(number))
    if file:
        project(f"expectations = '{file}.toml'")
    if environment:
        monkeypatch.setenv("AUTOPATH_EXPECTATIONS", f"{environment}.toml")
    analyzed(capsys, SAMPLE, *UTC, "-o", "out", *(("--expectations", f"{option}.toml") if option else ()))
    told = json.loads(Path("out/run.json").read_bytes())["settings"]
    of = [one for one in told["expectations"] if (one["kind"], one["metric"]) == ("cvm-failure", "detection")]
    assert [one["expected"] for one in of] == [expected * 10**9]
    keys = told["project"]["keys"] if file else None
    assert keys == (None if file is None else [] if option or environment else ["expectations"])


def test_the_environment_gives_several(
    empty_folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTOPATH_LABELS", "site=Frankfurt change=CHG1")
    monkeypatch.setenv("AUTOPATH_ZONE", "Europe/Berlin")
    analyzed(capsys, SAMPLE, *UTC, "-o", "out")
    about = json.loads(Path("out/run.json").read_bytes())["about"]
    assert about == {"labels": [["change", "CHG1"], ["site", "Frankfurt"]], "zone": "Europe/Berlin"}


def test_a_bundle_sets_nothing_and_that_is_said(empty_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("span.pcap", "vmk1.pcap", "genesis.out"):
        shutil.copy(Path(SAMPLE) / name, empty_folder)
    plain = analyzed(capsys, ".", *UTC, "-o", "../out")
    without = Path("../out/run.json").read_bytes()
    project("zone = 'Asia/Tokyo'\nexpectations = 'mine.toml'")
    status, _, err = analyzed(capsys, ".", *UTC, "-o", "../out2")
    assert status == plain[0]
    assert f"{NAME}: lies in the evidence, so it sets nothing" in err
    told = json.loads(Path("../out2/run.json").read_bytes())
    assert "project" not in told["settings"]
    assert told["about"] == json.loads(without)["about"]


def test_a_wrong_one_stops_both_commands(empty_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project("zoen = 'UTC'")
    for command in ("analyze", "explain"):
        assert run([command, f"{SAMPLE}/genesis.out"]) == 2
        err = capsys.readouterr().err
        assert one_sentence(err)
        assert "Did you mean 'zone'?" in err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param('rules = "\\u0000"', r"rules is '\\x00', expected", id="a NUL in a path"),
        pytest.param('store = "a\\u0000"', r"store is 'a\\x00', expected", id="a NUL"),
        pytest.param("zone = 2026-01-01", "zone is 2026-01-01, expected", id="a date"),
        pytest.param("[labels]\nday = 2026-01-01", "labels is {day = 2026-01-01}, expected", id="dates"),
        pytest.param("record = 0x" + "f" * 9000, "record is a number of thousands of digits, expected", id="a number"),
    ],
)
def test_a_value_that_is_none_of_ours_is_said_as_the_file_has_it(text: str, said: str, empty_folder: Path) -> None:
    (empty_folder / NAME).write_text(text)
    with pytest.raises(ConfigurationError, match=said):
        load(empty_folder / NAME)
