"""The shells of one log, each with what it keeps from one typed line to the next."""

from __future__ import annotations

from msgspec.structs import replace

from analyzer.ingest.logs.shell.here import HereDocuments
from analyzer.ingest.logs.shell.ran import AllRan, Memory, ran

_MOST_SHELLS = 1_000


class Shells:
    """The shells whose lines a log has, by process: what their variables and functions stand for, and the
    here-documents that they read.
    """

    def __init__(self) -> None:
        self.documents = HereDocuments()
        self._memories: dict[str, Memory] = {}

    def ran(self, pid: str, line: str) -> AllRan:
        """The route commands of a line that was typed into the shell of process `pid`; each is told once, in order.
        Where a log names no process, nothing is kept: of a function that may be called later, not all is told.
        """
        before = self._memories.pop(pid, Memory())
        in_document = self.documents.reads(pid)
        runs = self.documents.runs(pid, line)
        told = ran(line, before)
        if not pid:
            return replace(told, whole=told.whole and (bool(told.commands) or not told.memory.changes_routes))
        after = before if in_document else told.memory
        if after != Memory():
            self._memories[pid] = after
        if len(self._memories) > _MOST_SHELLS:
            del self._memories[next(iter(self._memories))]
        return told if runs else replace(told, commands=tuple(replace(one, sure=False) for one in told.commands))
