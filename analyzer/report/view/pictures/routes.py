"""The diagrams of an episode's paths: before, during and after."""

from __future__ import annotations

from typing import Literal

from analyzer.model.cluster import Host
from analyzer.model.episode import Episode, MeasuredEpisode
from analyzer.model.path import Path
from analyzer.model.run import Run
from analyzer.report.drawing.route import Part, Route, draw
from analyzer.report.names import host_words, path_words
from analyzer.report.view.labels import Labels
from analyzer.report.view.parts import RouteView

UNKNOWN = "address unknown"


def routes(run: Run, measured: MeasuredEpisode, labels: Labels) -> tuple[RouteView, ...]:
    """Each path with its diagram; none where the evidence shows no path at all."""
    episode = measured.episode
    each = (("before", episode.before), ("during", episode.during), ("after", episode.after))
    if all(path.kind == "unknown" for _, path in each):
        return ()
    host = next((one for one in run.hosts if one.address == episode.host and one.address), None)
    drawn = ((when, path, _route(when, path, episode, run, host, labels)) for when, path in each)
    return tuple(
        RouteView(when, path_words(path, labels.party), _told(route), draw(route) if route.way else None)
        for when, path, route in drawn
    )


def _told(route: Route) -> str:
    """The way in words, for who does not see the diagram; or that nothing shows it."""
    if route.way is None:
        return "nothing in the evidence shows it"
    if route.way == "inside":
        end = f"{route.eth1.name}{f' ({route.eth1.address})' if route.eth1.address else ''} of {route.own}"
        way = f"{route.inside.name} {route.inside.address} → internal switch → {end}"
    else:
        end = f" → {route.far.name} ({route.far.address})" if route.far else ""
        way = f"{route.outside.name} {route.outside.address} → {route.switch}{end}"
    return f"{way}: no reply" if route.kind == "dead" else way


def _route(when: str, path: Path, episode: Episode, run: Run, host: Host | None, labels: Labels) -> Route:
    way, settings = _way(path, episode, run.settings.host_private_address), run.settings
    own = host.cvm if host is not None else None
    outside = way == "outside" and path.kind != "unknown"
    return Route(
        label=f"Path {when}: {path_words(path, labels.party)}",
        kind=path.kind,
        way=way,
        host=f"ESXi {host_words(labels.party(episode.host) if episode.host else None)}",
        inside=Part("VMkernel port", settings.host_private_address),
        outside=Part("VMkernel port", episode.host or UNKNOWN),
        own=f"CVM {labels.parties.name(own)}" if own else "its own CVM",
        eth1=Part(f"eth1 {settings.storage_address}", (path.next_hop_mac or "") if way == "inside" else ""),
        eth0=Part("eth0", own or UNKNOWN),
        switch="switch" if path.vlan is None else f"switch, VLAN {path.vlan}",
        far=_far(path, episode, labels, outside=outside),
    )


def _way(path: Path, episode: Episode, private: str) -> Literal["inside", "outside"] | None:
    """Which of its ports the host's calls leave by."""
    if path.kind in ("local", "remote"):
        return "inside" if path.kind == "local" else "outside"
    if path.kind == "unknown":
        return None
    if path.source is not None:
        return "inside" if path.source == private else "outside"
    return "outside" if path.via is not None or episode.kind == "route-injection" else "inside"


def _far(path: Path, episode: Episode, labels: Labels, *, outside: bool) -> Part | None:
    """What stands behind the switch: who serves or should on this path, else who does on another one."""
    if outside:
        mac = f"eth0 {path.next_hop_mac}" if path.next_hop_mac else "eth0"
        if path.kind == "dead":
            return Part(f"gateway {labels.party(path.via)}" if path.via else "an unknown gateway", "no answer")
        return Part(f"CVM {labels.party(path.via)}" if path.via else "an unknown CVM", mac)
    others = (episode.before, episode.during, episode.after)
    via = next((other.via for other in others if other.kind == "remote" and other.via), None)
    return Part(f"CVM {labels.party(via)}", "eth0") if via else None
