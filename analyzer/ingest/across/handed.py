"""One command in two logs of a host: a session was given it (auth.log), and its process runs it (shell.log).

    auth.log   sshd[77731]: User 'root' running command 'esxcfg-route -a …'
    shell.log  shell[77731]: [root]: esxcfg-route -a …

Nobody typed it then. The session's line is kept: it says from where it came.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from analyzer.ingest.reading import Reading
from analyzer.model.event import Event, RouteCommand
from analyzer.model.instant import SECOND, Instant

AT_ONCE = 2 * SECOND  # whole seconds, of two programs
_Given = tuple[str, str, str, str | None]


def without_handed(readings: Sequence[Reading]) -> list[Reading]:
    """The readings, without what a shell's log has of commands that sessions were given."""
    given: dict[_Given, list[Instant]] = {}
    for reading in readings:
        for event in reading.events if reading.source.kind == "auth" else ():
            if (key := _key(event)) is not None:
                given.setdefault(key, []).append(event.at)
    if not given:
        return list(readings)
    return [_without(one, given) if one.source.kind == "shell" else one for one in readings]


def _key(event: Event) -> _Given | None:
    """By whose clock and which process a command is, and what it does; None of what is no command of a process."""
    told = event.detail
    if not isinstance(told, RouteCommand) or not told.session:
        return None
    return event.at.clock, told.session, told.action, told.gateway


def _without(shell: Reading, given: dict[_Given, list[Instant]]) -> Reading:
    kept = tuple(event for event in shell.events if not _is_given(event, given))
    return shell if len(kept) == len(shell.events) else replace(shell, events=kept)


def _is_given(event: Event, given: dict[_Given, list[Instant]]) -> bool:
    key = _key(event)
    stamps = given.get(key, ()) if key is not None else ()
    return any(at.least - AT_ONCE <= event.at.most and event.at.least <= at.most + AT_ONCE for at in stamps)
