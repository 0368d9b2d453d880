"""The tables of a support bundle have the time of its `date.txt`."""

from __future__ import annotations

from pathlib import Path

from analyzer.model.instant import NO_TIME, SECOND
from tests.correlate.tables import date, found, routes

FOLDER = "esx-esx-b.lab-2023-12-07--05.30-1234/commands"
AT = 1701927011 * SECOND


def test_of_the_same_folder(tmp_path: Path) -> None:
    texts = {f"{FOLDER}/date.txt": date(11), f"{FOLDER}/esxcfg-route_-l.txt": routes("10.1.1.21")}
    (one,) = found(tmp_path, texts).snapshots

    assert (one.state, one.of) == ("forwarded", "esx-b.lab")
    assert one.since is not None
    assert one.since.least < AT < one.since.most, "vm-support runs its commands for minutes"


def test_not_of_another_folder(tmp_path: Path) -> None:
    texts = {"elsewhere/date.txt": date(11), f"{FOLDER}/esxcfg-route_-l.txt": routes("10.1.1.21")}
    correlation = found(tmp_path, texts)

    assert [event.at for event in correlation.evidence.events] == [NO_TIME]


def test_what_has_a_time_of_its_own_keeps_it(tmp_path: Path) -> None:
    texts = {"a/date.txt": date(50), "a/routes.txt": date(11) + routes("10.1.1.21")}
    (one,) = found(tmp_path, texts).snapshots

    assert one.since is not None
    assert one.since.least == AT
