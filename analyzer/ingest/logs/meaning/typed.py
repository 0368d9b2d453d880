"""The line for a shell in a record of an ESXi host, and each route command that it runs as a message of its own.

shell[35521]: [root]: esxcfg-route -d …; esxcfg-route -a …    typed
sshd[77731]: User 'root' running command 'esxcfg-route -a …'  handed over with the login
"""

from __future__ import annotations

import re

import msgspec

from analyzer.ingest.logs.shell.ran import Ran, ran
from analyzer.ingest.logs.shell.shells import Shells
from analyzer.ingest.logs.text.addresses import is_ipv4
from analyzer.model.event import Detail, OtherRoute, RouteCommand

_TYPED = re.compile(
    r"(?P<head>(?:(?:shell|ESXShell|SSH)\[\w+\]:?\s*)?\[[^\]]+\]:\s*)(?P<line>.*)(?P<tail>)\Z", re.DOTALL
)
_HANDED = re.compile(r"(?P<head>(?>.*?\brunning command\s*(?::\s*)?'))(?P<line>.*)(?P<tail>'\s*)\Z", re.DOTALL)


class Command(msgspec.Struct, frozen=True):
    """One route command of a line: the message that would say it alone, and what the shell makes of it."""

    message: str
    ran: Ran

    @property
    def later(self) -> tuple[int, int]:
        """How long after the line's stamp it began, ns."""
        return self.ran.least, self.ran.most

    def told(self, detail: Detail | None) -> Detail | None:
        """What the message means, as sure as the shell makes it, and of the machine on which it ran: where that is
        called by a name, it is not known for sure whose that is.
        """
        on = self.ran.on or None
        if isinstance(detail, OtherRoute):
            return msgspec.structs.replace(detail, host=on)
        if not isinstance(detail, RouteCommand):
            return detail
        sure = self.ran.sure and (on is None or is_ipv4(on))
        return msgspec.structs.replace(detail, sure=sure, host=on, elsewhere=on is not None)


class CommandLine(msgspec.Struct, frozen=True):
    """A line for a shell: the route commands that it runs, in order; `whole`: all of them, as far as one can tell."""

    commands: tuple[Command, ...]
    whole: bool = True


def command_line(message: str, pid: str, shells: Shells) -> CommandLine | None:
    """The line for a shell that a record's message holds; None where it holds none. `shells` are those of the log;
    what was typed went to the one of process `pid`.
    """
    typed = _TYPED.match(message)
    found = typed or _HANDED.match(message)
    if found is None:
        return None
    told = shells.ran(pid, found["line"]) if typed is not None else ran(found["line"])
    commands = (Command(f"{found['head']}{' '.join(one.words)}{found['tail']}", one) for one in told.commands)
    return CommandLine(tuple(commands), told.whole)
