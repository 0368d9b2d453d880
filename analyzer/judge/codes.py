"""The stable codes of findings, and the catalogue that says what each means: a code never changes its meaning."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

import msgspec

from analyzer.model.finding import Finding, Severity
from analyzer.model.source import Origin

ROUTE_BY_HAND = "AP101"
DATASTORE_LOST = "AP102"
NOT_TERMINATED = "AP103"
ICMP_REDIRECT = "AP104"
OTHER_STARGATE = "AP105"
ON_PUBLIC_NETWORK = "AP106"
TWO_OWNERS = "AP107"
DEAD_GATEWAY = "AP108"
NOT_GIVEN_BACK = "AP109"
CVM_ALIVE = "AP110"
PERIOD_OFF = "AP111"
CHECKS_PAUSED = "AP112"
GENESIS_RESTARTED = "AP113"
LEADER_MOVED = "AP114"
REDIRECTED = "AP115"
STILL_SERVED = "AP116"
OTHER_STORAGE = "AP117"
OTHER_SERVER = "AP118"
TABLE_CONTRADICTS = "AP119"
ZONE_ASSUMED = "AP201"
CLOCK_ASSUMED = "AP202"
CLOCKS_CONTRADICT = "AP203"
NO_OVERLAP = "AP204"
WENT_BACK = "AP205"
UNCLASSIFIED = "AP301"
NOT_UNDERSTOOD = "AP302"
NO_STORAGE_TRAFFIC = "AP401"
CUT_SHORT = "AP402"
FRAMES_LOST = "AP403"
COPIED_OR_REORDERED = "AP404"
FRAMES_CUT = "AP405"
ONE_DIRECTION = "AP406"
UNCONFIRMED_MARK = "AP501"
ASSUMPTION = "AP502"

ENOUGH = 8  # origins that a finding lists at most


class Code(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An entry of the catalogue. `why` it matters, `evidence` that shows it, `silent`: when it is not raised."""

    severity: Severity
    title: str
    meaning: str
    why: str
    advice: str
    evidence: str
    silent: str


@cache
def catalogue() -> Mapping[str, Code]:
    """Every code that a finding can have, in order, with its text."""
    text = resources.files("analyzer").joinpath("judge", "catalogue.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, Code])


def finding(code: str, sentence: str, origins: tuple[Origin, ...] = ()) -> Finding:
    """A finding of this code: the catalogue's words, and what was found here. It lists the first origins."""
    entry = catalogue()[code]
    return Finding(
        code=code,
        severity=entry.severity,
        title=entry.title,
        sentence=sentence,
        origins=tuple(dict.fromkeys(origins))[:ENOUGH],
        advice=entry.advice,
    )
