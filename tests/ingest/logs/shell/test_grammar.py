"""The tree of a shell's line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.ingest.logs.shell.grammar import Choice, Function, Listed, Loop, Pipeline, Simple, Unfinished, parsed

A, B, C = Simple(("a",)), Simple(("b",)), Simple(("c",))
F = Function("f", Listed(((A, ";"),)))


def listed(*nodes: Simple) -> Listed:
    return Listed(tuple((node, ";") for node in nodes))


@pytest.mark.parametrize(
    ("line", "tree"),
    [
        pytest.param("a; b", listed(A, B), id="list"),
        pytest.param("a && b & c", Listed(((A, "&&"), (B, "&"), (C, ";"))), id="joints"),
        pytest.param("a | b; c", Listed(((Pipeline((A, B)), ";"), (C, ";"))), id="pipeline"),
        pytest.param("(a; b)", Listed(((listed(A, B), ";"),)), id="subshell"),
        pytest.param("{ a; }; b", Listed(((listed(A), ";"), (B, ";"))), id="group"),
        pytest.param(
            "for i in 1 2; do a; done", Listed(((Loop(listed(A), name="i", values=("1", "2")), ";"),)), id="for"
        ),
        pytest.param("while a; do b; done", Listed(((Loop(listed(B), condition=listed(A)), ";"),)), id="while"),
        pytest.param("if a; then b; else c; fi", Listed(((Choice(listed(A), (listed(B), listed(C))), ";"),)), id="if"),
        pytest.param("f() { a; }; b", Listed(((F, ";"), (B, ";"))), id="a-function-does-not-run"),
        pytest.param("function f { a; }; b", Listed(((F, ";"), (B, ";"))), id="nor-by-the-word"),
    ],
)
def test_tree(line: str, tree: Listed) -> None:
    assert parsed(line) == tree


@pytest.mark.parametrize("line", ["for i in 1; do a", "a; done; b", "if a; then", "case x in a) b;; esac", "(a", "a )"])
def test_what_is_no_whole_line_is_not_sure(line: str) -> None:
    assert isinstance(parsed(line), Unfinished)


@given(st.text(alphabet="ab ;&|(){}#'\"$`\\<>!\n", max_size=40))
def test_no_line_stops_it(line: str) -> None:
    assert parsed(line) is None or isinstance(parsed(line), Listed | Unfinished)


@given(
    st.lists(st.sampled_from(["for", "in", "do", "done", "if", "then", "fi", "while", "a", ";", "{", "}", "!", "|"]))
)
def test_no_words_stop_it(words: list[str]) -> None:
    assert parsed(" ".join(words)) is None or isinstance(parsed(" ".join(words)), Listed | Unfinished)
