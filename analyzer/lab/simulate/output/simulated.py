"""A simulated test: its files as bytes, and its truth."""

from __future__ import annotations

from operator import attrgetter

import msgspec

from analyzer.lab.simulate.cluster.node import Node
from analyzer.lab.simulate.output.writer import Writer
from analyzer.lab.simulate.scenario.options import Drawn, Options
from analyzer.model.truth import TrueCvm, TrueHost, Truth


class Simulated(msgspec.Struct, frozen=True, kw_only=True):
    """`files` by their names (with folders, `/`), in the order in which they were made."""

    files: dict[str, bytes]
    truth: Truth


def truth_of(writer: Writer) -> Truth:
    """All that really happened, once everything is written."""
    world, chronicle = writer.world, writer.world.chronicle
    replies = {
        node.host.address: sorted(time for client in node.clients for time in client.replies) for node in world.nodes
    }
    return Truth(
        scenario=world.scenario.name,
        made_by="simulator",
        note=world.scenario.about,
        seed=world.seed,
        check_period=world.options.period,
        hosts=tuple(_true_host(node) for node in world.nodes),
        cvms=tuple(_true_cvm(node) for node in world.nodes),
        clocks=writer.clocks(),
        evidence=tuple(writer.vantages),
        episodes=tuple(
            story.truth(replies[story.host], writer.first, writer.last)
            for story in chronicle.stories
            if story.effect <= world.last
        ),
        service=tuple(sorted(chronicle.services, key=attrgetter("first_reply", "client", "port"))),
        events=tuple(sorted(chronicle.events, key=attrgetter("at"))),
        parameters=_parameters(world.options, world.drawn),
    )


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
