"""Texts: what is replaced in each form that it has, what stays, and the way back."""

from __future__ import annotations

import re
import tomllib
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.redact.key import Key
from analyzer.redact.replacements import PSEUDONYM, Replacements
from analyzer.redact.text import Texts, restored

KEY = Key(secret="5a" * 32)
NAMES = {"esx-a": "host", "root": "user", "My Store": "datastore", "C&A": "datastore", "esx-a.lab.local": "host"}

PATHS = {"case/span.pcap": "file-aaaaaaaa/file-bbbbbbbb.pcap", "my case/x": "file-cccccccc/file-dddddddd"}


def both() -> tuple[Texts, Replacements]:
    replacements = Replacements(KEY, frozenset({"192.168.5.2"}))
    return Texts(replacements, NAMES, PATHS), replacements


def test_a_line_keeps_its_words_times_and_numbers() -> None:
    texts, _ = both()
    line = "2026-11-22 07:03:44,123Z INFO ha_service.py:489 All stargates are up (3 of 3, 12.5 ms) via 192.168.5.2:2049"
    assert texts.redacted(line) == line


@pytest.mark.parametrize(
    "told",
    [
        "NFS V3 GETATTR call xid 0x790207e3 [PSH, ACK] Seq=3735928559 Ack=4026531840 Len=140",
        "RPC reply xid 0x0a040506 [PSH, ACK] Seq=168035590 Ack=1 Len=116",
        "TCP [SYN] Seq=4294967295 Len=0",
        "RPC reply xid 0x790207e3 Len=12345",
    ],
)
@pytest.mark.parametrize("before", ["", "VLAN 12 "])
def test_a_frame_keeps_the_numbers_of_its_protocols(before: str, told: str) -> None:
    texts, _ = both()
    parties = texts.redacted("10.4.5.6:831"), texts.redacted("10.4.5.7:2049")
    line = f"{before}10.4.5.6:831 → 10.4.5.7:2049 {told}"
    assert texts.redacted(line) == f"{before}{' → '.join(parties)} {told}"


@pytest.mark.parametrize("line", ["root said Seq=168035590 Len=1", "a → b acme.example Seq=168035590 of Len=1 x"])
def test_a_line_that_only_looks_like_a_frame_keeps_none(line: str) -> None:
    texts, _ = both()
    assert "168035590" not in texts.redacted(line)


def test_titles_and_advice_of_findings_stay() -> None:
    texts, _ = both()
    entries = tomllib.loads(resources.files("analyzer.judge").joinpath("catalogue.toml").read_text("utf-8"))
    said = {text for entry in entries.values() for text in (entry["title"], entry["advice"])}
    assert any("--log-timezone" in text for text in said)
    assert {text: told for text in said if (told := texts.redacted(text)) != text} == {}


@pytest.mark.parametrize(
    "original",
    [
        "10.4.5.6",
        "10.4.5.6:2049",
        "10.4.5.6/24",
        "10.4.5.6.",
        "(10.4.5.6)",
        "nfs://10.4.5.6/ctr",
        "ip-10-4-5-6",
        "6.5.4.10.in-addr.arpa",
        "168035590",
        "0x0a040506",
        "0a040506",
        "00:50:56:0a:0b:0c",
        "00-50-56-0A-0B-0C",
        "0050.560a.0b0c",
        "0050560a0b0c",
        "fe80::250:56ff:fe0a:b0c",
        "10,4,5,6,8,1",
        "0a 04 05 06",
        "00 50 56 01 02 24",
        "cvm:00:50:56:0a:0b:0c",
        "vmk1/00:50:56:01:02:24/up",
        "0:50:56:1:2:24",
        "cvm:fe80::250:56ff:fe01:224",
        "x:10.4.5.6:831->10.4.5.7:2049",
        "esx-a",
        "ESX-A",
        "esx-a:",
        "root@esx-a",
        "root",
        "esx-a.lab.local",
        "vm-acme-7.acme.example",
        "/vmfs/volumes/acme-ds/acme.vmx",
        "My Store",
        "C&A",
        "acme.ops@example.com",
        "Zürich-7",
        "naa.600508b1001c",
        "4c4c4544-0042",
        "YWNtZQ==",
        "acme=prod7",
        "'acme'",
    ],
)
def test_a_name_is_replaced_in_each_form_and_comes_back(original: str) -> None:
    texts, replacements = both()
    line = f"Adding route by {original} failed"
    told = texts.redacted(line)
    for part in (
        "10.4.5.6",
        "4-5-6",
        "acme",
        "esx-a",
        "root",
        "my store",
        "c&a",
        "0b:0c",
        "0b0c",
        "50:56",
        "0:56",
        "56ff",
        "2:24",
        "040506",
        "zürich",
    ):
        assert part not in told.lower(), told
    assert "168035590" not in told
    assert told.startswith("Adding route by ")
    assert told.endswith(" failed")
    assert restored(told, replacements) == line


def test_the_same_name_is_the_same_everywhere_and_another_key_gives_another() -> None:
    texts, _ = both()
    one, other = texts.redacted("esx-a is down"), texts.redacted("route on esx-a")
    (name,) = PSEUDONYM.findall(one)
    assert name.startswith("host-")
    assert name in other
    others = Texts(Replacements(Key(secret="5b" * 32)), NAMES, {}).redacted("esx-a is down")
    assert name not in others


@pytest.mark.parametrize(("text", "told"), [("{}", "{}"), ("frame 5 of {}:", "frame 5 of {}:"), ("'{}'", "'{}'")])
@pytest.mark.parametrize("path", PATHS)
def test_a_path_is_what_it_is_as_a_file(path: str, text: str, told: str) -> None:
    texts, _ = both()
    assert texts.redacted(text.format(path)) == told.format(PATHS[path])


def test_addresses_stay_related_in_text() -> None:
    texts, _ = both()
    one, other = (texts.redacted(text).rpartition(".")[0] for text in ("10.4.5.6", "10.4.5.200"))
    assert one == other != "10.4.5"


def test_a_mac_keeps_its_form() -> None:
    texts, _ = both()
    forms = [texts.redacted(form) for form in ("00:50:56:0a:0b:0c", "00-50-56-0A-0B-0C", "0050.560a.0b0c")]
    assert len({re.sub(r"\W", "", form).lower() for form in forms}) == 1
    assert [len(form) for form in forms] == [17, 17, 14]
    assert forms[1] == forms[1].upper()


@given(st.text(max_size=60).filter(lambda text: not PSEUDONYM.search(text)))
def test_any_text_comes_back(text: str) -> None:
    texts, replacements = both()
    assert restored(texts.redacted(text), replacements) == text
