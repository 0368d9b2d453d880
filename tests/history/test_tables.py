"""The tables as others read them: each query of docs/grafana, as Grafana sends it, on a real PostgreSQL server."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from analyzer.history.changes import tell_of_cluster
from analyzer.history.opening import Store, opened
from analyzer.history.place import Server
from analyzer.history.tables import METADATA
from analyzer.model.instant import SECOND, Span
from analyzer.model.over_time.looks import Change, Line
from tests.conftest import ROOT
from tests.history import made

DASHBOARD: Mapping[str, Any] = json.loads((ROOT / "docs" / "grafana" / "autopath.json").read_text("utf-8"))
CHOSEN = {"cluster": "'it''s'", "kind": "'cvm-failure'", "figure": "'outage'"}
RANGE = "BETWEEN '2026-11-01T00:00:00Z' AND '2026-12-01T00:00:00Z'"


def queries() -> Iterator[tuple[str, str]]:
    """Each query of the dashboard, by where it stands."""
    for variable in DASHBOARD["templating"]["list"]:
        if variable["type"] == "query":
            yield f"variable {variable['name']}", variable["query"]
    for note in DASHBOARD["annotations"]["list"]:
        yield f"annotation {note['name']}", note["target"]["rawSql"]
    for panel in DASHBOARD["panels"]:
        for target in panel["targets"]:
            yield f"panel {panel['title']} {target['refId']}", target["rawSql"]


def sent(query: str) -> str:
    """The query as Grafana sends it: its macros and variables filled in."""
    filled = re.sub(r"\$\{(\w+):sqlstring\}", lambda found: CHOSEN[found[1]], query)
    return re.sub(r"\$__timeFilter\(((?:[^()]|\([^()]*\))*)\)", rf"\1 {RANGE}", filled)


@pytest.fixture
def store(on_server: Server) -> Store:
    store = opened(on_server, make=True)
    for number in range(3):
        made.put(store, made.run(number, cluster="it's"))
    change = Change(
        figure=("cvm-failure", "outage"),
        time=1_795_331_026 * SECOND,
        direction="longer",
        by=Span(SECOND, 2**62),
        told_after="a" * 64,
    )
    tell_of_cluster(store, "it's", [Line(said="found", earlier=change.time, change=change)], 0)
    return store


def test_each_query_finds_what_is_there(store: Store) -> None:
    found: dict[str, list[dict[str, Any]]] = {}
    for where, query in queries():
        text = sent(query)
        assert "$" not in text, where
        with store.reading() as connection:
            found[where] = [dict(row) for row in connection.exec_driver_sql(text.replace("%", "%%")).mappings()]

    assert [where for where, rows in found.items() if not rows] == []
    assert len(found) == 9
    assert [row["cluster"] for row in found["variable cluster"]] == ["it's"]
    assert {"outage", "repair"} <= {row["name"] for row in found["variable figure"]}
    least, most = (found[f"panel $kind, $figure: from the least to the most that it may be {ref}"] for ref in "AB")
    assert len(least) == len(most) == 3
    assert all(one["at least"] <= other["at most"] for one, other in zip(least, most, strict=True))
    assert [row["Tests"] for row in found["panel Clusters A"]] == [3]
    assert [
        (row["Now"], row["By at least, s"], row["By at most, s"]) for row in found["panel Changes that were told A"]
    ] == [("slower", 1, None)]
    assert len(found["panel Tests A"]) == 3


def test_the_page_names_every_table_that_the_queries_read() -> None:
    page = (ROOT / "docs" / "grafana.md").read_text("utf-8")
    granted = set(re.findall(r"autopath_\w+", page[page.index("GRANT SELECT") : page.index(" TO grafana;\n```")]))
    read = {name for _, query in queries() for name in re.findall(r"\bautopath_\w+", query)}
    assert read <= granted <= {*METADATA.tables}
