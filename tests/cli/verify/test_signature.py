"""`--sign` and `verify --signers`: the manifest's signature is written, checked, and never outlives its manifest."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from analyzer.cli import run
from analyzer.store import signature
from tests.store.test_signature import allowed, key_in

pytestmark = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")
RUN = str(Path(__file__).resolve().parents[3] / "reports" / "healthy" / "run.json")
SIG = "manifest.json.sig"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report that is signed, by a key, and who may sign."""
    folder = tmp_path_factory.mktemp("signed")
    key = key_in(folder, "mine")
    allowed(folder, key)
    assert run(["report", RUN, "-q", "--sign", str(key), "-o", str(folder / "out")]) == 0
    return folder


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Path:
    return shutil.copytree(written, tmp_path / "copy")


def verified(folder: Path, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str]:
    status = run(["verify", str(folder / "out"), *options])
    return status, capsys.readouterr().out


def test_it_is_checked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, said = verified(folder, capsys, "--signers", str(folder / "signers"))
    assert (status, f"ok       {SIG} (by mine@lab)\n" in said) == (0, True)
    status, said = verified(folder, capsys)
    assert (status, f"{SIG}: is of this manifest.json; whose it is, is not checked" in said) == (0, True)


def append(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b'"manifest_version": 1', b'"manifest_version":  1'))


def another(path: Path) -> None:
    path.write_text("other@lab " + key_in(path.parent, "other").with_suffix(".pub").read_text("utf-8"), "utf-8")


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        pytest.param("out/manifest.json", append, "is not of this manifest.json", id="manifest"),
        pytest.param(f"out/{SIG}", empty, "is not of this manifest.json", id="signature"),
        pytest.param(f"out/{SIG}", os.remove, "is not there", id="no-signature"),
        pytest.param("out/manifest.json", os.remove, "there is no manifest.json that it could be of", id="no-manifest"),
        pytest.param("signers", another, "is by none of those in", id="another"),
    ],
)
def test_what_does_not_agree(
    name: str, change: Callable[[Path], None], said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(folder / name)
    status, told = verified(folder, capsys, "-q", "--signers", str(folder / "signers"))
    assert status == 4
    assert told.startswith(f"differs  {SIG}: ")
    assert said in told


def test_a_signature_does_not_outlive_its_manifest(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = folder / "out"
    assert run(["report", RUN, "-q", "--write", "html", "-o", str(out)]) == 0
    assert (out / SIG).exists()
    assert run(["report", RUN, "--manifest", "-o", str(out)]) == 0
    assert f"removed from {out}, as not of this run: {SIG}" in capsys.readouterr().err
    assert not (out / SIG).exists()


def test_a_signature_that_can_not_be_made_leaves_the_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert run(["report", RUN, "-q", "--sign", str(tmp_path / "none"), "-o", str(out)]) == 0
    assert f"autopath: {SIG} can't be written (ssh-keygen does not sign with" in capsys.readouterr().err
    assert sorted(path.name for path in out.iterdir()) == ["manifest.json", "report.html", "report.md", "run.json"]


def test_without_the_program(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(signature, "_PROGRAM", "there-is-no-such-program")
    status, said = verified(folder, capsys)
    assert (status, f"{SIG}: not checked (there-is-no-such-program is not on PATH)" in said) == (0, True)
    assert verified(folder, capsys, "--signers", str(folder / "signers"))[0] == 2
