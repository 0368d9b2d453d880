"""`autopath history list`: the tests in a store, by time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from analyzer.cli.history.store import opened_store, store_option
from analyzer.errors import UsageError

if TYPE_CHECKING:
    from analyzer.history.opening import Store
    from analyzer.history.queries import Asked
    from analyzer.history.values import Listed

_NS = 1_000_000_000
_HEAD = ("time (UTC)", "run", "cluster", "verdict", "AOS", "ESXi", "ticket", "runs", "labels")


@click.command("list")
@store_option
@click.option("--cluster", metavar="NAME", help="Only tests of this cluster.")
@click.option("--label", metavar="NAME=VALUE", multiple=True, help="Only tests with this label.")
@click.option(
    "--after", metavar="DATE", help="Only tests made then or later (2026-11-22, 2026-11-22T14:00+01:00; UTC)."
)
@click.option("--before", metavar="DATE", help="Only tests made before that.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object a line, times in ns.")
def command(
    store: str | None,
    cluster: str | None,
    label: tuple[str, ...],
    after: str | None,
    before: str | None,
    as_json: bool,
) -> int:
    """List the tests, the earliest first: when each was made, the run of it that counts, and what is known of it."""
    import msgspec

    from analyzer.history.queries import listed

    asked = asked_for(cluster, label, after, before)
    there = opened_store(store)
    tests = listed(there, asked)
    if as_json:
        for each in tests:
            click.echo(msgspec.json.encode(each, order="sorted"))
    elif tests:
        for line in _lines([_HEAD, *map(_cells, tests)]):
            click.echo(line)
    else:
        click.echo(_nothing(there), err=True)
    return 0


def _nothing(store: Store) -> str:
    """That there is no such test, and of which clusters there are some."""
    from analyzer.history.queries import clusters
    from analyzer.report.words import visible

    known = clusters(store)
    return visible(f"no such test; there are some of {', '.join(known)}" if known else "no test yet")


def asked_for(cluster: str | None, label: tuple[str, ...], after: str | None, before: str | None) -> Asked:
    """Which tests the options ask for; :class:`~analyzer.errors.UsageError` for a wrong one."""
    from analyzer.cli.options import labels_of
    from analyzer.history.queries import Asked

    return Asked(
        cluster=cluster,
        labels=labels_of(label),
        after=moment_given("--after", after),
        before=moment_given("--before", before),
    )


def moment_given(option: str, text: str | None) -> int | None:
    """An ISO date or time as ns since 1970; UTC where it has no zone. :class:`~analyzer.errors.UsageError` for none."""
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{option} {text}: expected a date such as 2026-11-22, or 2026-11-22T14:00+01:00") from error
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    since = at - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * _NS + since.microseconds * 1_000


def _cells(test: Listed) -> tuple[str, ...]:
    from analyzer.history.values import SHOWN
    from analyzer.report.words import one_line

    about = test.about
    labels = ", ".join(f"{name}={value}" for name, value in about.labels)
    found = (time_told(test.time), test.run[:SHOWN], test.cluster, test.verdict, about.aos_version, about.esxi_version)
    more = (about.ticket, str(test.runs), f"{labels} (redacted)".strip() if test.redacted else labels)
    return tuple(one_line(cell or "") for cell in (*found, *more))


def time_told(time: int | None) -> str:
    """When a test was made, to the second."""
    if time is None:
        return "unknown"
    from analyzer.report.words import stamp

    return stamp(time).partition(".")[0]


def _lines(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
