"""Names of an inventory stand wherever an address does, once, and never within what is quoted."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest

from analyzer.model.cluster import Cvm, Host
from analyzer.report.parties import Parties
from analyzer.report.view.labels import Labels
from analyzer.report.words import visible
from tests.report import builder


def parties(hosts: Sequence[tuple[str, str | None]]) -> Parties:
    named = tuple(Host(address=address, name=name) for address, name in hosts)
    return Parties(msgspec.structs.replace(builder.run(), hosts=named, cvms=(Cvm(address="10.0.0.2", name="cvm-a"),)))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("10.0.0.1 went away", "esx-a (10.0.0.1) went away"),
        ("on 10.0.0.1.", "on esx-a (10.0.0.1)."),
        ("esx-a (10.0.0.1) and 10.0.0.2", "esx-a (10.0.0.1) and cvm-a (10.0.0.2)"),
        ("(10.0.0.2 does not answer)", "(cvm-a (10.0.0.2) does not answer)"),
        ("10.0.0.10, 10.0.0.1.5, 110.0.0.1, 10.0.0.1/32, 10.0.0.1:22", None),
        ("esx-a (10.0.0.1, vmk0)", None),
        ("a 192.168.5.2 b", None),
    ],
)
def test_an_address_has_its_name_in_front_once(text: str, said: str | None) -> None:
    assert parties([("10.0.0.1", "esx-a")]).text(text) == (said or text)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("-cvm`\u202ea", r"-cvm\u202ea"),
        ("cvm 10.0.0.1", "cvm 10.0.0.1"),
        ("10.0.0.2 of A", "10.0.0.2 of A"),
        ("a (10.0.0.1) b", "a (10.0.0.1) b"),
        ("``", "-"),
    ],
    ids=ascii,
)
def test_a_name_that_was_put_in_is_not_looked_at_again(name: str, said: str) -> None:
    labels = Labels(msgspec.structs.replace(builder.run(), hosts=(Host(address="10.0.0.1", name=name),)))
    once = labels.text("on 10.0.0.1.")
    assert once == f"on {said} (10.0.0.1)."
    assert visible(labels.text(visible(labels.text(once)))) == once
    assert labels.party("10.0.0.1") == f"{said} (10.0.0.1)"


def test_without_names_a_text_stays_as_it_is() -> None:
    none = parties([("10.0.0.1", None), ("10.0.0.3", "10.0.0.3")])

    assert none.text("10.0.0.1 10.0.0.3") == "10.0.0.1 10.0.0.3"
    assert (none.party("10.0.0.1"), none.name("10.0.0.1"), none.name("10.0.0.2")) == ("10.0.0.1", "10.0.0.1", "cvm-a")


def test_a_quoted_line_is_not_touched() -> None:
    said = "root typed on 10.0.0.1: esxcfg-route -a 192.168.5.2 255.255.255.255 10.0.0.2"

    named = parties([("10.0.0.1", "esx-a")])
    assert named.finding("AP101", said) == said.replace("on 10.0.0.1:", "on esx-a (10.0.0.1):")
    assert named.finding("AP108", "gateway: 10.0.0.2") == "gateway: cvm-a (10.0.0.2)"
