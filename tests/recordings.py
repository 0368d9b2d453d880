"""The recordings and their truth: what happened when, exact ns on the captures' clock (see samples/README.md)."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from analyzer.config import Settings
from analyzer.model.episode import MeasuredEpisode
from analyzer.model.measurement import InstantName, KnownInstant
from analyzer.model.run import Run
from analyzer.model.truth import TrueEpisode, Truth
from analyzer.pipeline import analyze
from analyzer.store import decode_truth
from tests.conftest import ROOT, SAMPLES

BESIDE = ROOT.parent / "shared" / "data"
MORE = "AUTOPATH_RECORDINGS"  # further folders of the same kind, separated as in PATH

MODES: dict[str, tuple[str, ...]] = {
    "captures+log": ("span", "vmk1", "genesis"),
    "captures": ("span", "vmk1"),
    "log": ("genesis",),
    "span+log": ("span", "genesis"),
    "vmk1+log": ("vmk1", "genesis"),
    "span": ("span",),
    "vmk1": ("vmk1",),
    "everything": ("span", "vmk0", "vmk1", "genesis", "vmkernel", "vobd", "shell", "auth"),
}
HOST_LOGS = ("vmkernel", "shell")


def recordings() -> list[Path]:
    """The folder of every recording: the samples, those beside the checkout, and those that the environment names."""
    folders = [SAMPLES, BESIDE, *(Path(part) for part in os.environ.get(MORE, "").split(os.pathsep) if part)]
    return [truth.parent for folder in folders for truth in sorted(folder.glob("*/truth.json"))]


def recording_id(folder: Path) -> str:
    """`samples-cvm-failure`."""
    return f"{folder.parent.name}-{folder.name}"


def modes_of(folder: Path) -> tuple[str, ...]:
    """The modes that tell evidence apart: where no host has logs, everything is the captures and the log."""
    has_host_logs = any(one.what in HOST_LOGS for one in truth_of(folder).evidence)
    return tuple(mode for mode in MODES if mode != "everything" or has_host_logs)


@cache
def truth_of(folder: Path) -> Truth:
    """What `truth.json` says; one of another schema than today's is an error that names it."""
    return decode_truth((folder / "truth.json").read_bytes(), str(folder / "truth.json"))


@cache
def analysed(folder: Path, mode: str) -> Run:
    """The run of a recording's files that `mode` names; read once for all tests."""
    truth = truth_of(folder)
    paths = [folder / one.file for one in truth.evidence if one.what in MODES[mode]]
    return analyze(paths, Settings(log_timezone=truth.clocks[0].zone))


def moments(true: TrueEpisode) -> dict[InstantName, tuple[int, ...]]:
    """The instants that are true of each name. A hand's fault is its command, or the kernel's change that came of it;
    a CVM's is when its power was switched: what follows is its death or boot.
    """
    instants = true.instants
    fault = (instants.fault.least, instants.fault.most) if true.kind.startswith("route") else (instants.fault.least,)
    found: dict[InstantName, int | None] = {
        "check": instants.check,
        "detected": instants.detected,
        "decided": instants.decided,
        "terminated": instants.terminated,
        "repaired": instants.repaired,
        "reset": instants.reset,
        "connected": instants.connected,
        "restored": instants.restored,
    }
    return {"fault": fault, **{name: (at,) for name, at in found.items() if at is not None}}


def known(measured: MeasuredEpisode) -> dict[InstantName, KnownInstant]:
    """The instants that the program tells of an episode."""
    return {i.name: i for i in measured.episode.instants if isinstance(i, KnownInstant)}
