"""The settings in which runs differ: which, and what they are on either side."""

from __future__ import annotations

from typing import get_args

import pytest
from msgspec.structs import replace

from analyzer.model.instant import SECOND, Span
from analyzer.model.over_time.comparison import SettingName
from analyzer.model.over_time.conditions import Conditions, Limit
from analyzer.report.compared.settings import SETTINGS, setting_words, settings_words
from tests.compare.runs.made import one_test

OTHERS = one_test(1).conditions
PORT = OTHERS.nfs_port


def under(**changed: object) -> Conditions:
    return replace(OTHERS, **changed)


def test_every_setting_has_its_words() -> None:
    assert set(SETTINGS) == set(get_args(SettingName))


def period(least: float, most: float) -> Span:
    return Span(round(least * SECOND), round(most * SECOND))


@pytest.mark.parametrize(
    ("name", "theirs", "others", "said"),
    [
        ("nfs-port", [{"nfs_port": 2050}], {}, f"the NFS port (2050 against {PORT})"),
        (
            "nfs-port",
            [{"nfs_port": at} for at in (1, 2, 3, 4, 1)],
            {},
            f"the NFS port (1 or 2 or 3 or 1 more against {PORT})",
        ),
        ("rules", [{"rules": ("a.toml", "b.toml")}], {}, "the rules for log lines (a.toml, b.toml against none)"),
        (
            "storage-address",
            [{"storage_address": "10.0.0.1"}],
            {"storage_address": "10.0.0.2"},
            "the storage address (10.0.0.1 against 10.0.0.2)",
        ),
        (
            "check-period",
            [{"check_period": period(10, 10)}],
            {"check_period": period(30, 30)},
            "the period of HA's checks (10.000 s against 30.000 s)",
        ),
        (
            "check-period",
            [{"check_period": period(9.8, 10.1)}, {"check_period": period(9.9, 10.2)}],
            {"check_period": period(30, 30)},
            "the period of HA's checks (10.0 s ± 0.1 s against 30.000 s)",
        ),
        (
            "check-period",
            [{"check_period": period(10, 10)}, {"check_period": period(12, 12)}],
            {"check_period": None},
            "the period of HA's checks (11 s ± 1 s against unknown)",
        ),
        (
            "expectations",
            [{"expectations": ()}],
            {"expectations": (Limit("*", "detection", 30 * SECOND, SECOND),)},
            "the expectations (Detection latency none against Detection latency 30 s + 1 s)",
        ),
        (
            "expectations",
            [
                {
                    "expectations": (
                        Limit("cvm-failure", "outage", 40 * SECOND, 0, 60 * SECOND),
                        Limit("*", "detection", 1, 0),
                    )
                }
            ],
            {"expectations": (Limit("cvm-failure", "outage", 45 * SECOND, 0), Limit("*", "detection", 1, 0))},
            "the expectations (CVM failure Outage 40 s, bound 60 s against CVM failure Outage 45 s)",
        ),
    ],
)
def test_a_setting_is_told_with_both_values(
    name: SettingName, theirs: list[dict[str, object]], others: dict[str, object], said: str
) -> None:
    assert setting_words(name, [under(**one) for one in theirs], under(**others)) == said


def test_several_settings() -> None:
    assert settings_words(("rules", "nfs-port"), [under(nfs_port=1, rules=("x",))], OTHERS) == (
        f"the rules for log lines (x against none) and the NFS port (1 against {PORT})"
    )
