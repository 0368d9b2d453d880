"""The recordings and their truth: what happened when, exact ns on the captures' clock (see samples/README.md)."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from analyzer.config import Settings
from analyzer.model.episode import EpisodeKind, MeasuredEpisode
from analyzer.model.instant import SECOND
from analyzer.model.measurement import InstantName, KnownInstant
from analyzer.model.run import Run
from analyzer.pipeline import analyze
from tests.conftest import ROOT, SAMPLES

BESIDE = ROOT.parent / "shared" / "data"
MORE = "AUTOPATH_RECORDINGS"  # further folders of the same kind, separated as in PATH

KIND_OF_FAULT: dict[str, EpisodeKind] = {
    "fault_cvm_power_off": "cvm-failure",
    "fault_route_injected": "route-injection",
    "fault_route_deleted": "route-deletion",
    "cvm_power_on": "cvm-recovery",
    "fault_nfs_server_stopped": "unexplained",
}
MODES: dict[str, tuple[str, ...]] = {
    "captures+log": ("span", "vmk1", "genesis"),
    "captures": ("span", "vmk1"),
    "log": ("genesis",),
    "span+log": ("span", "genesis"),
    "vmk1+log": ("vmk1", "genesis"),
    "span": ("span",),
    "vmk1": ("vmk1",),
}


def recordings() -> list[Path]:
    """The folder of every recording: the samples, those beside the checkout, and those that the environment names."""
    folders = [SAMPLES, BESIDE, *(Path(part) for part in os.environ.get(MORE, "").split(os.pathsep) if part)]
    return [truth.parent for folder in folders for truth in sorted(folder.glob("*/truth.json"))]


def recording_id(folder: Path) -> str:
    """`samples-cvm-failure`."""
    return f"{folder.parent.name}-{folder.name}"


@dataclass(frozen=True, slots=True)
class TruePath:
    """A path as the lab made it; `via` is the remote CVM, or None for whatever the program says.

    `kinds` is more than one where only a capture of both sides can tell: a CVM that is a gateway and never answers.
    """

    kinds: tuple[str, ...]
    via: str | None = None


@dataclass(frozen=True, slots=True)
class Interruption:
    """Between two NFS replies that the client saw, ns: the last one before and the first one after."""

    last: int
    first: int

    @property
    def gap(self) -> int:
        """Ns."""
        return self.first - self.last


@dataclass(frozen=True, slots=True)
class TrueEpisode:
    """A fault of the lab. `moments` are the instants that are true of each name: any of them may be meant."""

    kind: EpisodeKind
    gateway: str | None
    paths: tuple[TruePath, TruePath, TruePath]
    moments: dict[InstantName, tuple[int, ...]]
    interruptions: tuple[Interruption, ...]

    @property
    def fault(self) -> int:
        """When it was made, ns."""
        return self.moments["fault"][0]


@dataclass(frozen=True, slots=True)
class Truth:
    """`skew` is how far the log's clock is ahead of the captures'; `earlier` are CVM failures before the captures."""

    host: str
    zone: str
    skew: int
    episodes: tuple[TrueEpisode, ...]
    earlier: tuple[int, ...]


def ns(seconds: Decimal) -> int:
    """Exact ns of a truth's seconds."""
    return int(seconds * SECOND)


@cache
def truth_of(folder: Path) -> Truth:
    """What `truth.json` says."""
    raw = json.loads((folder / "truth.json").read_text("utf-8"), parse_float=Decimal, parse_int=Decimal)
    off = [event for event in raw["events"] if event["name"] == "fault_cvm_power_off"]
    return Truth(
        host=raw["topology"]["ip"]["esx"],
        zone=raw["clock"]["genesis_out_timezone"],
        skew=ns(raw["clock"]["genesis_out_skew_s"]),
        episodes=tuple(_episode(raw, one) for one in raw["episodes"] if _moves_this_host(one)),
        earlier=tuple(ns(event["t"]) for event in off if not event["in_capture"]),
    )


def _moves_this_host(one: dict[str, Any]) -> bool:
    """Another host's CVM can fail too: nothing is detected or done for the host that is recorded."""
    return one["fault"] != "fault_cvm_power_off" or one["action"] is not None


def _episode(raw: dict[str, Any], one: dict[str, Any]) -> TrueEpisode:
    kind = KIND_OF_FAULT[one["fault"]]
    gateway = _gateway(raw, one)
    interruptions = tuple(
        Interruption(ns(item["t_last_reply_before"]), ns(item["t_first_reply_after"]))
        for item in one["client_service_interruptions"]
    )
    return TrueEpisode(kind, gateway, _paths(raw, one, kind, gateway), _moments(raw, one, interruptions), interruptions)


def _gateway(raw: dict[str, Any], one: dict[str, Any]) -> str | None:
    for event in raw["events"]:
        if event["t"] in (one["t_fault"], one["t_action"]) and event.get("gw"):
            return str(event["gw"])
    return None


def _paths(
    raw: dict[str, Any], one: dict[str, Any], kind: EpisodeKind, gateway: str | None
) -> tuple[TruePath, TruePath, TruePath]:
    local, dead, remote = TruePath(("local",)), TruePath(("dead",)), TruePath(("remote",), gateway)
    if kind == "route-injection":
        public = {address for name, address in raw["topology"]["ip"].items() if name.startswith("cvm")}
        served = gateway in public and any(
            item["server_after"] != "cvmA" for item in one["client_service_interruptions"]
        )
        nobody = TruePath(("dead", "remote") if gateway in public else ("dead",), gateway)
        return local, remote if served else nobody, local
    return {
        "cvm-failure": (local, dead, remote),
        "route-deletion": (remote, dead, remote),
        "cvm-recovery": (remote, remote, local),
        "unexplained": (local, dead, local),
    }[kind]


def _moments(
    raw: dict[str, Any], one: dict[str, Any], interruptions: tuple[Interruption, ...]
) -> dict[InstantName, tuple[int, ...]]:
    """Which instants are true of each name; the client's own times stand for what the wire shows."""
    end = one["t_action"] or one["t_fault"]
    happened = [event for event in raw["events"] if one["t_fault"] <= event["t"] <= end]
    ends = [item for item in raw["nfs"]["client_connections"] if item.get("t", 0) >= one["t_fault"]]
    back = [time for item in interruptions[-1:] for time in (item.first, *_left_the_server(raw, item.first))]
    made = [ns(item["t"]) for item in ends if item["ev"] == "conn_established"]
    found: dict[InstantName, tuple[int, ...]] = {
        "fault": tuple(ns(t) for t in (one["t_fault"], one["t_kernel_route_change_by_fault"]) if t),
        "check": tuple(
            ns(event["t"]) for event in raw["events"] if event["name"] == "cycle" and event["t"] >= one["t_fault"]
        )[:1],
        "detected": tuple(ns(t) for t in (one["t_detected"],) if t),
        "decided": tuple(ns(event["t"]) for event in happened if event["name"].startswith("task_")),
        "terminated": tuple(
            ns(t) for event in happened if event["name"] == "nfs_terminated" for t in (event["t"], event["t_call"])
        ),
        "repaired": tuple(ns(t) for t in (one["t_action"],) if t),
        "reset": tuple(ns(item["t"]) for item in ends if item["ev"] == "conn_lost"),
        "connected": tuple(made),
        "restored": tuple(back),
    }
    return {name: times for name, times in found.items() if times}


def _left_the_server(raw: dict[str, Any], first: int) -> list[int]:
    """When the reply that the client saw at `first` left the server: the client notes some late by ms, being busy."""
    segments = raw["nfs"]["path_segments"]
    return [ns(item["t_first_reply"]) for item in segments if ns(item["t_client_first_reply"]) == first]


@cache
def analysed(folder: Path, mode: str) -> Run:
    """The run of a recording's files that `mode` names; read once for all tests."""
    wanted = MODES[mode]
    paths = sorted(
        path for path in folder.iterdir() if path.name.split(".")[0] in wanted and ".jsonl" not in path.suffixes
    )
    return analyze(paths, Settings(log_timezone=truth_of(folder).zone))


def known(measured: MeasuredEpisode) -> dict[InstantName, KnownInstant]:
    """The instants that the program tells of an episode."""
    return {i.name: i for i in measured.episode.instants if isinstance(i, KnownInstant)}
