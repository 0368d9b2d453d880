from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.compare.runs.settings import differing
from analyzer.model.instant import SECOND, Span
from analyzer.model.over_time.comparison import SettingName
from analyzer.model.run import Run
from tests.compare.runs.made import run


def test_runs_of_like_settings_agree() -> None:
    assert differing([run(1), run(2)]) == ()
    assert differing([run(1)]) == ()


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("expectations", {"expectations": ()}),
        ("rules", {"rules": ("own.toml",)}),
        ("storage-address", {"storage_address": "192.168.9.2"}),
        ("host-private-address", {"host_private_address": "192.168.9.1"}),
        ("cvm-management-address", {"cvm_management_address": "192.168.9.254"}),
        ("nfs-port", {"nfs_port": 2050}),
    ],
)
def test_a_setting_that_differs_is_named(name: SettingName, changed: dict[str, object]) -> None:
    one = run(1)

    assert differing([one, replace(one, settings=replace(one.settings, **changed))]) == (name,)


@pytest.mark.parametrize(
    ("periods", "differ"),
    [
        ([(29, 31), (30, 33)], False),
        ([(29, 31), None], False),
        ([None, None], False),
        ([(29, 31), (59, 61)], True),
    ],
    ids=["met", "one unknown", "unknown", "apart"],
)
def test_check_periods_agree_where_one_fits_all(periods: list[tuple[int, int] | None], differ: bool) -> None:
    runs: list[Run] = [
        replace(run(1), check_period=period and Span(period[0] * SECOND, period[1] * SECOND)) for period in periods
    ]

    assert differing(runs) == (("check-period",) if differ else ())
