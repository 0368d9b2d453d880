"""An aim is met by its figure alone: what could not be compared is never met."""

from __future__ import annotations

import pytest

from bench.speed.aims import Aim, Missing, of_decompressing, of_dissecting, of_hashing, of_readers

GZIP = {"pigz": 1_800.0, "gzip": 2_700.0}


@pytest.mark.parametrize(
    ("found", "at_most", "met"),
    [
        (1.1, True, "yes"),
        (1.2, True, "no"),
        (1.1, False, "yes"),
        (1.0, False, "no"),
        (Missing("cat"), True, "not measured"),
    ],
)
def test_an_aim_is_met_within_its_bound(found: float | Missing, at_most: bool, met: str) -> None:
    assert Aim("reading", found, 1.1, "× cat", at_most=at_most).met == met


def test_without_the_fastest_the_others_say_nothing() -> None:
    aim = of_decompressing(".gz", 770.0, GZIP)

    assert aim.cells() == (
        "gz, of the speed of the fastest alone", "at least 0.9 ×", "", "not measured: igzip is not installed",
    )  # fmt: skip


def test_with_the_fastest_it_is_the_one_that_counts() -> None:
    aim = of_decompressing(".gz", 1_000.0, {**GZIP, "igzip": 730.0})

    assert aim.cells()[2:] == ("0.73 ×", "no")


@pytest.mark.parametrize(
    ("walls", "cells"),
    [
        ({"sha256sum": 2_800.0, "openssl": 740.0}, ("1.08 × hashing alone", "yes")),
        ({"sha256sum": 2_800.0}, ("", "not measured: openssl is not installed")),
        ({}, ("", "not measured: openssl is not installed")),
    ],
    ids=["both", "sha256sum-alone", "none"],
)
def test_hashing_is_held_against_the_fastest(walls: dict[str, float], cells: tuple[str, str]) -> None:
    assert of_hashing("--hash sha256", 800.0, walls).cells()[2:] == cells


def test_readers_that_are_not_there_are_named() -> None:
    cat, tcpdump = of_readers("reading", 130.0, {"cat": 100.0})

    assert cat.cells() == ("reading", "at most 2.5 × cat", "1.30 × cat", "yes")
    assert tcpdump.cells() == ("reading", "at most 0.9 × tcpdump", "", "not measured: tcpdump is not installed")


def test_a_dissector_that_is_not_there_is_named() -> None:
    assert of_dissecting("tshark -T fields", "tshark", None, 100).cells()[3] == "not measured: tshark is not installed"
    assert of_dissecting("tshark -T fields", "tshark", 150.4, 100).cells()[2:] == ("150 ×", "yes")
