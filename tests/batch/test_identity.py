"""The key of a test: what counts changes it, and what does not leaves it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from msgspec.structs import replace

from analyzer.batch.identity import key_of, state_of
from analyzer.config import Settings
from analyzer.errors import ConfigurationError, EvidenceError
from analyzer.model.about import About
from tests.batch.made import evidence, task


def test_what_a_run_is_made_of_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    evidence(tmp_path, "one")
    plain = task(tmp_path, "one")
    rules = tmp_path / "rules.toml"
    rules.write_text("a")
    others = [
        plain,
        replace(plain, settings=Settings(log_timezone="Europe/Berlin")),
        replace(plain, settings=replace(plain.settings, about=About(title="x"))),
        replace(plain, settings=replace(plain.settings, rules=(rules,))),
        replace(plain, forms=("json",)),
        replace(plain, program="0"),
        replace(plain, evidence=("one/genesis.out",)),
    ]
    keys = [key_of(each) for each in others]
    rules.write_text("b")
    keys.append(key_of(others[3]))
    (tmp_path / "one" / "genesis.out").write_text("else")
    keys.append(key_of(plain))
    (tmp_path / "one" / "genesis.out").rename(tmp_path / "one" / "genesis.out.1")
    keys.append(key_of(plain))

    assert len(set(keys)) == len(keys)


def test_where_it_lies_and_who_does_it_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = []
    for name in ("here", "there"):
        evidence(tmp_path / name, "one")
        monkeypatch.chdir(tmp_path / name)
        os.utime(tmp_path / name / "one" / "genesis.out", (1, 1))
        keys.append(key_of(task(tmp_path / name, "one", memory=len(name))))
    keys.append(key_of(task(tmp_path, "one", settings=Settings(log_timezone="UTC", workers=3))))

    assert len(set(keys)) == 1


def test_what_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(EvidenceError, match="one: there is no such file or folder"):
        key_of(task(tmp_path, "one"))
    evidence(tmp_path, "one")
    with pytest.raises(ConfigurationError, match=r"none.toml: can't be read"):
        key_of(task(tmp_path, "one", settings=Settings(rules=(tmp_path / "none.toml",))))


def test_the_state_changes_where_somebody_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    evidence(tmp_path, "one")
    before = state_of(["one"])
    assert state_of(["one"]) == before
    with (tmp_path / "one" / "genesis.out").open("a") as log:
        log.write("more\n")
    assert state_of(["one"]) != before
