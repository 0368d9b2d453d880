"""Which evidence a simulation writes, and what is wrong with it: vantage points, formats, impairments."""

from __future__ import annotations

import re
from typing import Annotated, Literal

import msgspec

from analyzer.errors import UsageError
from analyzer.lab.simulate.scenario.options import HOUR, plain, shown, time, within, within_times
from analyzer.model.instant import SECOND

SHORTEST_SNAPLEN = 64  # what `autopath lab` takes too: less holds no TCP header with its options

_VANTAGE = re.compile(r"(?P<span>span)|(?P<port>vmk[01])(?::(?P<node>[1-9][0-9]?))?")

Vantage = Literal["span", "vmk0", "vmk1"]
Format = Literal["pcap", "pcap-ns", "pcapng"]
Encapsulation = Literal["none", "erspan-1", "erspan-2", "erspan-3", "erspan-3-platform", "vxlan"]


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What is written of a simulation. Times are ns."""

    vantages: Annotated[tuple[str, ...], plain("vantage points: span, vmk0, vmk1, or vmk1:3 of another node")] = (
        "span",
        "vmk1",
    )
    captures: Annotated[bool, plain("write captures")] = True
    format: Annotated[Format, plain("of the captures")] = "pcap"
    snaplen: Annotated[int, plain("bytes kept of a frame, at least 64; 0: all")] = 0
    direction: Annotated[
        Literal["both", "in", "out"], plain("of vmk0 and vmk1: what reaches the host, what leaves it")
    ] = "both"
    switch: Annotated[
        Literal["flat", "physical"], plain("physical: the SPAN port misses what a host and its own CVM say")
    ] = "flat"
    ring: Annotated[int, time("a new capture file each so often; 0: one file")] = 0
    compress: Annotated[Literal["none", "gz", "zst"], plain("of the captures and rotated logs")] = "none"
    late: Annotated[int, time("the captures begin this much later")] = 0
    early: Annotated[int, time("the captures end this much earlier")] = 0
    vlan: Annotated[int, plain("an 802.1Q tag on the SPAN port's frames; 0: none")] = 0
    encapsulation: Annotated[
        Encapsulation, plain("what the SPAN port's frames come in; an ERSPAN type III has a subheader or not")
    ] = "none"
    duplicates: Annotated[int, plain("frames that the mirror sends twice, per mille")] = 0
    loss: Annotated[int, plain("frames that the capture lost, per mille")] = 0
    reorder: Annotated[int, plain("frames that changed places in the file, per mille")] = 0
    genesis: Annotated[Literal["all", "leaders", "none"], plain("whose genesis.out is there")] = "all"
    esxi_logs: Annotated[bool, plain("write vmkernel.log, vobd.log, shell.log, auth.log, hostd.log")] = False
    rotate: Annotated[int, plain("rotate genesis.out after so many records; 0: never")] = 0
    keep_log: Annotated[int, plain("of each log, from its beginning, per mille")] = 1000

    def taps(self, nodes: int) -> tuple[tuple[Vantage, int], ...]:
        """(what, node) of each vantage point; :class:`UsageError` for what is none."""
        found: list[tuple[Vantage, int]] = []
        for text in self.vantages if self.captures else ():
            match = _VANTAGE.fullmatch(text)
            number = int(match["node"] or 1) if match else 0
            if match is None or not 1 <= number <= nodes:
                raise UsageError(
                    f"--vantages {text}: no vantage point; expected span, vmk0 or vmk1, or vmk1:2 of another node, "
                    "and --vantages again for each further one"
                )
            tap: tuple[Vantage, int] = (
                "span" if match["span"] else "vmk0" if match["port"] == "vmk0" else "vmk1",
                number,
            )
            if tap in found:
                raise UsageError(f"--vantages {text}: is named twice; name it once")
            found.append(tap)
        return tuple(found)


def check(evidence: Evidence) -> None:
    """:class:`UsageError` for shares, lengths and times that can't be."""
    for name, least, most in (
        ("vlan", 0, 4094),
        ("duplicates", 0, 1000),
        ("loss", 0, 1000),
        ("reorder", 0, 1000),
        ("rotate", 0, 1 << 30),
        ("keep_log", 0, 1000),
    ):
        within(name, getattr(evidence, name), least, most)
    if evidence.snaplen:
        within("snaplen", evidence.snaplen, SHORTEST_SNAPLEN, 262_144)
    for name, least in (("ring", SECOND if evidence.ring else 0), ("late", 0), ("early", 0)):
        within_times(name, getattr(evidence, name), least, 24 * HOUR)


def check_stamps(first: int, last: int, what: str) -> None:
    """:class:`UsageError` when a device that captures would show such times (ns): a pcap's are 32 bits of s."""
    if not 0 <= first <= last < (1 << 32) * SECOND:
        raise UsageError(
            f"{what}: its clock would show {shown(first // SECOND * SECOND)} to {shown(last // SECOND * SECOND)} "
            "since 1970; expected no time before 1970 or after 2106: correct --start, --clock or the length"
        )


def check_window(evidence: Evidence, first: int, last: int) -> None:
    """:class:`UsageError` when nothing is left of captures that would run from `first` to `last` (ns)."""
    if evidence.captures and evidence.late + evidence.early >= last - first:
        cut, whole = shown(evidence.late + evidence.early), shown((last - first) // SECOND * SECOND)
        raise UsageError(f"--late and --early take {cut} of captures that last {whole}: nothing would be left")
