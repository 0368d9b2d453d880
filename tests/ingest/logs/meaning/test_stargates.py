"""Which addresses of a sentence are Stargates, and in which state."""

from __future__ import annotations

import pytest

from analyzer.config import Settings
from analyzer.ingest import logs
from analyzer.ingest.logs.meaning.stargates import stargate_states
from analyzer.model.event import StargateStates

WORDS = logs.load_rules(()).vocabulary("genesis")
A, B = "10.4.8.11", "10.4.8.12"


@pytest.mark.parametrize(
    ("text", "states"),
    [
        (f"10.4.8.1: stargate {A} is down", StargateStates(down=(A,))),
        (f"[10.4.8.1] lost, the stargate on {A} unreachable", StargateStates(down=(A,))),
        (f"{A}: stargate is down", StargateStates(down=(A,))),
        (f"{A} is down; stargates up: {B}", StargateStates(up=(B,), down=(A,))),
        (f"stargates down: {A}, hosts wrong = ['10.4.8.1', '10.4.8.2']", StargateStates(down=(A,))),
        (f"Stargate on {A} is not working", StargateStates(down=(A,))),
        (f"stargates [('{A}', <State.unreachable>), ('{B}', <State.running>)]", StargateStates(up=(B,), down=(A,))),
        (f'[{{"cvm":"{A}","stargate":"dead"}},{{"cvm":"{B}","stargate":"up"}}]', StargateStates(up=(B,), down=(A,))),
        (f"healthy_stargates=['{A}', '{B}'] unhealthy_stargates=[]".replace("_", " "), StargateStates(up=(A, B))),
        (f"up stargates=[{A}] down stargates=[{B}]", StargateStates(up=(A,), down=(B,))),
        (f"stargates dead=[] starting=[{A}] alive=[{B}]", StargateStates(up=(B,), initializing=(A,))),
        (f"stargates reachable: {A} {B} unreachable: -", StargateStates(up=(A, B))),
        (f"stargates healthy=[] unhealthy=[{A}]", StargateStates(down=(A,))),
    ],
)
def test_states(text: str, states: StargateStates) -> None:
    assert stargate_states(text, Settings(), WORDS) == states


@pytest.mark.parametrize("text", ["stargate goNe", "", f"stargate {A}", "gone"])
def test_a_line_without_a_state_says_nothing(text: str) -> None:
    assert stargate_states(text, Settings(), WORDS) is None
