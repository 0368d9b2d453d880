"""The key file: for its owner alone, whole, and a sentence for whatever is wrong with it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from analyzer.errors import ConfigurationError
from analyzer.redact.key import Key, load_key, new_key, save_key


def test_a_key_is_written_for_its_owner_alone_and_read_again(tmp_path: Path) -> None:
    path, key = tmp_path / "new" / "key", Key(secret="ab" * 32, originals={"host-aaaaaaaa": "esx-ä"})
    save_key(path, key)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_key(path) == key
    assert [one.name for one in path.parent.iterdir()] == ["key"]


def test_keys_differ_and_one_that_is_not_there_is_none(tmp_path: Path) -> None:
    assert new_key() != new_key()
    assert len(new_key().bytes) == 32
    assert load_key(tmp_path / "key") is None


@pytest.mark.parametrize(
    "content", [b"", b"{}", b'{"secret":"ab"}', b'{"secret":"' + b"zz" * 32 + b'"}', b'{"x":1}', b"\xff"], ids=repr
)
def test_what_is_no_key_is_said(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.touch(0o600)
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match="is no key of --redact"):
        load_key(path)


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o602])
def test_a_key_that_others_may_read_or_write_is_refused(mode: int, tmp_path: Path) -> None:
    path = tmp_path / "key"
    save_key(path, new_key())
    path.chmod(mode)
    with pytest.raises(ConfigurationError, match=f"mode {mode:04o}.*chmod 600"):
        load_key(path)


def test_a_place_that_can_not_be_read_or_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match="can't be read"):
        load_key(tmp_path)
    with pytest.raises(ConfigurationError, match="can't be written"):
        save_key(tmp_path / "file" / "key", new_key())
