"""Every claim of a story has words of its own, with what it knows."""

from __future__ import annotations

from typing import get_args

import pytest

from analyzer.model.episode import Claim, Statement, StatementName
from analyzer.model.path import Path
from analyzer.report.claims import claim_words

REMOTE = Path("remote", "192.168.1.28")


def told(statement: Statement) -> str:
    return claim_words(Claim(statement, ()))


def test_every_statement_has_words_of_its_own() -> None:
    names: tuple[StatementName, ...] = get_args(StatementName)
    said = [told(Statement(name, "192.168.1.28", "root", "192.168.5.2", REMOTE, told="so it is")) for name in names]

    assert all(said)
    assert len(set(said)) == len(said) == len(names)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (Statement("last-frame"), "Last frame from the CVM that fell silent last"),
        (Statement("found-illegal"), "Genesis found a route that should not exist (illegal forwarding) to a gateway"),
        (Statement("typed-by-hand", by="root", action="add"), "The route was added by hand: root typed it"),
        (
            Statement("moved", path=Path("local"), onto=REMOTE),
            "Storage traffic moved from the local path to the path via 192.168.1.28",
        ),
        (Statement("no-reply", path=Path("dead")), "No NFS reply on a path without replies"),
        (Statement("noted", told="pulled {the} plug"), "Manual note: pulled {the} plug"),
    ],
    ids=["a CVM without a name", "no gateway", "a user", "two paths", "a dead path", "a note"],
)
def test_a_statement_with_what_it_knows(statement: Statement, said: str) -> None:
    assert told(statement) == said
