"""Here-documents: lines that were typed as the input of a command, and that run only where that is a shell.

    cat > fix.sh <<EOF      what follows is text, up to a line EOF
    sh <<'EOF'              what follows is run

References: POSIX.1-2017, Shell Command Language, 2.7.4 Here-Document.
"""

from __future__ import annotations

from analyzer.ingest.logs.shell.grammar import (
    Choice,
    Function,
    Listed,
    Loop,
    Node,
    Pipeline,
    Simple,
    Unfinished,
    parsed,
)
from analyzer.ingest.logs.shell.words import delimiters
from analyzer.ingest.logs.shell.wrapped import SHELLS, Inside, unwrapped

MOST_LINES = 200  # one that goes on for longer was given up (Ctrl-C leaves no line)
_MOST_SHELLS = 1_000


class HereDocuments:
    """The documents that shells are reading, by the shell's number: which delimiters end them, and who reads them.
    `given_up`: from the line that was told last on, a document is no longer followed, as it goes on for too long, or as
    too many are open: what is left of it is taken as commands.
    """

    def __init__(self) -> None:
        self.given_up = False
        self._awaited: dict[str, tuple[str, ...]] = {}
        self._run: dict[str, bool] = {}
        self._lines: dict[str, int] = {}

    @property
    def open(self) -> bool:
        """Whether any is being read."""
        return bool(self._awaited)

    def reads(self, shell: str) -> bool:
        """Whether a shell reads one."""
        return shell in self._awaited

    def runs(self, shell: str, line: str) -> bool:
        """Whether a line that was typed is run for sure, as far as documents go; each is told once, in order."""
        awaited = self._awaited.get(shell)
        self.given_up = False
        if awaited is None:
            self._begin(shell, line)
            return True
        run = self._run[shell]
        self._lines[shell] += 1
        if line.strip() == awaited[0]:
            awaited = awaited[1:]
        self.given_up = bool(awaited) and self._lines[shell] > MOST_LINES
        if awaited and not self.given_up:
            self._awaited[shell] = awaited
        else:
            self._forget(shell)
        return run

    def _begin(self, shell: str, line: str) -> None:
        awaited = delimiters(line) if "<<" in line else ()
        self.given_up = bool(awaited) and len(self._awaited) >= _MOST_SHELLS
        if awaited and not self.given_up:
            self._awaited[shell] = awaited
            self._run[shell] = len(awaited) == 1 and _reads(parsed(line))
            self._lines[shell] = 0

    def _forget(self, shell: str) -> None:
        for kept in (self._awaited, self._run, self._lines):
            kept.pop(shell, None)


def _reads(node: Node | None) -> bool:
    """Whether a shell of the line reads its commands from what is typed next."""
    match node:
        case Simple():
            command = unwrapped(node.words)
            if isinstance(command, Inside):
                return False
            return command[:1] != () and command[0] in SHELLS and all(word.startswith("-") for word in command[1:])
        case Pipeline():
            return _reads(node.parts[-1])
        case Listed():
            return any(_reads(part) for part, _ in node.parts)
        case Loop() | Choice() | Function() | Unfinished() | None:
            return False
