"""Genesis's questions to a Stargate: its state, and NfsTerminateConnection; HTTP to port 2009."""

from __future__ import annotations

import http.client
import json
from typing import cast

from analyzer.lab.netns.stargate import PORT
from analyzer.lab.rules import State
from analyzer.model.instant import SECOND

_TERMINATE_TIMEOUT_S = 2.0


def ask_state(cvm: str, timeout: int) -> State:
    """The state of the Stargate of a CVM; `down` when there is no answer within `timeout` (ns)."""
    answer = _get(cvm, "/state", timeout / SECOND)
    return cast("State", answer) if answer in ("up", "initializing") else "down"


def ask_processes(cvm: str, timeout: int) -> list[int] | None:
    """The processes of a CVM's NFS server; None when there is no answer within `timeout` (ns)."""
    answer = _get(cvm, "/processes", timeout / SECOND)
    return None if answer is None else cast("list[int]", json.loads(answer))


def terminate(cvm: str, client: str, mode: str) -> list[str] | None:
    """Have a CVM end the NFS connections of a client; their client ends, or None when there is no answer."""
    answer = _get(cvm, f"/nfs_terminate?client={client}&mode={mode}", _TERMINATE_TIMEOUT_S)
    return None if answer is None else cast("list[str]", json.loads(answer))


def _get(cvm: str, path: str, timeout_s: float) -> str | None:
    connection = http.client.HTTPConnection(cvm, PORT, timeout=timeout_s)
    try:
        connection.request("GET", path)
        return connection.getresponse().read().decode()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
