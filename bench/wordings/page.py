"""docs/wordings.md: what the voices and the healthy tests gave, as tables."""

from __future__ import annotations

from collections.abc import Sequence

from bench.accuracy.results.page import table
from bench.wordings.healthy import HealthyRow
from bench.wordings.study import VoiceRow
from tests.wordings.voice import UNSEEN

WORST = 40
HEAD = """# How well other wordings are read

Made by `make wordings` (`python -m bench.wordings`): each voice of `tests/wordings/voices`, an imagined version of
Genesis, tells every recording and ten simulated tests, with their captures and by its log alone; one that maps its
machines' names does so also without the lines that map them. Then healthy tests are told with foreign lines among their
own, restarts of Genesis, other noise, and clocks that are set by up to an hour. *Nameless* voices call a host by names
alone that nothing in the log maps to an address; *opaque* ones tell of routes by codes or figures of speech, which
nobody can read who does not know that version, and UNDECIDED is right. *Unseen* ones had no rule written or mended for
them.

A phantom is an episode that never was; silent is a missing episode with another exit status than 4, an all-clear, or
unread lines of which none is named on the terminal.
"""


def page(voices: Sequence[VoiceRow], healthy: Sequence[HealthyRow], machine: str) -> str:
    """The whole page; `machine` is the sentence on where and how long."""
    wrong = [
        f"{row.voice}, {row.test}{' by its log' * row.alone}: {'; '.join(row.faults)}" for row in voices if row.faults
    ]
    wrong += [f"{row.test.name}: {'; '.join(row.wrong)}" for row in healthy if row.wrong]
    parts = [
        HEAD,
        "## All\n",
        table(HEADS, [_sum(name, rows) for name, rows in _sets(voices)]),
        f"Healthy tests: {sum(bool(row.wrong) for row in healthy)} of {len(healthy)} with an episode or a problem.\n",
        "## By voice, with captures and by its log alone\n",
        table(HEADS, [_sum(name, [row for row in voices if row.voice == name]) for name in _names(voices)]),
        "## What is wrong\n",
        *(f"- {one}" for one in wrong[:WORST] or ["nothing"]),
        f"\n## Machine\n\n{machine}\n",
    ]
    return "\n".join(parts)


HEADS = ("voices", "tests", "episodes", "covered, told", "by the log", "told", "phantoms", "wrong verdicts", "silent")


def _sets(rows: Sequence[VoiceRow]) -> list[tuple[str, list[VoiceRow]]]:
    unseen = {path.stem for path in UNSEEN}
    named = [row for row in rows if not row.nameless]
    return [
        ("all", list(rows)),
        ("of these, with a name for their machines", named),
        ("of these, in words", [row for row in named if not row.opaque]),
        ("unseen", [row for row in rows if row.voice in unseen]),
        ("unseen, with a name for their machines", [row for row in named if row.voice in unseen]),
    ]


def _names(rows: Sequence[VoiceRow]) -> list[str]:
    return list(dict.fromkeys(row.voice for row in rows))


def _sum(name: str, rows: Sequence[VoiceRow]) -> tuple[str, ...]:
    captured, alone = ([row for row in rows if row.alone is way] for way in (False, True))
    return (
        name,
        str(len(rows)),
        str(sum(row.required for row in captured)),
        _share(captured),
        str(sum(row.required for row in alone)),
        _share(alone),
        *(str(sum(len(getattr(row, what)) for row in rows)) for what in ("phantoms", "wrong", "silent")),
    )


def _share(rows: Sequence[VoiceRow]) -> str:
    """How many of the episodes are told."""
    required = sum(row.required for row in rows)
    return f"{100 * (required - sum(row.missed for row in rows)) / required:.1f} %" if required else "–"
