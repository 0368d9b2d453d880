from __future__ import annotations

from pathlib import Path

from analyzer.lab.netns.journal import Journal, first


def test_the_journal_gives_events_in_order_of_time(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal", "lab")
    assert journal.events() == ()

    journal.note("late", 30, host="a")
    journal.note("early", 10, host="a")
    journal.note("early", 20, host="b", number=3)

    events = journal.events()
    assert [event.at for event in events] == [10, 20, 30]
    found = first(events, "early", host="b")
    assert found is not None
    assert found.detail == {"host": "b", "number": "3"}
    assert first(events, "early", since=21) is None
