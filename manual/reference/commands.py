"""The command line: a page a command, of which Sphinx makes the man pages too."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Iterator

import click

from analyzer.cli import COMMANDS, autopath

STATUSES = (
    ("0", "acceptable: MET, MET-OR-LATE or LATE (`--strict`: only MET), or nothing happened; another command: done"),
    ("1", "not acceptable: MISSED; a gate of `compare` that holds; a document of the history that is wrong"),
    ("2", "wrong usage or configuration, or no place to write to"),
    ("3", "the evidence can't be read, or there is none"),
    ("4", "unknown: UNDECIDED, or nobody can tell"),
    ("70", "a fault of the program"),
    ("130, 143", "interrupted, terminated"),
)
FURTHER = (
    ("AUTOPATH_CACHE", "the folder of the compiled kernels, in a checkout"),
    ("AUTOPATH_DEBUG", "1: a fault of the program is shown with its traceback"),
)
"""Of the environment, what no option has."""
FILES = """\
``autopath.toml``
    what the tests of one project share, in the current folder or the nearest above it: :doc:`/reference/configuration`

``history.sqlite``
    the history, in the user's data folder or where ``--store`` says
"""
WIDE = 100


def pages() -> Iterator[tuple[str, str]]:
    """The overview and a page a command."""
    context = autopath.make_context("autopath", [], resilient_parsing=True)
    yield "commands/autopath.rst", _overview(context)
    for name, command in _inner(autopath, context):
        yield f"commands/autopath-{name}.rst", "\n".join(_page(command, _context(command, context, name)))


def man_pages() -> list[tuple[str, str, str, str, int]]:
    """What Sphinx makes man pages of: document, name, what it does, authors, section."""
    overview = ("reference/commands/autopath", "autopath", "failover timing of Nutanix CVMs on ESXi", "", 1)
    return [
        overview,
        *(
            (f"reference/commands/autopath-{name}", f"autopath-{name}", does.rstrip("."), "", 1)
            for name, does in COMMANDS.items()
        ),
    ]


def environment() -> dict[str, str]:
    """What each environment variable is for."""
    found = dict(_of_options(autopath, click.Context(autopath, info_name="autopath")))
    return dict(sorted((found | dict(FURTHER)).items()))


def _of_options(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    for parameter in command.params:
        if isinstance(parameter, click.Option) and isinstance(parameter.envvar, str):
            yield parameter.envvar, f"`{parameter.opts[0]}`: {parameter.help}"
    for name, inner in _inner(command, context):
        yield from _of_options(inner, _context(inner, context, name))


def _inner(command: click.Command, context: click.Context) -> Iterator[tuple[str, click.Command]]:
    """The commands of a group."""
    names = command.list_commands(context) if isinstance(command, click.Group) else []
    for name in names:
        inner = command.get_command(context, name) if isinstance(command, click.Group) else None
        if inner is not None:
            yield name, inner


def _context(command: click.Command, parent: click.Context, name: str) -> click.Context:
    return click.Context(command, parent=parent, info_name=name, max_content_width=WIDE)


def _page(command: click.Command, context: click.Context) -> Iterator[str]:
    """A command, and those of a group after it."""
    yield _title(context.command_path, "=")
    yield from _parts(command, context, "-")
    for name, inner in _inner(command, context):
        within = _context(inner, context, name)
        yield _title(within.command_path, "-")
        yield from _parts(inner, within, "~")


def _parts(command: click.Command, context: click.Context, underline: str) -> Iterator[str]:
    usage = command.get_usage(context).removeprefix("Usage: ")
    yield f"{_title('Synopsis', underline)}\n::\n\n    {' '.join(usage.split())}\n"
    yield f"{_title('Description', underline)}\n{_described(command.help or '')}\n"
    yield f"{_title('Options', underline)}\n.. program:: {context.command_path}\n"
    asked = autopath.get_help_option(context.find_root())
    for given in command.get_params(context):
        parameter = asked if "--help" in given.opts and asked else given  # a command's own keeps the first names it had
        record = parameter.get_help_record(context)
        if record is not None and isinstance(parameter, click.Option):
            told = f" Or by the environment: ``{parameter.envvar}``." if parameter.envvar else ""
            yield f".. option:: {record[0]}\n\n   {_escaped(record[1])}{told}\n"


def _described(text: str) -> str:
    """A docstring in paragraphs; of those whose lines click keeps as they are, examples are kept here too."""
    return "\n\n".join(map(_paragraph, inspect.cleandoc(text).split("\n\n")))


def _paragraph(text: str) -> str:
    _, kept, lines = text.rpartition("\b\n")
    if kept and "autopath " in lines.partition("\n")[0]:
        return "::\n\n" + textwrap.indent(lines, "    ")
    return _escaped(lines)


def _overview(context: click.Context) -> str:
    commands = "".join(
        f":doc:`autopath-{name} <autopath-{name}>`\n    {_escaped(does)}\n\n" for name, does in COMMANDS.items()
    )
    statuses = "".join(f"{status}\n    {_rst(says)}\n\n" for status, says in STATUSES)
    variables = "".join(f"``{name}``\n    {_rst(says)}\n\n" for name, says in environment().items())
    parts = [
        _title("autopath", "="),
        *_parts(autopath, context, "-"),
        *(_title("Commands", "-"), commands),
        *(_title("Exit status", "-"), statuses),
        *(_title("Environment", "-"), variables),
        *(_title("Files", "-"), FILES),
    ]
    return "\n".join(parts)


def _title(text: str, underline: str) -> str:
    return f"{text}\n{underline * len(text)}\n"


def _escaped(text: str) -> str:
    """Text in which nothing is markup but code spans, as reStructuredText has them."""
    spans = text.split("`")
    for at in range(0, len(spans), 2):
        for sign in "\\*_|":
            spans[at] = spans[at].replace(sign, f"\\{sign}")
    return "``".join(spans)


def _rst(text: str) -> str:
    """Text with Markdown's code spans as reStructuredText has them."""
    return text.replace("`", "``")
