"""What stands for a name: the same each time, told apart where hashes meet, and found again where text follows."""

from __future__ import annotations

import pytest

from analyzer.redact.key import Key
from analyzer.redact.replacements import PSEUDONYM, Replacements
from analyzer.redact.text import restored

KEY = Key(secret="5a" * 32)


def test_a_name_says_what_it_is_of_and_a_file_keeps_its_format() -> None:
    replacements = Replacements(KEY)
    assert replacements.name("host", "esx-7").startswith("host-")
    assert replacements.name("file", "acme.pcapng.gz").endswith(".pcapng.gz")
    assert PSEUDONYM.fullmatch(replacements.name("file", "acme.tar.zst"))
    assert "." not in replacements.name("file", "acme.unknown")


def test_a_name_that_is_known_stays_what_it_was() -> None:
    first = Replacements(KEY)
    name = first.name("host", "esx-7")
    assert Replacements(first.key).name("word", "esx-7") == name
    assert Replacements(KEY).name("host", "esx-7") == name
    assert Replacements(Key(secret="5b" * 32)).name("host", "esx-7") != name


def test_two_names_whose_hashes_meet_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    replacements = Replacements(KEY)
    whole = replacements._hash
    monkeypatch.setattr(replacements, "_hash", lambda text: b"12345" + whole(text)[5:])
    one, other = replacements.name("host", "a"), replacements.name("host", "b")
    assert one != other
    assert (replacements.original(one), replacements.original(other)) == ("a", "b")


def test_a_name_is_found_where_letters_and_dots_follow() -> None:
    replacements = Replacements(KEY)
    name = replacements.name("user", "jdoe")
    for after in ("", ".", ".x", "abc", "abc.out"):
        assert restored(f"{name}{after}", replacements) == f"jdoe{after}"
    assert restored(f"{name}{name}", replacements) == "jdoejdoe"
    assert restored("user-aaaaaaaa", replacements) == "user-aaaaaaaa"


def test_bytes_of_frames_are_replaced_as_their_texts_are() -> None:
    replacements = Replacements(KEY, frozenset({"192.168.5.2"}))
    assert replacements.ipv4_bytes(bytes((10, 1, 2, 3))) == bytes(map(int, replacements.ipv4("10.1.2.3").split(".")))
    assert replacements.ipv4_bytes(bytes((192, 168, 5, 2))) == bytes((192, 168, 5, 2))
    assert replacements.mac_bytes(bytes.fromhex("0050560a0b0c")).hex() == replacements.mac("0050560A0B0C")
