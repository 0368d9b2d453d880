"""Every sample's logs, stored in another encoding, give the same as before; explained they are the same lines too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from analyzer.config import Settings
from analyzer.ingest.collect import collect
from analyzer.ingest.explanation import explain
from analyzer.model.evidence import Evidence
from tests.conftest import SAMPLES
from tests.ingest.streams.test_decoding import FORMS

UTC = Settings(log_timezone="UTC", hash="none")
LOGS = sorted(path for pattern in ("*.out", "*.log", "*.txt") for path in SAMPLES.rglob(pattern) if path.is_file())
STAMPED = [path for path in LOGS if path.suffix != ".txt"]
WHOLE = ("utf-16-le-mark", "utf-16-be", "utf-16-le-mark-crlf", "utf-8-mark", "crlf", "ansi", "nuls", "utf-32-le-mark")


def told(evidence: Evidence) -> object:
    """All but what a file is called by its bytes."""
    sources = [msgspec.structs.replace(source, size=0, format="") for source in evidence.sources]
    return sources, evidence.events, evidence.skipped


def test_there_are_logs() -> None:
    assert len(LOGS) > 20


@pytest.mark.parametrize("form", WHOLE)
def test_every_samples_logs_in_another_encoding(tmp_path: Path, form: str) -> None:
    for path in LOGS:
        other = tmp_path / path.relative_to(SAMPLES)
        other.parent.mkdir(parents=True, exist_ok=True)
        other.write_bytes(FORMS[form](path.read_text()))
        assert told(collect([other], UTC)) == told(collect([path], UTC))


def lines(text: str, before: Callable[[int], str]) -> str:
    return "".join(before(n) + line for n, line in enumerate(text.splitlines(keepends=True), 1))


WRAPPERS: dict[str, Callable[[str], str]] = {
    "grep-n": lambda text: lines(text, lambda n: f"{n}:"),
    "cat-n": lambda text: lines(text, lambda n: f"{n:6}\t"),
    "mail": lambda text: lines(text, lambda _: "> "),
    "grep-n-of-a-mail": lambda text: lines(text, lambda n: f"{n}:> "),
    "grep-H": lambda text: lines(text, lambda _: "log:"),
    "grep-nH": lambda text: lines(text, lambda n: f"./log:{n}:"),
    "findstr": lambda text: lines(text, lambda n: f"C:\\my logs\\log:{n}:"),
    "pdsh": lambda text: lines(text, lambda _: "machine: "),
    "tail": lambda text: "==> log <==\n" + text + "\n==> other <==\nnothing\n",
    "console": lambda text: "\x1b]0;x\x07[root@esx:~] cat log\n" + text.replace("\n", "\r\n") + "[root@esx:~] exit\r\n",
}


@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_every_samples_logs_in_a_wrapper(tmp_path: Path, wrapper: str) -> None:
    for path in STAMPED:
        other = tmp_path / path.relative_to(SAMPLES)
        other.parent.mkdir(parents=True, exist_ok=True)
        other.write_text(WRAPPERS[wrapper](path.read_text()))
        before, after = (
            [(event.at.least, event.at.most, event.detail, event.text) for event in collect([one], UTC).events]
            for one in (path, other)
        )
        assert after == before, path


@pytest.mark.parametrize("form", WHOLE)
def test_explained_it_is_the_same_lines(tmp_path: Path, samples: Path, form: str) -> None:
    text = (samples / "cvm-failure" / "genesis.out").read_text()
    rows = []
    for encoding in ("utf-8", form):
        (tmp_path / encoding).mkdir()
        (tmp_path / encoding / "genesis.out").write_bytes(FORMS[encoding](text))
        (file,) = [(one.kind, list(one.rows)) for one in explain(tmp_path / encoding / "genesis.out", UTC)]
        rows.append(file)
    assert rows[0] == rows[1]
    assert rows[0][0] == "genesis"
    assert len(rows[0][1]) > 5
