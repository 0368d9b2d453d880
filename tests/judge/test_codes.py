"""The catalogue: a code keeps its meaning for ever, and every entry says all of what a reader asks."""

from __future__ import annotations

import re

import pytest

from analyzer.judge import codes
from analyzer.judge.codes import catalogue, finding
from analyzer.model.source import Origin

# Add a line for a new code. Words may become plainer, never another meaning: reports, tickets and scripts of others
# hold these codes.
TITLES = {
    "AP101": "A route to the storage address was changed by hand",
    "AP102": "The host lost its datastore: APD started, or its NFS server was lost",
    "AP103": "The old connection was not ended before the route was deleted",
    "AP104": "An ICMP redirect for the storage address was sent to a host",
    "AP105": "A Stargate was down on a CVM that no episode is about",
    "AP106": "Storage traffic on the public network although the local CVM is healthy",
    "AP107": "An address has two owners",
    "AP108": "The route's gateway is wrong or dead",
    "AP109": "Traffic did not return to the local CVM after its recovery",
    "AP110": "A Stargate was down while its CVM stayed up",
    "AP111": "The HA check interval is unusual",
    "AP112": "The HA checks paused",
    "AP113": "Genesis restarted",
    "AP114": "The HA checks moved to another CVM",
    "AP115": "An ICMP redirect moved a host's storage path",
    "AP116": "Genesis forwarded a host that its own CVM served",
    "AP117": "A host had trouble with other storage",
    "AP118": "The route to another NFS server changed",
    "AP119": "A table and the episodes contradict each other",
    "AP201": "Time stamps without a zone were read as UTC",
    "AP202": "A clock is assumed to be right",
    "AP203": "Clocks or sources contradict each other",
    "AP204": "Sources do not overlap in time",
    "AP205": "A log's time stamps go back",
    "AP301": "Lines with HA evidence that no rule takes",
    "AP302": "Lines that may tell of a failover, and no episode",
    "AP401": "No capture holds traffic of the storage address",
    "AP402": "A capture ends inside a packet or block",
    "AP403": "The capture lost frames",
    "AP404": "The capture holds frames twice or out of order",
    "AP405": "The capture cut frames (snapshot length)",
    "AP406": "The capture shows one direction only",
    "AP501": "A manual note that no other evidence confirms",
    "AP502": "Something was assumed",
}


def test_every_code_has_the_title_that_it_always_had() -> None:
    assert {code: entry.title for code, entry in catalogue().items()} == TITLES


def test_the_codes_of_the_checks_are_those_of_the_catalogue() -> None:
    named = {name: value for name, value in vars(codes).items() if name.isupper() and isinstance(value, str)}

    assert sorted(named.values()) == sorted(catalogue())
    assert list(catalogue()) == sorted(catalogue())


@pytest.mark.parametrize("code", TITLES)
def test_an_entry_is_whole(code: str) -> None:
    entry = catalogue()[code]

    assert re.fullmatch(r"AP[1-5]\d\d", code)
    for text in (entry.title, entry.meaning, entry.why, entry.advice, entry.evidence, entry.silent):
        assert text == text.strip()
        assert "\n" not in text
        assert "  " not in text
    assert not entry.title.endswith(".")
    for sentences in (entry.meaning, entry.why, entry.advice, entry.evidence, entry.silent):
        assert sentences.endswith((".", ". ", ".)"))


def test_a_finding_has_the_words_of_the_catalogue_and_the_first_proofs() -> None:
    proofs = tuple(Origin("vobd.log", n) for n in (1, 1, *range(2, 20)))

    found = finding("AP102", "it was lost", proofs)

    entry = catalogue()["AP102"]
    assert (found.title, found.severity, found.advice) == (entry.title, entry.severity, entry.advice)
    assert found.origins == tuple(Origin("vobd.log", n) for n in range(1, 9))
