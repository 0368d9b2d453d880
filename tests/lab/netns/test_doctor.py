from __future__ import annotations

import os
import shutil

import pytest

from analyzer.errors import UsageError
from analyzer.lab.netns import LabOptions, doctor, record
from tests.lab.netns.program import needs_root, run


@needs_root
def test_nothing_is_missing_where_the_tests_run() -> None:
    done = run("doctor")

    assert done.returncode == 0, done.stdout
    assert "missing" not in done.stdout


def test_what_is_missing_is_told_with_the_way_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    which = shutil.which
    absent = {"ganesha.nfsd", "arping"}
    monkeypatch.setattr(
        shutil, "which", lambda name, **more: None if name in absent else which(name, **more) or "/bin/true"
    )
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    with pytest.raises(UsageError) as error:
        doctor.require()

    sentence = str(error.value)
    assert "root" in sentence
    assert "sudo" in sentence
    assert "apt-get install iputils-arping" in sentence
    assert "nfs-ganesha nfs-ganesha-vfs" in sentence


def test_an_unknown_scenario_starts_nothing() -> None:
    with pytest.raises(UsageError, match="earthquake"):
        record(LabOptions(scenario="earthquake"))
