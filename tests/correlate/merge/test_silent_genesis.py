"""A repair of which no log of Genesis has a word, where its checks go on before and after."""

from __future__ import annotations

import pytest

from analyzer.correlate.logs.checks.ha_checks import HaCheck, HaChecks
from analyzer.correlate.merge.silent_genesis import _is_untold
from analyzer.model.episode import EpisodeKind
from analyzer.model.instant import SECOND, Instant
from analyzer.model.source import Origin
from tests.correlate.made import observation


def _checks(*at: int, sources: tuple[str, ...] = ("genesis.out",)) -> HaChecks:
    """Checks at these seconds, by the logs in turn."""
    found = []
    for place, second in enumerate(at):
        instant = Instant("c", second * SECOND, second * SECOND)
        found.append(HaCheck(instant, instant, Origin(sources[place % len(sources)], place + 1)))
    return HaChecks(tuple(found), None)


def test_no_log_is_no_silence() -> None:
    assert not _is_untold(observation(), HaChecks((), None))


@pytest.mark.parametrize("kind", ["cvm-failure", "route-injection", "route-deletion"])
@pytest.mark.parametrize("sources", [("genesis.out",), ("genesis.out", "other/genesis.out")])
def test_checks_on_both_sides_that_say_nothing(kind: EpisodeKind, sources: tuple[str, ...]) -> None:
    """Of the leader, or of it and of the one that came after."""
    mended = observation(kind, fault=(20, 20), repaired=(24, 24))

    assert _is_untold(mended, _checks(2, 32, sources=sources))
    assert not _is_untold(mended, _checks(2, 12))
    assert not _is_untold(mended, _checks(32, 62))


def test_what_genesis_did_is_not_untold() -> None:
    checks = _checks(2, 32)

    assert not _is_untold(observation(fault=(20, 20), decided=(22, 22), repaired=(24, 24)), checks)
    ended = observation("route-injection", fault=(20, 20), terminated=(23, 23), repaired=(24, 24))
    assert not _is_untold(ended, checks)
    assert not _is_untold(observation("cvm-recovery", fault=(20, 20), repaired=(24, 24)), checks)
