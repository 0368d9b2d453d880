"""A test of a batch as it is given to whoever analyses it, what came out, and what happens meanwhile."""

from __future__ import annotations

from pathlib import Path

import msgspec

from analyzer.config import Settings
from analyzer.model.episode import Verdict
from analyzer.model.run import Acceptable


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """A test: `evidence` are paths below `base` (or absolute ones), `output` is the batch's folder, in which its own is
    called `name`; `forms` are the words of what is written. `memory` is how many bytes its process may have (0: any
    number), `program` the version that is to analyse it.
    """

    name: str
    base: str
    evidence: tuple[str, ...]
    settings: Settings
    forms: tuple[str, ...]
    output: str
    memory: int = 0
    program: str

    @property
    def place(self) -> Path:
        """Its own folder."""
        return Path(self.output, self.name)


class Analysed(msgspec.Struct, frozen=True, kw_only=True, tag="analysed"):
    """A test whose folder is there: the run's answer in a word and in a line, the keys of test and run that any history
    gives them, and the SHA-256 of its run.json.
    """

    name: str
    acceptable: Acceptable
    verdict: Verdict
    says: str
    test: str
    run: str
    digest: str


class Failed(msgspec.Struct, frozen=True, kw_only=True, tag="failed"):
    """A test of which there is no run, and why: one sentence."""

    name: str
    reason: str


Outcome = Analysed | Failed


class End(msgspec.Struct, frozen=True, tag="end"):
    """How the process of a test ended: its exit status (negative: the signal that ended it), and whether whoever forked
    it ended it for its memory.
    """

    status: int
    too_large: bool = False


class Said(msgspec.Struct, frozen=True, tag="said"):
    """What the process of a test says at its end; `before`: it was done before, and nothing was done."""

    outcome: Outcome
    before: bool = False


class Died(msgspec.Struct, frozen=True, tag="died"):
    """The process of a test ended and said nothing: in which way, and whether by what it did itself (a crash)."""

    how: str
    crashed: bool


class TooLarge(msgspec.Struct, frozen=True, tag="too-large"):
    """The process of a test was ended, as it had more memory than `memory` bytes."""

    memory: int


Heard = Said | Died | TooLarge


class Begun(msgspec.Struct, frozen=True):
    """A test is begun, by whom."""

    name: str
    by: str


class Again(msgspec.Struct, frozen=True):
    """The process of a test died; it will be begun again."""

    name: str
    how: str


class Ended(msgspec.Struct, frozen=True):
    """A test has its outcome; `before`: it had it before."""

    outcome: Outcome
    before: bool = False


Event = Begun | Again | Ended


def packed(value: Task | Heard) -> bytes:
    """The value as a line."""
    return msgspec.json.encode(value, enc_hook=str) + b"\n"


def heard_of(line: bytes) -> Heard:
    """What was heard of a test, of a line; raises what msgspec does for another one."""
    heard: Heard = msgspec.json.decode(line, type=Heard)
    return heard


def task_of(line: bytes) -> Task:
    """The task of a line."""
    return msgspec.json.decode(line, type=Task, dec_hook=lambda kind, text: kind(text))
