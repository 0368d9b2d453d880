"""The pages in docs/: every command in them runs, and prints what they show of it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from analyzer.cli import autopath
from tests.conftest import ROOT, SAMPLES
from tests.project.shell_blocks import DOCS, NOT_RUN, Block, blocks, pages, program, run, spans, unfenced

PAGES = {page.relative_to(DOCS).as_posix(): page for page in pages()}
OPEN = re.compile(r"\bOpen `([^`]+)`")
"""A file that a page's commands wrote."""
RUN = {name: of for name, page in PAGES.items() if (of := [block for block in blocks(page) if block.not_run is None])}


@pytest.mark.parametrize("name", RUN)
def test_the_commands_of_a_page_run_and_print_what_it_shows(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "samples").symlink_to(SAMPLES)

    assert run(RUN[name], folder, program(tmp_path)) == []
    to_open = OPEN.findall(PAGES[name].read_text("utf-8"))
    assert [file for file in to_open if not (folder / file).is_file()] == []


def test_there_are_commands() -> None:
    assert len(OPEN.findall(PAGES["tutorial.md"].read_text("utf-8"))) > 1
    assert {"tutorial.md", "gates.md", "how-to/compare.md", "explanation/clocks.md"} <= RUN.keys()


def test_what_is_not_run_has_a_reason_that_there_is() -> None:
    reasons = {block.not_run for page in pages() for block in blocks(page)} - {None}

    assert reasons == NOT_RUN.keys()


@pytest.mark.parametrize("name", PAGES)
def test_no_command_stands_where_it_is_not_run(name: str) -> None:
    assert unfenced(PAGES[name]) == []


def test_a_command_in_a_line_has_options_that_there_are() -> None:
    told = [(name, span) for name, page in PAGES.items() for span in spans(page)]

    assert len(told) > 20
    assert [(name, span, wrong) for name, span in told if (wrong := _unknown(span))] == []


def test_an_example_in_the_help_has_options_that_there_are() -> None:
    told = [line for command in every(autopath) for line in (command.help or "").splitlines()]
    examples = [re.split(r" {2,}| [|>] ", line.strip())[0] for line in told if line.strip().startswith("autopath ")]

    assert len(examples) > 10
    assert [(example, wrong) for example in examples if (wrong := _unknown(example))] == []


def every(group: click.Command) -> Iterator[click.Command]:
    """A command and all below it."""
    yield group
    if isinstance(group, click.Group):
        context = click.Context(group)
        for name in group.list_commands(context):
            inner = group.get_command(context, name)
            assert inner
            yield from every(inner)


def _unknown(command: str) -> list[str]:
    """What of a command's names and options there is not."""
    words = shlex.split(re.sub(r"[…'\"]", "", command))[1:]
    group: click.Command = autopath
    context = click.Context(autopath, info_name="autopath", **autopath.context_settings)  # click keeps the first names
    while words and isinstance(group, click.Group) and not words[0].startswith("-"):
        name = words.pop(0)
        if group.name == "lab" and name not in group.list_commands(context):
            name = "record"  # a scenario is recorded where no command is named
        inner = group.get_command(context, name)
        if inner is None:
            return [name]
        group, context = inner, click.Context(inner, parent=context, info_name=name)
    known = {one for parameter in group.get_params(context) for one in (*parameter.opts, *parameter.secondary_opts)}
    return [word for word in words if word.startswith("--") and word.partition("=")[0] not in known]


@pytest.mark.parametrize(
    ("commands", "shown", "wrong"),
    [
        ("autopath explain AP106", ("Why it matters",), ""),
        ("autopath explain AP106", ("why not",), "is not in what was printed"),
        ("autopath explain --no-such-option x", (), "status 2: autopath explain"),
        ("false", (), "status 1"),
    ],
)
def test_what_is_wrong_is_told(commands: str, shown: tuple[str, ...], wrong: str, tmp_path: Path) -> None:
    told = run([Block(commands, shown, None)], tmp_path, program(tmp_path))

    assert bool(told) == bool(wrong)
    assert wrong in "".join(told)


def test_the_readme_shows_a_picture_that_is_small() -> None:
    (picture,) = re.findall(r"!\[[^]]+\]\(([^)]+)\)", (ROOT / "README.md").read_text("utf-8"))

    assert (ROOT / picture).read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert (ROOT / picture).stat().st_size < 150_000
