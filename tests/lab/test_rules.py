from __future__ import annotations

import pytest

from analyzer.lab.rules import Forwarding, Host, State, judge, remote_for

REMOTE, OTHER = "192.168.1.28", "192.168.1.27"
HOST = Host("192.168.1.24", "192.168.1.26")


@pytest.mark.parametrize(
    ("local", "gateway", "forwarding"),
    [
        pytest.param("up", None, "correct", id="healthy"),
        pytest.param("up", REMOTE, "illegal", id="forwarded-though-the-own-cvm-functions"),
        pytest.param("up", "192.168.1.99", "illegal", id="forwarded-to-nobody"),
        pytest.param("down", None, "absent", id="not-forwarded-though-the-own-cvm-is-down"),
        pytest.param("down", REMOTE, "correct", id="forwarded-in-a-failure"),
        pytest.param("down", "192.168.1.99", "wrong", id="forwarded-to-nobody-in-a-failure"),
        pytest.param("initializing", REMOTE, "kept", id="returned-but-not-ready"),
        pytest.param("initializing", None, "correct", id="booting-and-not-forwarded"),
    ],
)
def test_what_a_hosts_forwarding_is(local: State, gateway: str | None, forwarding: Forwarding) -> None:
    assert judge(local, gateway, [REMOTE, OTHER]) == forwarding


def test_the_preferred_cvm_takes_over_when_it_functions() -> None:
    assert remote_for(HOST, [OTHER, REMOTE], REMOTE) == REMOTE
    assert remote_for(HOST, [OTHER], REMOTE) == OTHER
    assert remote_for(HOST, [HOST.cvm], HOST.cvm) is None
