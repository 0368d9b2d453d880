"""An all-clear says on what it rests, and what is missing has a sentence."""

from __future__ import annotations

from typing import get_args

import pytest
from msgspec.structs import replace

from analyzer.model.instant import SECOND
from analyzer.model.over_time.coverage import UNTOLD, Coverage, HostCoverage, Lack, LackName
from analyzer.model.source import Origin
from analyzer.report.coverage import lacking, nothing_told, seen
from analyzer.report.view.labels import Labels
from tests.report import builder

WHEN = (builder.START, builder.START + 90 * SECOND)
LABELS = Labels(builder.run())


@pytest.mark.parametrize("name", get_args(LackName))
def test_each_lack_has_a_sentence_and_none_is_an_all_clear(name: LackName) -> None:
    lack = Lack(name, "192.168.1.24", WHEN, what="calls", count=3, origins=(Origin(builder.GENESIS, 7),))
    coverage = builder.coverage(lack)

    (said,) = lacking(coverage, LABELS)

    assert said.endswith(".")
    assert "{" not in said
    assert nothing_told(coverage).startswith("UNDECIDED: ")
    assert "Nothing failed over" not in nothing_told(coverage)


def test_hosts_that_lack_the_same_share_a_sentence() -> None:
    lacks = tuple(Lack("unseen", f"192.168.1.{number}") for number in range(21, 29))

    (said,) = lacking(builder.coverage(*lacks), LABELS)

    assert "host 192.168.1.21" in said
    assert "and 4 more" in said


def test_signs_are_told_apart_from_what_is_not_seen() -> None:
    assert {nothing_told(builder.coverage(Lack(name))) for name in sorted(UNTOLD - {"unread-lines", "left-out"})} == {
        "UNDECIDED: the evidence shows signs of a failover, but not what happened."
    }
    assert "can't show that there was none" in nothing_told(builder.coverage(Lack("unseen", "192.168.1.24")))
    assert "may be in the rest" in nothing_told(builder.coverage(Lack("left-out", "a.pcap"), Lack("unseen", "h")))
    assert "does not understand" in nothing_told(builder.coverage(Lack("unread-lines"), Lack("unseen", "192.168.1.24")))


def test_without_captures_a_stall_would_not_be_seen() -> None:
    coverage = builder.coverage()
    host = replace(coverage.hosts[0], service=None)

    assert "by the HA checks in the logs" in nothing_told(replace(coverage, hosts=(host,)))
    assert "storage was not interrupted" not in nothing_told(replace(coverage, hosts=(host,)))


def test_a_stall_is_excluded_only_while_captures_show_the_hosts() -> None:
    coverage = builder.coverage()
    assert coverage.time is not None
    first, last = coverage.time

    told = nothing_told(replace(coverage, time=(first - 600 * SECOND, last)))

    assert "and storage was not interrupted from" in told
    assert "Outside of that time an interruption would not be seen" in told


def test_what_took_long_did_stall() -> None:
    assert "storage was not interrupted" in nothing_told(builder.coverage())
    assert "storage was not interrupted" not in nothing_told(replace(builder.coverage(), steady=None))


def test_calls_without_an_answer_are_counted() -> None:
    (host,) = builder.coverage().hosts
    assert host.service is not None
    service = replace(host.service, unanswered=7)

    said = nothing_told(replace(builder.coverage(), hosts=(replace(host, service=service),)))

    assert "7 without an answer" in said


def test_when_a_host_would_have_been_seen_is_told_by_what() -> None:
    (said,) = seen(builder.coverage().hosts)

    assert said.startswith(
        "A failover of host 192.168.1.24 would have been seen by its NFS calls and their replies from "
    )
    assert "; by HA checks from " in said


def test_what_is_not_listed_of_a_host_is_counted() -> None:
    (host,) = builder.coverage().hosts

    (said,) = seen((replace(host, unlisted=1_234),))

    assert said.endswith("; 1,234 more times")


def test_a_host_that_was_not_seen_is_told_too() -> None:
    assert list(seen((HostCoverage(host="192.168.1.25"), HostCoverage(host=None)))) == [
        "A failover of host 192.168.1.25 would have been seen at no time",
        "A failover of any host of these checks would have been seen at no time",
    ]


def test_an_older_document_says_that_it_does_not_tell() -> None:
    assert "Nothing failed over" not in nothing_told(Coverage())
