"""A record's lines below its header: one statement in fields (`host: …`), or rows that each tell something.

    New hypervisor task:            HA iteration 3
        type: ADD_ROUTE                 stargates:
        host: 192.168.1.24                  192.168.1.26  DOWN
                                        forwarding:
                                            host 192.168.1.24  has -  wants 192.168.1.28
    Check result:
        stargates: 1 down
            cvm: 192.168.1.26
        forwarding: needed
            host: 192.168.1.24

A line that ends with a colon heads the rows below it; one that says something itself is one row with those that are
indented below it. Fields are read with the header's message as one sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from analyzer.model.event import Detail, StargateStates

_HEADING = re.compile(r"\s*\S.*:\s*$")
_FIELD = re.compile(r"\s*[-*]?\s*[\"']?([A-Za-z][\w -]{0,30}?)[\"']?\s*[:=]\s*\S")


def rows(message: str, more: str) -> tuple[tuple[str, str], ...]:
    """(heading, row) of each row below the header, the message where it has no other heading; () for fields."""
    lines = [line for line in more.splitlines() if line.strip()]
    if groups := _groups(lines):
        return tuple((message, group) for group in groups)
    if _are_fields(lines):
        return ()
    heading, found = message, list[tuple[str, str]]()
    for line in lines:
        if _HEADING.match(line):
            heading = line.strip()
        else:
            found.append((heading, line.strip()))
    return tuple(found)


def _groups(lines: Sequence[str]) -> list[str]:
    """Each line with those that are indented below it; none where no such line says anything itself."""
    outer = min((_indent(line) for line in lines), default=0)
    first = [line for line in lines if _indent(line) == outer]
    if len(first) in (1, len(lines)) or _indent(lines[0]) != outer or any(_HEADING.match(line) for line in first):
        return []
    groups: list[str] = []
    for line in lines:
        if _indent(line) == outer:
            groups.append(line.strip())
        else:
            groups[-1] += " " + line.strip()
    return groups


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _are_fields(lines: Sequence[str]) -> bool:
    """Whether each line is a name and a value, and no name comes twice."""
    names = [found[1].lower() for line in lines if (found := _FIELD.match(line))]
    return len(names) == len(lines) == len(set(names))


def as_one_check(details: Sequence[Detail]) -> tuple[Detail, ...]:
    """The details of a record's rows, with what they say of the Stargates in one, the first."""
    states = [detail for detail in details if isinstance(detail, StargateStates)]
    others = tuple(dict.fromkeys(detail for detail in details if not isinstance(detail, StargateStates)))
    if not states:
        return others
    up, initializing, down = (
        tuple(dict.fromkeys(address for one in states for address in getattr(one, state)))
        for state in ("up", "initializing", "down")
    )
    claim = next((one.all_of for one in states if one.all_of), None)
    return (StargateStates(up, initializing, down, claim), *others)
