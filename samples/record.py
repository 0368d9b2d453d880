"""Makes the samples again, each by its command in `cases.toml` (`make recordings`): those of `lab` need root.

A case is made in a folder beside its own and takes its place when it is whole; what is hand-written there is replaced.
"""

from __future__ import annotations

import argparse
import shlex
import shutil
import subprocess
import sys
import tempfile
import textwrap
import tomllib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from analyzer.model.instant import SECOND
from analyzer.model.measurement import INSTANTS
from analyzer.model.truth import TrueEpisode, TrueVantage, Truth
from analyzer.store import decode_truth

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "samples"
WHAT = {
    "span": "every frame that the mirrored public switch carries",
    "vmk0": "the public port of the host",
    "vmk1": "the internal switch of the host",
    "genesis": "what Genesis logged on the CVM",
    "vmkernel": "the kernel's log of the host",
    "vobd": "what vobd observed on the host",
    "shell": "what was typed on the host",
    "auth": "who logged in by SSH on the host",
    "hostd": "what the host did with its virtual machines",
}
CLIENT = "How long storage is away follows a Linux client's TCP back-off, not ESXi's NFS client."
MADE = {
    "lab": (
        "on real Linux kernels: a namespace for each host and CVM, a real NFSv3 server (nfs-ganesha) in each CVM, a "
        "real client (libnfs), real routes. Genesis is a stand-in that follows the published rules, and the wording "
        "of its log is a guess. Timers of the host are Linux's, not ESXi's."
    ),
    "simulator": "in virtual time, nothing of it was recorded: the same command gives the same bytes.",
    "recording": "by an earlier lab of the same kind.",
}


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sample: its folder's name, its page's words, its command, and what the program should say of it."""

    name: str
    title: str
    command: str
    expected: str
    about: str


def main() -> None:
    """Make all samples, or those that are named."""
    table = tomllib.loads((SAMPLES / "cases.toml").read_text("utf-8"))
    cases = msgspec.convert(table["case"], tuple[Case, ...])
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", action="append", choices=[case.name for case in cases], help="one case; repeatable")
    parser.add_argument("--simulated", action="store_true", help="only what needs no root")
    parser.add_argument("--into", type=Path, default=SAMPLES, metavar="DIR", help="where the folders are made")
    arguments = parser.parse_args()
    wanted = [case for case in cases if not arguments.only or case.name in arguments.only]
    wanted = [case for case in wanted if not arguments.simulated or case.command.startswith("simulate ")]
    arguments.into.mkdir(parents=True, exist_ok=True)
    for case in wanted:
        make(case, table["lab"], arguments.into.resolve())
        print(arguments.into / case.name)


def make(case: Case, names: list[str], into: Path) -> None:
    """Make one case aside, then put it in its place."""
    words = shlex.split(case.command)
    words += names if words[0] == "lab" else []
    with tempfile.TemporaryDirectory(dir=into, prefix=f".{case.name}-") as aside:
        folder = Path(aside, case.name)
        command = [sys.executable, "-m", "analyzer", *words, "-o", str(folder)]
        if subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=False).returncode:
            sys.exit(f"record: {shlex.join(command)} failed; the sample that was there is left as it was")
        truth = decode_truth((folder / "truth.json").read_bytes(), str(folder / "truth.json"))
        (folder / "README.md").write_text(page(case, truth), encoding="utf-8")
        replace(folder, into / case.name, Path(aside, "before"))


def replace(folder: Path, place: Path, before: Path) -> None:
    """Put `folder` in the place of what was there."""
    if place.exists():
        place.replace(before)
    folder.replace(place)
    shutil.rmtree(before, ignore_errors=True)


# --- the page of a case ----------------------------------------------------------------------------------------------


def page(case: Case, truth: Truth) -> str:
    """README.md: what happened, when, how it was made, and which files there are."""
    return "\n".join(
        [
            f"# {case.title}\n\n{case.about.strip()}\n",
            folded(f"Expected of `autopath`: {case.expected}.") + "\n",
            f"    autopath analyze samples/{case.name} --log-timezone {truth.clocks[0].zone}\n",
            *(when(episode, truth) for episode in truth.episodes),
            f"## How it was made\n\n{folded(f'`autopath {case.command}`: {MADE[truth.made_by]}')}\n",
            f"{CLIENT}\n",
            "## Files\n\n| file | what |\n|---|---|",
            *(f"| `{one.file}` | {described(one)} |" for one in truth.evidence),
            "| `truth.json` | what really happened (`autopath schema truth`); `autopath` passes it over |\n",
        ]
    )


def when(episode: TrueEpisode, truth: Truth) -> str:
    """The instants of an episode after its fault, as a line."""
    fault = episode.instants.fault.least
    start = min((one.first for one in truth.evidence if one.first is not None), default=fault)
    where = f"{(fault - start) / SECOND:.1f} s into the captures" if episode.covered else "before the captures begin"
    return folded(f"`{episode.kind}` of {episode.host}, {where}: {', '.join(after(episode, fault))}.") + "\n"


def after(episode: TrueEpisode, fault: int) -> Iterator[str]:
    """`detected +23.3 s`, for each instant that happened."""
    for name in INSTANTS[1:]:
        at = getattr(episode.instants, name)
        if at is not None:
            yield f"{name} +{(at - fault) / SECOND:.1f} s"


def folded(text: str) -> str:
    """The text in lines of the width of a page."""
    return textwrap.fill(" ".join(text.split()), 118, break_long_words=False, break_on_hyphens=False)


def described(one: TrueVantage) -> str:
    """What a file is, and of whom."""
    return f"{WHAT[one.what]} {one.of}" if one.of else WHAT[one.what]


if __name__ == "__main__":
    main()
