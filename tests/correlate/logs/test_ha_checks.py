"""Which check a line belongs to, and which checks lie between two instants."""

from __future__ import annotations

from tests.correlate.builder import Genesis
from tests.correlate.logs.check_logs import checks, checks_of


def test_a_line_belongs_to_the_check_before_it() -> None:
    log = checks(Genesis(), 0, 30_000)
    found = checks_of(log)

    first, second = found.checks
    assert found.containing(first.first) is first
    assert found.containing(second.first) is second
    assert found.containing(log.at(20_000)) is None
    assert found.containing(log.at(-20_000)) is None
