"""A line that finds some paths right says nothing of the others."""

from __future__ import annotations

import io

import pytest

from analyzer.config import Settings
from analyzer.ingest import logs
from analyzer.ingest.logs.meaning.of_all import is_of_all
from analyzer.model.event import Forwarding, HaUnclassified

A, B, C = "10.7.0.13", "10.7.0.14", "10.7.0.15"


@pytest.mark.parametrize(
    "text",
    [
        f"Forwarding for hosts {A}, {B} and {C} is as expected",
        f"Forwarding correct: ['{A}', u'{B}']",
        f"Forwarding of 3 of 3 hosts is correct: {A} {B} {C}",
        f"forwarding {A}=correct {B}=correct {C}=correct",
        f"Route 192.168.5.2/32 via {A} is in place",
    ],
)
def test_the_same_is_said_of_all(text: str) -> None:
    assert is_of_all(text, one_host=False)


@pytest.mark.parametrize(
    "text",
    [
        f"All but {A} forward as expected: {B}, {C}",
        f"Forwarding is as expected except on host {A}",
        f"Forwarding of 2 of 3 hosts is correct: {A} {B} {C}",
        f"Forwarding would be as expected for host {A} once converged",
    ],
)
@pytest.mark.parametrize("one_host", [False, True])
def test_some_are_left_out(text: str, *, one_host: bool) -> None:
    assert not is_of_all(text, one_host=one_host)


@pytest.mark.parametrize(
    ("text", "of_all"),
    [
        (f"{A}=odd {B}=correct", False),
        (f"{A}: astray, {B}: correct", False),
        (f"forwarding of {A} deviates; forwarding of {B} is as expected", False),
        (f"{A}: correct, {B}: correct", True),
        (f"forwarding of {A} and forwarding of {B} are as expected", True),
        (f"forwarding of {A} to {B} is as expected", True),
        (f"host {A}: 192.168.5.2 is forwarded to {B}, as expected", True),
    ],
)
def test_a_line_on_one_host_may_be_on_another_too(text: str, *, of_all: bool) -> None:
    assert is_of_all(text, one_host=True) is of_all


@pytest.mark.parametrize(
    "text", [f"data path census: {A} misrouted; {B} {C} fine", f"Forwarding: {A} astray, {B} correct, {C} correct"]
)
def test_each_has_a_word_of_its_own(text: str) -> None:
    assert not is_of_all(text, one_host=False)
    line = f"2026-05-04 09:05:00,100Z INFO 80801248 ha_service.py:431 {text}\n"
    found = logs.read(io.BytesIO(line.encode()), "genesis.out", "genesis", Settings(), logs.load_rules(())).events
    assert not [one for one in found if isinstance(one.detail, Forwarding)]
    assert [one for one in found if isinstance(one.detail, HaUnclassified)]


@pytest.mark.parametrize(
    "text",
    [
        f"[HostPath(host=u'{A}', next_hop={C}, target=None), HostPath(host=u'{B}', next_hop=None, target=None)]",
        f"[HostPath(host=u'{A}', next_hop=None, target={C}), HostPath(host=u'{B}', next_hop=None, target=None)]",
        f'{{"hosts":[{{"host":"{A}","route":{{"actual":"{C}","expected":null}}}},{{"host":"{B}","route":{{"actual":null}}}}]}}',
    ],
)
def test_a_list_of_hosts_with_their_own_paths_is_of_none(text: str) -> None:
    line = f"2026-05-04 09:05:00,100Z INFO 80801248 ha_service.py:431 {text}\n"
    found = logs.read(io.BytesIO(line.encode()), "genesis.out", "genesis", Settings(), logs.load_rules(())).events
    assert [type(one.detail) for one in found] == [HaUnclassified]


def test_a_list_of_hosts_with_the_same_path_is_of_all() -> None:
    each = [f"HostPath(host=u'{one}', next_hop=None, target=None)" for one in (A, B, C)]
    line = f"2026-05-04 09:05:00,100Z INFO 80801248 ha_service.py:431 [{', '.join(each)}]\n"
    found = logs.read(io.BytesIO(line.encode()), "genesis.out", "genesis", Settings(), logs.load_rules(())).events
    assert [(one.detail.state, one.detail.addresses) for one in found if isinstance(one.detail, Forwarding)] == [
        ("correct", (A, B, C))
    ]
