"""A simulated test: its files as bytes, and its truth."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter

import msgspec

from analyzer.lab.simulate.cluster.node import Node
from analyzer.lab.simulate.output.host_logs import APD_AFTER, silences
from analyzer.lab.simulate.output.writer import Writer
from analyzer.lab.simulate.scenario.options import Drawn, Options
from analyzer.model.truth import TrueCvm, TrueEvent, TrueHost, Truth


class Simulated(msgspec.Struct, frozen=True, kw_only=True):
    """`files` by their names (with folders, `/`), in the order in which they were made."""

    files: dict[str, bytes]
    truth: Truth


def truth_of(writer: Writer) -> Truth:
    """All that really happened, once everything is written."""
    simulation, truth_log = writer.simulation, writer.simulation.truth_log
    replies = {
        node.host.address: sorted(time for client in node.clients for time in client.replies)
        for node in simulation.nodes
    }
    return Truth(
        scenario=simulation.scenario.name,
        made_by="simulator",
        note=simulation.scenario.about,
        seed=simulation.seed,
        check_period=simulation.options.period,
        hosts=tuple(_true_host(node) for node in simulation.nodes),
        cvms=tuple(_true_cvm(node) for node in simulation.nodes),
        clocks=writer.clocks(),
        evidence=tuple(writer.vantages),
        episodes=tuple(
            episode.truth(replies[episode.host], writer.first, writer.last)
            for episode in sorted(truth_log.episodes, key=attrgetter("cause"))
            if episode.effect <= simulation.last
        ),
        service=tuple(sorted(truth_log.services, key=attrgetter("first_reply", "client", "port"))),
        events=tuple(sorted((*truth_log.events, *_losses(writer)), key=attrgetter("at"))),
        parameters=_parameters(simulation.options, simulation.drawn),
    )


def _losses(writer: Writer) -> Iterator[TrueEvent]:
    """When hosts declared All Paths Down of a datastore, and since when (ns) nobody had answered it."""
    for node in writer.simulation.nodes:
        replies = [client.replies for client in node.clients]
        for before, _ in silences(replies, writer.simulation.last, node.host.stopped):
            detail = {"host": node.host.address, "since": str(before)}
            yield TrueEvent(at=before + APD_AFTER, name="all-paths-down", by=node.host.address, detail=detail)


def _true_host(node: Node) -> TrueHost:
    host = node.host
    return TrueHost(
        name=host.name,
        address=host.address,
        cvm=node.cvm.address,
        vmk0_mac=host.vmk0.mac.hex(":"),
        vmk1_mac=host.vmk1.mac.hex(":"),
    )


def _true_cvm(node: Node) -> TrueCvm:
    cvm = node.cvm
    return TrueCvm(name=cvm.name, address=cvm.address, eth0_mac=cvm.eth0.mac.hex(":"), eth1_mac=cvm.eth1.mac.hex(":"))


def _parameters(options: Options, drawn: Drawn) -> dict[str, str]:
    """Everything that was set or drawn, as text."""
    given = msgspec.to_builtins(options) | msgspec.to_builtins(drawn)
    return {name: str(value) for name, value in sorted(given.items())}
