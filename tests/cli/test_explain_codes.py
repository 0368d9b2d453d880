"""`autopath explain CODE`: the catalogue on the terminal; a code is told from a file's name."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.cli import run
from analyzer.cli.explain_codes import NEAREST
from analyzer.judge.codes import catalogue


def explained(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = run(["explain", *arguments])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


@pytest.mark.parametrize("code", catalogue())
def test_every_code_is_explained_in_full(
    code: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "72")
    status, out, err = explained(capsys, code)
    entry = catalogue()[code]
    said = " ".join(out.split())

    assert (status, err) == (0, "")
    assert out.startswith(f"{code} {entry.severity}: ")
    for text in (entry.title, entry.meaning, entry.why, entry.advice, entry.evidence, entry.silent):
        assert text in said
    assert all(len(line) <= 72 for line in out.splitlines())


@pytest.mark.parametrize("spelling", ["AP101", "ap101", "Ap101", "AP-101", "ap00101"])
def test_a_code_is_known_in_any_case(spelling: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert explained(capsys, spelling)[1].startswith("AP101 warning: A route to the storage address")


@pytest.mark.parametrize("columns", ["10", "60", "400"])
def test_the_text_fits_the_terminal(
    columns: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    lines = explained(capsys, "AP102")[1].splitlines()

    assert max(map(len, lines)) <= max(40, min(100, int(columns)))


@pytest.mark.parametrize("word", ["codes", "CODES"])
def test_all_codes_are_listed_with_their_titles(
    word: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    status, out, _ = explained(capsys, word)

    assert status == 0
    assert [line.split()[0] for line in out.splitlines()] == list(catalogue())
    assert all(entry.title in out for entry in catalogue().values())


@pytest.mark.parametrize(
    ("name", "nearest"), [("ap0", list(catalogue())[:NEAREST]), ("AP999", list(catalogue())[-NEAREST:])]
)
def test_an_unknown_code_is_one_sentence_with_the_nearest(
    name: str, nearest: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = explained(capsys, name)

    assert (status, out) == (2, "")
    assert f"{name}: no finding has this code; the nearest are {', '.join(nearest)}, " in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("code", catalogue())
def test_beside_a_code_that_is_not_there_the_one_next_to_it_is_told(
    code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    number = next(number for number in range(int(code[2:]), 1000) if f"AP{number}" not in catalogue())

    _, _, err = explained(capsys, f"AP{number}")

    assert f"AP{number - 1}" in err


@pytest.mark.parametrize("option", [["--frame", "3"], ["--all"]])
def test_a_code_has_no_frames(option: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = explained(capsys, "AP101", *option)

    assert (status, out) == (2, "")
    assert "give ./AP101" in err


@pytest.mark.parametrize("name", ["AP101", "codes"])
def test_a_file_of_a_codes_name_is_meant_with_its_folder(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_text("2025-09-21 03:26:39,784Z INFO 80801248 ha_service.py:412 HA service started\n")

    assert "ha_service.py:412" not in explained(capsys, name)[1]
    assert "ha_service.py:412" in explained(capsys, f"./{name}", "--all")[1]


@pytest.mark.parametrize("name", ["AP", "APD101", "AP101.pcap", "AP1O1", "code"])
def test_other_names_are_files(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = explained(capsys, name)

    assert status == 3
    assert "no such file" in err
