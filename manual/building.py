"""Builds the site and the man pages by Sphinx, from a copy of docs/ with the reference beside it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from manual.reference import pages

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
MAN = DOCS / "man"
OTHERS = "@others"
"""In the navigation of docs/index.md: the pages of docs/ itself that it does not name."""


class BuildError(Exception):
    """What Sphinx says is wrong with the pages."""


@contextmanager
def sources() -> Iterator[Path]:
    """The pages of docs/ and those that are made from the code, in a folder beside the rest of the tree."""
    with tempfile.TemporaryDirectory(prefix="autopath-") as made:
        folder = Path(made) / "docs"
        shutil.copytree(DOCS, folder)
        for path in ROOT.iterdir():  # what pages link to beside docs/
            if path.name != DOCS.name and not path.name.startswith("."):
                (folder.parent / path.name).symlink_to(path)
        for name, text in pages().items():
            path = folder / "reference" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        index = folder / "index.md"
        index.write_text(
            with_others(index.read_text("utf-8"), sorted(path.stem for path in DOCS.glob("*.md"))), "utf-8"
        )
        yield folder


def with_others(index: str, names: Sequence[str]) -> str:
    """The first page, with those of the pages `names` that its navigation does not name in the place of `@others`."""
    named = {line.lstrip("/") for line in index.splitlines()} | {"index"}
    return index.replace(OTHERS, "\n".join(f"/{name}" for name in names if name not in named))


def site(source: Path, to: Path) -> None:
    """The site in an empty folder `to`; BuildError with what Sphinx warns of."""
    shutil.rmtree(to, ignore_errors=True)
    _sphinx("html", source, to)
    shutil.rmtree(to / ".doctrees", ignore_errors=True)
    (to / ".buildinfo").unlink(missing_ok=True)


def man_pages(source: Path, to: Path) -> None:
    """The man pages in the folder `to`; BuildError with what Sphinx warns of."""
    _sphinx("man", source, to)
    for path in to.glob("*.1"):
        path.write_text(_tidy(path.read_text("utf-8")), "utf-8")


def _sphinx(builder: str, source: Path, to: Path) -> None:
    """Any warning is an error, and all of them are told."""
    doctrees = source.parent / ".doctrees"
    command = [sys.executable, "-m", "sphinx", "-b", builder, "-W", "--keep-going", "-q", "-d", str(doctrees)]
    around = {**os.environ, "PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": "0", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        [*command, "-c", str(ROOT / "manual"), str(source), str(to)],
        cwd=source.parent, env=around, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise BuildError(done.stderr.replace(f"{source}/", "docs/").strip() or done.stdout.strip())


def _tidy(text: str) -> str:
    """A man page without blanks at the ends of lines."""
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"
