"""A document that is well typed and contradicts itself is refused; what the program writes never does."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from analyzer.cli import run
from analyzer.errors import EvidenceError
from analyzer.model.event import HealthyChecks, Repeated, StargateStates
from analyzer.model.run import Run
from analyzer.store import decode_run, encode_run
from analyzer.store.consistent import contradiction, too_large
from tests.cli.asked import one_sentence
from tests.conftest import SAMPLES
from tests.recordings import analysed

CASES = [path.parent.name for path in sorted(SAMPLES.glob("*/genesis.out"))]


@pytest.fixture(scope="module")
def whole() -> Run:
    return analysed(SAMPLES / "cvm-failure", "captures+log")


@pytest.mark.parametrize("case", CASES)
def test_no_run_of_ours_contradicts_itself(case: str) -> None:
    run = analysed(SAMPLES / case, "captures+log")
    assert contradiction(run) == ""
    assert not too_large(encode_run(run))


def no_width(document: Any) -> None:
    document["series"][0]["width"] = 0


def endless(document: Any) -> None:
    document["series"][0]["width"] = 10**18


def no_width_of_latency(document: Any) -> None:
    document["episodes"][0]["chart"]["latency_width"] = 0


def backwards(document: Any) -> None:
    chart = document["episodes"][0]["chart"]
    chart["start"], chart["end"] = chart["end"], chart["start"]


def two_clocks(document: Any) -> None:
    document["episodes"][0]["episode"]["instants"][0]["at"]["clock"] = "another"


def clock_of_phase(document: Any) -> None:
    document["episodes"][0]["phases"][0]["end"]["clock"] = "another"


def no_instants(document: Any) -> None:
    document["episodes"][0]["episode"]["instants"] = []


def twice(document: Any) -> None:
    document["episodes"][0]["episode"]["instants"] *= 2


def beyond_64_bits(document: Any) -> None:
    document["clocks"][0]["pairs"] = 10**30


@pytest.mark.parametrize(
    "spoil",
    [no_width, endless, no_width_of_latency, backwards, two_clocks, clock_of_phase, no_instants, twice, beyond_64_bits],
)
def test_a_contradiction_is_one_sentence(
    spoil: Callable[[Any], None], whole: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = json.loads(encode_run(whole))
    spoil(document)
    (tmp_path / "run.json").write_text(json.dumps(document))
    with pytest.raises(EvidenceError, match=r"x: contradicts itself \(.*\); make it anew"):
        decode_run(json.dumps(document).encode(), "x")
    assert run(["report", str(tmp_path), "-o", str(tmp_path / "out")]) == 3
    assert one_sentence(capsys.readouterr().err)


def test_long_digits_in_a_text_are_no_number(whole: Run) -> None:
    document = json.loads(encode_run(whole))
    document["case"] = "9" * 40
    assert decode_run(json.dumps(document).encode(), "x").case == "9" * 40


UP = StargateStates(all_of="up")


@pytest.mark.parametrize(
    ("steps", "apart", "says"),
    [
        (((30, 10**12),), ((1, 10**12),), "1000000000001 HA checks are told as one"),
        (((30, 0), 30), (1,), "2 HA checks are told as one"),
        (((30, 4), 30), (1, 2), "not as many distances"),
    ],
    ids=["endless", "none", "unlike"],
)
def test_checks_that_are_told_as_one_are_as_many_as_a_log_may_hold(
    steps: tuple[Repeated, ...], apart: tuple[Repeated, ...], says: str, whole: Run
) -> None:
    event = replace(whole.events[0], detail=HealthyChecks((UP,), steps, apart))
    good = replace(whole.events[0], detail=HealthyChecks((UP,), ((30, 4), 30), (1, 2, 1, 1, 7)))

    assert says in contradiction(replace(whole, events=(event,)))
    assert contradiction(replace(whole, events=(good,))) == ""
