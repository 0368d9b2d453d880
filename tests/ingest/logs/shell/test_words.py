"""Words and operators of a shell's line."""

from __future__ import annotations

import pytest

from analyzer.ingest.logs.shell.words import expanded, substituted, tokens


@pytest.mark.parametrize(
    ("line", "told"),
    [
        pytest.param("a;b&&c||d|e&f", "a ; b && c || d | e & f", id="operators"),
        pytest.param("a # b; c", "a", id="comment"),
        pytest.param("a#b", "a#b", id="no-comment-within-a-word"),
        pytest.param("a 'b; c' \"d | e\"", "a 'b; c' \"d | e\"", id="quotes"),
        pytest.param("a > /tmp/f 2>&1 b", "a b", id="redirections"),
        pytest.param("a &>/dev/null", "a", id="both-streams"),
        pytest.param("a $(b; (c)) `d; e`", "a $(b; (c)) `d; e`", id="substitutions"),
        pytest.param(r"a\;b c", r"a\;b c", id="escapes"),
        pytest.param("(a)", "( a )", id="parentheses"),
    ],
)
def test_tokens(line: str, told: str) -> None:
    found = tokens(line)
    assert found is not None
    assert " ".join(token.text for token in found) == told


@pytest.mark.parametrize("line", ["a 'b", 'a "b', "a `b", "a \\"])
def test_a_line_that_ends_within_a_quote_has_none(line: str) -> None:
    assert tokens(line) is None


@pytest.mark.parametrize(
    ("word", "told"),
    [
        pytest.param("'$A'\"$A\"$A", "$Axx", id="variables"),
        pytest.param("${A}/32", "x/32", id="braces"),
        pytest.param("$B", "$B", id="unknown"),
        pytest.param(r"a\ b", "a b", id="escape"),
        pytest.param(r'"a\"b"', 'a"b', id="escape-in-quotes"),
    ],
)
def test_expanded(word: str, told: str) -> None:
    assert expanded(word, {"A": "x"}) == told


def test_what_is_substituted_runs_but_for_single_quotes() -> None:
    assert substituted("$(a b)-`c`'$(d)'") == ("a b", "c")
