"""Several logs in one text, told apart line by line: each is read as a file of its own, behind `!/` as in a bundle.

    vmkernel.log:12:2026-…                  `grep` over several files, and the lines around what it found (`file-12-…`)
    ==> /home/nutanix/data/logs/genesis.out <==             `tail` of several files
    ================== 192.168.1.26 =================       `allssh`: each CVM's output
    2026-10-06T14:10:20.412Z esx-a vmkernel - - - …         a syslog server: the hosts, and the programs of each
    [root@esx-a:~] tail -F /var/log/vmkernel.log            what was read on a console, where its prompt names it

Line numbers stay those of the whole: where lines of others stood, a log has empty ones.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from typing import BinaryIO

import msgspec

from analyzer.ingest.streams.stream import Readable
from analyzer.ingest.wrappers.consoles import prompt_in
from analyzer.ingest.wrappers.line_starts import ISO, START, TRADITIONAL, Blocks, first_lines, most, whole_lines

MOST_PARTS = 512
"""Logs beside the first that are told apart: 32 hosts on a syslog server have some 160. Each keeps a file open."""
_OTHERS, _CONSOLE, _SEARCHED = b"others", b"console", b"grep "
_IN_MEMORY = 1 << 16

_PATH = re.compile(
    rb"(?!" + START + rb")(?P<path>(?:[A-Za-z]:[\\/])?[^\s:=][^:\n]{0,250}?)[:-](?:\d{1,9}[:-])? ?(?=" + START + rb")"
)
_GREP = re.compile(
    rb"(?!" + START + rb")(?:[A-Za-z]:[\\/])?[^\s:=][^:\n]{0,250}?(?:\.(?i:out|log|txt|gz|\d{1,9})|[\\/][^:\n]{1,99}?)"
    rb"[:-](?:\d{1,9}[:-])?(?=" + START + rb")"
)
_TAIL = re.compile(rb"==> (?P<path>[^\n]{1,300}) <==[ ]*$")
_ALLSSH = re.compile(rb"(?<!=)={3,} ?(?P<path>\d{1,3}(?:\.\d{1,3}){3}) ?={3,}[ ]*$")
_HOST = (
    rb"(?!(?i:verbose|trivia|debug|info|warn|warning|error|critical|fatal|panic)\b)"
    rb"(?P<host>[A-Za-z\d][\w.-]{0,250}|[\da-fA-F]{0,4}(?::[\da-fA-F]{0,4}){2,7})"
)
_SYSLOG = re.compile(
    ISO + rb"[^ ]{0,16} " + _HOST + rb" (?P<program>[A-Za-z][\w.-]{0,60})"
    rb"(?:(?:\[\w{1,12}\])?: | (?:\d{1,10}|-) [^ ]{1,40} (?=-|\[))"
)
_RELAYED = re.compile(
    rb"(?:" + TRADITIONAL + rb"|" + ISO + rb"[^ ]{0,16}) " + _HOST
    + rb" (?:(?P<program>[A-Za-z][\w.-]{0,60})(?:\[\w{1,12}\])?: )?(?=" + ISO + rb")"
)  # fmt: skip
_PROGRAM = re.compile(rb"[^ ]+ (?:[A-Z][a-z]\(\d{1,3}\) )?(?:[\w.-]{1,250} )?(?P<program>[A-Za-z][\w-]{0,60})[\[: ]")
_PROGRAMS = {
    b"vmkernel": b"vmkernel", b"vmkwarning": b"vmkernel", b"vobd": b"vobd", b"hostd": b"hostd",
    b"shell": b"shell", b"esxshell": b"shell", b"ssh": b"shell", b"genesis": b"genesis",
    **dict.fromkeys((b"sshd", b"sshd-session", b"login", b"dcui", b"su", b"sudo", b"passwd"), b"auth"),
}  # fmt: skip


class Told(msgspec.Struct, frozen=True):
    """Of which log a line is (None: of the same as the one before it), and the line as it stands in that log."""

    part: bytes | None
    line: bytes


_EMPTY = Told(None, b"")


class Part(msgspec.Struct, frozen=True):
    """One of the logs: what it is called, the host that its lines say they are of, and these lines. `alone`: it is as
    on its host, and the text begins with no other. The content must be read before the next part is asked for.
    `picked_out`: they were searched for, and others left out.
    """

    name: str
    host: str | None
    alone: bool
    content: Readable
    picked_out: bool = False


class Beyond(msgspec.Struct, frozen=True):
    """How many lines are of further logs than are told apart: nobody reads them."""

    lines: int


Teller = Callable[[bytes], Told]


def several(head: bytes) -> Teller | None:
    """How the lines of the text that begins with `head` are told apart; None where it is one log, or none."""
    lines = _written(head)
    if any(prompt.log for line in lines if (prompt := prompt_in(line))):
        return _by_prompt
    if _is_titled(lines, _TAIL):
        return _by_title(_TAIL)
    if _is_titled(lines, _ALLSSH) and _mostly_logs(lines):
        return _by_title(_ALLSSH)
    if most(lines, _PATH):
        return _by_path(lines)
    if most(lines, _RELAYED):
        return _by_relay
    return _by_host if most(lines, _SYSLOG) else None


def parts(text: BinaryIO, head: bytes, teller: Teller) -> Iterator[Part | Beyond]:
    """Each of the logs, in the order of their first lines, and what is beyond them; the first is read as it comes."""
    written = _written(head)
    met = dict.fromkeys(told.part for line in written if (told := teller(line)).part is not None)
    first = next(iter(met), b"")
    others = _Others()
    alone = len(met) < 2 and b"\n" in first
    picked_out = any(_GREP.match(line) for line in written)
    content = Blocks(_of_first(text, first, teller, others, _header(written, first)))
    yield _part(first, content, alone=alone, picked_out=picked_out)
    for name, lines in others.contents():
        yield _part(name, lines, alone=False, picked_out=picked_out)
    if others.beyond:
        yield Beyond(others.beyond)


def _part(part: bytes, content: Readable, *, alone: bool, picked_out: bool) -> Part:
    told = part.decode("utf-8", "backslashreplace")
    host, _, program = told.partition("\n")
    name = told.replace("\n", "/").lstrip("/")
    picked_out |= (program or told).startswith(_SEARCHED.decode())
    return Part(name, host if program else None, alone, content, picked_out)


def _written(head: bytes) -> list[bytes]:
    """The first lines that are not empty: of a log that was told from hundreds in one text, nearly all are."""
    return [line for line in first_lines(head) if line]


def _header(written: list[bytes], first: bytes) -> bytes:
    """What every line of the first log has behind its stamp, where a syslog server wrote them; else nothing."""
    lines = (found for line in written if (found := _SYSLOG.match(line)) and _by_host(line) == Told(first, line))
    found = next(lines, None)
    return b"" if found is None else found.string[found.start("host") - 1 : found.end("program") + 1]


def _of_first(text: BinaryIO, first: bytes, teller: Teller, others: _Others, header: bytes) -> Iterator[bytes]:
    """The first log's lines, with an empty one for each that is another's; those are kept aside."""
    number, last = 0, first
    for block in whole_lines(text):
        if header and block.count(header) == (lines := block.count(b"\n")):  # all of them: a host's own log
            number, last = number + lines, first
            yield block
            continue
        kept = []
        for line in block.removesuffix(b"\n").split(b"\n"):
            told = teller(line) if line else _EMPTY
            last = last if told.part is None else told.part
            if last == first:
                kept.append(told.line)
            else:
                kept.append(b"")
                others.keep(last, number, told.line)
            number += 1
        yield b"\n".join(kept) + (b"\n" if block.endswith(b"\n") else b"")


class _Others:
    """The lines of all logs but the first, each at its number; those `beyond` :data:`MOST_PARTS` logs are counted."""

    def __init__(self) -> None:
        self._kept: dict[bytes, tempfile.SpooledTemporaryFile[bytes]] = {}
        self._lines: dict[bytes, int] = {}
        self.beyond = 0

    def keep(self, part: bytes, number: int, line: bytes) -> None:
        """Note the line of that number (from 0)."""
        if part not in self._kept and len(self._kept) >= MOST_PARTS:
            self.beyond += 1
            return
        file = self._kept.get(part)
        if file is None:
            file = self._kept[part] = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed when read
        file.write(b"\n" * (number - self._lines.get(part, 0)) + line + b"\n")
        self._lines[part] = number + 1

    def contents(self) -> Iterator[tuple[bytes, Readable]]:
        """Each log and its lines."""
        for part, file in self._kept.items():
            file.seek(0)
            with file:
                yield part, file


def _is_titled(lines: list[bytes], title: re.Pattern[bytes]) -> bool:
    """Whether a title stands before the first line of a log; one below that is of the log itself."""
    return title.match(next((line for line in lines if title.match(line) or re.match(START, line)), b"")) is not None


def _mostly_logs(lines: list[bytes]) -> bool:
    """Whether what stands between titles are log lines rather than tables."""
    logs = sum(re.match(START, line) is not None or _PATH.match(line) is not None for line in lines)
    return logs * 2 > sum(bool(line.strip()) and not line.startswith(b"==") for line in lines)


def _by_title(title: re.Pattern[bytes]) -> Teller:
    def tell(line: bytes) -> Told:
        found = title.match(line) if line.startswith(b"==") else None
        return Told(None, line) if found is None else Told(found["path"], b"")

    return tell


def _by_prompt(line: bytes) -> Told:
    """By the prompts of a console: what is below one that prints no log is the console's, tables and their stamps."""
    prompt = prompt_in(line)
    if prompt is None:
        return Told(None, line)
    machine = prompt.machine + b"\n" if prompt.machine is not None else b""
    if prompt.log is None:
        return Told(machine + _CONSOLE, line)
    return Told(machine + (_SEARCHED if prompt.searched else b"") + prompt.log, b"")


def _by_path(lines: list[bytes]) -> Teller:
    """By what stands before a line's stamp; a line without one is of the file that it names."""
    met = {found["path"] for line in lines if (found := _PATH.match(line))}

    def tell(line: bytes) -> Told:
        found = _PATH.match(line)
        if found is not None:
            if len(met) < MOST_PARTS:
                met.add(found["path"])
            return Told(found["path"], line[found.end() :])
        path = next((path for path in met if line.startswith((path + b":", path + b"-"))), None)
        if path is None:
            return Told(None, b"" if line == b"--" else line)
        return Told(path, _NUMBER.sub(b"", line[len(path) + 1 :], count=1))

    return tell


_WHOLE = re.compile(ISO)
"""How a record begins that a syslog server was given with its own stamp: that one counts."""
_STARTED = re.compile(START)
_NUMBER = re.compile(rb"^\d{1,9}[:-]")


def _by_host(line: bytes) -> Told:
    """By the host and the program in a syslog header."""
    found = _SYSLOG.match(line)
    if found is None:
        return Told(None, line)
    part = _part_of(found["host"], found["program"])
    return Told(part, line[found.end() :] if _WHOLE.match(line, found.end()) else line)


def _by_relay(line: bytes) -> Told:
    """By what a syslog server put before a whole record with its own stamp: that one counts."""
    found = _RELAYED.match(line)
    if found is None:
        return Told(_OTHERS if _STARTED.match(line) else None, line)
    record = line[found.end() :]
    said = _PROGRAM.match(record)
    return Told(_part_of(found["host"], found["program"] or (said["program"] if said else b"")), record)


def _part_of(host: bytes, program: bytes) -> bytes:
    return host + b"\n" + _PROGRAMS.get(program.lower(), b"other")
