"""Every sample, with one of its files removed or spoilt: never an all-clear for an episode that the rest can't exclude.

A run that calls it acceptable tells each episode of the truth that lies in the time it speaks of.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from analyzer.config import Settings
from analyzer.model.instant import SECOND
from analyzer.model.run import Run
from analyzer.model.truth import TrueEpisode, TrueVantage
from analyzer.pipeline import analyze
from analyzer.report.coverage import nothing_told
from tests.acceptance.test_all_clears import RECORD, begins, frames, from_storage, to_storage
from tests.conftest import SAMPLES
from tests.recordings import truth_of

PCAP_HEADER = 24
CLOSE = 5 * SECOND  # a clock of a log may be off by so much
FOLDERS = sorted(path.parent for path in SAMPLES.glob("*/truth.json"))

Change = Callable[[bytes], bytes | None]


def picked(keep: Callable[[bytes, int, int], bool]) -> Change:
    """A classic pcap with the frames that `keep` picks; of another format nothing is left."""

    def change(data: bytes) -> bytes | None:
        if data[:4] != b"\xd4\xc3\xb2\xa1":
            return None
        every = list(frames(data))
        kept = [each for place, each in enumerate(every) if keep(each[RECORD.size :], place, len(every))]
        return data[:PCAP_HEADER] + b"".join(kept)

    return change


def numbered(data: bytes) -> bytes:
    """As `grep -n` prints it."""
    return b"".join(b"%d:%s\n" % (number, line) for number, line in enumerate(data.splitlines(), 1))


def in_utf16(data: bytes) -> bytes:
    """As a Windows shell writes it."""
    return data.decode("utf-8", "replace").encode("utf-16")


def first_tenth(data: bytes) -> bytes:
    """Its first lines."""
    every = data.splitlines(keepends=True)
    return b"".join(every[: len(every) // 10 + 1])


OF_CAPTURES: dict[str, Change] = {
    "removed": lambda _: None,
    "only to the storage address": picked(to_storage),
    "only from the storage address": picked(from_storage),
    "its first tenth": picked(begins),
}
OF_LOGS: dict[str, Change] = {
    "removed": lambda _: None,
    "in UTF-16": in_utf16,
    "behind grep -n": numbered,
    "its first tenth": first_tenth,
}


def changes(one: TrueVantage) -> dict[str, Change]:
    """What is done to a file of evidence."""
    return OF_CAPTURES if ".pcap" in one.file else OF_LOGS


CASES = [
    pytest.param(folder, one, name, id=f"{folder.name}-{one.file}-{name}")
    for folder in FOLDERS
    for one in truth_of(folder).evidence
    for name in changes(one)
]


@pytest.mark.parametrize(("folder", "spoilt", "name"), CASES)
def test_no_all_clear_for_an_episode_that_the_rest_does_not_exclude(
    folder: Path, spoilt: TrueVantage, name: str, tmp_path: Path
) -> None:
    truth = truth_of(folder)
    for one in truth.evidence:
        data = (folder / one.file).read_bytes()
        if one is spoilt:
            plain = gzip.decompress(data) if one.file.endswith(".gz") else data
            changed = changes(one)[name](plain)
            if changed is None:
                continue
            data = gzip.compress(changed) if one.file.endswith(".gz") else changed
        path = tmp_path / one.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    run = analyze([tmp_path], Settings(log_timezone="UTC", hash="none"))

    untold = {one.kind for one in truth.episodes if not is_told(one, run) and is_of_its_time(one, run)}
    assert run.acceptable != "yes" or untold <= {"unexplained"}
    if run.acceptable == "yes" and untold:  # checks see who is forwarded, and no stall: that is said
        told = nothing_told(run.coverage)
        assert "an interruption would not be seen" in told


def is_told(true: TrueEpisode, run: Run) -> bool:
    """Whether an episode of this kind, or one whose kind is not known, is told."""
    return any(one.episode.kind in (true.kind, "unexplained") for one in run.episodes)


def is_of_its_time(true: TrueEpisode, run: Run) -> bool:
    """Whether an episode's fault lies in the time that the run speaks of."""
    time = run.coverage.time
    fault = true.instants.fault
    return time is not None and time[0] + CLOSE <= fault.most and fault.least <= time[1] - CLOSE
