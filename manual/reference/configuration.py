"""The project file `autopath.toml`, and the environment: what each key is, and which option it stands for."""

from __future__ import annotations

from collections.abc import Iterator

import click

from analyzer.cli import project
from analyzer.cli.analyze import command as analyze
from manual.reference.codes import plain
from manual.reference.commands import environment
from manual.reference.verdicts import table

FORMS = {
    "expectations": "a path",
    "inventory": "a path",
    "rules": "a path, or a list of paths",
    "labels": "a table of texts",
    "zone": "an IANA zone",
    "store": "a path, or a URL",
    "record": "true or false",
}
OTHERWISE = {"labels": "label"}
"""Options that are called otherwise than their key."""


def pages() -> Iterator[tuple[str, str]]:
    """One page of the file and the environment."""
    described = (project.__doc__ or "").partition("\n\n")[2].replace("    expectations", "```toml\nexpectations", 1)
    example, _, told = described.partition("\n\n")
    example = "\n".join(line.removeprefix("    ") for line in example.splitlines())
    rows = [(f"`{key}`", FORMS[key], *_option(key)) for key in project.KEYS]
    variables = [(f"`{name}`", plain(says)) for name, says in environment().items()]
    yield (
        "configuration.md",
        (
            f"# Configuration\n\n## autopath.toml\n\nWhat the tests of one project share, so that nobody types it each "
            f"time.\n\n{example}\n```\n\n{told}\n"
            f"{table(('key', 'value', 'option', 'environment', 'what it is'), rows)}\n"
            f"At most {project.LARGEST // 1024} KiB. `autopath doctor` shows what is in effect.\n\n"
            f"## Environment\n\nAn option comes first, then the environment, then the file.\n\n"
            f"{table(('variable', 'what it is'), variables)}"
        ),
    )


def _option(key: str) -> tuple[str, str, str]:
    name = OTHERWISE.get(key, key)
    option = next(one for one in analyze.params if isinstance(one, click.Option) and f"--{name}" in one.opts)
    variable = f"`{option.envvar}`" if option.envvar else ""
    return f"`--{name}`", variable, plain(option.help or "")
