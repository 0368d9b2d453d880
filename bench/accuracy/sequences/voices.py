"""Other voices for a simulated genesis.out: what each of its lines tells, in the words of a file of `voices/`.

A file has a line for each message of the simulator, with the module before it; a message without one is not logged. The
values in braces are the simulator's.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from analyzer.lab.simulate.output.logs import WORDINGS

FOLDER = Path(__file__).parent / "voices"
VOICES: Mapping[str, Mapping[str, str]] = {
    path.stem: tomllib.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.toml"))
}
_RECORD = re.compile(
    r"(?P<head>\S+ \S+ (?:INFO|WARNING|ERROR)(?: \S+)?) (?:ha_service|hypervisor_ha)\.py:\d+ (?P<text>.*)"
)


def reworded(text: str, voice: Mapping[str, str]) -> str:
    """A log in the simulator's wording `plain`, as the voice would have written it."""
    return "".join(_told(line, voice) for line in text.splitlines())


def _told(line: str, voice: Mapping[str, str]) -> str:
    found = _RECORD.fullmatch(line)
    if found is None:
        return f"{line}\n"
    for message, pattern in _patterns().items():
        if values := pattern.fullmatch(found["text"]):
            said = voice.get(message)
            return "" if said is None else f"{found['head']} {said.format(**values.groupdict())}\n"
    raise ValueError(f"no message of the simulator: {line}")


@cache
def _patterns() -> Mapping[str, re.Pattern[str]]:
    """What finds the values in each message of the wording `plain`."""
    return {
        message: re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.*?)", re.escape(words)))
        for message, words in WORDINGS["plain"].items()
    }
