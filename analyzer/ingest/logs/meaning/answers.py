"""How a route command ended, when the line that says so (`rc 0`, `done`) does not repeat what was run.

Such a line means something only behind its command: same module, soon after, and the first that sounds like an end.
Behind words for a command (`task 5: adding the route …`) it ends that one where it says so, and of no other machine.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from analyzer.ingest.logs.rules.rule import Vocabulary
from analyzer.model.event import Event, HaUnclassified, RouteChanged, RouteCommand
from analyzer.model.instant import SECOND

RULE = "answer to the route command"
ANSWERED_WITHIN = 20 * SECOND
NEAREST = 4  # the answer is among this many events behind the command
_DEBUG = re.compile(r"\sDEBUG\s")
_ADDRESS = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\.?\d)")
_MODULE = re.compile(r"hypervisor", re.IGNORECASE)


def answered(events: Sequence[Event], vocabulary: Vocabulary) -> list[Event]:
    """The events of one log, with unclassified lines of hypervisor_ha that end a route command told as its result."""
    result = list(events)
    for index, event in enumerate(events):
        command = event.detail
        if not isinstance(command, RouteCommand) or command.actor == "person":
            continue
        for place in range(index + 1, min(index + 1 + NEAREST, len(events))):
            later = events[place]
            if isinstance(later.detail, RouteChanged) or _is_command(later) or _is_other(later, event):
                break
            if later.at.least - event.at.most > ANSWERED_WITHIN:
                break
            done = _end(later, command, vocabulary) if _is_command(event) else _said_end(later, command, vocabulary)
            if done is not None:
                result[place] = _result(later, command, done=done)
                break
    return result


def _is_command(event: Event) -> bool:
    """Whether a line has the syntax of a route command, and not only words for it."""
    return isinstance(event.detail, RouteCommand) and event.detail.destination is not None


def _end(event: Event, command: RouteCommand, vocabulary: Vocabulary) -> bool | None:
    """Whether a line says that the command succeeded (True) or failed (False); None when it says neither.

    A line about the same gateway or host, behind the command and without a word of failure, tells its success; a
    DEBUG line about neither can be about anything.
    """
    if not isinstance(event.detail, HaUnclassified | RouteCommand) or not _MODULE.search((event.text or "")[:120]):
        return None
    text = event.text or ""
    if _said(vocabulary, "failure", text):
        return False
    about = any(address and address in text for address in (command.gateway, command.host))
    good = _said(vocabulary, "success", text) or _said(vocabulary, "done", text)
    return True if about or (good and not _DEBUG.search(text[:80])) else None


def _is_other(event: Event, command: Event) -> bool:
    """Whether a line is another command in words, behind one in words."""
    return isinstance(event.detail, RouteCommand) and not _is_command(command)


def _said_end(event: Event, command: RouteCommand, vocabulary: Vocabulary) -> bool | None:
    """As :func:`_end`, of a command in words: the line has to say how it ended, and names no machine but its own."""
    text = event.text or ""
    others = {address for address in _ADDRESS.findall(text) if address not in (command.gateway, command.host)}
    if others or not isinstance(event.detail, HaUnclassified) or not _MODULE.search(text[:120]):
        return None
    if _said(vocabulary, "failure", text):
        return False
    good = _said(vocabulary, "success", text) or _said(vocabulary, "done", text)
    return True if good and not _DEBUG.search(text[:80]) else None


def _said(vocabulary: Vocabulary, word: str, text: str) -> bool:
    pattern = vocabulary.word(word)
    return pattern is not None and pattern.search(text) is not None


def _result(event: Event, command: RouteCommand, *, done: bool) -> Event:
    changed = RouteChanged(command.action, command.host, command.gateway, done=done, addresses=command.addresses)
    return msgspec.structs.replace(event, detail=changed, rule=RULE)
