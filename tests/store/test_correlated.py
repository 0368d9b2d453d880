"""What correlation wrote in words in version 1 is told as it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from analyzer.model.clock import OffsetNote
from analyzer.model.episode import Statement
from analyzer.model.measurement import How, KnownInstant, MissingInstant
from analyzer.model.run import Run
from analyzer.model.told import AsTold, Doubt
from analyzer.store import decode_run, encode_run

VERSION_1 = Path(__file__).with_name("run-v1.json")


def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(VERSION_1.read_bytes())
    return found


def read(old: dict[str, Any]) -> Run:
    run = decode_run(json.dumps(old).encode(), "run.json")
    assert decode_run(encode_run(run), "run.json") == run
    return run


def test_what_shows_an_instant_and_why_one_is_not_known() -> None:
    old = document()
    told = {one["name"]: one.get("how", one.get("why")) for one in old["episodes"][0]["episode"]["instants"]}
    instants = read(old).episodes[0].episode.instants

    assert {one.name: one.how for one in instants if isinstance(one, KnownInstant)} == {
        one.name: How("as-told", told=told[one.name]) for one in instants if isinstance(one, KnownInstant)
    }
    missing = [one for one in instants if isinstance(one, MissingInstant)]
    assert [(one.reason, one.told) for one in missing] == [("as-told", told[one.name]) for one in missing]
    assert 0 < len(missing) < len(instants)


def test_doubts_and_notes() -> None:
    old = document()
    episode = old["episodes"][0]["episode"]
    episode |= {"doubts": ["it may be"], "note": "a dull one"}
    episode["after"]["note"], episode["before"]["note"] = "by night", ""
    old["clocks"][0]["note"], old["clocks"][1]["note"] = "by way of {that}", ""

    run = read(old)
    found = run.episodes[0].episode
    assert (found.doubts, found.note) == ((Doubt("as-told", told="it may be"),), AsTold("a dull one"))
    assert (found.after.note, found.before.note) == (AsTold("by night"), "")
    assert [clock.note for clock in run.clocks[:2]] == [OffsetNote("as-told", told="by way of {that}"), None]


def test_an_episode_without_notes_has_none() -> None:
    old = document()
    old["episodes"][0]["episode"] |= {"doubts": [], "note": ""}

    found = read(old).episodes[0].episode
    assert (found.doubts, found.note) == ((), None)


def test_claims() -> None:
    old = document()
    said = [claim["sentence"] for claim in old["episodes"][0]["episode"]["claims"]]

    claims = read(old).episodes[0].episode.claims
    assert [claim.statement for claim in claims] == [Statement("as-told", told=sentence) for sentence in said]
    assert all(claim.origins for claim in claims)
    assert said
