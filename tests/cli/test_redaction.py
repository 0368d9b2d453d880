"""What is said of a redaction, and what is refused."""

from __future__ import annotations

import json
import re
import secrets
from pathlib import Path

import pytest

from analyzer.cli import run
from analyzer.redact.key import SECRET_BYTES
from tests.cli.asked import SAMPLE, UTC, analyzed, one_sentence


def test_without_a_key_nothing_maps_back_and_each_run_is_another(
    empty_folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # by chance, a replacement is the original of another host: these two secrets replace it by none of the run's
    for name, secret in (("one", "01" * SECRET_BYTES), ("two", "02" * SECRET_BYTES)):
        monkeypatch.setattr(secrets, "token_hex", lambda length, told=secret: told[: 2 * length])
        _, out, err = analyzed(capsys, SAMPLE, *UTC, "--redact", "-o", name)
        assert "nothing maps back (--redact-key FILE would)" in err
        assert not re.search(r"\b192\.168\.1\.2\d\b", out + err)
    assert Path("one/run.json").read_bytes() != Path("two/run.json").read_bytes()
    assert json.loads(Path("one/run.json").read_bytes())["settings"]["redacted"] == 0
    assert "names and addresses are replaced by others" in Path("one/report.html").read_text("utf-8")
    assert {path.name for path in empty_folder.iterdir()} == {"one", "two"}


def test_a_quiet_redaction_is_quiet(empty_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert analyzed(capsys, SAMPLE, *UTC, "--redact-key", "key", "-o", "one", "-q")[1:] == ("", "")
    assert Path("key").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("told", "--redact"), "this run is redacted already"),
        (("plain", "--redact-key", "out/key"), "out/key: lies in out, and would be given away with it"),
        (("plain", "--unredact", "key"), "this run is not redacted"),
        (("told", "--unredact", "gone"), "gone: there is no such file"),
        (("told", "--unredact", "told/run.json"), "told/run.json"),
        (("told", "--unredact", "other"), "other: is the key of another run (nothing maps back)"),
    ],
    ids=["twice", "key inside", "not redacted", "no key", "not a key", "another's key"],
)
def test_what_can_not_be_done_is_one_sentence(
    arguments: tuple[str, ...], said: str, empty_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    analyzed(capsys, SAMPLE, *UTC, "-o", "plain")
    analyzed(capsys, SAMPLE, *UTC, "--redact-key", "key", "-o", "told")
    analyzed(capsys, SAMPLE, *UTC, "--redact-key", "other", "-o", "more")
    assert run(["report", *arguments, "-o", "out"]) == 2
    err = capsys.readouterr().err
    assert one_sentence(err)
    assert said in err
    assert not Path("out").exists()


def test_an_open_key_stops_before_anything_is_written(empty_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    analyzed(capsys, SAMPLE, *UTC, "--redact-key", "key", "-o", "told")
    Path("key").chmod(0o644)
    status, _, err = analyzed(capsys, SAMPLE, *UTC, "--redact-key", "key", "-o", "more")
    assert status == 2
    assert "others may read this key" in err
    assert not Path("more").exists()
