"""The commands of the pages in docs/: each `sh` fence, what the page shows of its output, and why one is not run."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

from tests.conftest import ROOT

DOCS = ROOT / "docs"
NOT_RUN = {
    "installs": "it installs packages",
    "root": "it needs root, and minutes of real time",
    "machines": "it needs other machines, or evidence that lies there",
    "system": "it writes outside of the folder in which it is run",
}
"""Why a block is not run here; the page says which in a comment before it."""
ACCEPTED = (0, 1, 4, 141)
"""What a command may end with: an answer, or nobody who reads the rest of it."""
_MARK = re.compile(r"<!-- not run: (\w+) -->")


@dataclass(frozen=True)
class Block:
    """Commands of a page, the lines that it shows of what they print, and the reason why they are not run."""

    commands: str
    shown: tuple[str, ...]
    not_run: str | None


def pages() -> list[Path]:
    """Every page of docs/."""
    return sorted(DOCS.rglob("*.md"))


def blocks(page: Path) -> list[Block]:
    """The blocks of commands of a page, in order."""
    tokens = MarkdownIt().parse(page.read_text("utf-8"))
    found = []
    for at, token in enumerate(tokens):
        if token.type != "fence" or token.info != "sh":
            continue
        before = _MARK.search(tokens[at - 1].content) if at and tokens[at - 1].type == "html_block" else None
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        shown = after.content.splitlines() if after and after.type == "fence" and after.info == "text" else []
        found.append(Block(token.content, tuple(shown), before[1] if before else None))
    return found


def unfenced(page: Path) -> list[str]:
    """Indented blocks with a command of the program, which nobody would run."""
    tokens = MarkdownIt().parse(page.read_text("utf-8"))
    return [token.content for token in tokens if token.type == "code_block" and re.search(r"^autopath ", token.content)]


def spans(page: Path) -> Iterator[str]:
    """Code in a line of text that is a command of the program."""
    for token in MarkdownIt().enable("table").parse(page.read_text("utf-8")):
        yield from (
            child.content
            for child in token.children or ()
            if child.type == "code_inline" and child.content.startswith("autopath ")
        )


def run(of: list[Block], folder: Path, program: Path) -> list[str]:
    """Run blocks in one shell in a folder, where `autopath` is `program`; what is wrong."""
    end = "@@ end of a block @@"
    lines = [
        "set -eu",
        f'autopath() {{ status=0; "{program}" "$@" || status=$?; case $status in',
        f'{"|".join(map(str, ACCEPTED))}) ;; *) echo "status $status: autopath $*" >&2; exit 99 ;; esac; }}',
        *(f"{block.commands}\necho '{end}'" for block in of),
    ]
    around = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(folder), "LC_ALL": "C.UTF-8", "COLUMNS": "110"}
    done = subprocess.run(
        ["bash", "-c", "\n".join(lines)], cwd=folder, env=around, capture_output=True, text=True, check=False
    )
    printed = done.stdout.split(end)
    missing = [
        f"{line!r} is not in what was printed"
        for block, text in zip(of, printed, strict=False)
        for line in block.shown
        if " ".join(line.split()) not in " ".join(text.split())
    ]
    return missing if done.returncode == 0 else [f"status {done.returncode}: {done.stderr[-2000:]}", *missing]


def program(folder: Path) -> Path:
    """A script that is `autopath`, of the Python and the source that the tests run with."""
    script = folder / "autopath"
    script.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m analyzer "$@"\n')
    script.chmod(0o755)
    return script
