"""Where a process of sshd was reached from; of more than are known nobody is said to be the only one."""

from __future__ import annotations

import pytest

from analyzer.config import Settings
from analyzer.ingest.logs.meaning import logins
from analyzer.ingest.logs.meaning.logins import Logins
from analyzer.model.event import RouteCommand

TYPED = RouteCommand("add", "unknown", "h", "192.168.1.28")


def test_the_login_of_the_process_or_the_only_one() -> None:
    known = Logins()
    known.note("7", "Accepted publickey for root from 192.168.1.27 port 5")

    assert known.attributed(TYPED, "7", Settings()).login == "192.168.1.27"
    assert known.attributed(TYPED, "8", Settings()).login == "192.168.1.27"


def test_beyond_the_limit_there_is_no_only_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logins, "LOGINS_AT_MOST", 1)
    known = Logins()
    known.note("7", "Accepted publickey for root from 192.168.1.27 port 5")
    known.note("8", "Accepted publickey for root from 192.168.1.99 port 5")

    assert known.attributed(TYPED, "7", Settings()).login == "192.168.1.27"
    assert known.attributed(TYPED, "8", Settings()).login is None
