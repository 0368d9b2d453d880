"""The commands of the history, together, as a person uses them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analyzer.cli.history import COMMANDS
from analyzer.history.values import SHOWN
from analyzer.store import encode_run
from tests.cli.asked import one_sentence
from tests.cli.history.asked import history, written
from tests.history import made


def keys(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The runs that are listed."""
    _, out, _ = history(capsys, "list", "--json")
    return [json.loads(line)["run"] for line in out.splitlines()]


def test_without_a_command_there_is_help(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = history(capsys)
    assert status == 2
    assert [name for name in COMMANDS if f"\n  {name} " not in err] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = history(capsys, name, "--help")
    assert status == 0
    assert "--store PLACE" in out


@pytest.mark.parametrize("command", ["list", "check", "rebuild"])
def test_where_there_is_no_history_it_is_said(
    command: str, own_store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = history(capsys, command)
    assert (status, out) == (2, "")
    assert "there is no history yet" in err
    assert one_sentence(err)
    assert not own_store.exists()


def test_from_import_to_removal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = history(capsys, "import", written(tmp_path / "in", 1, 0))
    assert (status, err) == (0, "")
    assert [line.partition("cluster ")[2] for line in out.splitlines()] == ["a has 1 test now", "a has 2 tests now"]
    assert history(capsys, "import", tmp_path / "in", "-q") == (0, "", "")

    first, second = keys(capsys)
    assert history(capsys, "label", first[:6], "step=AOS 6.8", "ticket=CHG9", "site=") == (
        0,
        f"noted of the test of run {first[:SHOWN]}: step=AOS 6.8, ticket=CHG9, site=\n",
        "",
    )
    status, out, _ = history(capsys, "list", "--label", "step=AOS 6.8")
    assert (status, len(out.splitlines())) == (0, 2)
    assert out.splitlines()[1].split()[2:] == [first[:SHOWN], "a", "LATE", "CHG9", "1", "step=AOS", "6.8"]

    status, out, _ = history(capsys, "show", first[:6])
    assert status == 0
    assert {f"run     {first}", "label   step=AOS 6.8", "ticket  CHG9"} <= set(out.splitlines())
    assert "E1  cvm-failure of 192.168.1.24: LATE" in out
    assert history(capsys, "show", first, "--json")[1] == encode_run(made.run(0)).decode()

    assert history(capsys, "export", "-o", tmp_path / "out") == (0, f"{tmp_path / 'out'}: 2 runs\n", "")
    assert history(capsys, "remove", first[:6], second[:6])[0] == 0
    assert keys(capsys) == []
    assert history(capsys, "import", tmp_path / "out", "-q") == (0, "", "")
    assert keys(capsys) == [first, second]
    assert "step=AOS 6.8" in history(capsys, "list")[1]
    status, out, _ = history(capsys, "check")
    assert (status, out.endswith("history.sqlite: 2 tests, 2 runs: clean\n")) == (0, True)
    assert history(capsys, "rebuild")[1].endswith("history.sqlite: the index has 2 runs\n")


def test_an_older_analysis_says_how_it_differs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number, program in enumerate(("0.1.0", "0.2.0")):
        (tmp_path / f"{number}.json").write_bytes(encode_run(made.run(program=program)))
    assert history(capsys, "import", tmp_path / "0.json", tmp_path / "1.json", "-q")[0] == 0

    out = history(capsys, "show", *keys(capsys))[1]
    analyses = [line.partition("LATE, ")[2] for line in out.splitlines() if line.startswith("analysis")]
    assert analyses == ["autopath 0.1.0, other program than the one that counts", "autopath 0.2.0, counts"]


def test_a_history_for_otava(own_store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    history(capsys, "import", written(tmp_path / "runs", 0, 1))
    status, out, _ = history(capsys, "export", "--form", "otava", "-o", tmp_path / "otava")
    assert (status, out) == (0, f"{tmp_path / 'otava' / 'otava.yaml'}: 8 tests\n")
    (repair,) = (tmp_path / "otava").glob("*.repair.csv")
    assert len(repair.read_text().splitlines()) == 3
    assert history(capsys, "export", "abcd", "--form", "otava", "-o", tmp_path / "no")[0] == 2
