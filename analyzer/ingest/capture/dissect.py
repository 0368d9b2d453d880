"""Wireshark's own dissection of one frame, by pyshark: a second opinion for the eye, never the bulk path."""

from __future__ import annotations

import contextlib
import re

from analyzer.errors import EvidenceError, UsageError

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")

# NFS from the first frame, also in a stream that the capture joins in the middle.
_DECODE_AS = {"tcp.port==2049": "rpc", "udp.port==2049": "rpc"}


def dissect(path: str, number: int) -> tuple[str, ...]:
    """Wireshark's lines for frame `number` of the capture at `path` (plain or gzip): a layer's name, its fields
    indented.

    Raises :class:`UsageError` when tshark is not installed, :class:`EvidenceError` when it can't read the file or the
    file has no such frame.
    """
    import asyncio

    import pyshark
    from pyshark.capture.capture import TSharkCrashException
    from pyshark.tshark.tshark import TSharkNotFoundException

    filter_ = f"frame.number == {number}"
    # A loop of our own: there is none in the main thread from Python 3.14 on, and pyshark would ask for it.
    loop = asyncio.new_event_loop()
    try:
        capture = pyshark.FileCapture(
            path, display_filter=filter_, keep_packets=False, decode_as=_DECODE_AS, eventloop=loop
        )
    except FileNotFoundError:
        loop.close()
        raise EvidenceError(f"{path}: there is no such file, so Wireshark can't dissect its frame {number}") from None
    try:
        packet = next(iter(capture), None)
    except TSharkNotFoundException:
        raise UsageError(
            "Wireshark's dissection needs tshark, and there is none on PATH: install it (package tshark or wireshark)"
        ) from None
    except TSharkCrashException:
        packet = None
    finally:
        # Of a cut file tshark complains after its last whole frame; pyshark would say so again when it is collected.
        with contextlib.suppress(TSharkCrashException):
            capture.close()
        capture._running_processes.clear()  # noqa: SLF001
        loop.close()
    if packet is None:
        # Whether tshark's exit is seen as a crash or as an end depends on who is faster, so the sentence is one.
        raise EvidenceError(f"{path}: tshark finds no frame {number} in it, or can't read it as a capture")
    return tuple(line for layer in packet.layers for line in _lines(layer))


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
