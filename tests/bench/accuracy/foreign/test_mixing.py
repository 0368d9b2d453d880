"""Foreign lines stand between a log's own, which keep their order whatever their stamps say."""

from __future__ import annotations

from itertools import pairwise

from bench.accuracy.foreign.mixing import Machines, mixed

MACHINES = Machines(("10.0.0.1",), ("10.0.0.4",))
OWN = "ha_service.py:1 own"


def log(*seconds: int) -> str:
    return "".join(f"2026-03-02 09:00:{second:02d} INFO {OWN} {place}\n" for place, second in enumerate(seconds))


def test_the_logs_own_lines_keep_their_order_when_its_clock_is_set_back() -> None:
    text = log(10, 20, 30, 5, 15, 50)
    lines = mixed(text, 3, MACHINES, 40).splitlines(keepends=True)

    assert [line for line in lines if OWN in line] == text.splitlines(keepends=True)
    assert len(lines) > 80


def test_stamps_go_back_only_where_the_logs_own_do() -> None:
    lines = mixed(log(10, 20, 30, 5, 15, 50), 3, MACHINES, 40).splitlines()
    stamps = [line[:19] for line in lines]

    assert sum(later < earlier for earlier, later in pairwise(stamps)) == 1


def test_continued_lines_stay_with_their_record() -> None:
    text = f"2026-03-02 09:00:00 INFO {OWN}\n  continued\n2026-03-02 09:00:59 INFO {OWN}\n"

    assert f"{OWN}\n  continued\n" in mixed(text, 1, MACHINES, 40)
