"""The truth of recordings made before there was a schema for it, as today's document; no fact is lost.

What has no field of its own there is an event (`interruption`, `served`, …) or a parameter.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from analyzer.model.episode import EpisodeKind
from analyzer.model.instant import SECOND, Span
from analyzer.model.path import Path as StoragePath
from analyzer.model.truth import (
    TrueClock,
    TrueCvm,
    TrueEpisode,
    TrueEvent,
    TrueHost,
    TrueInstants,
    TrueService,
    TrueVantage,
    Truth,
)

KIND_OF_FAULT: dict[str, EpisodeKind] = {
    "fault_cvm_power_off": "cvm-failure",
    "fault_route_injected": "route-injection",
    "fault_route_deleted": "route-deletion",
    "cvm_power_on": "cvm-recovery",
    "fault_nfs_server_stopped": "unexplained",
}
HOST_OF = {"cvmA": "esx", "cvmB": "esxB", "cvmC": "esxC"}
LEADER, LOCAL_CVM = "cvmB", "cvmA"
OF_NFS = {  # the lists of `nfs` that are events, and the key of their time
    "path_changes": "t_last_reply_old_path",
    "reply_gaps_over_1_5s": "t_from",
    "client_gaps_over_1_5s": "t_from",
    "tcp_retransmitted_replies": "t",
    "replies_to_connections_the_client_had_closed": "t",
}
SLACK = Decimal("0.01")

Raw = dict[str, Any]


def is_old(document: bytes) -> bool:
    return b'"truth_version"' not in document


def converted(folder: Path) -> Truth:
    """The truth of a recording's folder, from its old `truth.json`."""
    raw: Raw = json.loads((folder / "truth.json").read_text("utf-8"), parse_float=Decimal)
    ip, mac = raw["topology"]["ip"], raw["topology"]["mac"]
    return Truth(
        scenario=raw["scenario"],
        made_by="recording",
        note=raw["note"],
        storage_address=raw["topology"]["storage_target"],
        nfs_port=int(raw["topology"]["nfs_port"]),
        check_period=_ns(raw["parameters"]["period"]),
        hosts=tuple(
            TrueHost(name=h, address=ip[h], cvm=ip[c], vmk0_mac=mac[f"{h}.vmk0"], vmk1_mac=mac[f"{h}.vmk1"])
            for c, h in HOST_OF.items()
        ),
        cvms=tuple(
            TrueCvm(name=c, address=ip[c], eth0_mac=mac[f"{c}.eth0"], eth1_mac=mac[f"{c}.eth1"]) for c in HOST_OF
        ),
        clocks=(
            TrueClock(
                clock=ip[LEADER],
                ahead=_ns(raw["clock"]["genesis_out_skew_s"]),
                zone=raw["clock"]["genesis_out_timezone"],
            ),
        ),
        evidence=tuple(_evidence(folder, raw)),
        episodes=(*_earlier(raw), *_episodes(raw)),
        service=tuple(_service(raw)),
        events=tuple(sorted(_events(raw), key=lambda event: (event.at, event.name))),
        parameters=_parameters(raw),
    )


def _evidence(folder: Path, raw: Raw) -> Iterator[TrueVantage]:
    ip = raw["topology"]["ip"]
    first, last = _ns(raw["capture"]["t_start"]), _ns(raw["capture"]["t_stop"])
    snaplen = int(raw["parameters"]["snaplen"]) or None
    for file in sorted(folder.iterdir()):
        match file.name.split(".")[0]:
            case "span":
                yield TrueVantage(file=file.name, what="span", first=first, last=last, snaplen=snaplen)
            case "vmk1":
                yield TrueVantage(file=file.name, what="vmk1", of=ip["esx"], first=first, last=last, snaplen=snaplen)
            case "genesis":
                yield TrueVantage(file=file.name, what="genesis", of=ip[LEADER])


# --- episodes --------------------------------------------------------------------------------------------------------


def _episodes(raw: Raw) -> Iterator[TrueEpisode]:
    """Those of the recorded host: when another host's CVM fails, nothing is detected or done for it."""
    for one in raw["episodes"]:
        if one["fault"] != "fault_cvm_power_off" or one["action"] is not None:
            yield _episode(raw, one)


def _episode(raw: Raw, one: Raw) -> TrueEpisode:
    ip, start = raw["topology"]["ip"], one["t_fault"]
    kind, gaps = KIND_OF_FAULT[one["fault"]], one["client_service_interruptions"]
    happened = [e for e in raw["events"] if e["t"] in (start, one["t_action"])]
    gateway = next((str(e["gw"]) for e in happened if e.get("gw")), None)
    later = [other["t_fault"] for other in raw["episodes"] if other["t_fault"] > start]
    before, during, after = _paths(raw, kind, gateway, gaps)
    return TrueEpisode(
        kind=kind,
        host=ip["esx"],
        cvm=None if kind.startswith("route") else ip[LOCAL_CVM],
        gateway=gateway,
        gateway_valid=gateway in _cvms(raw) if kind == "route-injection" else None,
        before=before,
        during=during,
        after=after,
        instants=_instants(raw, one, max(_effect(raw, one, kind), start), min([*later, raw["capture"]["t_stop"]])),
        outage=_gap(gaps),
        covered=True,
    )


def _effect(raw: Raw, one: Raw, kind: EpisodeKind) -> Decimal:
    """When the fault took effect: the route changed, the links went down or up."""
    fault = next(e for e in raw["events"] if e["t"] == one["t_fault"] and e["name"] == one["fault"])
    if kind == "cvm-recovery":
        fault = _first(raw, one["t_fault"], "cvm_links_up") or fault
    at: Decimal = one["t_kernel_route_change_by_fault"] or fault.get("t_eth0_down") or fault["t"]
    return at


def _paths(
    raw: Raw, kind: EpisodeKind, gateway: str | None, gaps: list[Raw]
) -> tuple[StoragePath, StoragePath, StoragePath]:
    local, dead, remote = StoragePath("local"), StoragePath("dead"), StoragePath("remote", via=gateway)
    served = gateway in _cvms(raw) and any(gap["server_after"] not in (LOCAL_CVM, None) for gap in gaps)
    return {
        "cvm-failure": (local, dead, remote),
        "route-deletion": (remote, dead, remote),
        "cvm-recovery": (remote, remote, local),
        "unexplained": (local, dead, local),
        "route-injection": (local, remote if served else StoragePath("dead", via=gateway), local),
    }[kind]


def _earlier(raw: Raw) -> Iterator[TrueEpisode]:
    """The CVM's failure before the captures: only the log can tell of it."""
    ip = raw["topology"]["ip"]
    for fault in raw["events"]:
        if fault["name"] != "fault_cvm_power_off" or fault["in_capture"]:
            continue
        detected, added = _first(raw, fault["t"], "detected"), _first(raw, fault["t"], "kernel_route_added")
        assert detected is not None
        assert added is not None
        gaps = [gap for gap in raw["nfs"]["client_gaps_over_1_5s"] if gap["t_to"] > fault["t"]][:1]
        gaps = [{"t_last_reply_before": gap["t_from"], "t_first_reply_after": gap["t_to"]} for gap in gaps]
        one = {
            "t_fault": fault["t"],
            "t_detected": detected["t"],
            "t_action": added["t"],
            "client_service_interruptions": gaps,
        }
        yield TrueEpisode(
            kind="cvm-failure",
            host=ip[HOST_OF[fault["cvm"]]],
            cvm=ip[fault["cvm"]],
            gateway=added["gw"],
            gateway_valid=None,
            before=StoragePath("local"),
            during=StoragePath("dead"),
            after=StoragePath("remote", via=added["gw"]),
            instants=_instants(raw, one, max(fault.get("t_eth0_down", 0), fault["t"]), raw["capture"]["t_start"]),
            outage=_gap(gaps),
            covered=False,
        )


def _instants(raw: Raw, one: Raw, effect: Decimal, end: Decimal) -> TrueInstants:
    """`end` is the next fault, or that of the captures. The client's own times stand for what the wire shows."""
    start, action, gaps = one["t_fault"], one["t_action"], one["client_service_interruptions"]
    limit = action or start
    ended = _first(raw, start, "nfs_terminated", end=limit)
    decided = _first(raw, start, "task_add_created", "task_delete_created", end=limit)
    check = _first(raw, start, "cycle") if action else None
    connections = [c for c in raw["nfs"]["client_connections"] if "t" in c and start <= c["t"] < end]
    made = [c["t"] for c in connections if c["ev"] == "conn_established" and c["t"] >= limit - SLACK]
    lost = [c["t"] for c in connections if c["ev"] == "conn_lost" and made and c["t"] <= made[-1]]
    return TrueInstants(
        fault=Span(_ns(start), _ns(effect)),
        check=_ns(check["t"]) if check else None,
        detected=_ns(one["t_detected"]) if one["t_detected"] else None,
        decided=_ns(decided["t"]) if decided else None,
        terminated=_ns(ended["t_call"]) if ended else None,
        repaired=_ns(action) if action else None,
        reset=_ns(lost[-1]) if lost else None,
        connected=_ns(made[-1]) if made else None,
        restored=_restored(raw, gaps),
    )


def _restored(raw: Raw, gaps: list[Raw]) -> int | None:
    """When the first reply left the server, where that is known: the client notes some late by ms, being busy."""
    if not gaps:
        return None
    seen = gaps[-1]["t_first_reply_after"]
    left = [s["t_first_reply"] for s in raw["nfs"]["path_segments"] if s.get("t_client_first_reply") == seen]
    return _ns(left[0] if left else seen)


def _gap(gaps: list[Raw]) -> int | None:
    return _ns(gaps[0]["t_first_reply_after"]) - _ns(gaps[0]["t_last_reply_before"]) if gaps else None


# --- all the rest ----------------------------------------------------------------------------------------------------


def _service(raw: Raw) -> Iterator[TrueService]:
    ip = raw["topology"]["ip"]
    for one in raw["nfs"]["path_segments"]:
        note = "" if one["path"] in ("local", "remote") else str(one["path"])
        local = one["server"] == LOCAL_CVM
        if one["server"] in ip:
            yield TrueService(
                host=ip["esx"],
                cvm=ip[one["server"]],
                path=StoragePath("local", note=note) if local else StoragePath("remote", ip[one["server"]], note=note),
                client=one["client_ip"],
                port=int(one["client_port"]),
                first_reply=_ns(one["t_first_reply"]),
                last_reply=_ns(one["t_last_reply"]),
                replies=int(one["replies"]),
            )


def _events(raw: Raw) -> Iterator[TrueEvent]:
    nfs = raw["nfs"]
    for one in raw["events"]:
        yield _event(one["t"], one["name"], str(one.get("by", "")), one, "t", "name", "by", "utc")
    for one in nfs["client_connections"]:
        yield _event(one.get("t", raw["capture"]["t_start"]), one["ev"], "client", one, "t", "ev")
    for name, key in OF_NFS.items():
        by = "client" if name.startswith("client") else "servers"
        yield from (_event(one[key], name, by, one, key) for one in nfs[name])
    for one in nfs["path_segments"]:
        yield _event(one.get("t_client_first_reply", one["t_first_reply"]), "served", "client", one)
    for number, episode in enumerate(raw["episodes"]):
        for one in episode["client_service_interruptions"]:
            told = {"episode": number, "until": _ns(one["t_first_reply_after"]), **one}
            yield _event(one["t_last_reply_before"], "interruption", "client", told)


def _event(at: Decimal, name: str, by: str, told: Raw, *without: str) -> TrueEvent:
    detail = {key: _text(value) for key, value in told.items() if key not in without}
    return TrueEvent(at=_ns(at), name=name, by=by, detail=detail)


def _parameters(raw: Raw) -> dict[str, str]:
    told: Raw = {name: raw[name] for name in ("environment", "parameters", "clock", "capture")}
    told["topology"] = {name: raw["topology"][name] for name in ("span", "vmk1", "esx_private")}
    told["nfs"] = {name: raw["nfs"][name] for name in ("source_of_times", "client_ops")}
    told["episode"] = {
        str(number): {key: value for key, value in one.items() if key != "client_service_interruptions"}
        for number, one in enumerate(raw["episodes"])
    }
    return dict(_flat("", told))


def _flat(prefix: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(f"{prefix}.{key}" if prefix else key, inner)
    else:
        yield prefix, _text(value)


def _text(value: object) -> str:
    return str(value) if isinstance(value, str | Decimal) else json.dumps(value, default=str, sort_keys=True)


def _first(raw: Raw, start: Decimal, *names: str, end: Decimal | None = None) -> Raw | None:
    found = (e for e in raw["events"] if e["name"] in names and start <= e["t"] and (end is None or e["t"] <= end))
    return next(found, None)


def _cvms(raw: Raw) -> set[str]:
    return {address for name, address in raw["topology"]["ip"].items() if name.startswith("cvm")}


def _ns(seconds: Decimal | int) -> int:
    return int(Decimal(seconds) * SECOND)
