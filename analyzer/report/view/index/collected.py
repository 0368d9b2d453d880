"""An index of runs: the worst answer first, then each test in the order in which they were made, by ticket."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import quote

import msgspec

from analyzer.model.run import Acceptable, Run
from analyzer.report import words
from analyzer.report.answer import nothing_found
from analyzer.report.local import local_stamp
from analyzer.report.view.episode import in_short
from analyzer.report.view.front.parts import Front
from analyzer.report.view.front.screen import ANSWERS, front
from analyzer.report.view.index.parts import Card, Change, Index, IndexEpisode
from analyzer.report.view.judgement import badge, beside_badge, run_badge
from analyzer.report.view.labels import Labels
from analyzer.report.view.page import evidence_range, first_moment

MOST_BARS = 80  # on one page; in the table stands the verdict of each
TITLE = "Storage failover tests"
_WORST: tuple[Acceptable, ...] = ("no", "unknown", "yes")


class Entry(NamedTuple):
    """A run, and where its report lies: a path relative to the index, empty where there is none."""

    file: str
    run: Run


def index(entries: Sequence[Entry], unread: Sequence[str] = ()) -> Index:
    """The index of these runs; `unread` are sentences on what was taken for a run, and is none."""
    ordered = sorted(entries, key=lambda one: (first_moment(one.run) or 0, one.file, one.run.case))
    whole = [_card(one, place) for place, one in enumerate(ordered, 1)]
    cards = tuple(_with_few_bars(whole))
    found = Counter(one.run.acceptable for one in ordered)
    worst: Acceptable = next((each for each in _WORST if found[each]), "unknown")
    return Index(
        title=_title([one.run for one in ordered]),
        acceptable=ANSWERS[worst],
        answer=_answer(found, len(ordered)),
        actions=tuple(
            (card.id, card.front.title, card.front.answer.removeprefix("Action: "))
            for card, one in zip(cards, ordered, strict=True)
            if one.run.actions
        ),
        changes=tuple(_by_ticket(ordered, cards)),
        undrawn=sum(one.front is not other.front for one, other in zip(cards, whole, strict=True)),
        defaults=next((one.front.defaults for one in cards if one.front.defaults), ""),
        unread=tuple(unread),
    )


def _title(runs: Sequence[Run]) -> str:
    """What all of them are called, else the one ticket of all, else what they are."""
    titles, tickets = {run.about.title for run in runs}, {run.about.ticket for run in runs}
    if len(titles) == 1 and (title := titles.pop()):
        return title
    ticket = tickets.pop() if len(tickets) == 1 else None
    return f"{TITLE} of {ticket}" if ticket else TITLE


def _answer(found: Counter[Acceptable], count: int) -> str:
    """`3 of 10 tests are not acceptable, of 1 it is unknown.`"""
    if not count:
        return "No run was found."
    said = (
        (found["no"], "not acceptable"),
        (found["unknown"], "unknown (UNDECIDED)"),
        (found["yes"], "acceptable"),
    )
    each = ", ".join(f"{words.count(number)} {what}" for number, what in said if number)
    return f"{words.counted(count, 'test')}: {each}."


def _by_ticket(ordered: Sequence[Entry], cards: Sequence[Card]) -> Iterator[Change]:
    tickets: dict[str, list[Card]] = {}
    for entry, card in zip(ordered, cards, strict=True):
        tickets.setdefault(entry.run.about.ticket or "", []).append(card)
    yield from (Change(ticket, tuple(mine)) for ticket, mine in tickets.items())


def _card(entry: Entry, number: int) -> Card:
    run, labels = entry.run, Labels(entry.run)
    shown = front(run, labels, None, range(1, len(run.episodes) + 1))
    return Card(
        id=f"test-{number}",
        href=f"./{quote(entry.file)}" if entry.file else "",
        file=entry.file,
        badge=run_badge(run),
        began=_minute(run),
        when=evidence_range(run),
        front=shown,
        episodes=tuple(IndexEpisode(badge(one.verdict), in_short(one, labels)) for one in run.episodes),
        nothing="" if run.episodes else labels.text(beside_badge(nothing_found(run), run.verdict)),
        problems=len(shown.problems) + shown.more_problems,
    )


def _minute(run: Run) -> str:
    """`2026-11-22 07:03 UTC (16:03 in Asia/Tokyo)`; empty where no evidence has a time."""
    first = first_moment(run)
    if first is None:
        return ""
    local = local_stamp(first, run.about.zone)
    return f"{words.stamp(first)[:16]} UTC" + (f" ({local[:16]} in {run.about.zone})" if local else "")


def _with_few_bars(cards: Sequence[Card]) -> Iterator[Card]:
    """The cards, with bars as long as there is room for them on one page."""
    left = MOST_BARS
    for card in cards:
        left -= len(card.front.rows)
        yield card if left >= 0 else msgspec.structs.replace(card, front=_without_bars(card.front))


def _without_bars(shown: Front) -> Front:
    rows = tuple(msgspec.structs.replace(row, bar=None) for row in shown.rows)
    return msgspec.structs.replace(shown, rows=rows)
