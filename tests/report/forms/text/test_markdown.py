"""Markdown by a parser that is not ours: whatever a text holds, it is read back as that text, and as nothing else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from markdown_it import MarkdownIt
from markdown_it.token import Token

from analyzer.report.forms.text.blocks import Block, Code, Heading, Items, Paragraph, Piece, Strong, Table
from analyzer.report.forms.text.markdown import code, escaped, markdown
from analyzer.report.words import visible
from tests.report.hostile import ATTACKS, texts

PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
OURS = {"heading", "paragraph", "bullet_list", "list_item", "table", "thead", "tbody", "tr", "th", "td", "inline"}
INLINE = {"text", "code_inline", "strong_open", "strong_close", "text_special"}


def parsed(text: str) -> list[Token]:
    return PARSER.parse(text)


def shown(text: str) -> str:
    """The text as one line says it."""
    return " ".join(visible(text).replace("\n", "\\n").split())


def content(token: Token) -> str:
    return " ".join("".join(child.content for child in token.children or ()).split())


def contents(text: str) -> list[str]:
    return [content(token) for token in parsed(text) if token.type == "inline"]


def kinds(text: str) -> set[str]:
    tokens = parsed(text)
    blocks = {re.sub("_(open|close)$", "", token.type) for token in tokens}
    return blocks | {child.type for token in tokens for child in token.children or ()}


PIECES = ("words", "code", "strong")


def made(kind: str, text: str) -> Piece:
    pieces: dict[str, Piece] = {"words": text, "code": Code(text), "strong": Strong(text)}
    return pieces[kind]


def placed(place: str, piece: Piece, text: str) -> tuple[Block, ...]:
    match place:
        case "heading":
            return (Heading(2, text),)
        case "paragraph":
            return (Paragraph((piece, "and more")),)
        case "item":
            return (Items(((piece,), ("second",))),)
        case "cell":
            return (Table("of x", ("a", "b"), (((piece,), ("next",)), (("x",), (piece,)))),)
        case _:
            return (Table(text, ("a", text), ()),)


@pytest.mark.parametrize("kind", PIECES)
@pytest.mark.parametrize("place", ["heading", "paragraph", "item", "cell", "caption"])
@given(text=texts)
def test_text_is_read_back_as_that_text_and_nothing_else(place: str, kind: str, text: str) -> None:
    written = markdown(placed(place, made(kind, text), text))
    assert kinds(written) <= OURS | INLINE
    told = contents(written)
    wanted = {
        "heading": [shown(text)],
        "paragraph": [f"{shown(text)} and more".strip()],
        "item": [shown(text), "second"],
        "cell": ["of x", "a", "b", shown(text), "next", "x", shown(text)],
        "caption": [shown(text), "a", shown(text)],
    }[place]
    assert [one for one in told if one] == [one for one in wanted if one]


@pytest.mark.parametrize("attack", ATTACKS, ids=ascii)
def test_no_link_and_no_html_survives(attack: str) -> None:
    line = escaped(attack)
    assert not re.search(r"(?<!\\)[<>]|://|www\.|\n", line)


def test_a_table_has_a_row_for_each_row() -> None:
    rows = (((Code("a|b"),), ("c|d\\",)), ((), ("`|`",)))
    tokens = parsed(markdown((Table("x", ("one", "two"), rows),)))
    assert [token.type for token in tokens].count("td_open") == 4


@pytest.mark.parametrize(
    ("text", "written"),
    [("a", "`a`"), ("`a`", "`` `a` ``"), ("a``b", "```a``b```"), (" a", "`  a `"), ("", ""), ("a\nb", r"`a\nb`")],
    ids=repr,
)
def test_code_is_between_enough_backticks(text: str, written: str) -> None:
    assert code(text) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("- a", r"\- a"),
        ("-1 s", "-1 s"),
        ("2.4 s", "2.4 s"),
        ("2. a", r"2\. a"),
        ("# a", r"\# a"),
        ("#12", "#12"),
        ("+23.8 s", "+23.8 s"),
        ("---", r"\---"),
    ],
    ids=repr,
)
def test_what_begins_a_line_is_escaped_where_it_would_be_markup(text: str, written: str) -> None:
    assert markdown((Paragraph((text,)),)) == f"{written}\n"


def test_a_long_text_is_cut_but_for_what_is_to_be_copied() -> None:
    text = "x" * 1_000_000
    cut = "x" * 2_000 + "… 998,000 more characters: see run.json"
    assert markdown((Paragraph((text,)),)) == f"{cut}\n"
    assert code(text) == f"`{cut}`"
    assert markdown((Paragraph((Code(text, whole=True),)),)) == f"`{text}`\n"


def test_a_document_reads_like_one() -> None:
    blocks = (
        Heading(1, "A test"),
        Paragraph((Strong("Acceptable: yes."), "It took 2.4 s & more.")),
        Items((("a", Code("b")), ("c",))),
        Table("Of it", ("x", "y"), ((("1",), (Code("2"),)),)),
    )
    assert markdown(blocks) == (
        "# A test\n\n**Acceptable: yes.** It took 2.4 s &amp; more.\n\n- a `b`\n- c\n\n"
        "**Of it**\n\n| x | y |\n| --- | --- |\n| 1 | `2` |\n"
    )
