"""What misleads is told apart: each case of `samples/confounders`, simulated, analysed in several mixes of evidence."""

from __future__ import annotations

import shlex
import tempfile
import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec
import pytest
from click.testing import CliRunner

from analyzer.cli.simulate import command as simulate
from analyzer.config import Settings, default_expectations
from analyzer.model.episode import EpisodeKind, MeasuredEpisode
from analyzer.model.instant import MILLISECOND, SECOND
from analyzer.model.measurement import KnownInstant
from analyzer.model.run import Run
from analyzer.model.truth import TrueEpisode, Truth
from analyzer.pipeline import analyze
from analyzer.store import decode_truth
from tests.conftest import ROOT, SAMPLES
from tests.judged import of_detection

Mix = Literal["all", "captures", "logs", "span", "vmk1", "span+log", "vmk1+log"]

CAPTURES, LOGS = ("span", "vmk0", "vmk1"), ("genesis", "vmkernel", "vobd", "shell", "auth")
FILES: dict[Mix, tuple[str, ...]] = {
    "all": CAPTURES + LOGS,
    "captures": CAPTURES,
    "logs": LOGS,
    "span": ("span",),
    "vmk1": ("vmk1",),
    "span+log": ("span", "genesis"),
    "vmk1+log": ("vmk1", "genesis"),
}
MIXES: tuple[Mix, ...] = ("all", "captures", "logs")
POOR: tuple[Mix, ...] = ("span", "vmk1", "span+log", "vmk1+log")
SEEDS = (1, 2, 3)
HOST = "192.168.1.24"
NEAR = 30 * SECOND
COMMAND = 25 * MILLISECOND  # a fault is no instant: frames on their way still leave


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is told in a mix, where it differs."""

    kinds: tuple[EpisodeKind, ...] | None = None
    may: tuple[EpisodeKind, ...] | None = None
    hosts: tuple[str, ...] | None = None


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of `cases.toml`."""

    name: str
    title: str
    command: str
    kinds: tuple[EpisodeKind, ...]
    may: tuple[EpisodeKind, ...] = ()
    hosts: tuple[str, ...] = (HOST,)
    findings: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    log_timezone: str = "UTC"
    more_seeds: tuple[int, ...] = ()
    by_hand: bool = False
    captures: Told = Told()
    logs: Told = Told()

    def told(self, mix: Mix) -> tuple[tuple[EpisodeKind, ...], tuple[EpisodeKind, ...], tuple[str, ...]]:
        """(kinds, may, hosts) of a mix."""
        other = self.captures if mix == "captures" else self.logs if mix == "logs" else Told()
        return (
            self.kinds if other.kinds is None else other.kinds,
            self.may if other.may is None else other.may,
            self.hosts if other.hosts is None else other.hosts,
        )


FOLDER = SAMPLES / "confounders"
CASES = msgspec.convert(tomllib.loads((FOLDER / "cases.toml").read_text("utf-8"))["case"], tuple[Case, ...])


def every(mixes: tuple[Mix, ...] = MIXES, *, on_a_true_clock: bool = False) -> pytest.MarkDecorator:
    """Each case in each mix with each seed; or only where the times that are told can be the true ones."""
    return pytest.mark.parametrize(
        ("case", "mix", "seed"),
        [
            pytest.param(case, mix, seed, id=f"{case.name}-{mix}-{seed}")
            for case in CASES
            for mix in mixes
            if not on_a_true_clock or has_a_true_clock(case, mix)
            for seed in (*SEEDS, *case.more_seeds)
        ],
    )


def has_a_true_clock(case: Case, mix: Mix) -> bool:
    """Logs alone stand on a clock that nothing sets right, which may be off by hours."""
    return mix != "logs" or (case.log_timezone == "UTC" and "--clock" not in case.command)


def analysed(case: Case, mix: Mix, seed: int) -> tuple[Truth, Run]:
    truth, runs = all_runs(case, seed)
    return truth, runs[mix]


@cache
def all_runs(case: Case, seed: int) -> tuple[Truth, dict[Mix, Run]]:
    """The case's truth, and what is said of its evidence in every mix."""
    settings = Settings(log_timezone=case.log_timezone or None, expectations=default_expectations())
    words = [str(ROOT / word) if word.startswith("samples/") else word for word in shlex.split(case.command)[1:]]
    with tempfile.TemporaryDirectory() as place:
        done = CliRunner().invoke(simulate, [*words, "-o", place, "--seed", str(seed)])
        assert done.exit_code == 0, done.output
        truth = decode_truth(Path(place, "truth.json").read_bytes(), "truth.json")
        files = {mix: [Path(place, one.file) for one in truth.evidence if one.what in FILES[mix]] for mix in FILES}
        return truth, {mix: analyze(paths, settings) for mix, paths in files.items()}


@every()
def test_a_confounder_is_told_apart(case: Case, mix: Mix, seed: int) -> None:
    truth, run = analysed(case, mix, seed)
    kinds, may, hosts = case.told(mix)

    told = sorted(one.episode.kind for one in run.episodes)
    left = list(told)
    missing = []
    for kind in kinds:
        if kind in left:
            left.remove(kind)
        else:
            missing.append(kind)

    assert not missing, f"not told: {missing}; told: {told}"
    assert not [kind for kind in left if kind not in may], f"told and not true: {left}"
    known = {name for host in hosts for name in names_of(truth, host)}
    assert {one.episode.host for one in run.episodes} <= known


@every()
def test_no_verdict_and_no_finding_is_wrong(case: Case, mix: Mix, seed: int) -> None:
    truth, run = analysed(case, mix, seed)
    codes = {one.code for one in run.findings} | {one.code for each in run.episodes for one in each.findings}

    assert not codes.intersection(case.never)
    if mix == "all":
        assert not set(case.findings) - codes
    for one in run.episodes:
        assert not wrong(one, truth, case, mix), f"{of_detection(one).verdict} {of_detection(one).measured}"


@pytest.mark.parametrize("mix", ["all", "logs"])
@pytest.mark.parametrize("case", [case for case in CASES if case.by_hand], ids=lambda case: case.name)
def test_what_a_person_put_right_is_not_judged(case: Case, mix: Mix) -> None:
    _, run = analysed(case, mix, SEEDS[0])

    assert [of_detection(one).verdict for one in run.episodes] == ["NOT-JUDGED"]
    assert mix == "logs" or run.episodes[0].episode.by_hand  # no log has whether the failure came before the command


@every(on_a_true_clock=True)
def test_no_instant_is_wrong(case: Case, mix: Mix, seed: int) -> None:
    """What is told of a true episode lies where it was; `recovered` and `check` are the study's to judge."""
    truth, run = analysed(case, mix, seed)
    for one in run.episodes:
        true = nearest(one, run, truth)
        if true is None:
            continue
        for instant in one.episode.instants:
            if not isinstance(instant, KnownInstant) or instant.name in ("check", "recovered"):
                continue
            least, most = instant.at.least - MILLISECOND, instant.at.most + MILLISECOND
            if instant.name == "fault":
                assert least <= true.instants.fault.most, "fault"
                assert true.instants.fault.least - COMMAND <= most, "fault"
            elif (moment := getattr(true.instants, instant.name)) is not None:
                beside = max(least - moment, moment - most)
                assert beside <= 0, f"{true.kind} {instant.name}: beside it by {beside / SECOND:.3f} s"


@every(POOR)
def test_poor_evidence_does_not_make_a_wrong_kind_sure(case: Case, mix: Mix, seed: int) -> None:
    truth, run = analysed(case, mix, seed)
    left = list(case.kinds)

    for one in run.episodes:
        kind = one.episode.kind
        if kind in left:
            left.remove(kind)
        elif kind not in (*case.may, "unexplained"):
            assert one.episode.confidence == "low", f"told and not true: {kind}"
        assert not wrong(one, truth, case, mix), f"{of_detection(one).verdict} {of_detection(one).measured}"


def nearest(told: MeasuredEpisode, run: Run, truth: Truth) -> TrueEpisode | None:
    """The true episode of the kind and host whose fault is nearest to what is told, within a check period."""
    fault = next((one for one in told.episode.instants if one.name == "fault"), None)
    same = [one for one in truth.episodes if one.kind == told.episode.kind]
    same = [one for one in same if told.episode.host in names_of(truth, one.host)]
    if not isinstance(fault, KnownInstant):
        return None
    alike = [
        one for one in run.episodes if (one.episode.kind, one.episode.host) == (told.episode.kind, told.episode.host)
    ]
    if 1 < len(alike) == len(same):  # on a clock that nothing places, all are near
        return same[alike.index(told)]
    far = [max(0, fault.at.least - one.instants.fault.most, one.instants.fault.least - fault.at.most) for one in same]
    return same[far.index(min(far))] if far and min(far) <= NEAR else None


def wrong(told: MeasuredEpisode, truth: Truth, case: Case, mix: Mix) -> bool:
    """Whether MET or MISSED is said of a true episode of this kind and host, and of none is it true.

    Without the host's logs nothing tells that it was a person who put the route right, so it counts as the detection.
    """
    if case.by_hand and mix not in ("all", "logs"):
        return False
    judgement = of_detection(told)
    if judgement.verdict not in ("MET", "MISSED"):
        return False
    same = [one for one in truth.episodes if one.kind == told.episode.kind]
    same = [one for one in same if told.episode.host in names_of(truth, one.host)]
    taken = [latency for one in same if (latency := detection(one)) is not None]
    expected, bound = (judgement.expected or 0) + judgement.tolerance, judgement.bound or 0
    if judgement.verdict == "MET":
        return not any(each <= expected + MILLISECOND for each in taken)
    return not any(each >= bound - MILLISECOND for each in taken)


def detection(true: TrueEpisode) -> int | None:
    """Fault to detected for a failed CVM, fault to repaired for a route; the shortest that the fault's span allows."""
    end = true.instants.detected if true.kind == "cvm-failure" else true.instants.repaired
    return None if end is None else end - true.instants.fault.most


def names_of(truth: Truth, address: str) -> set[str | None]:
    """A capture of an internal switch alone does not tell whose it is: then its MAC stands for the host."""
    one = next(one for one in truth.hosts if one.address == address)
    return {one.address, one.vmk0_mac, one.vmk1_mac}


def test_the_page_names_each_case() -> None:
    page = (FOLDER / "README.md").read_text("utf-8")

    assert [case.name for case in CASES if f"| {case.name} |" not in page] == []
    scenarios = {path.stem for path in FOLDER.glob("*.toml")} - {"cases"}
    assert scenarios <= {case.name for case in CASES}
