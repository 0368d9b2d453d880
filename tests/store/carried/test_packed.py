"""A carried document comes back as it was, and nobody's file is unpacked beyond the bound."""

from __future__ import annotations

import lzma
from hashlib import sha256

import pytest

from analyzer.errors import EvidenceError
from analyzer.store.carried import packed as room
from analyzer.store.carried.packed import packed, unpacked


@pytest.mark.parametrize("document", [b"", b"{}\n", b'{"a": 1}\n' * 400_000], ids=["empty", "small", "several-parts"])
def test_a_document_comes_back(document: bytes) -> None:
    data = packed(document)
    assert data is not None
    assert data == packed(document)
    assert unpacked(data, "x") == document


def test_what_does_not_shrink_enough_is_not_carried() -> None:
    document = b"".join(sha256(number.to_bytes(4)).digest() for number in range(100_000))
    assert packed(document) is None


def test_what_only_its_last_bytes_make_too_large_is_not_carried(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = packed(b"some words")
    assert whole is not None
    monkeypatch.setattr(room, "MOST_PACKED", len(whole) - 1)
    assert packed(b"some words") is None


def test_no_more_is_packed_than_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_DOCUMENT", 1000)
    assert packed(bytes(1000)) is not None
    assert packed(bytes(1001)) is None


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_DOCUMENT", 1 << 20)
    with pytest.raises(EvidenceError, match="x: the run that it carries expands to more than 1 MB"):
        unpacked(lzma.compress(bytes(64 << 20)), "x")


def test_what_wants_too_much_memory_is_not_unpacked() -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 512 << 20}]
    with pytest.raises(EvidenceError, match="is damaged"):
        unpacked(lzma.compress(b"{}", filters=filters), "x")


@pytest.mark.parametrize("damage", ["cut", "changed", "nothing", "other"])
def test_damage_is_told(damage: str) -> None:
    data = packed(b'{"a": 1}\n' * 1000) or b""
    changed = {"cut": data[:-20], "changed": data[:60] + b"\x00\x01" + data[62:], "nothing": b"", "other": b"hello"}
    with pytest.raises(EvidenceError, match=r"the run that it carries is (damaged|cut off)"):
        unpacked(changed[damage], "x")
