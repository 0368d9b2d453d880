"""What two runs differ in has a name; what changes no figure is no difference."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.history.conditions import ConditionName, differing
from analyzer.model.instant import SECOND, Span
from analyzer.model.over_time.conditions import conditions_of
from analyzer.model.run import Expectation, ProjectFile, Run
from tests.history.made import run

RUN = run(settings=replace(run().settings, rules=("a.toml",)), check_period=Span(29 * SECOND, 31 * SECOND))
MORE = Expectation(kind="*", metric="outage", expected=36 * SECOND)


def told(**changed: object) -> Run:
    return replace(RUN, settings=replace(RUN.settings, **changed))


@pytest.mark.parametrize(
    ("other", "names"),
    [
        (RUN, ()),
        (told(log_timezone="Asia/Tokyo"), ()),
        (told(log_year=2026), ()),
        (told(host_private_address="10.0.0.1"), ("settings",)),
        (told(cvm_management_address="10.0.0.1"), ("settings",)),
        (told(nfs_port=2050), ("settings",)),
        (told(storage_address="10.0.0.1"), ("settings",)),
        (told(expectations=(*RUN.settings.expectations, MORE)), ("expectations",)),
        (told(expectations=tuple(replace(one, expected=1) for one in RUN.settings.expectations)), ("expectations",)),
        (told(expectations=tuple(replace(one, source="x", own=True) for one in RUN.settings.expectations)), ()),
        (told(rules=("b.toml",)), ("rules",)),
        (replace(RUN, check_period=Span(10 * SECOND, 11 * SECOND)), ("check-period",)),
        (replace(RUN, check_period=Span(31 * SECOND, 32 * SECOND)), ()),
        (replace(RUN, check_period=None), ()),
        (replace(RUN, autopath_version="2"), ("program",)),
        (told(hash="blake3"), ()),
        (told(redacted=3), ()),
        (told(project=ProjectFile(name="autopath.toml", digest="sha256:0", keys=("zone",))), ()),
        (replace(told(nfs_port=1, rules=()), autopath_version="2"), ("settings", "rules", "program")),
    ],
)
def test_what_differs_is_named(other: Run, names: tuple[ConditionName, ...]) -> None:
    assert differing(conditions_of(RUN), conditions_of(other)) == names
    assert differing(conditions_of(other), conditions_of(RUN)) == names
