"""`autopath explain`: each line or frame of a file and what was understood of it, or what a finding's code means."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Unpack

import click

from analyzer.cli.explain_codes import is_code, show_code
from analyzer.cli.options import Reading, reading, settings_of
from analyzer.errors import UNREADABLE, UsageError

if TYPE_CHECKING:
    from analyzer.config import Settings
    from analyzer.ingest.explanation import Explained
    from analyzer.model.event import Detail


@click.command("explain")
@click.argument("file", type=click.Path(readable=False), metavar="FILE|CODE|codes")
@click.option("--frame", type=click.IntRange(min=1), metavar="N", help="Only frame N, beside Wireshark's dissection.")
@click.option("--suggest-rule", is_flag=True, help="A rules file for one line of a log, given as FILE:LINE.")
@click.option("--all", "everything", is_flag=True, help="Lines and frames that mean nothing to the analysis, too.")
@reading
def command(file: str, frame: int | None, suggest_rule: bool, everything: bool, **given: Unpack[Reading]) -> int:
    """Show what was understood of FILE (a log, a capture, a snapshot, manual notes, or a bundle of them).

    For each line of a log: its time, the rule that took it, and the event that it became. For each frame of a capture:
    a summary, and what began with it.

    With the CODE of a finding (AP101), what it means, why it matters, what to do, and what shows it; `codes` lists all
    of them. A file of such a name is meant by ./AP101.

    \b
    autopath explain genesis.out
    autopath explain span.pcap --frame 558
    autopath explain --suggest-rule genesis.out:4711 > mine.toml
    autopath explain AP101
    autopath explain codes
    """
    if suggest_rule:
        if frame or everything:
            raise UsageError("--suggest-rule goes without --frame and --all: it is about one line, FILE:LINE")
        return _show_rule(file, _settings(file.rpartition(":")[0], given))
    if is_code(file):
        if frame or everything:
            raise UsageError(
                f"{file} is a finding's code, without frames or lines; for a file of this name, give ./{file}"
            )
        show_code(file)
        return 0
    settings = _settings(file, given)
    return _show_frame(file, frame, settings) if frame else _show_files(file, settings, everything=everything)


def _settings(file: str, given: Reading) -> Settings:
    from analyzer.cli.project import project_for

    return settings_of(given, project=project_for([file]))


def _show_rule(place: str, settings: Settings) -> int:
    from analyzer.ingest.explanation import suggest_rule

    file, _, line = place.rpartition(":")
    if not file or not line.isdecimal():
        raise UsageError(f"{place}: a rule is suggested for one line: give FILE:LINE, such as genesis.out:4711")
    click.echo(suggest_rule(file, int(line), settings).encode(), nl=False)  # a file: UTF-8, whatever the terminal
    return 0


def _show_files(file: str, settings: Settings, *, everything: bool) -> int:
    from analyzer.ingest.explanation import explain

    known = 0
    for explained in explain(file, settings):
        click.echo(f"{explained.name}: {explained.unread.sentence if explained.unread else explained.kind}")
        known += explained.unread is None
        shown = passed = 0
        for row in explained.rows:
            if everything or row.details:
                click.echo("\n".join(_lines(row)))
                shown += 1
            else:
                passed += 1
        if explained.unread is None:
            click.echo(
                f"  {shown} shown, {passed} of no meaning to the analysis" + (" (--all shows them)" if passed else "")
            )
    return 0 if known else UNREADABLE


def _show_frame(file: str, number: int, settings: Settings) -> int:
    from analyzer.ingest.explanation import explain_frame

    both = explain_frame(file, number, settings)
    from analyzer.report.words import visible

    theirs = both.wireshark or (f"nothing ({both.unread})",)
    click.echo(
        "\n".join(["autopath:", *_lines(both.ours), "", "Wireshark:", *(f"  {visible(line)}" for line in theirs)])
    )
    return 0


def _lines(row: Explained) -> Iterator[str]:
    from analyzer.report import words

    yield f"{row.number:>8}  {words.visible(row.text)}"
    told = [words.moment(row.at)] if row.at else []
    told += [f"rule {row.rule}"] if row.rule else []
    told += [row.note] if row.note else []
    if told:
        yield f"{'':>8}    " + " · ".join(told)
    for detail in row.details:
        yield f"{'':>8}    → {_told(detail)}"


def _told(detail: Detail) -> str:
    """An event's detail in one line: its tag and what it holds."""
    import msgspec

    from analyzer.report import words

    held: dict[str, object] = msgspec.to_builtins(detail)
    tag = held.pop("type", "")
    return words.visible(" ".join([str(tag), *(f"{key}={_value(value, key)}" for key, value in held.items() if value)]))


def _value(value: object, key: str = "") -> str:
    from analyzer.report import words

    if key == "period" and isinstance(value, int):
        return words.exact(value)
    if isinstance(value, dict):
        if "last_frame" in value:  # a run of frames
            return f"{value['count']} frames to frame {value['last_frame']}, {value['bytes']} B"
        parts = (f"{key}={_value(each)}" for key, each in value.items() if each)
        return f"({' '.join(parts)})"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_value(each) for each in value)}]"
    return str(value)
