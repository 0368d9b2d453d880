"""The rules of autopathing: whether a host's forwarding is right, and what to do when it isn't.

A host reaches the storage address by its own CVM, without forwarding. Forwarding to another CVM is right only while its
own doesn't function. A CVM that came back is *alive* first and functions some checks later; until then its host's
forwarding is left alone, so that storage never moves to a CVM that can't serve yet. The lab and the simulator both
follow this module.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal

import msgspec

State = Literal["up", "initializing", "down"]
Forwarding = Literal["correct", "illegal", "absent", "wrong", "kept"]


class Host(msgspec.Struct, frozen=True):
    """A host as Genesis knows it: vmk0's address and its own CVM's address."""

    address: str
    cvm: str


def judge(local: State, gateway: str | None, functioning: Collection[str]) -> Forwarding:
    """What a host's forwarding to `gateway` (None: there is none) is, when its own CVM is in the state `local`.

    `illegal`: there, though the own CVM functions; to be deleted. `absent`: not there, though the own CVM is down; to
    be added. `wrong`: to a CVM that doesn't function either; to be replaced. `kept`: there, as the own CVM is not ready
    yet.
    """
    match local:
        case "up":
            return "illegal" if gateway else "correct"
        case "initializing":
            return "kept" if gateway else "correct"
        case "down":
            if gateway is None:
                return "absent"
            return "correct" if gateway in functioning else "wrong"


def remote_for(host: Host, functioning: Sequence[str], preferred: str) -> str | None:
    """The CVM that a host is forwarded to: the preferred one when it functions, else the first that does."""
    candidates = [cvm for cvm in functioning if cvm != host.cvm]
    return preferred if preferred in candidates else next(iter(candidates), None)
