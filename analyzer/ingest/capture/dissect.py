"""Wireshark's own dissection of one frame, as pyshark reads it: a second opinion for the eye, never the bulk path."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable

from analyzer.programs import LIMITS, Limits, ProgramError, run_program

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_PACKET = re.compile(rb"<packet>.*?</packet>", re.DOTALL)

# No names are looked up; NFS from the first frame, also in a stream that the capture joins in the middle.
_TSHARK = ("tshark", "-n", "-r", "-", "-T", "pdml", "-d", "tcp.port==2049,rpc", "-d", "udp.port==2049,rpc")


def dissect(content: Iterable[bytes], name: str, number: int, limits: Limits = LIMITS) -> tuple[str, ...]:
    """Wireshark's lines for frame `number` of a capture: a layer's name, its fields indented.

    Raises :class:`~analyzer.programs.ProgramError` where tshark is not installed, breaks, or does not find the frame.
    """
    if shutil.which("tshark") is None:
        raise ProgramError("there is no tshark on PATH: install it (package tshark or wireshark)")
    command = (*_TSHARK, "-c", str(number), "-Y", f"frame.number == {number}")
    packet = _PACKET.search(run_program(command, content, limits).output)  # of a cut file its status is 2
    if packet is None:
        raise ProgramError(f"{name}: tshark finds no frame {number} in it, or can't read it as a capture")
    from pyshark.tshark.output_parser.tshark_xml import packet_from_xml_packet

    try:
        return tuple(line for layer in packet_from_xml_packet(packet[0]).layers for line in _lines(layer))
    except Exception as error:
        raise ProgramError(f"{name}: what tshark prints of frame {number} can't be read ({error})") from error


def _lines(layer: object) -> list[str]:
    name = str(getattr(layer, "layer_name", "?"))
    lines = [name.upper()]
    for field_name in getattr(layer, "field_names", ()):
        container = layer.get_field(field_name)  # type: ignore[attr-defined]  # pyshark has no types
        for field in getattr(container, "all_fields", ()):
            if field.hide:
                continue
            text = _COLOUR.sub("", str(field.showname or field.show or "")).strip()
            if text:
                lines.append(f"    {text}")
    return lines
