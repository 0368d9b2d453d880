"""What the records of one log mean, with what only that log tells: its host, names of machines, how logins came."""

from __future__ import annotations

import re

import msgspec

from analyzer.config import Settings
from analyzer.ingest.logs.families import Family
from analyzer.ingest.logs.header import Header
from analyzer.ingest.logs.meaning.classify import NOTHING, Classified, Classifier
from analyzer.ingest.logs.meaning.logins import Logins
from analyzer.ingest.logs.meaning.machines import Machines
from analyzer.ingest.logs.meaning.typed import command_line
from analyzer.ingest.logs.rules.rule import Rules, Vocabulary
from analyzer.ingest.logs.shell.here import MOST_LINES
from analyzer.ingest.logs.shell.shells import Shells
from analyzer.ingest.logs.text.window import LONGEST_MESSAGE, window
from analyzer.ingest.logs.writer import Writer
from analyzer.model.event import Detail, OtherRoute, RouteChanged, RouteCommand, SshSession, VmPower
from analyzer.model.source import Reason

_MOST_KNOWN = 4096
_GOES_ON = re.compile(r"(?:\.{3}|…)\s*(?=\S)")
"""A record whose message goes on with the sentence of the one before it: `Path of 192.168.1.24`, `... leads to …`."""


class Meanings:
    """The classifier of a log's family, and what its lines have told so far."""

    def __init__(self, family: Family, writer: Writer, settings: Settings, rules: Rules) -> None:
        self._family = family
        self._writer = writer
        self._settings = settings
        self._classifier = Classifier(rules, family.name, settings)
        self._logins = Logins()
        self._shells = Shells()
        self._machines = Machines(settings)
        self._known: dict[tuple[str, str, str], tuple[Classified, ...]] = {}
        self._before: Header | None = None
        self.lacks: Reason | None = None
        """Why not all that the last record says is told."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The words of the family."""
        return self._classifier.vocabulary

    @property
    def in_document(self) -> bool:
        """Whether a here-document that was begun in a shell goes on."""
        return self._shells.documents.open

    def of(self, header: Header, more: str) -> tuple[Classified, ...]:
        """What a record means, at least one value; `more` is the text of the lines below its first."""
        longer = max(len(header.message), len(more)) > LONGEST_MESSAGE
        self.lacks = Reason("long-record", expected=LONGEST_MESSAGE) if longer else None
        if self._family.machine == "cvm":
            return self._of_cvm(self._sentence(header), more)
        found = self._classifier.classify(header.module, header.message, more)
        if self._family.commands:
            found = self._typed(header, found)
        if self._family.logins:
            self._logins.note(header.pid, window(header.message))
        return tuple(msgspec.structs.replace(one, detail=self._of_host(one.detail, header)) for one in found)

    def _typed(self, header: Header, whole: tuple[Classified, ...]) -> tuple[Classified, ...]:
        """What a line for a shell means: the route commands that it runs, each by itself, and what else it is."""
        line = command_line(header.message, header.pid, self._shells)
        if line is None:
            return whole
        if not line.whole:
            self.lacks = Reason("further-rounds")
        elif self._shells.documents.given_up:
            self.lacks = Reason("document-given-up", expected=MOST_LINES)
        found = [one for one in whole if not isinstance(one.detail, RouteCommand | OtherRoute)]
        for command in line.commands:
            classified = self._classifier.classify(header.module, command.message)
            found += [
                msgspec.structs.replace(one, detail=command.told(one.detail), later=command.later)
                for one in classified
                if isinstance(one.detail, RouteCommand | OtherRoute)
            ]
        return tuple(found) or (Classified(NOTHING, None),)

    def _sentence(self, header: Header) -> Header:
        """A record of a CVM, behind the one before it of the same module if it goes on with that one's sentence."""
        before, goes_on = self._before, _GOES_ON.match(header.message)
        self._before = None if goes_on else header
        if goes_on is None or before is None or before.module != header.module:
            return header
        return msgspec.structs.replace(header, message=f"{before.message} {header.message[goes_on.end() :]}")

    def _of_cvm(self, header: Header, more: str) -> tuple[Classified, ...]:
        """What a record of a CVM means, with addresses for the machines that it calls by name."""
        key = (header.module, header.message, more)
        known = self._known.get(key)
        if known is None:  # a check every 30 s says the same again and again
            message, more = window(header.message), window(more)
            if self._machines.learn(message) or len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            told = self._machines.told(message), self._machines.told(more)
            found = self._classifier.classify(header.module, *told)
            known = tuple(msgspec.structs.replace(one, detail=self._machines.placed(one.detail)) for one in found)
            if len(header.message) + len(key[2]) <= LONGEST_MESSAGE:
                self._known[key] = known
        return known

    def known(self, header: Header) -> tuple[Classified, ...]:
        """What a record of a CVM of one line was found to mean, () where none like it was read lately."""
        if _GOES_ON.match(header.message):
            return ()
        self._before = header
        return self._known.get((header.module, header.message, ""), ())

    def learn(self, text: str) -> None:
        """Note which machines the names in a line mean."""
        self._machines.learn(window(text))

    def _of_host(self, detail: Detail | None, header: Header) -> Detail | None:
        if isinstance(detail, SshSession):
            return msgspec.structs.replace(detail, pid=header.pid)
        if not isinstance(detail, RouteChanged | RouteCommand | OtherRoute | VmPower):
            return detail
        if detail.host is None:  # else it is of another machine, which a command names
            detail = msgspec.structs.replace(detail, host=self._writer.host)
        if self._family.commands and isinstance(detail, RouteCommand):
            detail = msgspec.structs.replace(detail, session=header.pid)
        if self._family.logins and isinstance(detail, RouteCommand):
            return self._logins.attributed(detail, header.pid, self._settings)
        return detail
