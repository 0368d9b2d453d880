"""A signature is of one manifest, and by one of those that were named."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from analyzer.errors import UsageError
from analyzer.programs import ProgramError
from analyzer.store import signature
from analyzer.store.signature import MOST, NAMESPACE, Signature, checked, signed

pytestmark = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")
MANIFEST = b'{"manifest_version": 1}\n'


def key_in(folder: Path, name: str, passphrase: str = "") -> Path:
    path = folder / name
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-C", name, "-f", str(path)]
    subprocess.run(command, check=True, capture_output=True)
    return path


def allowed(folder: Path, *keys: Path, namespaces: str = NAMESPACE) -> Path:
    path = folder / "signers"
    lines = (f'{key.name}@lab namespaces="{namespaces}" {key.with_suffix(".pub").read_text("utf-8")}' for key in keys)
    path.write_text("".join(lines), "utf-8")
    return path


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    return key_in(tmp_path, "mine")


@pytest.fixture
def made(mine: Path, tmp_path: Path) -> Path:
    path = tmp_path / "manifest.json.sig"
    path.write_bytes(signed(MANIFEST, mine))
    return path


def test_by_whom_it_is(mine: Path, made: Path, tmp_path: Path) -> None:
    other = key_in(tmp_path, "other")
    assert checked(MANIFEST, made, None) == Signature(fits=True)
    assert checked(MANIFEST, made, allowed(tmp_path, other, mine)) == Signature(fits=True, by="mine@lab")
    assert checked(MANIFEST, made, allowed(tmp_path, other)) == Signature(fits=True)
    assert checked(MANIFEST, made, allowed(tmp_path, mine, namespaces="file")) == Signature(fits=True)


def test_of_another_manifest(mine: Path, made: Path, tmp_path: Path) -> None:
    for signers in (None, allowed(tmp_path, mine)):
        assert checked(MANIFEST + b" ", made, signers) == Signature(fits=False)


def test_for_something_else(mine: Path, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(MANIFEST)
    command = ["ssh-keygen", "-Y", "sign", "-n", "file", "-f", str(mine), str(tmp_path / "x")]
    subprocess.run(command, check=True, capture_output=True)
    assert checked(MANIFEST, tmp_path / "x.sig", allowed(tmp_path, mine)) == Signature(fits=False)


@pytest.mark.parametrize(
    "content", [b"", b"-----BEGIN SSH SIGNATURE-----\n", b"\xff" * 100], ids=["empty", "cut", "none"]
)
def test_what_is_no_signature(content: bytes, mine: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.sig"
    path.write_bytes(content)
    assert checked(MANIFEST, path, allowed(tmp_path, mine)) == Signature(fits=False)


def test_what_can_not_be_read(made: Path, tmp_path: Path) -> None:
    large = tmp_path / "large"
    large.write_bytes(bytes(MOST + 1))
    with pytest.raises(OSError, match="larger"):
        checked(MANIFEST, large, None)
    with pytest.raises(UsageError, match="name a file of allowed signers"):
        checked(MANIFEST, made, tmp_path)


@pytest.mark.parametrize("what", ["none", "passphrase", "no-key"])
def test_what_does_not_sign(what: str, tmp_path: Path) -> None:
    path = key_in(tmp_path, "locked", "secret") if what == "passphrase" else tmp_path / "x"
    if what == "no-key":
        path.write_text("hello\n", "utf-8")
    with pytest.raises(ProgramError, match="does not sign with"):
        signed(MANIFEST, path)


def test_without_the_program(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signature, "_PROGRAM", "there-is-no-such-program")
    with pytest.raises(ProgramError, match="not on PATH"):
        signed(MANIFEST, mine)
